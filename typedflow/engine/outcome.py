"""How a run ended, and everybody who awaits it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

from typedflow.errors import WorkflowRuntimeError
from typedflow.events import StopEvent

__all__ = ["Outcome"]


class Outcome:
    """The end of a run: its last event, and the error where it failed.

    Each awaiter has a future of its own, so an awaiter that is cancelled (`asyncio.wait_for`) takes nobody with it. An
    error that nobody asks for is handed to the loop's exception handler when the outcome is dropped.
    """

    __slots__ = ("_after", "_asked", "_loop", "_waiting", "error", "name", "stop")

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        self._loop = loop
        self._waiting: dict[asyncio.Future[None], None] | None = None
        self._after: list[Callable[[], None]] | None = None
        self._asked = False
        self.name = name
        self.stop: StopEvent[Any] | None = None  # Any: a run may stop with any result
        self.error: BaseException | None = None

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self.stop is not None

    def set(self, stop: StopEvent[Any], error: BaseException | None = None) -> None:
        """The run is over; every awaiter goes on."""
        self.stop = stop
        self.error = error
        for future in self._waiting or ():
            if not future.done():
                future.set_result(None)
        self._waiting = None
        for action in self._after or ():
            action()
        self._after = None

    def then(self, action: Callable[[], None]) -> None:
        """Do `action` when the run is over; at once if it is."""
        if self.done:
            action()
        else:
            self._after = self._after or []
            self._after.append(action)

    def wait(self) -> Generator[Any, None, StopEvent[Any]]:  # Any: what asyncio yields to its loop
        """Suspend until the end. Raises the error of a failed run, again at each call."""
        if self.stop is None:
            future = self._future()
            try:
                yield from future
            finally:
                if self._waiting is not None:
                    self._waiting.pop(future, None)
        assert self.stop is not None
        self._asked = True
        if self.error is not None:
            raise self.error
        return self.stop

    async def settled(self, timeout: float | None) -> None:
        """Suspend until the end, for `timeout` seconds at most; neither raises."""
        if self.stop is None:
            future = self._future()
            try:
                await asyncio.wait((future,), timeout=timeout)
            finally:
                if self._waiting is not None:
                    self._waiting.pop(future, None)
        self._asked = True

    def _future(self) -> asyncio.Future[None]:
        """Done at the end of the run."""
        if asyncio.get_running_loop() is not self._loop:
            closed = ", which is closed" if self._loop.is_closed() else ""
            raise WorkflowRuntimeError(
                f"{self.name} belongs to another event loop than this one{closed}: "
                f"await it on the loop that it was started on, or save its context and go on with that here"
            )
        future: asyncio.Future[None] = self._loop.create_future()
        if self._waiting is None:
            self._waiting = {}
        self._waiting[future] = None
        return future

    def seen(self) -> None:
        """Somebody has learnt of the end in another way (the event stream, `exception()`)."""
        self._asked = True

    def __del__(self) -> None:
        if self.error is None or self._asked:
            return
        if self._loop.is_closed() and isinstance(self.error.__cause__, asyncio.CancelledError):
            return  # it was cancelled with all that the loop had in it
        self._loop.call_exception_handler(
            {
                "message": f"{self.name} failed, and nobody awaited its handler or read its stream",
                "exception": self.error,
            }
        )
