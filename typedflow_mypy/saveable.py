"""Which fields of a state cannot be written as JSON, as far as mypy's types make it certain.

    class Client(BaseModel):
        call: Callable[[], int] = int    # 'Cart' cannot be saved, if it has a Client

The twin of `typedflow.reading.saveable`. What pydantic may know a way for is let pass: a serializer, a class that says how it is
saved, marks in an `Annotated` that are not plain to see.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import Decorator, FuncDef, SymbolTableNode, TypeInfo, Var
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    ProperType,
    TupleType,
    Type,
    TypedDictType,
    TypeOfAny,
    TypeType,
    UnionType,
    get_proper_type,
)

from typedflow.wiring.graph import EVENT
from typedflow.wiring.state_model import further_in
from typedflow_mypy.compat import Api, depend_on_classes
from typedflow_mypy.declared import declarations
from typedflow_mypy.events import short_name
from typedflow_mypy.marks import may_say_how_to_save
from typedflow_mypy.models import ALL, MEMBER, MODEL, fields_of, saved_otherwise
from typedflow_mypy.names import Scope

__all__ = ["ROOT_MODEL", "fields_of_no_model", "unsaveable", "variables"]

ROOT_MODEL = "pydantic.root_model.RootModel"

LIBRARIES = frozenset(sys.stdlib_module_names) | {"pydantic", "pydantic_core", "typing_extensions", "typedflow"}
"""Packages whose classes pydantic may have a schema for."""

UNSAVEABLE = frozenset(
    {
        "_thread.lock",
        "asyncio.events.AbstractEventLoop",
        "asyncio.futures.Future",
        "asyncio.locks.Condition",
        "asyncio.locks.Event",
        "asyncio.locks.Lock",
        "asyncio.locks.Semaphore",
        "asyncio.queues.Queue",
        "asyncio.tasks.Task",
        "concurrent.futures._base.Executor",
        "concurrent.futures._base.Future",
        "logging.Logger",
        "queue.Queue",
        "socket.socket",
        "sqlite3.Connection",
        "sqlite3.Cursor",
        "threading.Condition",
        "threading.Event",
        "threading.Lock",
        "threading.Semaphore",
        "threading.Thread",
        "_asyncio.Future",
        "_asyncio.Task",
        "_socket.socket",
    }
)
"""Classes of the standard library that pydantic knows only as "an instance of": of others it may know how to save them."""

WAYS = ("__get_pydantic_core_schema__", "__pydantic_serializer__", "__get_validators__", "__pydantic_config__")
"""Members by which a class tells pydantic how it is saved."""

MAKES_FIELDS = frozenset({"pydantic.fields.Field", "dataclasses.field"})

COLLECTIONS = frozenset({"builtins.list", "builtins.dict", "builtins.set", "builtins.tuple"})

DEEPEST = 6
"""How many models a state is followed into, one in another."""

Entered = tuple[TypeInfo, ...]


def unsaveable(api: Api, model: Instance) -> dict[str, str]:
    """field -> why it cannot be saved, for the fields of a model of which that is certain."""
    return dict(_in_model(api, model, (model.type,)))


def _in_model(api: Api, model: Instance, entered: Entered) -> Iterator[tuple[str, str]]:
    """The fields of a model that cannot be saved and are not excluded."""
    if model.type.fallback_to_any:
        return  # a base that cannot be told may have serializers
    depend_on_classes(api, model.type.mro, (MEMBER,))
    fields = _fields_of_model(model.type)
    for name, owner in fields.items():
        why = _in_field(api, model, owner, name, entered)
        if why is not None:
            yield name, why


def _fields_of_model(info: TypeInfo) -> dict[str, TypeInfo]:
    """field -> the class that declares it; without those of which the model says how they are saved."""
    found: dict[str, TypeInfo] = {}
    saved: frozenset[str] = frozenset()
    for cls in reversed(info.mro):
        if cls.fullname != MODEL and any(way in cls.names for way in WAYS):
            return {}
        facts = fields_of(cls)
        if facts is None:
            found.update(dict.fromkeys(_fields_of_no_note(cls, info), cls))
            continue
        saved |= saved_otherwise(cls)
        for name, one in facts.items():
            if one["excluded"]:
                found.pop(name, None)
            else:
                found[name] = cls
    return {} if ALL in saved else {name: cls for name, cls in found.items() if name not in saved}


def _fields_of_no_note(cls: TypeInfo, model: TypeInfo) -> list[str]:
    """The fields that a class declares of which no note is taken: an event with nothing else in it, a class that is no model."""
    if cls.has_base(EVENT):
        return [] if cls.module_name.startswith("typedflow.") else variables(cls)
    return fields_of_no_model(cls, model)


def variables(cls: TypeInfo) -> list[str]:
    """The names that the body of a class annotates, or gives a value, as variables of its objects."""
    return [
        name
        for name, symbol in cls.names.items()
        if isinstance(symbol.node, Var) and not name.startswith("_") and not symbol.node.is_classvar
    ]


def fields_of_no_model(cls: TypeInfo, model: TypeInfo) -> list[str]:
    """What a base that is no model annotates in its body, and no model beside it defines: fields of the model to pydantic."""
    if cls.has_base(MODEL) or cls.module_name.partition(".")[0] in LIBRARIES:
        return []
    if any(
        "__init_subclass__" in base.names for base in model.mro if base.module_name.partition(".")[0] not in LIBRARIES
    ):
        return []  # which may give values
    defined = {name for base in model.mro if base.has_base(MODEL) for name in base.names}
    found = []
    for name in variables(cls):
        node = cls.names[name].node
        if (
            name not in defined
            and isinstance(node, Var)
            and node.is_initialized_in_class
            and not (node.is_inferred or node.is_final)
        ):
            found.append(name)
    return found


def _in_field(api: Api, model: Instance, owner: TypeInfo, name: str, entered: Entered) -> str | None:
    """Why a field of a model cannot be saved, unless something in its annotation may say how."""
    why = _reason(api, _type_of(model, owner, name), entered)
    return None if why is None or _may_be_marked(api, [owner], name) else why


def _type_of(instance: Instance, owner: TypeInfo, name: str) -> ProperType:
    """The type of a field, the type variables of a generic class standing for what they are given."""
    symbol = owner.names.get(name)
    typ = symbol.node.type if symbol is not None and isinstance(symbol.node, Var) else None
    if typ is not None and owner.type_vars:
        typ = expand_type_by_instance(typ, map_instance_to_supertype(instance, owner))
    return AnyType(TypeOfAny.special_form) if typ is None else get_proper_type(typ)


def _reason(api: Api, typ: Type, entered: Entered, depth: int = 4) -> str | None:
    """Why a value of the type cannot be saved, where that is certain."""
    typ = get_proper_type(typ)
    if depth == 0:
        return None
    if isinstance(typ, Instance) and typ.type.module_name == "builtins":
        parts: Sequence[Type] = typ.args if typ.type.fullname in COLLECTIONS else ()
        if typ.type.fullname == "builtins.type":
            return "'type' has no JSON form"
    elif isinstance(typ, CallableType):
        return "a function has no JSON form"
    elif isinstance(typ, TypeType):
        return "a class has no JSON form"
    elif isinstance(typ, Instance) and typ.type.has_base(MODEL):
        info = typ.type
        if info in entered or len(entered) == DEEPEST:
            return None
        field, why = next(_in_model(api, typ, (*entered, info)), ("", None))
        return why if why is None or info.has_base(ROOT_MODEL) else further_in(why, field, short_name(info))
    else:
        members = _members(typ)
        if members is not None:
            cls, inner = members
            depend_on_classes(api, cls.mro, WAYS)
            return None if cls in entered or len(entered) == DEEPEST else _in_members(api, cls, inner, entered)
        if isinstance(typ, Instance):
            depend_on_classes(api, typ.type.mro, WAYS)
            is_known = typ.type.fullname in UNSAVEABLE or _is_plain(typ.type)
            return f"'{short_name(typ.type)}' has no JSON form" if is_known else None
        parts = typ.items if isinstance(typ, UnionType | TupleType) else ()
    return next(filter(None, (_reason(api, one, entered, depth - 1) for one in parts)), None)


def _members(typ: ProperType) -> tuple[TypeInfo, list[tuple[str, Type]]] | None:
    """The class of a typed dict, a named tuple or a dataclass, and its members with their types."""
    if isinstance(typ, TypedDictType):
        return typ.fallback.type, list(typ.items.items())
    if isinstance(typ, TupleType):
        cls = typ.partial_fallback.type
        names = next((base.metadata["namedtuple"]["fields"] for base in cls.mro if "namedtuple" in base.metadata), ())
        return (cls, list(zip(names, typ.items, strict=True))) if 0 < len(names) == len(typ.items) else None
    if isinstance(typ, Instance) and "dataclass" in typ.type.metadata:
        found: list[tuple[str, Type]] = []
        for one in typ.type.metadata["dataclass"].get("attributes", ()):
            owner = next((cls for cls in typ.type.mro if one["name"] in cls.names), None)
            if owner is not None and not one["is_init_var"] and (one["is_in_init"] or one["has_default"]):
                found.append((one["name"], _type_of(typ, owner, one["name"])))
        return typ.type, found
    return None


def _in_members(api: Api, cls: TypeInfo, members: list[tuple[str, Type]], entered: Entered) -> str | None:
    """Why what has these members cannot be saved, unless the class, or what is written at the member, may say how."""
    bases = [base for base in cls.mro if base.module_name.partition(".")[0] not in LIBRARIES]
    for base in bases:
        for name, symbol in base.names.items():
            if name in WAYS or ("dataclass" in cls.metadata and _may_say_how(symbol)):
                return None
    for name, typ in members:
        why = _reason(api, typ, (*entered, cls))
        if why is not None and not _may_be_marked(api, bases, name):
            return further_in(why, name, short_name(cls))
    return None


def _may_say_how(symbol: SymbolTableNode) -> bool:
    """Whether a member is a decorated function of the user's, such as a serializer."""
    node = symbol.node
    return isinstance(node, Decorator) and not node.var.is_property and not symbol.plugin_generated


def _may_be_marked(api: Api, owners: list[TypeInfo], name: str) -> bool:
    """Whether what is written at a field, in one of these classes, may say how it is saved; so it may where nothing is found.

    The source is read, and so this is asked only where there would be something to report.
    """
    written = [(owner, *one) for owner in owners for one in declarations(api, owner, name)]
    return not written or any(
        may_say_how_to_save(statement.annotation, scope) or _may_exclude(statement, scope)
        for _, statement, scope in written
    )


def _may_exclude(statement: ast.AnnAssign, scope: Scope) -> bool:
    """Whether the value may be a `Field` that keeps the field out of what is saved, or what a variable or a function gives."""
    value = statement.value
    if isinstance(value, ast.Call):
        made = scope.find(value.func)
        if isinstance(made, FuncDef) and made.fullname not in MAKES_FIELDS:
            returned = get_proper_type(made.type.ret_type) if isinstance(made.type, CallableType) else None
            return returned is None or isinstance(returned, AnyType)
        return any(one.arg in ("exclude", "exclude_if", None) for one in value.keywords)
    return isinstance(value, ast.Name | ast.Attribute) and isinstance(scope.find(value), Var)


def _is_plain(info: TypeInfo) -> bool:
    """Whether it is a user's class of which pydantic can know nothing but that it is one."""
    if info.is_protocol or info.is_enum or info.is_named_tuple or info.typeddict_type or info.fallback_to_any:
        return False
    if info.metaclass_type is not None and info.metaclass_type.type.fullname not in ("builtins.type", "abc.ABCMeta"):
        return False
    if info.is_newtype or any("dataclass" in key for key in info.metadata) or "__dataclass_fields__" in info.names:
        return False
    for cls in info.mro[:-1]:
        if cls.module_name.partition(".")[0] in LIBRARIES or any(name in cls.names for name in WAYS):
            return False
    return info.mro[-1].fullname == "builtins.object" and info.fullname != "builtins.object"
