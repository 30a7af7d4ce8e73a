"""What one analyzed annotation says: a context, events, a list of events, or something else.

The twin of `typedflow.reading.annotation`, which sorts live annotations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.types import (
    AnyType,
    Instance,
    NoneType,
    PlaceholderType,
    ProperType,
    Type,
    TypeOfAny,
    TypeVarType,
    UnboundType,
    UninhabitedType,
    UnionType,
    get_proper_type,
)

from typedflow.wiring.graph import EVENT
from typedflow_mypy.events import event_type, shown

if TYPE_CHECKING:
    from typedflow.wiring.graph import EventType
    from typedflow.wiring.signature import Kind

__all__ = ["CONTEXT", "YIELDING", "Reading", "is_context", "read_type"]

CONTEXT = "typedflow.context.Context"
YIELDING = frozenset(
    f"typing.{name}" for name in ("AsyncGenerator", "AsyncIterator", "AsyncIterable", "Generator", "Iterator")
)
UNKNOWN_ANY = frozenset(
    {TypeOfAny.from_error, TypeOfAny.from_unimported_type, TypeOfAny.special_form, TypeOfAny.from_another_any}
)
"""Where mypy itself does not know; `Any` as the user writes it is no event."""


class Reading:
    """The members of an annotation, sorted. `foreign` are those that are none of the others, as text.

    `event_types` and `element_types` are the facts of `events` and of `elements`. A plain class, of which only what differs
    from these is set: one is made of every annotation.
    """

    events: tuple[Instance, ...] = ()
    elements: tuple[Instance, ...] = ()
    event_types: tuple[EventType, ...] = ()
    element_types: tuple[EventType, ...] = ()
    foreign: tuple[str, ...] = ()
    optional: bool = False
    context: Instance | None = None
    yields: bool = False
    unknown: bool = False
    kind: Kind = "other"
    """What a parameter with this annotation is for."""


def is_context(typ: Type | None) -> bool:
    """Whether it is a `Context[...]`."""
    proper = get_proper_type(typ)
    return isinstance(proper, Instance) and proper.type.has_base(CONTEXT)


def read_type(typ: Type) -> Reading:
    """Sort the members of an annotation; aliases and unions are seen through. The reading is not to be changed."""
    reading = Reading()
    if type(typ) is Instance:
        _read_class(typ, reading, in_list=False)
    else:
        _read(get_proper_type(typ), reading, in_list=False)
    if reading.events:
        reading.kind = "event"
    elif reading.elements:
        reading.kind = "events"
    elif reading.context is not None:
        reading.kind = "context"
    return reading


def _read(typ: ProperType, reading: Reading, *, in_list: bool) -> None:
    if isinstance(typ, Instance):
        _read_class(typ, reading, in_list=in_list)
    elif isinstance(typ, UnionType):
        for member in typ.items:
            _read(get_proper_type(member), reading, in_list=in_list)
    elif isinstance(typ, NoneType):
        if in_list:
            reading.foreign += ("None",)
        reading.optional = True
    elif isinstance(typ, UninhabitedType):
        reading.optional = True  # it returns nothing, ever
    elif isinstance(typ, TypeVarType):
        bound = get_proper_type(typ.upper_bound)
        if isinstance(bound, Instance) and bound.type.fullname == "builtins.object":
            reading.foreign += (typ.name,)
        else:
            _read(bound, reading, in_list=in_list)
        reading.unknown = True
    elif isinstance(typ, AnyType):
        reading.unknown |= typ.type_of_any in UNKNOWN_ANY
        reading.foreign += ("Any",)
    elif isinstance(typ, UnboundType | PlaceholderType):
        reading.unknown = True
        reading.foreign += ("?",)  # a member of which nothing is known
    else:
        reading.foreign += (shown(typ),)


def _read_class(typ: Instance, reading: Reading, *, in_list: bool) -> None:
    info = typ.type
    if info.has_base(EVENT):
        if in_list:
            if typ not in reading.elements:
                reading.elements += (typ,)
                reading.element_types += (event_type(typ),)
        elif typ not in reading.events:
            reading.events += (typ,)
            reading.event_types += (event_type(typ),)
    elif info.has_base(CONTEXT) and not in_list:
        reading.context = typ
    elif info.fullname == "builtins.list" and not in_list and typ.args:
        _read(get_proper_type(typ.args[0]), reading, in_list=True)
    else:
        reading.unknown |= info.fallback_to_any
        reading.yields |= info.fullname in YIELDING
        reading.foreign += (f"list[{shown(typ)}]" if in_list else shown(typ),)
