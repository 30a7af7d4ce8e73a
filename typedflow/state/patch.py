"""What changed between two committed values, as an RFC 6902 JSON patch."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from typing_extensions import NotRequired

__all__ = ["PatchOp"]


class PatchOp(TypedDict):
    """One operation of a patch: what to do, at which JSON pointer, with which value (in JSON form)."""

    op: Literal["add", "remove", "replace"]
    path: str
    value: NotRequired[Any]  # Any: a JSON value, which has no closed type
