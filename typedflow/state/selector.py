"""Turning `lambda s: s.user.name` into a path, so that type checkers see the path as well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Generic, NoReturn, Protocol, TypeVar, cast

from typedflow.errors import StatePathError
from typedflow.state.path import Item, Path, join_path

__all__ = ["Selection", "select"]

RootT = TypeVar("RootT")
T = TypeVar("T")


class Selection(Generic[T]):
    """One place of the state, of type `T`: what `store.at(lambda s: s.user.name)` gives.

    `get` and `set` are `store.get(path)` and `store.set(path, value)`, typed in every checker with no plugin.
    """

    __slots__ = ("_path", "_store")

    def __init__(self, store: _Addressable, path: Path) -> None:
        self._store = store
        self._path = path

    def __repr__(self) -> str:
        return f"<Selection {join_path(self._path)!r}>"

    async def get(self) -> T:
        """The committed value at this place; a private copy, if it could be changed. Raises `StatePathError`."""
        return cast(T, await self._store._get_at(self._path))

    async def set(self, value: T) -> None:
        """Commit a new value at this place; raises what `store.set` raises."""
        await self._store._set_at(self._path, value)


class _Addressable(Protocol):
    def _get_at(self, path: Path) -> Awaitable[Any]: ...  # Any: the selection knows the type

    def _set_at(self, path: Path, value: object) -> Awaitable[None]: ...


def select(selector: Callable[[RootT], T]) -> Path:
    """The path that a selector walks: attributes and `[key]`, nothing else.

    Raises `StatePathError` if it does anything else with the state.

    >>> def named(state: Any) -> object:  # to at(), usually a lambda
    ...     return state.orders[0].customer.name
    >>> select(named)
    ('orders', Item(key=0), 'customer', 'name')
    """
    chosen = selector(cast(RootT, _Place(())))
    if not isinstance(chosen, _Place):
        raise StatePathError(
            f"at() needs a place of the state, as `lambda s: s.user.name`; the selector returned {chosen!r}"
        )
    return cast(Path, object.__getattribute__(chosen, "_path"))


class _Place:
    """Stands in for the state while the selector runs, and writes down which way it goes."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        object.__setattr__(self, "_path", path)

    def __getattribute__(self, name: str) -> Any:  # Any: stands in for a value of any type
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        return _Place((*object.__getattribute__(self, "_path"), name))

    def __getitem__(self, key: object) -> _Place:
        if isinstance(key, slice):
            _refuse(self)
        return _Place((*object.__getattribute__(self, "_path"), Item(key)))


def _refuse(*_: object, **__: object) -> NoReturn:
    raise StatePathError(
        "at() takes a plain path into the state: attributes and [key] only, as `lambda s: s.orders[0].name`. "
        "Compute with the value after `await ....get()`, or change it in edit_state()"
    )


# Python looks operators up on the class, so each that a selector might use by mistake has to be named.
_OPERATORS = (
    "call bool len iter next contains enter aenter await eq ne lt le gt ge hash str repr format int float index "
    "add radd sub rsub mul rmul truediv rtruediv floordiv mod rmod pow neg pos abs invert and or xor rand ror "
    "setattr delattr setitem delitem"
)
for _name in _OPERATORS.split():
    setattr(_Place, f"__{_name}__", _refuse)
