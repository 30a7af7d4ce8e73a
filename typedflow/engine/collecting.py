"""The buffers of `ctx.collect_events`: events put by until all that are expected have come."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from typedflow.events import Event

__all__ = ["Buffer"]


class Buffer:
    """Events by class, in the order in which they came. Putting one by costs the same however many there are."""

    __slots__ = ("_by_class", "_size")

    def __init__(self) -> None:
        self._by_class: dict[type[Event], deque[Event]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Event]:
        for events in self._by_class.values():
            yield from events

    def add(self, event: Event) -> None:
        """Put `event` by."""
        self._by_class.setdefault(type(event), deque()).append(event)
        self._size += 1

    def take(self, expected: Sequence[type[Event]]) -> list[Event] | None:
        """One event for each of `expected`, in that order, oldest first; None, and nothing taken, while one is missing.

        An event goes to a place of its own class before one of a base class.
        """
        if self._size < len(expected):
            return None
        taken: list[Event | None] = []
        used: dict[type[Event], int] = {}
        for kind in expected:
            taken.append(self._next(kind, used))
        for place, kind in enumerate(expected):
            if taken[place] is None:
                taken[place] = self._next_derived(kind, used)
                if taken[place] is None:
                    return None
        for kind, count in used.items():
            events = self._by_class[kind]
            for _ in range(count):
                events.popleft()
            if not events:
                del self._by_class[kind]
            self._size -= count
        return [event for event in taken if event is not None]

    def _next(self, kind: type[Event], used: dict[type[Event], int]) -> Event | None:
        events = self._by_class.get(kind)
        position = used.get(kind, 0)
        if events is None or position >= len(events):
            return None
        used[kind] = position + 1
        return events[position]

    def _next_derived(self, kind: type[Event], used: dict[type[Event], int]) -> Event | None:
        for candidate in self._by_class:
            if issubclass(candidate, kind):
                event = self._next(candidate, used)
                if event is not None:
                    return event
        return None
