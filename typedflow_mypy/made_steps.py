"""What `@step` makes of the methods of a workflow, said to mypy for all of them at the first.

    @step
    async def pay(self, ctx: Context[Cart], ev: Checkout) -> Paid: ...    # makes a Step[Cart, Checkout, Paid]

mypy tries the overloads of `step` at each method, and infers five type variables for each that it tries. That takes it
longer than the plugin needs for all the rest.

Phases: 1. mypy calls the hook of `step` at the first method of a class; 2. where it is plain which overload takes one of
the others, an expression of the type that it would make comes in the place of the decorator; 3. when mypy is through with the
class, and the wiring is checked, the decorators are put back. What is not plain is left to mypy, and so is all in the
daemon, which keeps the trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import ARG_POS, Decorator, FuncDef, NameExpr, TempNode, TypeInfo
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    NoneType,
    ProperType,
    Type,
    TypeOfAny,
    UnionType,
    get_proper_type,
    has_type_vars,
)

from typedflow.wiring.graph import EVENT
from typedflow_mypy.annotations import CONTEXT, is_context
from typedflow_mypy.compat import is_for_daemon, statements
from typedflow_mypy.decorators import put_back, put_by
from typedflow_mypy.methods import STEP, is_workflow
from typedflow_mypy.models import MODEL

if TYPE_CHECKING:
    from mypy.plugin import FunctionContext

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["of_the_others"]

DECORATOR = "typedflow.step.step"


def of_the_others(ctx: FunctionContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `step`: of the methods below that are plain, mypy is told what it makes."""
    first, made = ctx.context, get_proper_type(ctx.default_return_type)
    if not isinstance(first, Decorator) or not isinstance(made, Instance) or is_for_daemon(ctx.api):
        return ctx.default_return_type
    cls = first.func.info
    if made.type.fullname != STEP or not cls or not is_workflow(cls) or first is not _first(cls):
        return ctx.default_return_type  # mypy asks for each overload that it tries
    put_back()
    takes = ctx.api.named_generic_type("builtins.object", [])
    fallback = ctx.api.named_generic_type("builtins.function", [])
    for one in cls.defn.defs.body:
        if isinstance(one, Decorator) and one is not first and _is_plain(one):
            step = _step(one.func, made.type)
            if step is not None:
                decorator = CallableType([takes], [ARG_POS], [None], step, fallback)
                put_by(one, TempNode(decorator, context=one.decorators[0]))
    return ctx.default_return_type


def _first(cls: TypeInfo) -> Decorator | None:
    """The first method of a class that is a plain step."""
    return next((one for one in statements(cls.defn.defs) if isinstance(one, Decorator) and _is_plain(one)), None)


def _is_plain(function: Decorator) -> bool:
    """Whether it is under `@step`, and nothing else."""
    written = function.original_decorators
    return len(written) == 1 and isinstance(written[0], NameExpr) and written[0].fullname == DECORATOR


def _step(function: FuncDef, step: TypeInfo) -> Instance | None:
    """The `Step[S, E, Out]` that an async method becomes; None where its annotations are not plain."""
    typ = function.type
    if not isinstance(typ, CallableType) or typ.variables or not function.is_coroutine:
        return None
    returned = get_proper_type(typ.ret_type)
    if not isinstance(returned, Instance) or returned.type.fullname != "typing.Coroutine":
        return None
    kinds, types = typ.arg_kinds[:3], [get_proper_type(one) for one in typ.arg_types[:3]]
    if len(types) < 2 or any(kind is not ARG_POS for kind in kinds):
        return None
    state: Type = AnyType(TypeOfAny.explicit)
    event, rest = types[1], types[2:]
    if is_context(event):
        if not isinstance(event, Instance) or event.type.fullname != CONTEXT or not rest:
            return None
        state, event = event.args[0], rest[0]
        if not _is_of(state, MODEL):
            return None
    elif rest and is_context(rest[0]):
        return None
    out = get_proper_type(returned.args[2])
    members = out.items if isinstance(out, UnionType) else [out]
    if not _is_of(event, EVENT) or not all(
        isinstance(get_proper_type(one), NoneType) or _is_of(one, EVENT) for one in members
    ):
        return None
    return Instance(step, [state, _simplified(event), _simplified(out)])


def _simplified(typ: ProperType) -> Type:
    """As mypy would infer it."""
    return make_simplified_union(typ.items) if isinstance(typ, UnionType) else typ


def _is_of(typ: Type, base: str) -> bool:
    """Whether it is a class with that base, or a union of such, and says nothing of type variables."""
    proper = get_proper_type(typ)
    if isinstance(proper, UnionType):
        return all(_is_of(one, base) for one in proper.items)
    if not isinstance(proper, Instance) or not proper.type.has_base(base):
        return False
    return not proper.args or not has_type_vars(proper)
