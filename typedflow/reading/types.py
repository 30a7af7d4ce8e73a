"""Live event classes and state models as the plain facts that the wiring rules judge."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_origin

from pydantic import BaseModel

from typedflow.events import Event, plain_class
from typedflow.reading.saveable import unsaveable
from typedflow.wiring.graph import EventType, StateField, StateType

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

__all__ = ["event_type", "fits", "state_type", "type_key"]

PROMOTED = frozenset({bytes, complex, float})
"""To a type checker these take values of classes that are no subclasses of them."""


def type_key(cls: type) -> str:
    """The full dotted name by which the rules know a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


@lru_cache(maxsize=4096)
def event_type(cls: type[Event]) -> EventType:
    """The facts of an event class; a parametrised generic (`Batch[int]`) is a type of its own, `Batch[Any]` is `Batch`.

    >>> from typedflow.events import StopEvent
    >>> event_type(StopEvent[int]).origin
    'typedflow.events.StopEvent'
    """
    cls = plain_class(cls)
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


def fits(wants: object, gives: object) -> bool | None:
    """Whether a value of the one type may stand for the other. Only said of plain classes; None where it is left open.

    >>> fits(int, bool), fits(int, str), fits(list[int], list)
    (True, False, None)
    """
    if wants is Any or gives is Any:  # a class, from Python 3.11 on
        return None
    if not isinstance(wants, type) or not isinstance(gives, type) or get_origin(wants) or get_origin(gives):
        return None
    if getattr(wants, "_is_protocol", False) or {wants, gives} & PROMOTED or _is_parametrised(wants):
        return None
    try:
        return issubclass(gives, wants)
    except TypeError:
        return None


def _is_parametrised(cls: type) -> bool:
    """Whether it is a model like `Page[int]`, for which a bare `Page` may stand."""
    return issubclass(cls, BaseModel) and cls.__pydantic_generic_metadata__["origin"] is not None


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
