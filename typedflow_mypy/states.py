"""State models of mypy's tree as the facts that the wiring rules judge.

The twin of `typedflow.reading.types.state_type`.
"""

from __future__ import annotations

import ast
import sys

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import TypeInfo, Var
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

from typedflow.wiring.graph import StateField, StateType
from typedflow_mypy.compat import Api, current_functions, depend, module_named
from typedflow_mypy.events import short_name, shown
from typedflow_mypy.marks import may_say_how_to_save
from typedflow_mypy.methods import Method
from typedflow_mypy.models import MEMBER, MODEL, FieldFacts, fields_of, own_serializer
from typedflow_mypy.names import Scope
from typedflow_mypy.signatures import ReadParameter, is_bare_name
from typedflow_mypy.source import source_of

__all__ = ["DICT_STATE", "context_state", "dict_state", "has_written_state", "state_type"]

LIBRARIES = frozenset(sys.stdlib_module_names) | {"pydantic", "pydantic_core", "typing_extensions", "typedflow"}
"""Packages whose classes pydantic may have a schema for."""

ROOT_MODEL = "pydantic.root_model.RootModel"
AROUND = ("Annotated", "Union", "Optional")
"""What may stand around a context without a word about its state."""

DICT_STATE = "typedflow.state.dict_state.DictState"

UNSAVEABLE = frozenset(
    {
        "_thread.lock",
        "builtins.type",
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


def context_state(parameter: ReadParameter | None, method: Method) -> Instance | None:
    """The S of `Context[S]`; None for a bare `Context`, and where it is not told yet."""
    context = parameter.reading.context if parameter is not None else None
    if parameter is None or context is None or not context.args:
        return None
    state = get_proper_type(context.args[0])
    if not isinstance(state, Instance):
        if isinstance(state, TypedDictType):
            state = state.fallback
        elif isinstance(state, TupleType):
            state = state.partial_fallback
        else:
            return None
    if state.type.fullname == DICT_STATE and not has_written_state(parameter, method):
        return None
    return state


def has_written_state(parameter: ReadParameter, method: Method) -> bool:
    """Whether the annotation says a state: mypy writes the default into a bare `Context`."""
    if method.func is not None and is_bare_name(method.func, parameter.facts.name):
        return False
    node = method.node
    for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if node is not None else ():
        if one.arg == parameter.facts.name and one.annotation is not None:
            written: ast.AST = one.annotation
            if isinstance(written, ast.Constant):
                written = ast.parse(str(written.value).strip(), mode="eval")
            return any(
                isinstance(part, ast.Subscript) and not ast.unparse(part.value).endswith(AROUND)
                for part in ast.walk(written)
            )
    return False


def dict_state(api: Api) -> Instance | None:
    """The state of a workflow that names none."""
    module = module_named(api, DICT_STATE.rpartition(".")[0])
    symbol = module.names.get("DictState") if module is not None else None
    return Instance(symbol.node, []) if symbol is not None and isinstance(symbol.node, TypeInfo) else None


def state_type(api: Api, instance: Instance) -> StateType:
    """The facts of a state class, which need not be a model."""
    info = instance.type
    here = api.tree.fullname
    for base in info.mro:
        if base.module_name != here:
            depend(api, base, (MEMBER,))
    name = short_name(info)
    arguments = [get_proper_type(argument) for argument in instance.args]
    told = "" if all(isinstance(one, AnyType) for one in arguments) else f"[{', '.join(map(shown, arguments))}]"
    bases = [base.fullname for base in info.mro[1:] if base.fullname != "builtins.object"]
    if told:
        bases.insert(0, info.fullname)
    is_model = info.has_base(MODEL) or info.fallback_to_any
    fields = tuple(_fields(api, instance)) if is_model else ()
    return StateType(name + told, info.fullname + told, tuple(bases), is_model, fields)


def _fields(api: Api, instance: Instance) -> list[StateField]:
    info = instance.type
    found: dict[str, tuple[TypeInfo, FieldFacts]] = {}
    serializer = False
    for cls in reversed(info.mro):
        facts = fields_of(cls)
        if facts is not None:
            serializer = serializer or own_serializer(cls)
            for name, one in facts.items():
                found[name] = cls, one
    root = next((cls for cls in info.mro if cls.fullname == ROOT_MODEL), None)
    if root is not None and "root" not in found:  # pydantic's own, which has no default
        found["root"] = (root, FieldFacts(default=False, excluded=False))
    return [
        StateField(
            name,
            owner.fullname,
            has_default=one["default"] or _has_value_in_a_mixin(info, name),
            excluded=one["excluded"],
            unserializable=None if serializer else _certainly_unsaveable(api, instance, owner, name),
        )
        for name, (owner, one) in found.items()
    ]


def _has_value_in_a_mixin(info: TypeInfo, name: str) -> bool:
    """Whether a class that is no model gives the name a value, which pydantic takes for the default of the field."""
    for cls in info.mro:
        node = cls.names[name].node if name in cls.names and not cls.has_base(MODEL) else None
        if node is not None and not (isinstance(node, Var) and not node.has_explicit_value):
            return True
    return False


def _type_of(instance: Instance, owner: TypeInfo, name: str) -> ProperType:
    """The type of a field, the type variables of a generic model standing for what the state gives it."""
    symbol = owner.names.get(name)
    typ = symbol.node.type if symbol is not None and isinstance(symbol.node, Var) else None
    if typ is not None and owner.type_vars:
        typ = expand_type_by_instance(typ, map_instance_to_supertype(instance, owner))
    return AnyType(TypeOfAny.special_form) if typ is None else get_proper_type(typ)


def _certainly_unsaveable(api: Api, instance: Instance, owner: TypeInfo, name: str) -> str | None:
    """Why a field cannot be saved, unless something in its annotation may say how.

    mypy keeps nothing of an `Annotated`, so that the source is read; only where there would be something to report.
    """
    why = _unsaveable(_type_of(instance, owner, name))
    module = module_named(api, owner.module_name) if why is not None else None
    source = source_of(module.path) if module is not None else None
    if module is None or source is None:
        return why
    scope = Scope(api, module, tuple(current_functions(api)) if module is api.tree else (), owner)
    written = [
        statement.annotation
        for cls in ast.walk(source.tree)
        if isinstance(cls, ast.ClassDef) and cls.name == owner.name
        for statement in cls.body
        if isinstance(statement, ast.AnnAssign)
        if isinstance(statement.target, ast.Name) and statement.target.id == name
    ]
    return None if any(may_say_how_to_save(one, scope) for one in written) else why


def _unsaveable(typ: Type, depth: int = 4) -> str | None:
    """Why a value of the type cannot be saved, where that is certain. What pydantic may know a way for is let pass."""
    typ = get_proper_type(typ)
    if depth == 0:
        return None
    if isinstance(typ, CallableType):
        return "a function has no JSON form"
    if isinstance(typ, TypeType):
        return "a class has no JSON form"
    if isinstance(typ, UnionType | TupleType):
        return next(filter(None, (_unsaveable(one, depth - 1) for one in typ.items)), None)
    if not isinstance(typ, Instance):
        return None
    info = typ.type
    if info.fullname in UNSAVEABLE or (info.module_name != "builtins" and _is_plain(info)):
        return f"'{short_name(info)}' has no JSON form"
    if info.fullname in ("builtins.list", "builtins.dict", "builtins.set", "builtins.tuple"):
        return next(filter(None, (_unsaveable(one, depth - 1) for one in typ.args)), None)
    return None


def _is_plain(info: TypeInfo) -> bool:
    """Whether it is a user's class of which pydantic can know nothing but that it is one."""
    if info.is_protocol or info.is_enum or info.is_named_tuple or info.typeddict_type or info.fallback_to_any:
        return False
    if info.metaclass_type is not None and info.metaclass_type.type.fullname not in ("builtins.type", "abc.ABCMeta"):
        return False
    if info.is_newtype or any("dataclass" in key for key in info.metadata) or "__dataclass_fields__" in info.names:
        return False
    for cls in info.mro[:-1]:
        if cls.module_name.partition(".")[0] in LIBRARIES or any(
            name in cls.names
            for name in ("__get_pydantic_core_schema__", "__pydantic_serializer__", "__get_validators__")
        ):
            return False
    return info.mro[-1].fullname == "builtins.object" and info.fullname != "builtins.object"
