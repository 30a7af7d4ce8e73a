"""What is given to `store.at(...)`: a lambda that leads to a place of the state, and does nothing else.

ctx.store.at(lambda s: s.orders[0].name)     # a place
ctx.store.at(lambda s: s.count + 1)          # error: the selector of at() computes something ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import (
    BytesExpr,
    CallExpr,
    ComparisonExpr,
    DictExpr,
    FloatExpr,
    IndexExpr,
    IntExpr,
    LambdaExpr,
    ListExpr,
    MemberExpr,
    NameExpr,
    OpExpr,
    ReturnStmt,
    SetExpr,
    SliceExpr,
    StrExpr,
    TupleExpr,
    UnaryExpr,
)
from mypy.types import Instance, get_proper_type

from typedflow.wiring.state_path import not_a_place
from typedflow_mypy.paths import STORE
from typedflow_mypy.problems import report_problem

if TYPE_CHECKING:
    from mypy.nodes import Expression
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["at"]

VALUES = (BytesExpr, ComparisonExpr, DictExpr, FloatExpr, IntExpr, ListExpr, SetExpr, StrExpr, TupleExpr, UnaryExpr)
"""Expressions that give a value of their own."""


def at(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `store.at`."""
    store = get_proper_type(ctx.type)
    given = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    if isinstance(given, LambdaExpr) and isinstance(store, Instance) and store.type.has_base(STORE):
        body = given.body.body[-1] if given.body.body else None
        chosen = body.expr if isinstance(body, ReturnStmt) else None
        if chosen is not None and len(given.arg_names) == 1 and _computes(chosen, given.arg_names[0]):
            report_problem(ctx.api, not_a_place(), given, plugin)
    return ctx.default_return_type


def _computes(chosen: Expression, state: str | None) -> bool:
    """Whether it is no place of the state, beyond doubt: what a function of the user's gives may be one."""
    if isinstance(chosen, CallExpr):
        return isinstance(chosen.callee, MemberExpr) and _begins_with(chosen.callee, state)
    if isinstance(chosen, IndexExpr):
        return isinstance(chosen.index, SliceExpr) and _begins_with(chosen.base, state)
    if isinstance(chosen, OpExpr):
        return chosen.op not in ("and", "or") or _begins_with(chosen.left, state)
    return isinstance(chosen, VALUES)


def _begins_with(node: Expression, state: str | None) -> bool:
    while isinstance(node, MemberExpr | IndexExpr):
        node = node.expr if isinstance(node, MemberExpr) else node.base
    return isinstance(node, NameExpr) and node.name == state
