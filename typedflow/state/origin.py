"""Who is editing: the step invocation on whose behalf the current task runs."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

__all__ = ["Origin", "current_origin"]


class Origin(Protocol):
    """What a commit and an error want to know of the step that made the edit."""

    @property
    def step(self) -> str: ...

    @property
    def event(self) -> object: ...


current_origin: ContextVar[Origin | None] = ContextVar("typedflow_origin", default=None)
"""Set by the engine for the time of a step; child tasks and worker threads inherit it."""
