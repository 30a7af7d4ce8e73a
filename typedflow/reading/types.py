"""Live event classes and state models as the plain facts that the wiring rules judge."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel

from typedflow.events import Event
from typedflow.reading.saveable import unsaveable
from typedflow.wiring.graph import EventType, StateField, StateType

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

__all__ = ["event_type", "state_type", "type_key"]


def type_key(cls: type) -> str:
    """The full dotted name by which the rules know a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


@lru_cache(maxsize=4096)
def event_type(cls: type[Event]) -> EventType:
    """The facts of an event class; a parametrised generic (`Batch[int]`) is a type of its own.

    >>> from typedflow.events import StopEvent
    >>> event_type(StopEvent[int]).origin
    'typedflow.events.StopEvent'
    """
    bases = tuple(type_key(base) for base in cls.__mro__[1:] if issubclass(base, Event))
    origin = cls.__pydantic_generic_metadata__["origin"]
    return EventType(cls.__name__, type_key(cls), bases, type_key(origin) if isinstance(origin, type) else None)


def state_type(cls: type) -> StateType:
    """The facts of a state class, which need not be a model.

    >>> class Counter(BaseModel):
    ...     count: int
    >>> [(field.name, field.has_default) for field in state_type(Counter).fields]
    [('count', False)]
    """
    bases = tuple(type_key(base) for base in cls.__mro__[1:] if base is not object)
    if not issubclass(cls, BaseModel):
        return StateType(cls.__name__, type_key(cls), bases, is_model=False)
    reasons = unsaveable(cls)
    fields = tuple(_field(cls, name, field, reasons.get(name)) for name, field in cls.model_fields.items())
    return StateType(cls.__name__, type_key(cls), bases, fields=fields)


def _field(cls: type[BaseModel], name: str, field: FieldInfo, unserializable: str | None) -> StateField:
    return StateField(
        name,
        owner=_owner(cls, name),
        has_default=not field.is_required(),
        excluded=bool(field.exclude),
        unserializable=unserializable,
    )


def _owner(cls: type[BaseModel], name: str) -> str:
    for base in cls.__mro__:
        if name in inspect.get_annotations(base):
            return type_key(base)
    return type_key(cls)
