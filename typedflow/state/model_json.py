"""One pydantic model in JSON form and back, through its own serializers and validators."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import deque
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python
from typing_extensions import TypeVar

from typedflow.state.encoding import Json, Place, Problems, plain_type, shown_name
from typedflow.state.per_class import PerClass

__all__ = ["children", "dump_model", "field_names", "load_model"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def dump_model(model: BaseModel, by_alias: bool, place: Place, problems: Problems) -> Json:
    """The model's own JSON form, without computed fields. What cannot be serialized is reported with its place."""
    try:
        # round_trip leaves computed fields out. The warnings are about unexpected types, which `compare` judges.
        data = model.model_dump(mode="json", by_alias=by_alias, round_trip=True, warnings=False)
        return _finite(data)
    except (PydanticSerializationError, ValueError, TypeError) as error:
        _locate(model, place, problems, error)
        return None


def load_model(cls: type[ModelT], data: Json, *, by_alias: bool, by_name: bool) -> ModelT:
    """The model of its JSON form. Raises pydantic's `ValidationError`."""
    # As JSON text, since strict models take a date from a string only there.
    return cls.model_validate_json(json.dumps(data), by_alias=by_alias, by_name=by_name)


def field_names(value: object) -> tuple[str, ...] | None:
    """The fields that a model or a dataclass is saved with; None for any other value."""
    return _FIELDS[plain_type(value)]


def _class_fields(cls: type) -> tuple[str, ...] | None:
    if issubclass(cls, BaseModel):
        return tuple(name for name, field in cls.model_fields.items() if field.exclude is not True)
    if dataclasses.is_dataclass(cls):
        return tuple(field.name for field in dataclasses.fields(cls))
    return None


_FIELDS = PerClass(_class_fields)


def children(value: object) -> Iterator[tuple[object, object]]:
    """The key and the value of each part of a model, a dataclass or a container."""
    names = field_names(value)
    if names is not None:
        for name in names:
            yield name, getattr(value, name)
        if isinstance(value, BaseModel):
            yield from (value.__pydantic_extra__ or {}).items()
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple | deque | set | frozenset):
        yield from enumerate(value)


def _finite(data: Json) -> Json:
    """With `"NaN"` for the floats that JSON does not have; pydantic reads them back for a `float`."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_finite(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return "NaN" if math.isnan(data) else "Infinity" if data > 0 else "-Infinity"
    return data


def _locate(value: object, place: Place, problems: Problems, error: Exception) -> None:
    """Report the smallest parts of the value that cannot be serialized."""
    before = len(problems.found)
    for key, child in children(value):
        reason = _serialization_error(value, key, child)
        if reason is not None:
            _locate(child, (*place, key), problems, reason)
    if len(problems.found) == before:
        problems.add(
            place,
            f"a value of type {shown_name(plain_type(value))} cannot be serialized ({error}); "
            "give the field a serializer, or exclude=True",
        )


def _serialization_error(parent: object, key: object, child: object) -> Exception | None:
    try:
        if isinstance(parent, BaseModel) and isinstance(key, str):  # the field may have a serializer of its own
            parent.model_dump(mode="json", include={key}, round_trip=True, warnings=False)
        else:
            to_jsonable_python(child)
    except (ValueError, TypeError, ValidationError) as error:
        return error
    return None
