"""Drafts of sets and deques: real ones that are compared with their base at the commit, so nothing need be noted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from typedflow.state.draft.registry import OPENERS, DraftHost, register, set_class, write_late
from typedflow.state.readonly import ReadOnlyDeque, ReadOnlySet, TrackedDeque, TrackedSet

__all__ = ["DraftDeque", "DraftSet", "adopt_deque", "adopt_set"]


def _guarded(plain: type, name: str) -> Callable[..., Any]:
    """The method of the plain class, refused once the scope is closed."""
    method = getattr(plain, name)

    def write(self: Any, *args: Any) -> Any:
        if not self._scope.writable:
            write_late(self, self._scope, f".{name}()")
        return method(self, *args)

    write.__name__ = name
    return write


class DraftSet(TrackedSet):
    """A draft of a set."""

    __slots__ = ()


for _name in (
    *("add", "clear", "discard", "pop", "remove", "update", "difference_update", "intersection_update"),
    *("symmetric_difference_update", "__iand__", "__ior__", "__isub__", "__ixor__"),
):
    setattr(DraftSet, _name, _guarded(set, _name))


class DraftDeque(TrackedDeque):
    """A draft of a deque whose elements are drafted as they are read."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        value = deque.__getitem__(self, index)
        opener = OPENERS[type(value)]
        if opener is None or not self._scope.open:
            return value
        child = opener(value, self._scope)
        if child is not value:
            deque.__setitem__(self, index, child)
        return child

    def __iter__(self) -> Iterator[Any]:
        length = len(self)
        for place in range(length):
            if len(self) != length:
                raise RuntimeError("deque mutated during iteration")
            yield self[place]

    def __reversed__(self) -> Iterator[Any]:
        for place in range(len(self) - 1, -1, -1):
            yield self[place]

    def pop(self) -> Any:  # type: ignore[override]  # the stub's signature is positional-only
        if self:
            self[-1]  # draft it, so that what is taken out can be edited
        return _pop(self)

    def popleft(self) -> Any:
        if self:
            self[0]
        return _popleft(self)


_pop, _popleft = _guarded(deque, "pop"), _guarded(deque, "popleft")
for _name in (
    *("append", "appendleft", "clear", "extend", "extendleft", "insert", "remove", "reverse"),
    *("rotate", "__setitem__", "__delitem__", "__iadd__", "__imul__"),
):
    setattr(DraftDeque, _name, _guarded(deque, _name))


def _open_set(base: Any, scope: DraftHost) -> Any:
    draft: Any = set.__new__(DraftSet)
    set.update(draft, base)
    draft._base, draft._scope = base, scope
    scope.drafts.append(draft)
    return draft


def _open_deque(base: Any, scope: DraftHost) -> Any:
    draft: Any = deque.__new__(DraftDeque)
    deque.__init__(draft, deque.__iter__(base), base.maxlen)
    draft._base, draft._scope = base, scope
    scope.drafts.append(draft)
    return draft


def _freezer(read_only: type) -> Callable[[Any], None]:
    def freeze(draft: Any) -> None:
        set_class(draft, read_only)
        draft._base = draft._scope = None

    return freeze


def _reset_set(draft: Any) -> None:
    set.clear(draft)
    set.update(draft, draft._base)


def _reset_deque(draft: Any) -> None:
    deque.clear(draft)
    deque.extend(draft, deque.__iter__(draft._base))


register("set", set, ReadOnlySet, DraftSet, _open_set, _freezer(ReadOnlySet), _reset_set)
register("deque", deque, ReadOnlyDeque, DraftDeque, _open_deque, _freezer(ReadOnlyDeque), _reset_deque)


def adopt_set(value: Iterable[Any], scope: DraftHost) -> Any:
    """A draft that holds what the plain `value` holds, and has no base."""
    draft: Any = set.__new__(DraftSet)
    set.update(draft, value)
    draft._base, draft._scope = None, scope
    return draft


def adopt_deque(value: Any, scope: DraftHost) -> Any:
    """A draft that holds what the plain `value` holds, and has no base."""
    draft: Any = deque.__new__(DraftDeque)
    deque.__init__(draft, deque.__iter__(value), value.maxlen)
    draft._base, draft._scope = None, scope
    return draft
