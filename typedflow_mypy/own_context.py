"""Whether an expression is the context that the step which is being checked was given.

@step
async def ask(self, ctx: Context[Asking], ev: Begin) -> StopEvent:
    await Search().run(ctx=ctx)  # error: the run of this very step is still in progress in it
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import Var

from typedflow.wiring.syntax import walk
from typedflow_mypy.annotations import is_context
from typedflow_mypy.methods import current_method
from typedflow_mypy.scopes import bindings, own

if TYPE_CHECKING:
    from mypy.nodes import NameExpr

    from typedflow_mypy.compat import Api

__all__ = ["is_own_context"]


def is_own_context(api: Api, name: NameExpr) -> bool:
    """Whether the name is a step's parameter for its context, bound nowhere else, and stands in the step itself.

    A function inside a step may be called when the run has ended.
    """
    parameter = name.node
    if not isinstance(parameter, Var) or not is_context(parameter.type):
        return False
    method = current_method(api)
    if method is None or method.step is None or method.func is None or method.node is None:
        return False
    if all(argument.variable is not parameter for argument in method.func.arguments):
        return False
    if bindings(walk([method.node]))[name.name] != 1:
        return False
    return any(
        isinstance(one, ast.Name) and (one.lineno, one.col_offset) == (name.line, name.column)
        for one in own(method.node, whole=True)
    )
