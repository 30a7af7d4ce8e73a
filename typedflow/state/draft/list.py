"""Drafts of lists: a real list whose storage is always current, with a note of where it was changed.

What is noted is a window. The first `_prefix` and the last `_suffix` elements still stand where they stood in the base;
among these, `_head` (counted from the start) and `_tail` (from the end) name the positions that were handed out as a
draft or assigned; `_run` names those that a loop has drafted one after another. Everything between is new. A commit
looks at those positions and at that window, and at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any

from typedflow.state.draft.registry import OPEN_RUNS, OPENERS, DraftHost, register, set_class, write_late
from typedflow.state.readonly import ReadOnlyFlatList, ReadOnlyList, TrackedList

__all__ = ["DraftFlatList", "DraftList", "adopt_list", "deepen_list", "noted_in_head", "open_list"]

_get = list.__getitem__
_set = list.__setitem__
_new = list.__new__

_STREAK, _AHEAD = 8, 64
"""An iteration that has drafted so many elements of one class drafts as many again at once, but at most so many."""

_NO_RUN = range(0)


class _Writes(TrackedList):
    """The writing half, which notes what it changes."""

    __slots__ = ()

    def _splice(self, start: int, stop: int, what: str) -> None:
        """Note that the elements from `start` to `stop` (as they are now) are about to be replaced."""
        if not self._scope.writable:
            write_late(self, self._scope, what)
        length = list.__len__(self)
        if self._run:
            self._head.update(self._run)
            self._run = _NO_RUN
        if self._base is not None and self._prefix == self._suffix == length == len(self._base) and self._head:
            # The first change of structure: what was noted so far behind it is from now on counted from the end.
            self._tail = {length - place for place in self._head if place >= stop}
        if start < self._prefix:
            self._prefix = start
        if length - stop < self._suffix:
            self._suffix = length - stop

    def _touch(self, place: int) -> None:
        """Note that the element at `place` may become another; nothing moves."""
        if place < self._prefix:
            self._head.add(place)
        else:
            from_end = list.__len__(self) - place
            if from_end <= self._suffix:
                self._tail.add(from_end)

    def append(self, value: Any) -> None:
        length = list.__len__(self)
        self._splice(length, length, ".append()")
        list.append(self, value)

    def extend(self, values: Iterable[Any]) -> None:
        values = [*values]
        length = list.__len__(self)
        self._splice(length, length, ".extend()")
        list.extend(self, values)

    def __iadd__(self, values: Iterable[Any]) -> Any:  # type: ignore[misc]  # wider than the addition
        self.extend(values)
        return self

    def __imul__(self, count: Any) -> Any:  # type: ignore[misc]  # as the list's
        length = list.__len__(self)
        if count > 1:
            self.extend([*self] * (count - 1))
        elif count < 1:
            self._splice(0, length, " *=")
            list.clear(self)
        return self

    def insert(self, index: Any, value: Any) -> None:
        length = list.__len__(self)
        place = slice(index, None).indices(length)[0]  # as list.insert clamps it
        self._splice(place, place, ".insert()")
        list.insert(self, place, value)

    def pop(self, index: Any = -1) -> Any:
        value = self[index]
        place = range(list.__len__(self))[index]
        self._splice(place, place + 1, ".pop()")
        list.__delitem__(self, place)
        return value

    def remove(self, value: Any) -> None:
        place = list.index(self, value)
        self._splice(place, place + 1, ".remove()")
        list.__delitem__(self, place)

    def clear(self) -> None:
        self._splice(0, list.__len__(self), ".clear()")
        list.clear(self)

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        self._splice(0, list.__len__(self), ".sort()")
        list.sort(self, key=key, reverse=reverse)

    def reverse(self) -> None:
        self._splice(0, list.__len__(self), ".reverse()")
        list.reverse(self)

    def __setitem__(self, index: Any, value: Any) -> None:
        if not self._scope.writable:
            write_late(self, self._scope, "[...] =")
        if isinstance(index, slice):
            places = range(list.__len__(self))[index]
            value = [*value]
            if places.step == 1:
                self._splice(places.start, max(places.start, places.stop), "[...] =")
            elif places:
                self._splice(min(places[0], places[-1]), max(places[0], places[-1]) + 1, "[...] =")
            _set(self, index, value)
        else:
            place = range(list.__len__(self))[index] if -list.__len__(self) <= index < list.__len__(self) else None
            _set(self, index, value)
            if place is not None:
                self._touch(place)

    def __delitem__(self, index: Any) -> None:
        if isinstance(index, slice):
            places = range(list.__len__(self))[index]
            if places:
                self._splice(min(places[0], places[-1]), max(places[0], places[-1]) + 1, "[...] (del)")
        elif -list.__len__(self) <= index < list.__len__(self):
            place = range(list.__len__(self))[index]
            self._splice(place, place + 1, "[...] (del)")
        list.__delitem__(self, index)


class DraftFlatList(_Writes):
    """A draft of a list of scalars: it reads as a list does, in C."""

    __slots__ = ()


class DraftList(_Writes):
    """A draft of a list whose elements are drafted as they are read."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        value = _get(self, index)
        opener = OPENERS[type(value)]
        if opener is None:
            if isinstance(index, slice):
                length = list.__len__(self)
                return [self[place] for place in range(length)[index]]
            return value
        scope = self._scope
        if not scope.open:
            return value
        child = opener(value, scope)
        if child is not value:
            place = index if index >= 0 else index + list.__len__(self)
            _set(self, place, child)
            if place < self._prefix:
                self._head.add(place)
            else:
                self._touch(place)
        return child

    def __iter__(self) -> Iterator[Any]:
        # The list's own iterator, in C, over a storage in which elements are drafted when they are reached, or in runs
        # ahead of it where there are many of one class. (An undrafted one may also have been put there meanwhile.)
        scope, openers = self._scope, OPENERS
        last: type | None = None
        drafted: type | None = None
        streak = 0
        for place, value in enumerate(list.__iter__(self)):
            cls = type(value)
            if cls is not drafted:
                opener = openers[cls]
                if opener is not None and scope.open:
                    if cls is not last:
                        last, streak = cls, 0
                    if streak >= _STREAK and cls in OPEN_RUNS:
                        run = self._draft_run(place, min(streak, _AHEAD), cls)
                        value = run[0]
                        streak += len(run)
                    else:
                        child = opener(value, scope)
                        if child is not value:
                            _set(self, place, child)
                            if place < self._prefix:
                                self._head.add(place)
                            else:
                                self._touch(place)
                            value = child
                        streak += 1
                    drafted = type(value)
            yield value

    def _draft_run(self, start: int, most: int, cls: type) -> list[Any]:
        """Draft the elements from `start` on, as far as they are of this class."""
        run = _get(self, slice(start, start + most))
        if [*map(type, run)].count(cls) != len(run):
            run = [*takewhile(lambda value: type(value) is cls, run)]
        drafts = OPEN_RUNS[cls](run, self._scope)
        stop = start + len(drafts)
        _set(self, slice(start, stop), drafts)
        known = self._run or range(start, start)
        if stop <= self._prefix and known.stop == start:
            self._run = range(known.start, stop)
        else:
            for place in range(start, stop):
                self._touch(place)
        return drafts

    def __reversed__(self) -> Iterator[Any]:
        for place in range(list.__len__(self) - 1, -1, -1):
            if place < list.__len__(self):
                yield self[place]

    def copy(self) -> list[Any]:
        return [*self]

    def __add__(self, other: Any) -> Any:
        return [*self] + other  # noqa: RUF005

    def __radd__(self, other: Any) -> Any:
        return other + [*self]  # noqa: RUF005

    def __mul__(self, count: Any) -> Any:
        return [*self] * count

    __rmul__ = __mul__


def noted_in_head(draft: Any) -> Sequence[int]:
    """The positions that are noted, counted from the start; each once. (Of those behind a change of structure, and
    counted from the end, `_tail` tells.)

    That a loop has gone through all of a long list takes no set of all positions: it would be a quarter of the memory
    that the drafts take.
    """
    run = draft._run
    if not run:
        return [*draft._head]
    others = [place for place in draft._head if place not in run]
    length = list.__len__(draft)
    return range(length) if len(run) + len(others) == length else [*others, *run]


def _opener(draft_class: type[_Writes]) -> Callable[[Any, DraftHost], Any]:
    def open_(base: list[Any], scope: DraftHost) -> Any:
        draft = _new(draft_class)
        list.extend(draft, base)
        draft._base = base
        draft._scope = scope
        draft._prefix = draft._suffix = len(base)
        draft._head = set()
        draft._run = _NO_RUN
        draft._tail = set()
        scope.drafts.append(draft)
        return draft

    return open_


def _freeze(draft: Any) -> None:
    set_class(draft, ReadOnlyFlatList if type(draft) is DraftFlatList else ReadOnlyList)
    draft._base = draft._head = draft._tail = draft._run = draft._scope = None


def _reset(draft: Any) -> None:
    list.__init__(draft, list.__iter__(draft._base))


_open_deep, _open_flat = _opener(DraftList), _opener(DraftFlatList)
register("list", list, ReadOnlyList, DraftList, _open_deep, _freeze, _reset)
register("list", list, ReadOnlyFlatList, DraftFlatList, _open_flat, _freeze, _reset)


def open_list(base: list[Any], scope: DraftHost) -> Any:
    """A draft of the committed list `base`."""
    return (_open_flat if type(base) is ReadOnlyFlatList else _open_deep)(base, scope)


def adopt_list(value: Iterable[Any], scope: DraftHost, flat: bool) -> Any:
    """A draft that holds what the plain `value` holds, and has no base: all of it is new."""
    draft: Any = _new(DraftFlatList if flat else DraftList)
    list.extend(draft, value)
    draft._base = None
    draft._scope = scope
    draft._prefix = draft._suffix = 0
    draft._head, draft._tail, draft._run = set(), set(), _NO_RUN
    return draft


def deepen_list(draft: Any) -> None:
    """A list of scalars has moved to a place that takes more than scalars: from now on what is read from it is
    drafted.
    """
    if type(draft) is DraftFlatList:
        set_class(draft, DraftList)
