"""Chunked lists in a state: `ChunkedList[T]` (see `typedflow/state/chunked.py`) as it is committed, edited and settled."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from copy import deepcopy
from itertools import accumulate, chain
from typing import Any

from typedflow.state.draft.list import adopt_list, open_list
from typedflow.state.draft.place import ListPlace
from typedflow.state.draft.registry import OPENERS, DraftHost, is_draft, is_read_only, register, set_class, write_late
from typedflow.state.draft.same import same
from typedflow.state.draft.settle_list import settle_list
from typedflow.state.draft.settlement import MISSING, Loc, Offset, Settlement
from typedflow.state.readonly import refuse_write

__all__ = ["SIZE", "ChunkedPlace", "Chunks", "ReadOnlyChunks"]

SIZE = 1024
"""Elements of a chunk. A change copies one chunk and the list of chunks: for a million elements some 1,000 pointers
each, which is the least in sum.
"""


class Chunks(MutableSequence[Any]):
    """The elements in chunks: `_chunks` of tracked lists, `_starts` the index of the first element of each."""

    __slots__ = ("_base", "_chunks", "_length", "_place", "_scope", "_starts", "_touched")
    _base: Any  # Any, here and below: the committed value and the scope, of whatever class
    _chunks: list[Any]
    _length: int
    _place: Any
    _scope: Any
    _starts: list[int] | None
    _touched: set[int] | None
    __hash__ = None  # type: ignore[assignment]  # as for lists

    def raw(self) -> list[Any]:
        """The elements as they are stored, nothing drafted."""
        return [*chain.from_iterable(map(list.__iter__, self._chunks))]

    def _locate(self, index: int) -> tuple[int, int]:
        """Which chunk, and where in it."""
        if index < 0:
            index += self._length
        if not 0 <= index < self._length:
            raise IndexError("list index out of range")
        if self._starts is None:
            self._starts = [*accumulate(map(len, self._chunks[:-1]), initial=0)]
        number = bisect_right(self._starts, index) - 1
        return number, index - self._starts[number]

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(self._length)[index]]
        number, offset = self._locate(index)
        return self._chunks[number][offset]

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._chunks)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Chunks):
            return self._length == other._length and self.raw() == other.raw()
        return self.raw() == other if isinstance(other, list) else NotImplemented

    def __repr__(self) -> str:
        return repr(self.raw())

    def __add__(self, other: Any) -> list[Any]:
        return [*self, *other]

    def __radd__(self, other: Any) -> list[Any]:
        return [*other, *self]

    def copy(self) -> list[Any]:
        return [*self]

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return deepcopy(self.raw(), memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return list, (), None, iter(self.raw())

    def _refused(self, *args: Any, **named: Any) -> Any:
        refuse_write(self, " (ChunkedList)")

    __setitem__ = __delitem__ = insert = append = extend = pop = remove = clear = reverse = sort = __iadd__ = _refused


class ReadOnlyChunks(Chunks):
    """A committed chunked list."""

    __slots__ = ()


class DraftChunks(Chunks):
    """A draft of a chunked list: `_touched` are the numbers of the chunks that were drafted, None where chunks
    moved.
    """

    __slots__ = ()

    def _own(self, number: int) -> Any:
        """The chunk as a draft of this edit."""
        chunk = self._chunks[number]
        if is_read_only(chunk):
            if self._chunks is self._base._chunks:
                self._chunks = self._chunks.copy()
            chunk = self._chunks[number] = open_list(chunk, self._scope)
            if self._touched is not None:
                self._touched.add(number)
        return chunk

    def _writing(self, what: str) -> None:
        if not self._scope.writable:
            write_late(self, self._scope, what)

    def _resized(self, number: int, by: int) -> None:
        """A chunk has grown or shrunk: split it when it is too long, drop it when it is empty."""
        self._length += by
        if number < len(self._chunks) - 1:
            self._starts = None
        chunk = self._chunks[number]
        length = list.__len__(chunk)
        if length > 2 * SIZE or (length == 0 and len(self._chunks) > 1):
            halves = [list.__getitem__(chunk, slice(at, at + SIZE)) for at in range(0, length, SIZE)]
            self._chunks[number : number + 1] = [adopt_list(half, self._scope, self._place.flat) for half in halves]
            self._touched = self._starts = None

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(self._length)[index]]
        number, offset = self._locate(index)
        chunk = self._chunks[number]
        value = list.__getitem__(chunk, offset)
        if OPENERS[type(value)] is None or not self._scope.open:
            return value
        return self._own(number)[offset]

    def __iter__(self) -> Iterator[Any]:
        number = 0
        while number < len(self._chunks):
            chunk = self._chunks[number]
            if self._place.flat or not self._scope.open:
                yield from list.__iter__(chunk)
            else:
                yield from self._own(number)
            number += 1

    def __setitem__(self, index: Any, value: Any) -> None:
        self._writing("[...] =")
        if isinstance(index, slice):
            whole = [*self]
            whole[index] = value
            self._refill(whole)
        else:
            number, offset = self._locate(index)
            self._own(number)[offset] = value

    def __delitem__(self, index: Any) -> None:
        self._writing("[...] (del)")
        if isinstance(index, slice):
            whole = [*self]
            del whole[index]
            self._refill(whole)
        else:
            number, offset = self._locate(index)
            del self._own(number)[offset]
            self._resized(number, -1)

    def insert(self, index: int, value: Any) -> None:
        self._writing(".insert()")
        place = slice(index, None).indices(self._length)[0]
        if place == self._length:
            self.append(value)
            return
        number, offset = self._locate(place)
        self._own(number).insert(offset, value)
        self._resized(number, 1)

    def append(self, value: Any) -> None:
        self._writing(".append()")
        number = len(self._chunks) - 1
        if number < 0 or list.__len__(self._chunks[number]) >= SIZE:
            if self._base is not None and self._chunks is self._base._chunks:
                self._chunks = self._chunks.copy()
            self._chunks.append(adopt_list((), self._scope, self._place.flat))
            number += 1
            if self._starts is not None:
                self._starts = [*self._starts, self._length]
            if self._touched is not None:
                self._touched.add(number)
        self._own(number).append(value)
        self._length += 1

    def extend(self, values: Iterable[Any]) -> None:
        for value in [*values]:
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> Any:  # type: ignore[misc]  # wider than the addition
        self.extend(values)
        return self

    def pop(self, index: int = -1) -> Any:
        value = self[index]
        del self[index]
        return value

    def remove(self, value: Any) -> None:
        del self[self.raw().index(value)]

    def clear(self) -> None:
        self._writing(".clear()")
        self._refill([])

    def reverse(self) -> None:
        self._writing(".reverse()")
        self._refill([*self][::-1])

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        self._writing(".sort()")
        self._refill(sorted(self, key=key, reverse=reverse))

    def _refill(self, values: list[Any]) -> None:
        self._chunks = [
            adopt_list(values[at : at + SIZE], self._scope, self._place.flat) for at in range(0, len(values), SIZE)
        ]
        self._length, self._starts, self._touched = len(values), None, None


def _open(base: Any, scope: DraftHost) -> Any:
    draft: Any = object.__new__(DraftChunks)
    draft._base, draft._chunks, draft._length, draft._starts = base, base._chunks, base._length, base._starts
    draft._place, draft._scope, draft._touched = base._place, scope, set()
    scope.drafts.append(draft)
    return draft


def _freeze(draft: Any) -> None:
    set_class(draft, ReadOnlyChunks)
    draft._base = draft._scope = draft._touched = None


def _reset(draft: Any) -> None:
    base = draft._base
    draft._chunks, draft._length, draft._starts = base._chunks, base._length, base._starts


register("chunked", list, ReadOnlyChunks, DraftChunks, _open, _freeze, _reset)


class ChunkedPlace(ListPlace):
    """The place of a chunked list: each chunk that was touched is settled as a list of its own."""

    @property
    def flat(self) -> bool:
        return self.bulk is not None

    exposed = False  # of its chunks nobody gets hold; a plain list that comes in is new all over

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if value is old:
            return old
        if isinstance(value, DraftChunks) and is_draft(value) and value._scope is run.scope:
            in_place = value._base is not None and value._base is old and value._touched is not None
            if in_place:
                return self._settle_touched(value, old, run, loc)
        if isinstance(value, Chunks):
            value = value.raw()
        settled = super().settle(value, MISSING, run, loc)
        if not isinstance(settled, list):
            return settled
        if isinstance(old, Chunks) and len(old) == list.__len__(settled) and _all_same(settled, old):
            return old
        return self._in_chunks(settled, run)

    def _in_chunks(self, values: list[Any], run: Settlement) -> Any:
        draft: Any = object.__new__(DraftChunks)
        draft._length = list.__len__(values)
        draft._chunks = [
            adopt_list(list.__getitem__(values, slice(at, at + SIZE)), run.scope, self.flat)
            for at in range(0, draft._length, SIZE)
        ]
        draft._base = draft._starts = draft._touched = None
        draft._place, draft._scope = self, run.scope
        run.fresh += [*draft._chunks, draft]
        return draft

    def _settle_touched(self, draft: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        chunks, before = draft._chunks, old._chunks
        changed = len(chunks) != len(before)
        for number in draft._touched:
            chunk = chunks[number]
            stood = before[number] if number < len(before) else MISSING
            if chunk is stood:
                continue
            # The index of the first element is worked out only if there is something to tell.
            start = Offset(lambda number=number: sum(map(len, chunks[:number])))  # type: ignore[misc]  # a default binds it now
            settled = settle_list(chunk, self, stood, run, (loc, start))
            chunks[number] = settled
            changed = changed or settled is not stood
        self.check_length(draft._length, draft, run, loc)
        if not changed:
            return old
        run.fresh.append(draft)
        return draft

    def check_length(self, length: int, value: Any, run: Settlement, loc: Loc) -> None:
        if not (loc and isinstance(loc[1], Offset)):  # a chunk may be of any length
            super().check_length(length, value, run, loc)


def _all_same(values: Any, old: Chunks) -> bool:
    return all(one is other or same(one, other) for one, other in zip(list.__iter__(values), old, strict=False))
