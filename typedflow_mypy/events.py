"""Event classes of mypy's tree as the facts that the wiring rules judge."""

from __future__ import annotations

import re

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import TypeInfo
from mypy.types import AnyType, Instance, NoneType, TypeVarType, get_proper_type

from typedflow.wiring.graph import EVENT, EventType

__all__ = ["event_type", "is_event", "shown", "short_name"]


def is_event(info: TypeInfo) -> bool:
    """Whether the class is an event."""
    return info.has_base(EVENT)


def event_type(instance: Instance) -> EventType:
    """The facts of an event class; `Batch[int]` is a type of its own whose origin is `Batch`."""
    info = instance.type
    name, key = short_name(info), info.fullname
    bases: list[str] = []
    told = _argument_text(instance) if instance.args else ""
    if told:
        bases.append(key)
    for base in info.mro[1:]:
        above = base.fullname
        if above != EVENT and not is_event(base):
            continue
        if base.type_vars:
            arguments = _argument_text(map_instance_to_supertype(instance, base))
            if arguments:
                bases.append(f"{above}[{arguments}]")
        bases.append(above)
        if above == EVENT:  # whose own bases are none
            break
    if not told:
        return EventType(name, key, tuple(bases))
    return EventType(f"{name}[{told}]", f"{key}[{told}]", tuple(bases), key)


def _argument_text(instance: Instance) -> str:
    """`int, str` of `Batch[int, str]`; empty where there are no arguments, or they are not told."""
    arguments = [get_proper_type(argument) for argument in instance.args]
    if all(isinstance(argument, AnyType | TypeVarType) for argument in arguments):
        return ""
    return ", ".join("NoneType" if isinstance(argument, NoneType) else shown(argument) for argument in arguments)


def short_name(info: TypeInfo) -> str:
    """The name of a class as it is written; mypy adds a line number to that of a class in a function."""
    return info.name.partition("@")[0]


MODULES = r"(?<![\w.])(?:\w+\.)+(?=\w)"


def shown(typ: object) -> str:
    """A type as a message shows it: without the modules.

    >>> shown("builtins.dict[builtins.str, app.models.Item | None]")
    'dict[str, Item | None]'
    """
    quick = _quickly(typ)
    if quick is not None:
        return quick
    text = re.sub(r"@\d+", "", re.sub(MODULES, "", str(typ).replace("def (", "Callable[["))) if typ is not None else "?"
    return text.rstrip("?*")


def _quickly(typ: object) -> str | None:
    """As `shown`, for classes and generics of classes: mypy's own text is dear, and most types that are asked for are these."""
    if not isinstance(typ, Instance) or typ.last_known_value is not None:
        return None
    name = short_name(typ.type)
    if not typ.args:
        return name
    if typ.type.fullname == "builtins.tuple":  # tuple[int, ...]
        return None
    arguments = [_quickly(argument) for argument in typ.args]
    told = [argument for argument in arguments if argument is not None]
    return f"{name}[{', '.join(told)}]" if len(told) == len(arguments) else None
