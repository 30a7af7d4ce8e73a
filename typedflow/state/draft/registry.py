"""Which classes take part: what kind of value a class is, and how a draft of a committed value is opened."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import importlib
import ipaddress
import pathlib
import re
import types
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any, Protocol

from pydantic import BaseModel, SecretBytes, SecretStr

from typedflow.state.readonly import refuse_closed

__all__ = [
    "ATOM",
    "FREEZE",
    "KINDS",
    "NOTED",
    "OPENERS",
    "OPEN_RUNS",
    "OTHER",
    "RECORD_DRAFTS",
    "RESET",
    "DraftHost",
    "Kind",
    "is_draft",
    "is_read_only",
    "note",
    "notes",
    "plain_class",
    "register",
    "set_class",
    "write_late",
]

Kind = str
ATOM, OTHER = "atom", "other"

_ATOMS: tuple[type, ...] = (
    *(type(None), bool, int, float, complex, str, bytes, range, slice, type(...), type(NotImplemented)),
    *(datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.tzinfo, decimal.Decimal),
    *(fractions.Fraction, uuid.UUID, enum.Enum, pathlib.PurePath, re.Pattern, SecretStr, SecretBytes),
    *(ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
    *(type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType),
)
_PLAIN: dict[type, Kind] = {
    list: "list",
    dict: "dict",
    set: "set",
    frozenset: "frozenset",
    tuple: "tuple",
    deque: "deque",
    defaultdict: "defaultdict",
    OrderedDict: "ordereddict",
    Counter: "counter",
}


set_class: Callable[[Any, type], None] = object.__dict__["__class__"].__set__
"""Change the class of a value, past the `__class__` that twins show."""


class DraftHost(Protocol):
    """What a draft asks of the scope that it lives in.

    `open`: reads draft what they hand out. `writable`: writes may go ahead without asking; while validators run it is
    off although the scope is open, so that a write by a validator is noticed (`late`).
    """

    open: bool
    writable: bool
    late: bool
    draft: Any  # Any: the draft of the state itself, which is reset in any case
    drafts: Any  # Any: a list, or a sink that keeps nothing; of what else is to be reset if the edit is dropped

    @property
    def opaque(self) -> dict[int, tuple[object, object]]: ...


class _Kinds(dict[type, Kind]):
    """The kind of a value by its class; a class seen for the first time is looked at once."""

    def __missing__(self, cls: type) -> Kind:
        kind = _PLAIN.get(cls)
        if kind is None:
            if issubclass(cls, BaseModel):
                kind = "model"
            elif issubclass(cls, _ATOMS):
                kind = ATOM
            elif issubclass(cls, tuple) and hasattr(cls, "_fields"):
                kind = "tuple"
            elif dataclasses.is_dataclass(cls):
                kind = "dataclass"
            else:
                kind = OTHER
        self[cls] = kind
        return kind


KINDS = _Kinds()


def _dumped_by_type() -> dict[Any, Any]:
    """pydantic's own table of sequence classes, which it asks by `type(value)` when it dumps a `Sequence` or a `deque`.

    A class that is not in it is not dumped at all (pydantic 2.11) or past its elements' serializers, so ours are put
    in.
    """
    try:
        serializers: Any = importlib.import_module("pydantic._internal._serializers")
        table: dict[Any, Any] = serializers.SEQUENCE_ORIGIN_MAP
    except (ImportError, AttributeError):
        return {}
    return table


_DUMPED_BY_TYPE = _dumped_by_type()

Opener = Callable[[Any, Any], Any]  # Any: (committed value, scope) -> its draft, of whatever class the registry holds


class _Openers(dict[type, "Opener | None"]):
    """How a draft of a value of this class is made when it is read through a draft; None: it is handed out as it is."""

    def __missing__(self, cls: type) -> Opener | None:
        opener = self.by_kind.get(KINDS[cls])
        self[cls] = opener
        return opener

    by_kind: dict[Kind, Opener]


OPENERS = _Openers()
OPENERS.by_kind = {}  # filled by tuple.py and opaque.py: the kinds that need no class of their own

OPEN_RUNS: dict[type, Callable[[list[Any], Any], list[Any]]] = {}
"""How drafts of many values, all of this class, are made at once, where there is a faster way than one by one."""

RECORD_DRAFTS: set[type] = set()
"""The classes of the drafts of models and dataclasses: those that know their base, and what of them was written."""

_PLAIN_OF: dict[type, type] = {}
_DRAFTS: set[type] = set()
_READ_ONLY: set[type] = set()


def write_late(draft: Any, scope: DraftHost, what: str) -> None:
    """A write while the scope is not writable: by a validator it is let through and noted, after the block refused."""
    if not scope.open:
        refuse_closed(draft, what)
    scope.late = True


FREEZE: dict[type, Callable[[Any], None]] = {}  # Any: a draft of the class it is listed under
RESET: dict[type, Callable[[Any], None]] = {}
NOTED: Any = type("Noted", (), {"__slots__": ()})()
"""Stands beside the name of what was written and not settled since; afterwards the settled value stands there."""


def note(draft: Any, *names: str) -> None:
    """Remember that these fields of a draft were written, or handed out as drafts.

    `_tf_changed` is None, the name of the one field, or a dict from name to what was settled for it: the edit of one
    field is by far the most common, and should not pay for a dict. With the first note a draft is known to its scope.
    """
    changed = draft._tf_changed
    if changed is None:
        draft._tf_scope.drafts.append(draft)
    if type(changed) is dict:
        for name in names:
            changed[name] = NOTED
    elif changed is None and len(names) == 1:
        object.__setattr__(draft, "_tf_changed", names[0])
    else:
        first = () if changed is None else (changed,)
        object.__setattr__(draft, "_tf_changed", dict.fromkeys((*first, *names), NOTED))


def notes(draft: Any) -> dict[str, Any] | None:
    """What is remembered, as a dict; None where nothing is."""
    changed = draft._tf_changed
    if type(changed) is str:
        changed = {changed: NOTED}
        object.__setattr__(draft, "_tf_changed", changed)
    result: dict[str, Any] | None = changed
    return result


def register(
    kind: Kind,
    plain: type,
    read_only: type,
    draft: type,
    opener: Opener,
    freeze: Callable[[Any], None],
    reset: Callable[[Any], None],
) -> None:
    """Make known one read-only class and its draft class.

    `freeze` makes a draft the committed value itself, `reset` makes it read as its base again.
    """
    FREEZE[draft], RESET[draft] = freeze, reset
    if plain in _DUMPED_BY_TYPE:
        _DUMPED_BY_TYPE[read_only] = _DUMPED_BY_TYPE[draft] = plain
    for cls in (read_only, draft):
        if cls.__name__ != plain.__name__:
            cls.__name__, cls.__qualname__, cls.__module__ = plain.__name__, plain.__qualname__, plain.__module__
    KINDS[read_only] = KINDS[draft] = kind
    OPENERS[read_only] = opener
    OPENERS[draft] = None
    _PLAIN_OF[read_only] = _PLAIN_OF[draft] = plain
    _READ_ONLY.add(read_only)
    _DRAFTS.add(draft)
    if kind in ("model", "dataclass"):
        RECORD_DRAFTS.add(draft)


def is_draft(value: object) -> bool:
    return type(value) in _DRAFTS


def is_read_only(value: object) -> bool:
    return type(value) in _READ_ONLY


def plain_class(value: object) -> type:
    """The class that the user wrote: that of a plain value, or that which a draft or committed value stands for."""
    cls = type(value)
    return _PLAIN_OF.get(cls, cls)
