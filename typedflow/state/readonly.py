"""Committed values: real lists, dicts and sets (and models, see `draft/model.py`) that refuse every change.

Each container has three classes. `TrackedList` is a `list` with room for what a draft must remember; `ReadOnlyList` is
what a committed state holds; `DraftList` (in `draft/list.py`) is what an edit sees. The last two have one layout, so a
draft becomes the committed value by a change of its class, not by a copy.

Reads are those of the plain type, in C. Writes that C code makes past the class (`heapq.heappush(x, 1)`,
`list.append(x, 1)`) cannot be refused; docs/state-drafts.md lists them.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NoReturn

from typedflow.errors import DraftClosedError, StateReadOnlyError

__all__ = [
    "FACTORY",
    "ReadOnlyCounter",
    "ReadOnlyDefaultDict",
    "ReadOnlyDeque",
    "ReadOnlyDict",
    "ReadOnlyFlatDict",
    "ReadOnlyFlatList",
    "ReadOnlyList",
    "ReadOnlyOrderedDict",
    "ReadOnlySet",
    "TrackedCounter",
    "TrackedDefaultDict",
    "TrackedDeque",
    "TrackedDict",
    "TrackedList",
    "TrackedOrderedDict",
    "TrackedSet",
    "refuse_closed",
    "refuse_write",
]


def refuse_write(value: object, what: str) -> NoReturn:
    """Raise: the committed `value` was to be changed by `what`.

    A committed value may have been a draft until its block ended, and a name may still point at it: so the error is
    both a `StateReadOnlyError` and a `DraftClosedError`.
    """
    raise DraftClosedError(
        f"{value.__class__.__name__}{what}: this is committed state, which never changes (a draft becomes committed state "
        "when its `edit_state()` block ends); change it inside `async with ctx.store.edit_state() as state:`"
    )


def refuse_closed(value: object, what: str) -> NoReturn:
    """Raise: the draft `value` was to be changed by `what` after its block had ended."""
    raise DraftClosedError(
        f"{value.__class__.__name__}{what}: the `edit_state()` block of this draft has ended, so the change would be lost; "
        "open a new `async with ctx.store.edit_state() as state:` and change what it yields"
    )


assert issubclass(DraftClosedError, StateReadOnlyError)


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
        refuse_write(self, f".{name}()" if not name.startswith("__") else f" ({name})")

    refuse.__name__ = name
    return refuse


def _refusals(*names: str) -> Callable[[type], type]:
    """A class decorator: each of these methods raises."""

    def decorate(cls: type) -> type:
        for name in names:
            setattr(cls, name, _refusing(name))
        return cls

    return decorate


def _rebuild(plain: Callable[..., Any], *args: object) -> Any:  # Any: a value of whichever plain type was pickled
    return plain(*args)


def _spoof(plain: type) -> property:
    """`x.__class__` is the plain type (only `type(x)` tells), so what compares or rebuilds by class sees no
    difference.
    """
    return property(lambda self: plain)


class TrackedList(list[Any]):
    """A list that a draft edits and a commit freezes."""

    __slots__ = ("_base", "_head", "_prefix", "_run", "_scope", "_suffix", "_tail")
    _base: Any  # Any, here and below: the committed value and the scope, of whatever class
    _head: set[int]
    _prefix: int
    _run: range
    _scope: Any
    _suffix: int
    _tail: set[int]
    __class__ = _spoof(list)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return list(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    def __reduce_ex__(self, protocol: Any) -> Any:
        return list, (), None, list.__iter__(self)

    def __copy__(self) -> list[Any]:
        return [*self]

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        result: list[Any] = []
        memo[id(self)] = result
        result.extend(deepcopy(item, memo) for item in list.__iter__(self))
        return result


_LIST_WRITES = (
    *("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse"),
    *("__setitem__", "__delitem__", "__iadd__", "__imul__"),
)


@_refusals(*_LIST_WRITES)
class ReadOnlyList(TrackedList):
    """A committed list whose elements may be committed values themselves."""

    __slots__ = ()


class ReadOnlyFlatList(ReadOnlyList):
    """A committed list whose schema says that its elements are scalars: its draft reads at the speed of a list."""

    __slots__ = ()


class TrackedDict(dict[Any, Any]):
    """A dict that a draft edits and a commit freezes."""

    __slots__ = ("_base", "_scope", "_touched")
    _base: Any
    _scope: Any
    _touched: dict[Any, Any]
    __class__ = _spoof(dict)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return dict(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    @classmethod
    def fromkeys(cls, keys: Any, value: Any = None) -> Any:
        return dict.fromkeys(keys, value)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dict, (), None, None, iter(dict.items(self))

    def __copy__(self) -> dict[Any, Any]:
        return dict(self.items())

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        memo[id(self)] = result
        for key, value in dict.items(self):
            result[deepcopy(key, memo)] = deepcopy(value, memo)
        return result


_DICT_WRITES = (
    *("clear", "pop", "popitem", "setdefault", "update"),
    *("__setitem__", "__delitem__", "__ior__"),
)


@_refusals(*_DICT_WRITES)
class ReadOnlyDict(TrackedDict):
    """A committed dict."""

    __slots__ = ()


class ReadOnlyFlatDict(ReadOnlyDict):
    """A committed dict of scalars."""

    __slots__ = ()


class TrackedDefaultDict(defaultdict[Any, Any]):
    """A defaultdict that a draft edits and a commit freezes."""

    __slots__ = ("_base", "_scope", "_touched")
    _base: Any
    _scope: Any
    _touched: dict[Any, Any]
    __class__ = _spoof(defaultdict)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return defaultdict(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    @classmethod
    def fromkeys(cls, keys: Any, value: Any = None) -> Any:
        return dict.fromkeys(keys, value)

    def __repr__(self) -> str:
        return f"defaultdict({self.default_factory!r}, {dict.__repr__(self)})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return defaultdict, (self.default_factory,), None, None, iter(dict.items(self))

    def copy(self) -> defaultdict[Any, Any]:  # type: ignore[override]  # a copy is plain
        return defaultdict(self.default_factory, self.items())

    __copy__ = copy  # type: ignore[assignment]  # a copy is plain

    def __deepcopy__(self, memo: dict[int, Any]) -> defaultdict[Any, Any]:
        result: defaultdict[Any, Any] = defaultdict(self.default_factory)
        memo[id(self)] = result
        for key, value in dict.items(self):
            result[deepcopy(key, memo)] = deepcopy(value, memo)
        return result


FACTORY: Any = vars(defaultdict)["default_factory"]  # Any: a descriptor written in C
"""Reads and sets the factory of a defaultdict, past the classes below."""


@_refusals(*_DICT_WRITES)
class ReadOnlyDefaultDict(TrackedDefaultDict):
    """A committed defaultdict. A missing key reads as the default; it is not added."""

    __slots__ = ()
    default_factory = property(FACTORY.__get__, lambda self, factory: refuse_write(self, ".default_factory ="))

    def __missing__(self, key: Any) -> Any:
        if self.default_factory is None:
            raise KeyError(key)
        return self.default_factory()


class TrackedOrderedDict(OrderedDict[Any, Any]):
    """An OrderedDict that a draft edits and a commit freezes."""

    __slots__ = ("_base", "_scope", "_touched")
    _base: Any
    _scope: Any
    _touched: dict[Any, Any]
    __class__ = _spoof(OrderedDict)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return OrderedDict(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    @classmethod
    def fromkeys(cls, keys: Any, value: Any = None) -> Any:
        return OrderedDict.fromkeys(keys, value)

    def __repr__(self) -> str:
        return repr(OrderedDict(OrderedDict.items(self)))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return OrderedDict, (), None, None, iter(OrderedDict.items(self))

    def copy(self) -> OrderedDict[Any, Any]:  # type: ignore[override]  # a copy is plain
        return OrderedDict(self.items())

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> OrderedDict[Any, Any]:
        result: OrderedDict[Any, Any] = OrderedDict()
        memo[id(self)] = result
        for key, value in OrderedDict.items(self):
            result[deepcopy(key, memo)] = deepcopy(value, memo)
        return result


@_refusals(*_DICT_WRITES, "move_to_end")
class ReadOnlyOrderedDict(TrackedOrderedDict):
    """A committed OrderedDict."""

    __slots__ = ()


class TrackedCounter(Counter[Any]):
    """A Counter that a draft edits and a commit freezes.

    Its own methods build their results by the plain class, so operators and `copy` give new, plain Counters.
    """

    __slots__ = ("_base", "_scope", "_touched")
    _base: Any
    _scope: Any
    _touched: dict[Any, Any]
    __class__ = _spoof(Counter)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return Counter(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    def __reduce_ex__(self, protocol: Any) -> Any:
        return Counter, (), None, None, iter(dict.items(self))

    def __copy__(self) -> Counter[Any]:
        return Counter(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Counter[Any]:
        result: Counter[Any] = Counter()
        memo[id(self)] = result
        for key, value in dict.items(self):
            result[deepcopy(key, memo)] = deepcopy(value, memo)
        return result


@_refusals(*_DICT_WRITES, "subtract", "__iadd__", "__isub__", "__iand__")
class ReadOnlyCounter(TrackedCounter):
    """A committed Counter. A missing key reads as 0; it is not added."""

    __slots__ = ()


class TrackedSet(set[Any]):
    """A set that a draft edits and a commit freezes. Its members are values: they are never drafted."""

    __slots__ = ("_base", "_scope")
    _base: Any
    _scope: Any
    __class__ = _spoof(set)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return set(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    def __repr__(self) -> str:
        return repr(set(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return set, (list(self),)

    def copy(self) -> set[Any]:
        return set(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> set[Any]:
        return {deepcopy(item, memo) for item in self}

    # A set subclass makes results of its own class; a result here is a new, plain set.
    def __and__(self, other: Any) -> Any:
        return set(self).__and__(other)

    def __or__(self, other: Any) -> Any:
        return set(self).__or__(other)

    def __sub__(self, other: Any) -> Any:
        return set(self).__sub__(other)

    def __xor__(self, other: Any) -> Any:
        return set(self).__xor__(other)

    def union(self, *others: Any) -> set[Any]:
        return set(self).union(*others)

    def intersection(self, *others: Any) -> set[Any]:
        return set(self).intersection(*others)

    def difference(self, *others: Any) -> set[Any]:
        return set(self).difference(*others)

    def symmetric_difference(self, other: Any) -> set[Any]:
        return set(self).symmetric_difference(other)


@_refusals(
    *("add", "clear", "discard", "pop", "remove", "update"),
    *("difference_update", "intersection_update", "symmetric_difference_update"),
    *("__iand__", "__ior__", "__isub__", "__ixor__"),
)
class ReadOnlySet(TrackedSet):
    """A committed set."""

    __slots__ = ()


class TrackedDeque(deque[Any]):
    """A deque that a draft edits and a commit freezes."""

    __slots__ = ("_base", "_scope")
    _base: Any
    _scope: Any
    __class__ = _spoof(deque)

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return deque(*args, **named)  # whoever builds by `type(x)(...)` wants a plain one

    def __repr__(self) -> str:
        return repr(deque(deque.__iter__(self), self.maxlen))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return deque, ((), self.maxlen), None, deque.__iter__(self)

    def copy(self) -> deque[Any]:  # type: ignore[override]  # a copy is plain
        return deque(iter(self), self.maxlen)

    __copy__ = copy  # type: ignore[assignment]  # a copy is plain

    def __deepcopy__(self, memo: dict[int, Any]) -> deque[Any]:
        result: deque[Any] = deque(maxlen=self.maxlen)
        memo[id(self)] = result
        result.extend(deepcopy(item, memo) for item in deque.__iter__(self))
        return result

    def __add__(self, other: Any) -> Any:
        return self.copy().__add__(other)

    def __mul__(self, count: Any) -> Any:
        return self.copy().__mul__(count)

    __rmul__ = __mul__


@_refusals(
    *("append", "appendleft", "clear", "extend", "extendleft", "insert", "pop", "popleft", "remove", "reverse"),
    *("rotate", "__setitem__", "__delitem__", "__iadd__", "__imul__"),
)
class ReadOnlyDeque(TrackedDeque):
    """A committed deque."""

    __slots__ = ()
