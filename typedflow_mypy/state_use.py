"""Assignments through `ctx.state`, and writers called inside an `edit_state` block of the same store.

mypy has no hook for assignments and blocks. So the source tells where such a place is, and mypy's hooks for `.state` and for the
writers tell whether what stands there is really a context or a store.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, MypyFile
from mypy.types import Instance, get_proper_type

from typedflow.wiring.problem import Problem
from typedflow.wiring.state_path import Shape, resolve_path
from typedflow.wiring.store_use import late_change, state_read_only
from typedflow.wiring.store_use import nested_edit as nested_edit_problem
from typedflow_mypy.annotations import CONTEXT
from typedflow_mypy.called import Functions
from typedflow_mypy.compat import current_module, place
from typedflow_mypy.models import MODEL
from typedflow_mypy.nested import writer_in
from typedflow_mypy.paths import STORE, Foreign, Shapes, is_computed, shapes_of, state_of_store
from typedflow_mypy.problems import report_problem
from typedflow_mypy.source import source_of
from typedflow_mypy.uses import ANY_KEY, ELEMENT, MUTATORS, Change, Uses, read_uses

if TYPE_CHECKING:
    from mypy.plugin import AttributeContext, MethodSigContext
    from mypy.types import FunctionLike, ProperType, Type

    from typedflow_mypy.compat import Api
    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["forget", "nested_edit", "read_only"]

SELECTION = "typedflow.state.selector.Selection"


def read_only(ctx: AttributeContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `.state`, on a context or a store."""
    owner = get_proper_type(ctx.type)
    if not isinstance(owner, Instance) or not (owner.type.has_base(CONTEXT) or owner.type.has_base(STORE)):
        return ctx.default_attr_type
    uses = _uses_in(ctx.api)
    node = ctx.context
    if uses is None or not uses.changes:
        return ctx.default_attr_type
    for change in uses.changes.get((node.line, node.column, node.end_line, node.end_column), ()):
        if _is_certain(ctx.api, ctx.default_attr_type, change):
            at = place(change.line, change.column, change.end_column)
            report_problem(ctx.api, state_read_only(change.text), at, plugin)
    return ctx.default_attr_type


def _is_certain(api: Api, state: Type, change: Change) -> bool:
    """Whether it is a change of the state, of that type, beyond doubt, and so on every other way to what is changed."""
    found = _led_to(api, get_proper_type(state), change)
    if change.by_type:  # a list, dict, set or, if it is assigned to, a model
        certain = bool(found) and all(_is_changed_by(shape.payload, change.method) for shape in found or ())
    else:  # not what a property made, nor an object that is merely kept in the state
        certain = found != () and not any(isinstance(shape, Foreign) for shape in found or ())
    return certain if change.ways is None else change.ways.are_certain(change.number, certain)


def _led_to(api: Api, state: ProperType, change: Change) -> Shapes | None:
    """What stands at the change's path; nothing where a property makes it, None where it cannot be told."""
    if change.path is None or not isinstance(state, Instance):
        return None
    found: Shapes | None = shapes_of(api, state)
    for segment in change.path:
        if found and any(is_computed(shape, segment) for shape in found):
            return ()
        found = _entered(found, segment) if found is not None else None
    return found


def _entered(shapes: Shapes, segment: str) -> Shapes | None:
    """What a segment leads to; None where that cannot be told."""
    found: list[Shape[ProperType]] = []
    for shape in shapes:
        if isinstance(shape, Foreign):
            following: Shapes | Problem | None = (shape,)
        elif segment == ANY_KEY and shape.value is not None:
            following = shape.value()
        elif segment in (ANY_KEY, ELEMENT):
            following = shape.item(0) if shape.item is not None and shape.length is None else None
        else:
            following = resolve_path(segment, shape)
        if following is None or isinstance(following, Problem):
            return None
        found.extend(following)
    return tuple(found)


def _is_changed_by(typ: ProperType, method: str | None) -> bool:
    if not isinstance(typ, Instance):
        return False
    if method is None:
        return typ.type.has_base(MODEL) or any(typ.type.has_base(name) for name in MUTATORS)
    return any(typ.type.has_base(name) and method in methods for name, methods in MUTATORS.items())


def nested_edit(ctx: MethodSigContext, plugin: TypedflowPlugin) -> FunctionLike:
    """The hook of the store's writers."""
    owner, call = get_proper_type(ctx.type), ctx.context
    is_store = isinstance(owner, Instance) and (owner.type.has_base(STORE) or owner.type.fullname == SELECTION)
    if is_store and isinstance(call, CallExpr):
        uses = _uses_in(ctx.api)
        writer = getattr(call.callee, "name", "")
        if uses is not None and (call.line, call.column, writer) in uses.nested:
            report_problem(ctx.api, nested_edit_problem(writer), call, plugin)
        for change in uses.late.get((call.line, call.column), ()) if uses is not None else ():
            state = state_of_store(owner)
            if state is not None and _is_certain(ctx.api, state, change):
                at = place(change.line, change.column, change.end_column)
                report_problem(ctx.api, late_change(change.text), at, plugin)
        for handed in uses.handed.get((call.line, call.column), ()) if uses is not None else ():
            reached = writer_in(handed, Functions(ctx.api))
            if reached is not None:
                problem = nested_edit_problem(reached, by=ast.unparse(handed.function))
                report_problem(ctx.api, problem, place(handed.line, handed.column, handed.end_column), plugin)
    return ctx.default_signature


_last: tuple[MypyFile, Uses | None] | None = None
"""The file that was asked about last, and what is in it: mypy asks at every `.state` and every call of a writer."""


def _uses_in(api: object) -> Uses | None:
    global _last
    tree = current_module(api)
    if _last is None or _last[0] is not tree:
        source = source_of(tree.path)
        if source is not None and source.uses is None:
            source.uses = read_uses(source)
        uses = source.uses if source is not None else None
        assert uses is None or isinstance(uses, Uses)
        _last = tree, uses
    return _last[1]


def forget(path: str) -> None:
    """mypy has parsed a file, perhaps again, in a daemon."""
    global _last
    _last = None
