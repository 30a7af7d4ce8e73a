"""Drafts and committed twins of dataclasses, the standard library's and pydantic's: real subclasses, as for models.

A dataclass with slots keeps its values in the `__dict__` of the twin, where its fields read them through a property.
`__post_init__` ran when the user made the instance, and does not run again.
"""

from __future__ import annotations

import copyreg
import dataclasses
from collections.abc import Callable
from copy import deepcopy
from functools import cached_property
from typing import Any, NamedTuple, NoReturn

from typedflow.state.draft.model import BOOKKEEPING, child_property
from typedflow.state.draft.registry import NOTED, DraftHost, note, register, set_class, write_late
from typedflow.state.readonly import refuse_write

__all__ = ["DataclassTwin", "dataclass_twin", "new_dataclass"]

_new = object.__new__
_store = object.__setattr__


class DataclassTwin(NamedTuple):
    """The generated classes of one dataclass."""

    plain: type[Any]
    read_only: type[Any]
    draft: type[Any]
    names: tuple[str, ...]


_TWINS: dict[type, DataclassTwin] = {}


def dataclass_twin(cls: type[Any], child_fields: frozenset[str]) -> DataclassTwin:
    """The twins of `cls`, made on first use."""
    twin = _TWINS.get(cls)
    if twin is None:
        twin = _TWINS[cls] = _make(cls, child_fields)
    return twin


def new_dataclass(twin: DataclassTwin, value: Any, scope: DraftHost) -> Any:
    """A draft that holds what the plain `value` holds, and has no base: all of it is new."""
    draft = _new(twin.draft)
    values = {name: getattr(value, name) for name in twin.names if hasattr(value, name)}
    _store(draft, "__dict__", values)
    _store(draft, "_tf_base", None)
    _store(draft, "_tf_changed", dict.fromkeys(twin.names, NOTED))
    _store(draft, "_tf_scope", scope)
    return draft


def _make(cls: type[Any], child_fields: frozenset[str]) -> DataclassTwin:
    names = tuple(field.name for field in dataclasses.fields(cls))
    has_dict = bool(cls.__dictoffset__)
    shared: dict[str, Any] = {"__slots__": BOOKKEEPING if has_dict else (*BOOKKEEPING, "__dict__")}
    shared |= {"__class__": property(lambda self: cls), **_plain_copies(cls, names, has_dict)}
    if not has_dict:
        shared |= {name: _stored(name) for name in names}
    tracked = _subclass(cls, shared)
    cached = {
        name: property(value.func)
        for base in reversed(cls.__mro__)
        for name, value in base.__dict__.items()
        if isinstance(value, cached_property)
    }
    read_only = _subclass(tracked, {"__slots__": (), **_read_only_methods()})
    reading = {name: child_property(name, tracked) for name in names if name in child_fields}
    draft = _subclass(tracked, {"__slots__": (), **cached, **reading, **_draft_methods(cls, names)})
    twin = DataclassTwin(cls, read_only, draft, names)
    register("dataclass", cls, read_only, draft, _opener(twin), _freezer(twin), _reset)
    return twin


def _subclass(base: type[Any], namespace: dict[str, Any]) -> type[Any]:
    namespace |= {"__module__": base.__module__, "__qualname__": base.__qualname__, "__doc__": base.__doc__}
    cls: type[Any] = type.__new__(type(base), base.__name__, (base,), namespace)
    return cls


def _stored(name: str) -> property:
    def get(self: Any) -> Any:
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    return property(get)


def _opener(twin: DataclassTwin) -> Callable[[Any, DraftHost], Any]:
    draft_class, names = twin.draft, twin.names

    def open_(base: Any, scope: DraftHost) -> Any:
        draft = _new(draft_class)
        fields = base.__dict__
        _store(draft, "__dict__", {name: fields[name] for name in names if name in fields})
        _store(draft, "_tf_base", base)
        _store(draft, "_tf_changed", None)
        _store(draft, "_tf_scope", scope)
        if not scope.writable:  # as in model.py
            scope.late = True
        return draft

    return open_


def _freezer(twin: DataclassTwin) -> Callable[[Any], None]:
    def freeze(draft: Any) -> None:
        _store(draft, "_tf_base", None)
        _store(draft, "_tf_changed", None)
        _store(draft, "_tf_scope", None)
        set_class(draft, twin.read_only)

    return freeze


def _reset(draft: Any) -> None:
    _store(draft, "__dict__", dict(draft._tf_base.__dict__))


def _draft_methods(cls: type[Any], names: tuple[str, ...]) -> dict[str, Any]:
    plain: Any = cls
    frozen = plain.__dataclass_params__.frozen
    fields = frozenset(names)

    def __setattr__(self: Any, name: str, value: Any) -> None:
        scope = self._tf_scope
        if not scope.writable:
            write_late(self, scope, f".{name} =")
        if name in fields and not frozen:
            self.__dict__[name] = value
            note(self, name)
        elif frozen:
            plain.__setattr__(self, name, value)  # raises FrozenInstanceError
        elif isinstance(getattr(type(self), name, None), property):
            _store(self, name, value)
        else:
            raise AttributeError(f"{cls.__name__!r} object has no field {name!r}")

    def __delattr__(self: Any, name: str) -> None:
        scope = self._tf_scope
        if not scope.writable:
            write_late(self, scope, f".{name} (del)")
        if frozen or name not in self.__dict__:
            plain.__delattr__(self, name)
        del self.__dict__[name]
        note(self, name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _read_only_methods() -> dict[str, Any]:
    def __setattr__(self: Any, name: str, value: Any) -> NoReturn:
        refuse_write(self, f".{name} =")

    def __delattr__(self: Any, name: str) -> NoReturn:
        refuse_write(self, f".{name} (del)")

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _plain_copies(cls: type[Any], names: tuple[str, ...], has_dict: bool) -> dict[str, Any]:
    """What copies, pickles or builds from a twin gives a plain instance."""

    def __new__(_: type[Any], /, *args: Any, **fields: Any) -> Any:
        return cls(*args, **fields)

    def __copy__(self: Any) -> Any:
        return filled({name: getattr(self, name) for name in names if hasattr(self, name)})

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Any:
        return filled(deepcopy({name: self.__dict__[name] for name in names if name in self.__dict__}, memo))

    def filled(values: dict[str, Any]) -> Any:
        result = _new(cls)
        for name, value in values.items():
            _store(result, name, value)
        return result

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        values = {name: self.__dict__[name] for name in names if name in self.__dict__}
        return copyreg.__newobj__, (cls,), values if has_dict else (None, values)  # type: ignore[attr-defined]  # in no stub

    methods: dict[str, Any] = {"__new__": __new__, "__copy__": __copy__, "__deepcopy__": __deepcopy__}
    plain: Any = cls
    if plain.__reduce__ is object.__reduce__ and plain.__reduce_ex__ is object.__reduce_ex__:
        methods["__reduce_ex__"] = __reduce_ex__
    return methods
