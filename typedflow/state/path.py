r"""Dotted paths into a state: `"orders.0.customer.name"`.

A path is its segments joined by dots. What a segment means is decided by the value that it is applied to:

| applied to | a segment is | |
|---|---|---|
| a model, a dataclass | a field, an extra or a property | private names and methods cannot be reached |
| a `DictState` | a key, before anything else | |
| a dict | a key; an int key is found by its digits | |
| a list, a tuple, a deque | an index, `-1` for the last | |

A dot inside a key is written `\.`, a backslash `\\`: `r"prices.acme\.com"` (`join_path` does it).
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel

from typedflow.errors import StatePathError
from typedflow.state.dict_state import DictState
from typedflow.state.per_class import PerClass

__all__ = ["MISSING", "Item", "Path", "assign", "join_path", "lookup", "parse_path"]

LONGEST = 1000
"""Segments that a path may have: a longer one is a mistake, and walking it could only exhaust something."""

MISSING: Any = object()  # Any: stands in for a value of any type, as the default of `lookup`


class Item(NamedTuple):
    """A segment that is a key or an index whatever it is applied to (`s.prices["acme.com"]`), and of any type."""

    key: object


Path: TypeAlias = tuple["str | Item", ...]


def parse_path(text: str) -> Path:
    r"""The segments of a dotted path; the empty text is the state itself.

    Raises `StatePathError` if there are more than 1000.

    >>> parse_path(r"rows.-1.acme\.com")
    ('rows', '-1', 'acme.com')
    """
    if not text:
        return ()
    path = tuple(text.split(".")) if "\\" not in text else tuple(_split_escaped(text))
    if len(path) > LONGEST:
        raise StatePathError(f"Path length exceeds {LONGEST} segments: '{text[:40]}...' has {len(path)}")
    return path


def join_path(segments: Iterable[object]) -> str:
    r"""The dotted text of some segments, with dots and backslashes in keys escaped.

    >>> join_path(["prices", "acme.com", 0])
    'prices.acme\\.com.0'
    """
    keys = (segment.key if isinstance(segment, Item) else segment for segment in segments)
    return ".".join(str(key).replace("\\", "\\\\").replace(".", "\\.") for key in keys)


def lookup(root: object, path: Path, default: object = MISSING) -> Any:  # Any: a path is only text
    """The value at `path`, or `default` where there is none. Raises `StatePathError` if no default is given.

    >>> lookup({"rows": [1, 2]}, ("rows", "-1"))
    2
    """
    value = root
    for depth, segment in enumerate(path):
        value = _child(value, segment)
        if value is MISSING:
            if default is not MISSING:
                return default
            raise _not_found(root, path, depth)
    return value


def assign(root: object, path: Path, value: object) -> None:
    """Put `value` at `path` of a mutable tree; missing dicts on the way are created where a dict takes new keys.

    Raises `StatePathError` if there is no such place.

    >>> rows: dict[str, object] = {}
    >>> assign(rows, ("a", "b"), 1); rows
    {'a': {'b': 1}}
    """
    if not path:
        raise StatePathError("Path cannot be empty: set_state() replaces the whole state")
    parent = root
    for depth, segment in enumerate(path[:-1]):
        child = _child(parent, segment)
        if child is MISSING:
            if _KIND[type(parent)] not in ("mapping", "dict_state"):
                raise _not_found(root, path, depth)
            _put(root, path, depth, parent, {})
            child = _child(parent, segment)
        parent = child
    _put(root, path, len(path) - 1, parent, value)


def _split_escaped(text: str) -> list[str]:
    segments, segment, characters = [], "", iter(text)
    for character in characters:
        if character == "\\":
            segment += next(characters, "\\")
        elif character == ".":
            segments.append(segment)
            segment = ""
        else:
            segment += character
    return [*segments, segment]


def _child(parent: Any, segment: str | Item) -> Any:  # Any: a tree of values of any type
    kind = _KIND[type(parent)]
    if kind == "mapping":
        return parent.get(_dict_key(parent, segment), MISSING)
    if kind == "sequence":
        index = _index(segment)
        if index is not None:
            return parent[index] if -len(parent) <= index < len(parent) else MISSING
        names = getattr(parent, "_fields", ())  # of a named tuple
        return getattr(parent, segment) if isinstance(segment, str) and segment in names else MISSING
    if isinstance(segment, Item):
        return parent.get(segment.key, MISSING) if kind == "dict_state" else MISSING
    if kind != "other" and segment in (parent.__pydantic_extra__ or ()):
        return parent.__pydantic_extra__[segment]
    if segment in _PROPERTIES[parent.__class__] and not segment.startswith("_"):
        return getattr(parent, segment)  # whatever a property of the user's raises is the answer
    return getattr(parent, segment, MISSING) if _is_reachable(parent, segment) else MISSING


def _find_kind(cls: type) -> Literal["mapping", "sequence", "dict_state", "model", "other"]:
    """What a segment means to a value of that class."""
    if issubclass(cls, DictState):
        return "dict_state"
    if issubclass(cls, BaseModel):
        return "model"
    if issubclass(cls, Mapping):
        return "mapping"
    if issubclass(cls, Sequence) and not issubclass(cls, str | bytes | bytearray):
        return "sequence"
    return "other"


def _dict_key(parent: Mapping[Any, Any], segment: str | Item) -> object:  # Any: dicts of any type
    if isinstance(segment, Item):
        return segment.key
    if segment not in parent:
        number = _index(segment)
        if number is not None and number in parent:
            return number
    return segment


def _index(segment: str | Item) -> int | None:
    if isinstance(segment, Item):
        return segment.key if isinstance(segment.key, int) else None
    digits = segment[1:] if segment.startswith("-") else segment
    return int(segment) if digits.isdigit() and digits.isascii() else None


def _is_reachable(parent: object, name: str) -> bool:
    """A declared field, an attribute of the instance or a property; nothing private, no method."""
    if name.startswith("_"):
        return False
    cls = parent.__class__  # the class as the user wrote it: in that of a draft, fields are properties
    return name in _FIELDS[cls] or name in _PROPERTIES[cls] or (not _FIELDS[cls] and name in _attributes(parent))


def _find_fields(cls: type) -> tuple[str, ...]:
    if issubclass(cls, BaseModel):
        return tuple(cls.model_fields)
    return tuple(field.name for field in dataclasses.fields(cls)) if dataclasses.is_dataclass(cls) else ()


def _find_properties(cls: type) -> dict[str, bool]:
    """The properties of a class, also those written in C (`datetime.year`), and whether they can be set."""
    found = {name: inspect.getattr_static(cls, name, None) for name in dir(cls)}
    return {
        name: isinstance(member, MemberDescriptorType) or (isinstance(member, property) and member.fset is not None)
        for name, member in found.items()
        if isinstance(member, property | cached_property | MemberDescriptorType | GetSetDescriptorType)
    }


# The abstract classes and `dir` answer slowly.
_KIND = PerClass(_find_kind)
_FIELDS = PerClass(_find_fields)
_PROPERTIES = PerClass(_find_properties)


def _attributes(parent: object) -> dict[str, object]:
    return {} if isinstance(parent, BaseModel) else getattr(parent, "__dict__", {})


def _put(root: object, path: Path, depth: int, parent: Any, value: object) -> None:  # Any: a tree of any values
    segment = path[depth]
    kind = _KIND[type(parent)]
    if kind == "mapping" and hasattr(parent, "__setitem__"):
        parent[_dict_key(parent, segment)] = value
    elif kind == "sequence":
        if _child(parent, segment) is MISSING:
            raise _not_found(root, path, depth)
        if not hasattr(parent, "__setitem__"):
            raise StatePathError(
                f"Path '{join_path(path)}': '{join_path(path[:depth])}' is a {type(parent).__name__}, "
                "which cannot be changed in place; set it as a whole"
            )
        parent[_index(segment)] = value
    elif kind == "dict_state":
        key = segment if isinstance(segment, str) else segment.key
        if not isinstance(key, str) or key.startswith("__"):
            raise StatePathError(f"Path '{join_path(path)}': {key!r} cannot be a key of a DictState")
        parent[key] = value
    elif isinstance(segment, str) and _takes(parent, segment):
        setattr(parent, segment, value)
    else:
        raise _not_found(root, path, depth)


def _takes(parent: object, name: str) -> bool:
    cls = parent.__class__
    if name in _PROPERTIES[cls]:
        return _PROPERTIES[cls][name]
    if isinstance(parent, BaseModel) and parent.model_config.get("extra") == "allow" and not name.startswith("_"):
        return name in _FIELDS[cls] or not hasattr(cls, name)
    return _is_reachable(parent, name)


def _not_found(root: object, path: Path, depth: int) -> StatePathError:
    """Where the walk ended, what there is instead, and the name that was probably meant."""
    owner = lookup(root, path[:depth])
    segment = path[depth]
    name = str(segment.key if isinstance(segment, Item) else segment)
    where = f"'{join_path(path[:depth])}'" if depth else "the state"
    names = _names(owner)
    from difflib import get_close_matches  # an import that a program without mistakes does not need

    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if owner is None:
        reason = f"{where} is None"
    elif isinstance(segment, str) and name in _PROPERTIES[owner.__class__]:
        reason = f"'{name}' of {where} is a property without a setter"
    elif close:
        reason = f"{where} has no '{name}'; did you mean '{close[0]}'?"
    elif _KIND[type(owner)] == "sequence":
        reason = f"{where} has {len(owner)} elements and no index '{name}'"
    elif names:
        listed = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
        reason = f"{where} has no '{name}'; it has {listed}"
    else:
        reason = f"{where} ({type(owner).__name__}) has no '{name}'"
    return StatePathError(f"Path '{join_path(path)}' not found in state: {reason}")


def _names(owner: Any) -> list[str]:  # Any: the owner may be anything
    kind = _KIND[type(owner)]
    if kind == "mapping":
        return [str(key) for key in islice(owner, 1000)]  # comparing with a million names would be no help
    if kind == "sequence":
        return list(getattr(owner, "_fields", ()))
    names = [*_FIELDS[owner.__class__], *_attributes(owner), *(getattr(owner, "__pydantic_extra__", None) or ())]
    return [name for name in names if not name.startswith("_")]
