"""State models of mypy's tree as the facts that the wiring rules judge.

The twin of `typedflow.reading.types.state_type`.
"""

from __future__ import annotations

import ast

from mypy.nodes import TypeInfo, Var
from mypy.types import (
    AnyType,
    Instance,
    TupleType,
    TypedDictType,
    get_proper_type,
)

from typedflow.wiring.graph import StateField, StateType
from typedflow_mypy.compat import Api, depend, module_named
from typedflow_mypy.declared import declarations
from typedflow_mypy.events import short_name, shown
from typedflow_mypy.marks import all_marks
from typedflow_mypy.methods import Method
from typedflow_mypy.models import MEMBER, MODEL, FieldFacts, fields_of, says_no_default
from typedflow_mypy.saveable import ROOT_MODEL, fields_of_no_model, unsaveable
from typedflow_mypy.signatures import ReadParameter, is_bare_name
from typedflow_mypy.texts import depend_on_text

__all__ = ["DICT_STATE", "context_state", "dict_state", "has_written_state", "state_type"]

AROUND = ("Annotated", "Union", "Optional")
"""What may stand around a context without a word about its state."""

DICT_STATE = "typedflow.state.dict_state.DictState"


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
    return StateType(name + told, info.fullname + told, tuple(bases), is_model, fields, info.fallback_to_any)


def _fields(api: Api, instance: Instance) -> list[StateField]:
    info = instance.type
    found: dict[str, tuple[TypeInfo, FieldFacts]] = {}
    for cls in reversed(info.mro):
        facts = fields_of(cls)
        if facts is not None:
            for name, one in facts.items():
                found[name] = cls, one
        for name in fields_of_no_model(cls, info):
            found[name] = cls, FieldFacts(default=not _has_certainly_no_value(api, cls, name), excluded=False)
    root = next((cls for cls in info.mro if cls.fullname == ROOT_MODEL), None)
    if root is not None and "root" not in found:  # pydantic's own, which has no default
        found["root"] = (root, FieldFacts(default=False, excluded=False))
    reasons = unsaveable(api, instance)
    return [
        StateField(
            name,
            owner.fullname,
            has_default=one["default"] or info.fallback_to_any or _has_value_in_a_mixin(info, name),
            excluded=one["excluded"],
            unserializable=reasons.get(name),
        )
        for name, (owner, one) in found.items()
    ]


def _has_certainly_no_value(api: Api, cls: TypeInfo, name: str) -> bool:
    """Whether a base that is no model gives one of its fields no default, and none can be hidden in the annotation."""
    depend(api, cls, (name,))
    module, node = module_named(api, cls.module_name), cls.names[name].node
    if module is None or not isinstance(node, Var):
        return False
    depend_on_text(api, module)  # whether the class gives a value the daemon does not compare
    if node.has_explicit_value:
        return False
    written = declarations(api, cls, name)
    return bool(written) and all(
        one.value is None and all_marks(one.annotation, scope, lambda mark, _: says_no_default(mark))
        for one, scope in written
    )


def _has_value_in_a_mixin(info: TypeInfo, name: str) -> bool:
    """Whether a class that is no model gives the name a value, which pydantic takes for the default of the field."""
    for cls in info.mro:
        node = cls.names[name].node if name in cls.names and not cls.has_base(MODEL) else None
        if node is not None and not (isinstance(node, Var) and not node.has_explicit_value):
            return True
    return False
