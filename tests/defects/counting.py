"""How much is done, as a count that is the same on every machine, whatever else it does."""

from __future__ import annotations

import sys
from types import FrameType, TracebackType

__all__ = ["Calls"]


class Calls:
    """Counts the calls of functions, built-in ones included, that this thread makes in a `with` block."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Calls:
        sys.setprofile(self._seen)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        sys.setprofile(None)

    def _seen(self, frame: FrameType, event: str, argument: object) -> None:
        self.count += event in ("call", "c_call")
