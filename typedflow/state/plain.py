"""A committed value as the plain one that it stands for."""

from __future__ import annotations

import dataclasses
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any, TypeVar, cast

from pydantic import BaseModel

__all__ = ["plain", "without_extra"]

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)


def plain(value: T) -> T:
    """The value in the user's own classes, all the way down; what is no container is shared.

    pydantic serializes a union by exact classes first, and a committed model is of a generated subclass: only of the
    plain value is the saved form sure to be right.
    """
    return cast(T, _plain(value))


def without_extra(model: ModelT) -> ModelT:
    """A shallow copy of the model with its declared fields alone."""
    copy = object.__new__(type(model))
    object.__setattr__(copy, "__dict__", model.__dict__)
    object.__setattr__(copy, "__pydantic_fields_set__", model.__pydantic_fields_set__)
    object.__setattr__(copy, "__pydantic_extra__", {})
    object.__setattr__(copy, "__pydantic_private__", model.__pydantic_private__)
    return copy


def _plain(value: Any) -> Any:  # Any, in this file: values of any type
    cls = value.__class__  # which committed values answer with the class that they stand for
    if isinstance(value, BaseModel):
        return _plain_model(value, cls)
    if isinstance(value, defaultdict):
        return defaultdict(value.default_factory, {key: _plain(element) for key, element in value.items()})
    if cls in (dict, OrderedDict, Counter):
        return cls({key: _plain(element) for key, element in value.items()})
    if cls in (list, set, frozenset):
        return cls(_plain(element) for element in value)
    if cls is deque:
        return deque((_plain(element) for element in value), value.maxlen)
    if isinstance(value, tuple):
        elements = [_plain(element) for element in value]
        return cls._make(elements) if hasattr(cls, "_make") else tuple(elements) if cls is tuple else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain_dataclass(value, cls)
    return value


def _plain_model(model: BaseModel, cls: Any) -> Any:
    copy = object.__new__(cls)
    put = object.__setattr__  # a model may be frozen, or have a `__setattr__` of its own
    kept = {name for name, field in cls.model_fields.items() if field.exclude is True}
    fields = {name: value if name in kept else _plain(value) for name, value in model.__dict__.items()}
    extra = model.__pydantic_extra__
    put(copy, "__dict__", fields)
    put(copy, "__pydantic_fields_set__", set(model.__pydantic_fields_set__))
    put(copy, "__pydantic_extra__", None if extra is None else {key: _plain(value) for key, value in extra.items()})
    put(copy, "__pydantic_private__", model.__pydantic_private__)
    return copy


def _plain_dataclass(value: Any, cls: Any) -> Any:
    copy = object.__new__(cls)
    for field in dataclasses.fields(value):
        object.__setattr__(copy, field.name, _plain(getattr(value, field.name)))
    return copy
