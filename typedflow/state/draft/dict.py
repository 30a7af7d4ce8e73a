"""Drafts of dicts (and of defaultdict, OrderedDict and Counter): real ones whose storage is always current.

`_touched` names the keys that were written, removed or handed out as a draft. A commit looks at those and at nothing
else.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any

from typedflow.state.draft.registry import NOTED, OPENERS, DraftHost, register, set_class, write_late
from typedflow.state.readonly import (
    FACTORY,
    ReadOnlyCounter,
    ReadOnlyDefaultDict,
    ReadOnlyDict,
    ReadOnlyFlatDict,
    ReadOnlyOrderedDict,
    TrackedCounter,
    TrackedDefaultDict,
    TrackedDict,
    TrackedOrderedDict,
)

__all__ = [
    "DraftCounter",
    "DraftDefaultDict",
    "DraftDict",
    "DraftFlatDict",
    "DraftOrderedDict",
    "adopt_dict",
    "deepen_dict",
    "open_dict",
]

_MISSING: Any = object()


class _Values(ValuesView[Any]):
    """`values()` of a draft: iterating it drafts what it yields."""

    _mapping: Any

    def __iter__(self) -> Iterator[Any]:
        return (value for _, value in self._mapping._drafting())

    def __repr__(self) -> str:
        return f"dict_values({[*self]!r})"

    def __reversed__(self) -> Iterator[Any]:
        return (self._mapping[key] for key in reversed(self._mapping))


class _Items(ItemsView[Any, Any]):
    """`items()` of a draft: iterating it drafts the values that it yields."""

    _mapping: Any

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return self._mapping._drafting()  # type: ignore[no-any-return]  # a mapping of any type

    def __repr__(self) -> str:
        return f"dict_items({[*self]!r})"

    def __reversed__(self) -> Iterator[Any]:
        return ((key, self._mapping[key]) for key in reversed(self._mapping))


def _methods(plain: Any, deep: bool) -> dict[str, Any]:
    """The methods of a draft over `plain` (dict, defaultdict, OrderedDict or Counter): writes always, reads where
    values are drafted.
    """
    get, put, remove = plain.__getitem__, plain.__setitem__, plain.__delitem__

    def note(self: Any, key: Any, what: str) -> None:
        if not self._scope.writable:
            write_late(self, self._scope, what)
        self._touched[key] = NOTED

    def __setitem__(self: Any, key: Any, value: Any) -> None:
        if not self._scope.writable:
            write_late(self, self._scope, f"[{key!r}] =")
        put(self, key, value)
        self._touched[key] = NOTED

    def __delitem__(self: Any, key: Any) -> None:
        if not self._scope.writable:
            write_late(self, self._scope, f"[{key!r}] (del)")
        remove(self, key)
        self._touched[key] = NOTED

    def pop(self: Any, key: Any, default: Any = _MISSING) -> Any:
        if not self._scope.writable:
            write_late(self, self._scope, ".pop()")
        if key not in self:
            if default is _MISSING:
                raise KeyError(key)
            return default
        value = self[key]
        remove(self, key)
        self._touched[key] = NOTED
        return value

    def popitem(self: Any, last: bool = True) -> Any:
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self) if last else iter(self))
        return key, pop(self, key)

    def setdefault(self: Any, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self: Any, other: Any = (), /, **named: Any) -> None:
        for key, value in dict(other, **named).items():
            self[key] = value

    def clear(self: Any) -> None:
        for key in [*dict.keys(self)]:
            note(self, key, ".clear()")
        plain.clear(self)

    def __ior__(self: Any, other: Any) -> Any:
        self.update(other)
        return self

    def draft_at(self: Any, key: Any) -> Any:
        value = get(self, key)
        opener = OPENERS[type(value)]
        if opener is None or not self._scope.open:
            return value
        child = opener(value, self._scope)
        if child is not value:
            put(self, key, child)
            self._touched[key] = NOTED
        return child

    def _drafting(self: Any) -> Iterator[tuple[Any, Any]]:
        """The pairs, each value drafted when its turn comes."""
        scope, openers, touched = self._scope, OPENERS, self._touched
        for pair in plain.items(self):
            key, value = pair
            opener = openers[type(value)]
            if opener is not None and scope.open:
                child = opener(value, scope)
                if child is not value:
                    put(self, key, child)
                    touched[key] = NOTED
                    pair = key, child
            yield pair

    def get_(self: Any, key: Any, default: Any = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401

    def values(self: Any) -> Any:
        return _Values(self)

    def items(self: Any) -> Any:
        return _Items(self)

    def __iter__(self: Any) -> Any:
        # Overridden so that C code that copies dicts (`dict(d)`, `{**d}`) asks for each value instead of taking the
        # storage.
        return dict.__iter__(self) if plain is not OrderedDict else OrderedDict.__iter__(self)

    def copy(self: Any) -> Any:
        return plain(self.items()) if plain is not defaultdict else defaultdict(self.default_factory, self.items())

    def __or__(self: Any, other: Any) -> Any:
        return copy(self).__or__(other)

    def __ror__(self: Any, other: Any) -> Any:
        return other | copy(self)

    writes = [__setitem__, __delitem__, pop, popitem, setdefault, update, clear, __ior__]
    reads = [_drafting, values, items, __iter__, copy, __or__, __ror__] if deep else []
    methods = {method.__name__: method for method in (*writes, *reads)}
    if deep:
        methods |= {"__getitem__": draft_at, "get": get_, "__copy__": copy}
    return methods


DraftDict: Any = type("DraftDict", (TrackedDict,), {"__slots__": (), **_methods(dict, True)})
DraftFlatDict: Any = type("DraftFlatDict", (TrackedDict,), {"__slots__": (), **_methods(dict, False)})


def _set_factory(draft: Any, factory: Any) -> None:
    if not draft._scope.writable:
        write_late(draft, draft._scope, ".default_factory =")
    FACTORY.__set__(draft, factory)


DraftDefaultDict: Any = type(
    "DraftDefaultDict",
    (TrackedDefaultDict,),
    {
        "__slots__": (),
        **_methods(defaultdict, True),
        "default_factory": property(FACTORY.__get__, _set_factory),
    },
)


class DraftOrderedDict(TrackedOrderedDict):
    """A draft of an OrderedDict. Its order is content: a move is a change."""

    __slots__ = ()

    def move_to_end(self, key: Any, last: bool = True) -> None:
        if not self._scope.writable:
            write_late(self, self._scope, ".move_to_end()")
        OrderedDict.move_to_end(self, key, last)
        self._touched[key] = NOTED


for _name, _method in _methods(OrderedDict, True).items():
    setattr(DraftOrderedDict, _name, _method)


class DraftCounter(TrackedCounter):
    """A draft of a Counter. What a Counter does in its own way it does by setting and deleting items, which is noted."""

    __slots__ = ()

    def update(self, iterable: Any = None, /, **counts: Any) -> None:
        if not self and isinstance(iterable, Mapping):
            for key, count in dict(iterable).items():  # a Counter takes these over in C, past the class
                self[key] = count
        else:
            Counter.update(self, iterable)
        if counts:
            self.update(counts)


_COUNTER_OWN = ("update", "copy", "__copy__", "__or__", "__ror__", "__ior__")
for _name, _method in _methods(Counter, True).items():
    if _name not in _COUNTER_OWN:
        setattr(DraftCounter, _name, _method)


def _opener(draft_class: Any) -> Callable[[Any, DraftHost], Any]:
    new = _new_of(draft_class)

    def open_(base: Any, scope: DraftHost) -> Any:
        draft = new(draft_class)
        if draft_class is DraftOrderedDict:
            # An OrderedDict may fill itself only through its own __setitem__, which notes.
            draft._scope, draft._touched = scope, {}
            for key, value in OrderedDict.items(base):
                OrderedDict.__setitem__(draft, key, value)
        else:
            dict.update(draft, base)
            if draft_class is DraftDefaultDict:
                FACTORY.__set__(draft, base.default_factory)
        draft._base = base
        draft._scope = scope
        draft._touched = {}
        scope.drafts.append(draft)
        return draft

    return open_


def _new_of(draft_class: Any) -> Any:
    """The `__new__` of the plain class: that of a draft class makes plain values."""
    return next(plain.__new__ for plain in (OrderedDict, defaultdict, Counter, dict) if issubclass(draft_class, plain))


def _freeze(draft: Any) -> None:
    set_class(draft, _FROZEN[type(draft)])
    draft._base = draft._touched = draft._scope = None


def _reset(draft: Any) -> None:
    base = draft._base
    if isinstance(draft, OrderedDict):
        OrderedDict.clear(draft)
        for key, value in OrderedDict.items(base):
            OrderedDict.__setitem__(draft, key, value)
    else:
        dict.clear(draft)
        dict.update(draft, base)
        if isinstance(draft, defaultdict):
            FACTORY.__set__(draft, base.default_factory)


_PAIRS: tuple[tuple[str, type, Any, Any], ...] = (
    ("dict", dict, ReadOnlyDict, DraftDict),
    ("dict", dict, ReadOnlyFlatDict, DraftFlatDict),
    ("defaultdict", defaultdict, ReadOnlyDefaultDict, DraftDefaultDict),
    ("ordereddict", OrderedDict, ReadOnlyOrderedDict, DraftOrderedDict),
    ("counter", Counter, ReadOnlyCounter, DraftCounter),
)
_FROZEN = {draft_class: read_only for _, _, read_only, draft_class in _PAIRS}
for _kind, _plain, _read_only, _draft in _PAIRS:
    register(_kind, _plain, _read_only, _draft, _opener(_draft), _freeze, _reset)


def open_dict(base: Any, scope: DraftHost) -> Any:
    """A draft of the committed dict `base`."""
    opener = OPENERS[type(base)]
    assert opener is not None
    return opener(base, scope)


def adopt_dict(value: Any, scope: DraftHost, flat: bool) -> Any:
    """A draft that holds what the plain `value` holds, and has no base: all of it is new."""
    draft: Any
    if isinstance(value, OrderedDict):
        draft = OrderedDict.__new__(DraftOrderedDict)
    elif isinstance(value, defaultdict):
        draft = defaultdict.__new__(DraftDefaultDict)
        FACTORY.__set__(draft, value.default_factory)
    elif isinstance(value, Counter):
        draft = dict.__new__(DraftCounter)
    else:
        draft = dict.__new__(DraftFlatDict if flat else DraftDict)
    draft._scope, draft._touched, draft._base = scope, {}, None
    # As stored: `value` may be a draft itself, and asking it for its items would draft them.
    if isinstance(value, OrderedDict):
        for key, item in OrderedDict.items(value):
            OrderedDict.__setitem__(draft, key, item)
    else:
        for key, item in dict.items(value):
            dict.__setitem__(draft, key, item)
    return draft


def deepen_dict(draft: Any) -> None:
    """A dict of scalars has moved to a place that takes more than scalars: from now on what is read from it is
    drafted.
    """
    if type(draft) is DraftFlatDict:
        set_class(draft, DraftDict)
