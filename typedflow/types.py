"""What a run may result in, for annotations of code that handles any workflow."""

from __future__ import annotations

from typing import Any, TypeAlias

from typing_extensions import TypeVar

from typedflow.events import StopEvent

__all__ = ["RunResultT", "StopEventT"]

StopEventT = TypeVar("StopEventT", bound=StopEvent)

RunResultT: TypeAlias = StopEventT | Any  # Any: a plain StopEvent's result is of whatever type it was made with
"""What `await handler` may give: a stop event of one's own, or the result of a plain `StopEvent`."""
