"""Which fields of a model cannot be written as JSON, as far as pydantic's own schema makes it certain.

A field whose type pydantic only knows as "an instance of that class", a function or a class object has no JSON form
unless a serializer gives it one. What the schema leaves open (`Any`, plain validators) is given the benefit of the
doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from typedflow.wiring.state_model import further_in

__all__ = ["unsaveable"]

# Any, throughout this file: pydantic's core schemas are nested dictionaries whose shape depends on their "type".

INNER = (
    "schema",
    "items_schema",
    "keys_schema",
    "values_schema",
    "extras_schema",
    "python_schema",
    "strict_schema",
    "arguments_schema",
)


def unsaveable(model: type[BaseModel]) -> dict[str, str]:
    """field -> why it cannot be saved, for the fields of which that is certain.

    >>> class Job(BaseModel, arbitrary_types_allowed=True):
    ...     anything: object = None
    ...     kind: type | None = None
    >>> unsaveable(Job)
    {'kind': "'type' has no JSON form"}
    """
    if model is BaseModel:  # which stands for any model, and has neither fields nor a schema
        return {}
    if not model.__pydantic_complete__:
        model.model_rebuild(raise_errors=False)
    if not model.__pydantic_complete__:  # a forward reference is still open
        return {}
    schema: Any = model.__pydantic_core_schema__
    definitions: dict[str, Any] = {}
    if schema["type"] == "definitions":
        definitions = {one.get("ref", ""): one for one in schema["definitions"]}
        schema = schema["schema"]
    schema = _model_of(schema, definitions)
    if schema is None or "serialization" in schema:
        return {}
    own = frozenset(
        {schema.get("ref", "")}
    )  # what the model says of itself is said once, not again for each nested use
    fields = schema["schema"]
    if schema.get("root_model"):
        why = _reason(fields, definitions, own)
        return {} if why is None else {"root": why}
    while fields["type"] not in ("model-fields", "definition-ref"):
        fields = fields.get("schema")
        if fields is None:
            return {}
    found: dict[str, str] = {}
    for name, field in fields.get("fields", {}).items():
        why = _reason(field, definitions, own)
        if why is not None:
            found[name] = why
    return found


def _model_of(schema: Any, definitions: dict[str, Any]) -> Any | None:
    """The model's own schema, under what validators put around it."""
    while schema is not None and schema["type"] != "model":
        if "serialization" in schema:
            return None
        is_ref = schema["type"] == "definition-ref"
        schema = definitions.get(schema["schema_ref"]) if is_ref else schema.get("schema")
    return schema


def _reason(schema: Any, definitions: dict[str, Any], entered: frozenset[str], owner: str = "") -> str | None:
    """Why a value of that schema cannot be saved; `owner` is the class whose fields it may hold."""
    if not isinstance(schema, Mapping) or "serialization" in schema or schema.get("serialization_exclude"):
        return None
    kind = schema.get("type")
    if kind == "is-instance":
        return f"'{_name(schema['cls'])}' has no JSON form"
    if kind == "callable":
        return "a function has no JSON form"
    if kind == "is-subclass":
        return "a class has no JSON form"
    if kind == "definition-ref":
        ref = schema["schema_ref"]
        return None if ref in entered else _reason(definitions.get(ref), definitions, entered | {ref})
    if kind == "definitions":
        return _reason(schema["schema"], definitions | {d.get("ref", ""): d for d in schema["definitions"]}, entered)
    cls = schema.get("cls", schema.get("function") if kind == "call" else None)
    if cls is not None:
        owner = _name(cls)
    for part in _parts(schema):
        why = _reason(part, definitions, entered, owner)
        if why is not None:
            return why
    for name, part in _fields(schema):
        why = _reason(part, definitions, entered)
        if why is not None:
            return further_in(why, name, owner)
    return None


def _name(cls: Any) -> str:
    """What a class is called: of a parametrised model, the class that it is made from."""
    generic = getattr(cls, "__pydantic_generic_metadata__", {}).get("origin")
    return getattr(generic or cls, "__name__", str(cls))


def _fields(schema: Any) -> list[tuple[str, Any]]:
    """The schemas of what has fields, by name: of a model, a dataclass, a typed dict, a named tuple."""
    fields = schema.get("arguments_schema" if schema.get("type") == "arguments" else "fields", ())
    if isinstance(fields, Mapping):
        return list(fields.items())
    return [(field["name"], field) for field in fields if isinstance(field, Mapping) and "name" in field]


def _parts(schema: Any) -> list[Any]:
    """The schemas that values of this one are made of, without a name."""
    if schema.get("type") == "function-plain":
        return []
    parts: list[Any] = [schema[key] for key in INNER if isinstance(schema.get(key), Mapping)]
    if isinstance(schema.get("items_schema"), list):
        parts.extend(schema["items_schema"])
    choices = schema.get("choices", [])
    for choice in choices.values() if isinstance(choices, Mapping) else choices:
        parts.append(choice[0] if isinstance(choice, tuple) else choice)
    if schema.get("type") == "chain":
        parts.extend(schema["steps"][-1:])
    return parts
