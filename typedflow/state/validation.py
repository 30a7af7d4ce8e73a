"""What a model's schema says about each place of the state, so that a commit validates only what changed.

`__pydantic_core_schema__` is walked once per class. A place is *transparent* (models, lists, dicts, sets: only the
changed element is validated, lengths are checked by us) or a *barrier* (a function over a container, a union of
containers, a schema that we do not know: pydantic validates the whole value whenever anything in it changed).
Instances of models are
never waved through: each is valid as its own class, because pydantic's `revalidate_instances='never'` does not look
into it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, PydanticSchemaGenerationError
from pydantic_core import PydanticUndefined, SchemaSerializer, SchemaValidator

from typedflow.state.core_schema import CHUNKED, FUNCTIONS, NOT_SCHEMAS, RECORDS, SCALARS, Schema
from typedflow.state.draft.leaf_place import LeafPlace, NullablePlace, Place, RefPlace, exact_class
from typedflow.state.draft.model import model_twin, new_model
from typedflow.state.draft.place import (
    ANY,
    PLANS,
    TRUST,
    BarrierPlace,
    ChoicePlace,
    DictPlace,
    ListPlace,
    RecordPlace,
    SetPlace,
    TuplePlace,
)
from typedflow.state.draft.registry import FREEZE, DraftHost
from typedflow.state.draft.settle_model import MODEL_PLANS, quick_settler
from typedflow.state.draft.settlement import MISSING

__all__ = ["ModelPlan", "SchemaReader", "plan_of"]


class SchemaReader:
    """Turns the core schema of one model or dataclass into places."""

    def __init__(self, schema: Schema) -> None:
        self.definitions: dict[str, Schema] = {}
        self._refs: dict[str, Place] = {}
        self.layers: list[Schema] = []
        schema = self._resolved(schema)
        while schema["type"] in FUNCTIONS and "schema" in schema:
            self.layers.append(schema)
            schema = self._resolved(schema["schema"])
        self.record = schema
        self.config: Any = schema.get("config")

    def _resolved(self, schema: Schema) -> Schema:
        while schema["type"] in ("definitions", "definition-ref"):
            if schema["type"] == "definitions":
                self.definitions |= {found["ref"]: found for found in schema["definitions"]}
                schema = schema["schema"]
            else:
                schema = self.definitions[schema["schema_ref"]]
        return schema

    # -- places ------------------------------------------------------------------------------------------------------

    def place(self, schema: Schema) -> Place:
        """The place that this part of the schema describes."""
        kind = schema["type"]
        if kind == "any":
            return ANY
        if kind == "default" and schema.get("on_error", "raise") == "raise":
            return self.place(schema["schema"])
        if kind == "definition-ref":
            return self._ref(schema["schema_ref"])
        if self.is_scalar(schema):
            return LeafPlace(self.compiler(schema), exact_class(schema))
        record = self.record_of(schema)
        if record is not None:
            return RecordPlace(record, self.compiler(schema))
        if kind == "nullable":
            return NullablePlace(self.place(schema["schema"]))
        if kind in ("list", "set"):
            return self._sequence(schema)
        if kind == "dict":
            keys, values = schema.get("keys_schema", {"type": "any"}), schema.get("values_schema", {"type": "any"})
            return DictPlace(self.place(keys), self.place(values), schema, self.compiler(schema))
        if kind == "tuple":
            places = [self.place(item) for item in schema["items_schema"]]
            return TuplePlace(places, schema.get("variadic_item_index"), self.compiler(schema))
        barrier = BarrierPlace(self.compiler(schema), self._has(schema, lambda part: part["type"] in FUNCTIONS))
        if kind in ("union", "tagged-union"):
            return self._choice(schema, barrier)
        return barrier

    def _sequence(self, schema: Schema) -> Place:
        items = schema.get("items_schema", {"type": "any"})
        compile_items = None
        if self.is_scalar(items):
            compile_items = self.compiler({"type": schema["type"], "items_schema": items})
        cls: Any = ListPlace if schema["type"] == "list" else SetPlace
        if schema.get("metadata", {}).get(CHUNKED):
            from typedflow.state.draft.chunks import ChunkedPlace

            cls = ChunkedPlace
        place: Place = cls(self.place(items), schema, self.compiler(schema), compile_items)
        return place

    def _choice(self, schema: Schema, barrier: Place) -> Place:
        choices = schema["choices"]
        parts = choices.values() if isinstance(choices, dict) else choices
        models: dict[type, Place] = {}
        for part in parts:
            part = self._resolved(part[0] if isinstance(part, tuple) else part)
            record = self.record_of(part)
            if record is not None:
                models[record] = RecordPlace(record, self.compiler(part))
            elif not self.is_scalar(part):
                return barrier
        return ChoicePlace(models, barrier)

    def _ref(self, ref: str) -> Place:
        if ref not in self._refs:
            # Only what leads back to itself while it is read needs to be looked up later, at each visit.
            self._refs[ref] = RefPlace(lambda: self._refs[ref])
            self._refs[ref] = self.place(self.definitions[ref])
        return self._refs[ref]

    # -- what a schema holds -----------------------------------------------------------------------------------------

    def is_scalar(self, schema: Schema) -> bool:
        """Whether what is valid here is a scalar, which cannot be edited in place."""
        kind = schema["type"]
        if kind in SCALARS:
            return True
        if kind == "nullable" or (kind == "default" and schema.get("on_error", "raise") == "raise"):
            return self.is_scalar(schema["schema"])
        if kind == "union":
            parts = (part[0] if isinstance(part, tuple) else part for part in schema["choices"])
            return all(self.is_scalar(part) for part in parts)
        if kind == "tuple":
            return all(self.is_scalar(part) for part in schema["items_schema"])
        if kind == "frozenset":
            return self.is_scalar(schema.get("items_schema", {"type": "any"}))
        return False

    def record_of(self, schema: Schema) -> type | None:
        """The model or dataclass of which this is the whole schema, with no function of the place around it."""
        layers = 0
        while schema["type"] in FUNCTIONS and "schema" in schema:
            layers += 1
            schema = schema["schema"]
        if schema["type"] not in ("model", "dataclass"):
            return None
        cls: type = schema["cls"]
        return cls if layers == _layers_of(cls) else None

    def is_informed(self, schema: Schema) -> bool:
        """Whether a validator at this place (not inside a model that stands there) reads the other fields."""
        if schema["type"] in ("model", "dataclass", "definition-ref"):
            return False
        return self._has(schema, lambda part: part["type"] in FUNCTIONS and part["function"]["type"] == "with-info")

    def has_serializer(self, schema: Any) -> bool:
        """Whether this place (not a model that stands there) is dumped by a function."""
        if isinstance(schema, list | tuple):
            return any(self.has_serializer(part) for part in schema)
        if not isinstance(schema, dict) or ("type" in schema and self._is_record(schema)):
            return False
        chunked = (schema.get("metadata") or {}).get(CHUNKED)  # dumped as the list that it is
        if isinstance(schema.get("type"), str) and "serialization" in schema and not chunked:
            return True
        return any(self.has_serializer(part) for key, part in schema.items() if key not in NOT_SCHEMAS)

    def _is_record(self, schema: Schema) -> bool:
        kind = schema["type"]
        return isinstance(kind, str) and kind in RECORDS and self.record_of(schema) is not None

    def _has(self, schema: Any, test: Callable[[Schema], bool]) -> bool:
        if isinstance(schema, list | tuple):
            return any(self._has(part, test) for part in schema)
        if not isinstance(schema, dict):
            return False
        if isinstance(schema.get("type"), str):
            if self._is_record(schema):
                return False
            if test(schema):
                return True
        return any(self._has(part, test) for key, part in schema.items() if key not in NOT_SCHEMAS)

    # -- validators --------------------------------------------------------------------------------------------------

    def compiler(self, schema: Schema) -> Callable[[], Callable[[Any], Any]]:
        """A function that makes the validator of this part, when it is first needed."""

        def compile_() -> Callable[[Any], Any]:
            whole: Any = self._passing(schema)
            if self.definitions:
                parts = [self._passing(found) for found in self.definitions.values()]
                whole = {"type": "definitions", "schema": whole, "definitions": parts}
            return SchemaValidator(whole, self.config).validate_python

        return compile_

    def _passing(self, schema: Any) -> Any:
        """The schema with every model taking instances as they are: they are settled by us, as their own class.

        Without this, pydantic would run a model's after-validators again on each instance that passes.
        """
        if isinstance(schema, list):
            return [self._passing(part) for part in schema]
        if isinstance(schema, tuple):
            return tuple(self._passing(part) for part in schema)
        if not isinstance(schema, dict):
            return schema
        if "type" in schema and self._is_record(schema):
            record: Any = self.record_of(schema)
            wrapped = {"type": "function-wrap", "function": {"type": "no-info", "function": _pass(record)}}
            wrapped["schema"] = {key: part for key, part in schema.items() if key != "ref"}
            return wrapped | ({"ref": schema["ref"]} if "ref" in schema else {})
        return {
            key: part if key in NOT_SCHEMAS else self._passing(part)
            for key, part in schema.items()
            if key not in ("metadata", "serialization")
        }


def _pass(record: type) -> Callable[[Any, Any], Any]:
    return lambda value, handler: value if isinstance(value, record) else handler(value)


def _layers_of(cls: type) -> int:
    schema = cls.__dict__.get("__pydantic_core_schema__")
    if not isinstance(schema, dict):
        return 0
    return len(SchemaReader(schema).layers)


class _Plan:
    """What a commit has to know of a model or dataclass: the place of each field, and the validators of the whole."""

    opaque = False
    ambiguous = False
    trust = TRUST
    has_extra = has_private = False
    cls: type[Any]

    def __init__(self, reader: SchemaReader) -> None:
        fields = _fields_of(reader.record)
        self.informed_names = [name for name, schema in fields.items() if reader.is_informed(schema)]
        proper = {name: reader.place(schema) for name, schema in fields.items()}
        self.places: dict[str, Place] = {
            name: ANY if name in self.informed_names else place for name, place in proper.items()
        }
        self.trusted_places: dict[str, Place] = dict.fromkeys(fields, TRUST)
        extras = reader.record["schema"].get("extras_schema") if "schema" in reader.record else None
        self.extra = DictPlace(ANY, ANY if extras is None else reader.place(extras))
        self.full = _needs_whole(reader)
        self.after = _after_validator(reader)
        self.informed = _informed_validator(reader, fields, self.informed_names)
        self.rules = self.full or self.after is not None
        self.plain = self.informed is None and not self.has_extra and not self.has_private
        self.simple = self.plain and not self.rules
        scalars = {name: place for name, place in proper.items() if isinstance(place, LeafPlace)}
        self.quick = quick_settler(scalars if self.simple else {})
        self.links = {name for name, place in proper.items() if self.simple and type(place) is RecordPlace}
        self.children = frozenset(name for name, place in proper.items() if not place.leaf)
        self._read_dumps(reader, fields, proper)

    def _read_dumps(self, reader: SchemaReader, fields: dict[str, Schema], proper: dict[str, Place]) -> None:
        """How a dump shows the fields, for the patch: which as a unit (a serializer of their own), which not at all."""
        record = reader.record
        self.root_model = bool(record.get("root_model"))
        self.dump_places = proper
        special = any(key.startswith("ser_json") for key in record.get("config") or ())
        self.unit_dumped = {name for name, part in fields.items() if special or reader.has_serializer(part)}
        self.undumped = {name for name, field in _raw_fields(record).items() if field.get("serialization_exclude")}
        conditional = any("serialization_exclude_if" in field for field in _raw_fields(record).values())
        own = any("serialization" in layer for layer in (*reader.layers, record, record["schema"]))
        self.dumped_whole = (own and not self.root_model) or conditional or (self.root_model and bool(self.unit_dumped))

    def dump(self, value: Any, name: str | None = None) -> Any:
        """The JSON form of a value, or of one field of it, as the patch shows it."""
        value = deepcopy(value) if self.ambiguous else value
        if name is None:
            return self.serializer.to_python(value, mode="json", by_alias=False, round_trip=True)
        return self.serializer.to_python(value, mode="json", by_alias=False, round_trip=True, include={name})[name]

    @property
    def serializer(self) -> SchemaSerializer:
        raise NotImplementedError


class ModelPlan(_Plan):
    """What a commit has to know of one model."""

    def __init__(self, cls: type[BaseModel]) -> None:
        self.cls: type[BaseModel] = cls
        self.has_extra = cls.model_config.get("extra") == "allow"
        self.has_private = bool(cls.__private_attributes__)
        schema = _built(cls)
        super().__init__(SchemaReader(schema))
        self.twin = model_twin(cls, self.children)
        self.ambiguous = _ambiguous(schema)
        if self.ambiguous:
            for name in ("model_dump", "model_dump_json"):
                setattr(self.twin.read_only.__mro__[1], name, _dumped_as_plain(cls, name))
        MODEL_PLANS[self.twin.draft] = self
        self.freeze = FREEZE[self.twin.draft]

    @property
    def serializer(self) -> SchemaSerializer:
        return self.cls.__pydantic_serializer__

    def whole(self, data: dict[str, Any]) -> Any:
        """Validate all fields by the model's own validator."""
        return self.cls.__pydantic_validator__.validate_python(data, by_name=True)

    def default(self, name: str, values: dict[str, Any]) -> Any:
        """What a field without a value gets; MISSING where it has no default."""
        default = self.cls.__pydantic_fields__[name].get_default(call_default_factory=True, validated_data=values)
        return MISSING if default is PydanticUndefined else default

    def adopt(self, value: BaseModel, scope: DraftHost) -> Any:
        """A draft that holds what the plain `value` holds."""
        return new_model(self.twin, value, scope)


class DataclassPlan(_Plan):
    """What a commit has to know of one dataclass."""

    def __init__(self, cls: type[Any]) -> None:
        from pydantic import TypeAdapter  # few states have dataclasses: the others do without the imports

        from typedflow.state.draft.dataclass import dataclass_twin, new_dataclass

        self.cls = cls
        self._adopt = new_dataclass
        self._adapter: TypeAdapter[Any] = TypeAdapter(cls)
        schema: Any = self._adapter.core_schema
        super().__init__(SchemaReader(dict(schema)))
        for field in dataclasses.fields(cls):  # those that `__init__` does not take are in no schema
            if field.name not in self.places:
                self.places[field.name] = self.dump_places[field.name] = ANY
                self.trusted_places[field.name] = TRUST
                self.children |= {field.name}
        self.twin = dataclass_twin(cls, self.children)

    @property
    def serializer(self) -> SchemaSerializer:
        serializer: Any = self._adapter.serializer
        whole: SchemaSerializer = serializer
        return whole

    def whole(self, data: dict[str, Any]) -> Any:
        """Validate all fields by the dataclass's own validator."""
        return self._adapter.validate_python(data)

    def default(self, name: str, values: dict[str, Any]) -> Any:
        """What a field without a value gets; MISSING where it has no default."""
        field = next(field for field in dataclasses.fields(self.cls) if field.name == name)
        if field.default is not dataclasses.MISSING:
            return field.default
        return MISSING if field.default_factory is dataclasses.MISSING else field.default_factory()

    def adopt(self, value: Any, scope: DraftHost) -> Any:
        """A draft that holds what the plain `value` holds."""
        return self._adopt(self.twin, value, scope)


class _OpaquePlan:
    """A dataclass that pydantic has no schema for is a value of a foreign class: copied, compared, never looked
    into.
    """

    opaque = True


def _built(cls: type[BaseModel]) -> Schema:
    if not cls.__pydantic_complete__:
        cls.model_rebuild()
    schema: Any = cls.__pydantic_core_schema__
    return dict(schema)


def _ambiguous(schema: Any) -> bool:
    """Whether a union in the schema holds a model and a class under it.

    pydantic dumps a value of such a union by the member that is exactly its class, which a twin's is not; so it is
    dumped from a plain copy.
    """
    if isinstance(schema, list | tuple):
        return any(map(_ambiguous, schema))
    if not isinstance(schema, dict):
        return False
    if schema.get("type") == "union":
        parts = [part[0] if isinstance(part, tuple) else part for part in schema["choices"]]
        classes = [_class_of(part) for part in parts]
        found = [cls for cls in classes if cls is not None]
        related = any(one is not other and issubclass(one, other) for one in found for other in found)
        # A reference may stand for a related class: it is rare enough in a union to take it for one.
        if related or (len(parts) > 1 and any(part["type"] == "definition-ref" for part in parts)):
            return True
    return any(_ambiguous(part) for key, part in schema.items() if key not in NOT_SCHEMAS)


def _class_of(schema: Schema) -> type | None:
    while schema["type"] in FUNCTIONS and "schema" in schema:
        schema = schema["schema"]
    cls: type | None = schema.get("cls") if schema["type"] in ("model", "dataclass") else None
    return cls


def _dumped_as_plain(cls: type[Any], name: str) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(cls, name)

    def dump(self: Any, **options: Any) -> Any:
        return method(deepcopy(self), **options)

    return dump


def _fields_of(record: Schema) -> dict[str, Schema]:
    """The schema of each field of a model or dataclass."""
    return {name: field["schema"] for name, field in _raw_fields(record).items()}


def _raw_fields(record: Schema) -> dict[str, Schema]:
    if record.get("root_model"):
        return {"root": {"schema": record["schema"]}}
    inner = record["schema"]
    while inner["type"] in FUNCTIONS:
        inner = inner["schema"]
    fields = inner["fields"]
    return fields if isinstance(fields, dict) else {field["name"]: field for field in fields}


def _needs_whole(reader: SchemaReader) -> bool:
    """Whether fields cannot be validated apart: before- and wrap-validators of the model, an `__init__` of its own."""
    if reader.record.get("custom_init"):
        return True
    inside = reader.record["schema"]["type"] in FUNCTIONS and not reader.record.get("root_model")
    return inside or any(layer["type"] != "function-after" for layer in reader.layers)


def _after_validator(reader: SchemaReader) -> Callable[[Any], Any] | None:
    """The model's after-validators alone, over a model that is valid otherwise."""
    if not reader.layers or _needs_whole(reader):
        return None
    schema: Any = {"type": "any"}
    for layer in reversed(reader.layers):
        schema = {"type": "function-after", "function": layer["function"], "schema": schema}
    return SchemaValidator(schema, reader.config).validate_python


def _informed_validator(
    reader: SchemaReader, fields: dict[str, Schema], informed: list[str]
) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """The fields whose validators read `info.data`, with the others given as they are."""
    if not informed:
        return None
    schema: Schema = {
        "type": "model-fields",
        "fields": {
            name: {"type": "model-field", "schema": part if name in informed else {"type": "any"}}
            for name, part in fields.items()
        },
    }
    validate = reader.compiler(schema)()

    def informed_fields(values: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = validate(values)[0]
        return result

    return informed_fields


def plan_of(cls: type) -> Any:
    """What a commit has to know of a model or dataclass; worked out once."""
    return PLANS[cls]


def _build(cls: type) -> Any:
    if issubclass(cls, BaseModel):
        return ModelPlan(cls)
    try:
        return DataclassPlan(cls)
    except PydanticSchemaGenerationError:
        return _OpaquePlan()


PLANS.build = _build
