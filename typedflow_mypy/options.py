"""What is wrong with the options of a step's decorator, as far as the source shows their values.

    @step(num_workers=0)      # error: num_workers is the number of invocations that may run at once, 1 or more, not 0.

The twin of what `typedflow.step` says when it decorates.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import Var

from typedflow.wiring.step_options import handler_options, step_options
from typedflow_mypy.compat import depend, depend_on_symbol

if TYPE_CHECKING:
    from typedflow.wiring.problem import Problem
    from typedflow_mypy.methods import Method
    from typedflow_mypy.names import Scope

__all__ = ["UNKNOWN", "literal", "wrong_options"]

UNKNOWN = object()
"""What a value is that the source does not show."""


def wrong_options(method: Method) -> list[Problem]:
    """The problems of the decorator's options."""
    options = method.options
    if not options:
        return []
    scope = method.annotation_scope
    values = {name: literal(written, scope) for name, written in options.items()}
    given = {name: value for name, value in values.items() if value is not UNKNOWN}
    rule = handler_options if method.step == "catch_error" else step_options
    return list(rule(given, method.name))


def literal(written: ast.expr | None, scope: Scope) -> object:
    """The value of a constant, of a list or tuple of constants, or of a `Final` name; `UNKNOWN` for all else."""
    if isinstance(written, ast.Constant):
        return written.value
    if isinstance(written, ast.UnaryOp) and isinstance(written.op, ast.USub):
        number = literal(written.operand, scope)
        return -number if isinstance(number, int | float) else UNKNOWN
    if isinstance(written, ast.List | ast.Tuple):
        values = [literal(one, scope) for one in written.elts]
        if UNKNOWN in values:
            return UNKNOWN
        return values if isinstance(written, ast.List) else tuple(values)
    if isinstance(written, ast.Name | ast.Attribute):
        found = scope.find(written)
        if isinstance(found, Var) and found.is_final and found.final_value is not None:
            depend_on_symbol(scope.api, found)
            if found.info:
                depend(scope.api, found.info, (found.name,))
            return found.final_value
    return UNKNOWN
