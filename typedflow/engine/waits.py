"""A step that waits for an event from outside: it stays where it is and leaves its worker's place to others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from typedflow.engine.invocation import Invocation
from typedflow.events import Event

__all__ = ["Waiter"]


class Waiter:
    """One call of `wait_for_event`: which class of event, with which values in which fields."""

    __slots__ = ("_future", "answer", "id", "invocation", "kind", "requirements", "subclasses")

    def __init__(
        self, id: str, invocation: Invocation, kind: type[Event], requirements: Mapping[str, object], subclasses: bool
    ) -> None:
        self.id = id
        self.invocation = invocation
        self.kind = kind
        self.requirements = dict(requirements)
        self.subclasses = subclasses
        self.answer: Event | None = None
        self._future: asyncio.Future[None] | None = None

    def matches(self, event: Event) -> bool:
        """Whether `event` is of the class (or of a subclass, where the step takes those) and has the required values."""
        if not (isinstance(event, self.kind) if self.subclasses else type(event) is self.kind):
            return False
        return all(getattr(event, name, None) == value for name, value in self.requirements.items())

    async def wait(self, timeout: float | None) -> Event:
        """Suspend until the answer has come and the step has a worker again. Raises `asyncio.TimeoutError`."""
        self._future = asyncio.get_running_loop().create_future()
        await asyncio.wait_for(self._future, timeout)
        assert self.answer is not None
        return self.answer

    def wake(self) -> None:
        """Let the step go on."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)
