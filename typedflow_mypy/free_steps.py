"""What mypy says of a free function that cannot be a step: the rule `step-signature` says it better.

    @step(workflow=Shop)
    async def pay(ev: int) -> StopEvent: ...   # Parameter 'ev' of step 'pay' is annotated as 'int', which is no event

Such a function comes after the class, which is where the rules are applied: at its decorator mypy is told that it will do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, Decorator, FuncDef
from mypy.types import AnyType, Instance, Type, TypeOfAny, get_proper_type

from typedflow.wiring.signature import step_signature
from typedflow_mypy.compat import Api, current_functions
from typedflow_mypy.decorators import decorators_of
from typedflow_mypy.methods import Method, free_steps, is_workflow, workflow_of
from typedflow_mypy.signatures import read_signature

if TYPE_CHECKING:
    from mypy.plugin import MethodSigContext
    from mypy.types import FunctionLike

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["decorated"]


def decorated(ctx: MethodSigContext, plugin: TypedflowPlugin) -> FunctionLike:
    """The signature hook of what `@step(workflow=W)` gives: it takes a function of which a problem is reported already."""
    signature = ctx.default_signature
    if not isinstance(ctx.context, Decorator) or not _is_reported(ctx.api, ctx.context):
        return signature
    anything = AnyType(TypeOfAny.special_form)
    made = get_proper_type(signature.ret_type)
    if isinstance(made, Instance):
        made = made.copy_modified(args=[anything for _ in made.args])
    return signature.copy_modified(arg_types=[anything for _ in signature.arg_types], ret_type=made, variables=[])


_last: tuple[FuncDef, Type | None, bool] | None = None
"""The function that was asked about last, as it was then: mypy asks once for each overload of the decorator."""


def _is_reported(api: Api, function: Decorator) -> bool:
    global _last
    func = function.func
    if _last is None or _last[0] is not func or _last[1] is not func.type:
        _last = func, func.type, _is_malformed(api, function) and _is_seen(api, function)
    return _last[2]


def _is_malformed(api: Api, function: Decorator) -> bool:
    method = Method(api, function.name, function.func, function, api.tree, functions=tuple(current_functions(api)))
    return bool(step_signature(read_signature(method).facts))


def _is_seen(api: Api, function: Decorator) -> bool:
    """Whether it is among the steps of the class, as the rules saw it."""
    for decorator in decorators_of(function):
        workflow = workflow_of(decorator) if isinstance(decorator, CallExpr) else None
        if workflow is not None and is_workflow(workflow) and workflow.module_name == api.tree.fullname:
            found = free_steps(api, workflow, tuple(current_functions(api))) or []
            return any(method.func is function.func for method in found)
    return False
