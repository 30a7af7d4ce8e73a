"""A worker of a run: the task that executes invocations of steps, one after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedflow.engine.invocation import Invocation

__all__ = ["Worker"]


class Worker:
    """A task that executes invocations, and the one that it executes now."""

    __slots__ = ("invocation", "task")

    def __init__(self) -> None:
        self.invocation: Invocation | None = None
        self.task: asyncio.Task[None] | None = None
