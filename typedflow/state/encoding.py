"""Values of any type in JSON form, and back as what they were: what a `DictState` holds has no schema to go by.

JSON's own values stand for themselves. Everything else is an object with one key that starts with `$`:
`{"$set": [1, 2]}`, `{"$date": "2026-01-31"}`, `{"$model": "shop.orders:Order", ...}`.
"""

from __future__ import annotations

import base64
import math
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from typedflow.errors import ContextSerdeError
from typedflow.state.path import join_path

__all__ = ["Json", "Place", "Problems", "TrustedTypes", "decode", "encode", "plain_type", "shown_name", "type_name"]

Json = Any  # Any: JSON values are recursive, which not all type checkers can follow
Place = tuple[object, ...]
"""Where in the state: the keys on the way."""

T = TypeVar("T")


class Problems:
    """Collects what is wrong at which place, so that one error can name every path."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: Place, reason: str) -> Any:  # Any: None, returned where a value was due
        path = join_path(place)
        line = f"state{'.' if path else ''}{path}: {reason}"
        if line not in self.found:
            self.found.append(line)
        return None

    def has(self, place: Place) -> bool:
        return any(line.startswith(f"state.{join_path(place)}: ") for line in self.found)

    def raise_if_any(self, heading: str) -> None:
        """Raise `ContextSerdeError` with a line for each problem."""
        if self.found:
            raise ContextSerdeError("\n  ".join([heading, *self.found]))


class TrustedTypes:
    """Finds classes by name without importing anything.

    A saved state may come from anywhere, and importing a module runs it. So a name is looked up among the types that
    the caller passed in, then in modules that the process has imported already.
    """

    def __init__(self, types: Iterable[type] = ()) -> None:
        self._given = {type_name(each): each for each in types}

    def find(self, name: object, kind: type[T]) -> type[T] | str:
        """The class of that name, or the reason why there is none."""
        if not isinstance(name, str) or ":" not in name:
            return f"{name!r} is not the name of a class (`module:Class`)"
        found = self._given.get(name) or _imported(name)
        if found is None:
            return f"the class '{name}' is not imported; import its module before, or pass the class in `types`"
        if not (isinstance(found, type) and issubclass(found, kind)):
            return f"'{name}' is not a subclass of {kind.__name__}"
        return found

    def knows(self, cls: type) -> bool:
        """Whether `find` would give this very class for its name."""
        name = type_name(cls)
        return self._given.get(name, _imported(name)) is cls


def type_name(cls: type) -> str:
    """`module:Class` or `module:Outer.Inner`."""
    return f"{cls.__module__}:{cls.__qualname__}"


def shown_name(cls: type) -> str:
    """`type_name` for error messages: `list`, and not `builtins:list`."""
    return type_name(cls).removeprefix("builtins:")


def encode(
    value: object,
    place: Place,
    types: TrustedTypes,
    problems: Problems,
    encode_model: Callable[[BaseModel, Place], Json],
) -> Json:
    """The JSON form of any value; what has none is reported with its place."""

    def each(values: Iterable[object]) -> list[Json]:
        return [inner(element, (*place, index)) for index, element in enumerate(values)]

    def inner(element: object, at: Place) -> Json:
        return encode(element, at, types, problems, encode_model)

    kind = plain_type(value)
    if value is None or kind in (bool, int, str):
        return value
    if isinstance(value, BaseModel):
        return encode_model(value, place)
    if isinstance(value, Enum):
        if not types.knows(kind):
            return problems.add(place, _unfindable(kind))
        return {"$enum": type_name(kind), "name": value.name}
    if kind is float:
        assert isinstance(value, float)
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind in _DICTS:
        assert isinstance(value, dict)
        pairs = [(key, inner(element, (*place, key))) for key, element in value.items()]
        if kind is dict and all(type(key) is str and not key.startswith("$") for key, _ in pairs):
            return dict(pairs)
        encoded: dict[str, Json] = {_DICTS[kind]: [[inner(key, (*place, key)), element] for key, element in pairs]}
        if isinstance(value, defaultdict):
            factory = value.default_factory
            if factory is not None and factory not in _FACTORIES.values():
                return problems.add(
                    place, f"its default factory {factory!r} cannot be saved; use {', '.join(_FACTORIES)}"
                )
            encoded["factory"] = factory and factory.__name__
        return encoded
    if kind is list:
        assert isinstance(value, list)
        return each(value)
    if kind in _SEQUENCES:
        assert isinstance(value, tuple | set | frozenset | deque)
        encoded = {_SEQUENCES[kind]: each(value)}
        if isinstance(value, deque):
            encoded["maxlen"] = value.maxlen
        return encoded
    for tag, (cls, save, _) in _SCALARS.items():
        if kind is cls:
            return {tag: save(value)}
    return problems.add(
        place, f"a value of type {shown_name(kind)} cannot be saved: {_shortened(value)}; keep a pydantic model instead"
    )


def decode(
    payload: Json, place: Place, types: TrustedTypes, problems: Problems, decode_model: Callable[[Json, Place], object]
) -> Any:  # Any: whatever was saved
    """The value of a JSON form; what cannot be restored is reported with its place."""

    def inner(element: Json, at: Place) -> Any:  # Any: as above
        return decode(element, at, types, problems, decode_model)

    if isinstance(payload, list):
        return [inner(element, (*place, index)) for index, element in enumerate(payload)]
    if not isinstance(payload, dict):
        return payload
    tag = next((key for key in payload if key.startswith("$")), None)
    if tag is None:
        return {key: inner(element, (*place, key)) for key, element in payload.items()}
    body = payload[tag]
    if tag == "$model":
        return decode_model(payload, place)
    if tag not in _SCALARS and tag not in _BUILDERS and tag not in ("$enum", "$deque", "$defaultdict"):
        return problems.add(place, f"saved by a newer version: '{tag}' is unknown")
    try:
        if tag == "$enum":
            found = types.find(body, Enum)
            return problems.add(place, found) if isinstance(found, str) else found[payload["name"]]
        if tag in _SCALARS:
            return _SCALARS[tag][2](body)
        elements = [inner(element, (*place, index)) for index, element in enumerate(body)]
        if tag == "$deque":
            return deque(elements, payload["maxlen"])
        if tag == "$defaultdict":
            factory = payload["factory"]
            return defaultdict(_FACTORIES[factory] if factory else None, elements)
        return _BUILDERS[tag](elements)
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        return problems.add(place, f"not the saved form of a value: {_shortened(payload)} ({error!r})")


def plain_type(value: object) -> type:
    """The type of a value as the user wrote it: `list` for the read-only list of a committed state."""
    return value.__class__  # which the committed and the draft classes answer with the type they stand for


_DICTS: dict[type, str] = {dict: "$dict", OrderedDict: "$ordereddict", Counter: "$counter", defaultdict: "$defaultdict"}
_SEQUENCES: dict[type, str] = {tuple: "$tuple", set: "$set", frozenset: "$frozenset", deque: "$deque"}
_BUILDERS: dict[str, Callable[[Any], object]] = {  # Any: each builder takes its own form of the elements
    "$dict": dict,
    "$ordereddict": OrderedDict,
    "$counter": lambda pairs: Counter(dict(pairs)),
    "$tuple": tuple,
    "$set": set,
    "$frozenset": frozenset,
}
_FACTORIES: dict[str, Callable[[], object]] = {cls.__name__: cls for cls in (list, dict, set, int, float, str)}
_SCALARS: dict[str, tuple[type, Callable[[Any], Json], Callable[[Any], object]]] = {  # Any: each pair knows its type
    "$float": (float, repr, float),
    "$complex": (complex, lambda value: [value.real, value.imag], lambda parts: complex(*parts)),
    "$bytes": (bytes, lambda value: _base64(value), lambda text: _bytes(text)),
    "$bytearray": (bytearray, lambda value: _base64(value), lambda text: bytearray(_bytes(text))),
    "$datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "$date": (date, date.isoformat, date.fromisoformat),
    "$time": (time, time.isoformat, time.fromisoformat),
    "$timedelta": (
        timedelta,
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: timedelta(*parts),
    ),
    "$decimal": (Decimal, str, Decimal),
    "$uuid": (UUID, str, UUID),
    "$path": (type(Path()), str, Path),  # becomes a path of the system that restores it
    "$posixpath": (PurePosixPath, str, PurePosixPath),
    "$windowspath": (PureWindowsPath, str, PureWindowsPath),
}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _imported(name: str) -> object:
    module, _, qualname = name.partition(":")
    # Through the namespaces alone: attribute access could run a module's `__getattr__`, which may import.
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    return found


def _unfindable(cls: type) -> str:
    return (
        f"the class {type_name(cls)} could not be found again by its name; "
        "define it at the top of a module, or pass it in `types` when saving and when restoring"
    )


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
