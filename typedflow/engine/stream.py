"""The events that a run shows to the outside, in order, for any number of readers.

Each reader sees everything from the start (or from where it joined). At least the newest `limit` events are kept for
readers to come; a reader that falls further behind is told how many it has missed, so memory is bounded and nothing is
lost in silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from typedflow.errors import WorkflowRuntimeError
from typedflow.events import Event

__all__ = ["DEFAULT_LIMIT", "EventStream"]

DEFAULT_LIMIT = 65_536


class EventStream:
    """The stream of one run. `publish` never waits; `close` ends every reader after the last event."""

    __slots__ = ("_closed", "_events", "_first", "_limit", "_sleeping")

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._events: list[Event] | None = None
        self._first = 0
        self._closed = False
        self._sleeping: dict[asyncio.Future[None], None] | None = None

    def publish(self, event: Event) -> None:
        """Show `event` to every reader; one that comes after the end is shown to nobody."""
        if self._closed:
            return
        if self._events is None:
            self._events = []
        self._events.append(event)
        if len(self._events) >= 2 * self._limit:  # trimmed by the half, so that it costs constant time an event
            del self._events[: self._limit]
            self._first += self._limit
        if self._sleeping:
            self._wake()

    def close(self) -> None:
        """No more events: readers end when they have read what is there."""
        self._closed = True
        if self._sleeping:
            self._wake()

    async def read(self, *, from_start: bool = True) -> AsyncGenerator[Event, None]:
        """The events, as they come, until the stream is closed.

        Raises `WorkflowRuntimeError` where the reader has fallen more than the limit behind.
        """
        position = self._first if from_start else self._first + len(self._events or ())
        while True:
            events = self._events or ()
            if position < self._first:
                raise WorkflowRuntimeError(
                    f"this reader of the event stream has missed {self._first - position} events: only the newest "
                    f"{self._limit} are kept; read faster, or give the workflow a larger stream_limit"
                )
            if position < self._first + len(events):
                yield events[position - self._first]
                position += 1
            elif self._closed:
                return
            else:
                await self._sleep()

    async def _sleep(self) -> None:
        sleeping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._sleeping is None:
            self._sleeping = {}
        self._sleeping[sleeping] = None
        try:
            await sleeping
        finally:
            if self._sleeping is not None:
                self._sleeping.pop(sleeping, None)

    def _wake(self) -> None:
        sleeping, self._sleeping = self._sleeping or {}, None
        for future in sleeping:
            if not future.done():
                future.set_result(None)
