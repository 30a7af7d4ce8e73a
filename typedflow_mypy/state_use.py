"""Assignments through `ctx.state`, and writers called inside an `edit_state` block of the same store.

mypy has no hook for assignments and blocks. So the source tells where such a place is, and mypy's hooks for `.state` and for the
writers tell whether what stands there is really a context or a store.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr
from mypy.types import Instance, get_proper_type

from typedflow.wiring.state_path import resolve_path
from typedflow.wiring.store_use import STORE_WRITERS, state_read_only
from typedflow.wiring.store_use import nested_edit as nested_edit_problem
from typedflow_mypy.annotations import CONTEXT
from typedflow_mypy.codes import ERROR_CODES
from typedflow_mypy.compat import current_module, place, report
from typedflow_mypy.paths import STORE, shapes_of
from typedflow_mypy.source import Source, source_of

if TYPE_CHECKING:
    from mypy.plugin import AttributeContext, MethodSigContext
    from mypy.types import FunctionLike, Type

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["nested_edit", "read_only"]

MUTATORS = {
    "builtins.list": frozenset({"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"}),
    "builtins.dict": frozenset({"update", "setdefault", "pop", "popitem", "clear"}),
    "builtins.set": frozenset({"add", "update", "discard", "remove", "pop", "clear"}),
}
ALL_MUTATORS = frozenset().union(*MUTATORS.values())

SELECTION = "typedflow.state.selector.Selection"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

Position = tuple[int, int, int | None, int | None]
"""First line and column, last line and column of an expression."""


@dataclass(frozen=True)
class Change:
    """A place that changes what `<...>.state` leads to: an assignment, or with `method` a call of a mutating method.

    `path` are the names on the way from the state to what is called, None where one of them is no plain name.
    """

    text: str
    line: int
    column: int
    end_column: int | None
    path: tuple[str, ...] | None = None
    method: str | None = None


@dataclass
class Uses:
    """The suspicious places of one file."""

    changes: dict[Position, list[Change]] = field(default_factory=dict)
    nested: set[tuple[int, int, str]] = field(default_factory=set)


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
        if change.method is None or _is_mutable(ctx, change):
            problem = state_read_only(change.text)
            at = place(change.line, change.column, change.end_column)
            report(
                ctx.api,
                problem.message,
                problem.hint,
                at,
                ERROR_CODES[problem.code],
                as_note=problem.code in plugin.config.warn,
            )
    return ctx.default_attr_type


def _is_mutable(ctx: AttributeContext, change: Change) -> bool:
    """Whether what the method is called on is a plain list, dict or set of the state."""
    state = get_proper_type(ctx.default_attr_type)
    if change.path is None or not isinstance(state, Instance):
        return False
    (root,) = shapes_of(ctx.api, state)
    found = resolve_path(".".join(change.path), root)
    return isinstance(found, tuple) and all(
        isinstance(shape.payload, Instance) and change.method in MUTATORS.get(shape.payload.type.fullname, ())
        for shape in found
    )


def nested_edit(ctx: MethodSigContext, plugin: TypedflowPlugin) -> FunctionLike:
    """The hook of the store's writers."""
    owner, call = get_proper_type(ctx.type), ctx.context
    is_store = isinstance(owner, Instance) and (owner.type.has_base(STORE) or owner.type.fullname == SELECTION)
    if is_store and isinstance(call, CallExpr):
        uses = _uses_in(ctx.api)
        writer = getattr(call.callee, "name", "")
        if uses is not None and (call.line, call.column, writer) in uses.nested:
            problem = nested_edit_problem(writer)
            report(
                ctx.api,
                problem.message,
                problem.hint,
                call,
                ERROR_CODES[problem.code],
                as_note=problem.code in plugin.config.warn,
            )
    return ctx.default_signature


# -- the source ------------------------------------------------------------------------------------------------------------


def _uses_in(api: object) -> Uses | None:
    source = source_of(current_module(api).path)
    if source is None:
        return None
    if source.uses is None:
        source.uses = _read(source)
    assert isinstance(source.uses, Uses)
    return source.uses


CHANGED = re.compile(
    r"\.state\b[^#\n]*(?<![=!<>])=(?!=)|\bdel\b[^#\n]*\.state\b|\bfor\b[^#\n]*\.state\b[^#\n]*\bin\b|=\s*[\w.]+\.state\s*(?:#|$)"
    r"|\.state\b[^#\n]*\.(?:" + "|".join(sorted(ALL_MUTATORS)) + r")\(",
    re.MULTILINE,
)
BLOCK = re.compile(r"^(\s*)(?:async\s+)?with\b.*\.edit_state\(")
WRITER = re.compile(r"\.(?:" + "|".join(sorted(STORE_WRITERS)) + r")\(")


def _read(source: Source) -> Uses:
    """A look at the text first: most files have nothing to parse for."""
    uses = Uses()
    if any(_may_change(line) and CHANGED.search(line) for line in source.lines if ".state" in line):
        for scope in _scopes(source.tree):
            _changes(scope, uses)
    if _has_writer_in_block(source.lines):
        for scope in _scopes(source.tree):
            _nested(scope, uses)
    return uses


def _may_change(line: str) -> bool:
    """Whether it is worth to match the line, which has a `.state` in it."""
    before, _, after = line.partition(".state")
    return (
        "=" in after
        or "(" in after
        or ("=" in before and after.lstrip()[:1] in ("", "#"))
        or "for" in line
        or "del" in line
    )


def _has_writer_in_block(lines: list[str]) -> bool:
    open_at: int | None = None
    for line in lines:
        opens = "edit_state(" in line
        if open_at is None and not opens:
            continue
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        if open_at is not None and stripped and indent <= open_at:
            open_at = None
        if open_at is not None and "(" in line and WRITER.search(line):
            return True
        if opens and BLOCK.match(line):
            if len(WRITER.findall(line)) > 1:
                return True
            open_at = indent if open_at is None else open_at
    return False


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    """The module and every function in it."""
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _own(scope: ast.AST, *, whole: bool = False) -> Iterator[ast.AST]:
    """The nodes in a node, those in functions left out; `whole` says that the node may be the function whose nodes are wanted."""
    pending = [] if isinstance(scope, FUNCTIONS) and not whole else list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            pending.extend(ast.iter_child_nodes(node))


def _changes(scope: ast.AST, uses: Uses) -> None:
    nodes = list(_own(scope, whole=True))
    held = _held(nodes)
    for node in nodes:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = list(node.targets)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor) or (
            isinstance(node, ast.AnnAssign) and node.value is not None
        ):
            targets = [node.target]
        for target in targets:
            for part in _unpacked(target):
                if isinstance(part, ast.Attribute | ast.Subscript):
                    _note(uses, part, part.value, held, None)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ALL_MUTATORS:
            _note(uses, node.func, node.func.value, held, node.func.attr)


def _note(uses: Uses, whole: ast.expr, inner: ast.expr, held: dict[str, ast.Attribute], method: str | None) -> None:
    """Note the change at every `.state` that the chain goes through; mypy says which of them is a context's."""
    path: list[str] | None = []
    node = inner
    while True:
        if isinstance(node, ast.Name) and node.id in held:
            _add(uses, held[node.id], whole, path, method)
            return
        if isinstance(node, ast.Attribute):
            if node.attr == "state":
                _add(uses, node, whole, path, method)
            path = None if path is None else [node.attr, *path]
            node = node.value
        elif isinstance(node, ast.Subscript):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            path = [str(key), *path] if path is not None and isinstance(key, int | str) else None
            node = node.value
        else:
            return


def _add(uses: Uses, state: ast.Attribute, whole: ast.expr, path: list[str] | None, method: str | None) -> None:
    position = (state.lineno, state.col_offset, state.end_lineno, state.end_col_offset)
    change = Change(
        ast.unparse(whole if method is None else whole.value if isinstance(whole, ast.Attribute) else whole),
        whole.lineno,
        whole.col_offset,
        whole.end_col_offset,
        None if path is None else tuple(path),
        method,
    )
    changes = uses.changes.setdefault(position, [])
    if change not in changes:
        changes.append(change)


def _held(nodes: list[ast.AST]) -> dict[str, ast.Attribute]:
    """Local names that hold `<...>.state` and nothing else."""
    held: dict[str, ast.Attribute] = {}
    bound: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] = bound.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            bound[node.arg] = bound.get(node.arg, 0) + 1
        if (
            isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "state"
        ):
            held[node.targets[0].id] = node.value
    return {name: value for name, value in held.items() if bound.get(name) == 1}


def _unpacked(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _unpacked(part)
    elif isinstance(target, ast.Starred):
        yield from _unpacked(target.value)
    else:
        yield target


def _nested(scope: ast.AST, uses: Uses) -> None:
    nodes = list(_own(scope, whole=True))
    aliases = _aliases(nodes)
    for node in nodes:
        if not isinstance(node, ast.With | ast.AsyncWith):
            continue
        for place_in_list, item in enumerate(node.items):
            call = item.context_expr
            store = _store(call, "edit_state", aliases)
            if store is None:
                continue
            inside = [*(later.context_expr for later in node.items[place_in_list + 1 :]), *node.body]
            inner = [one for part in inside for one in (part, *_own(part))]
            if store.partition(".")[0] in {
                one.id for one in inner if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
            }:
                continue
            for writer in _entered(inner, node.items[place_in_list + 1 :]):
                name = writer.func.attr if isinstance(writer.func, ast.Attribute) else ""
                if name in STORE_WRITERS and _store(writer, name, aliases) == store:
                    uses.nested.add((writer.lineno, writer.col_offset, name))


def _entered(nodes: list[ast.AST], items: list[ast.withitem]) -> Iterator[ast.Call]:
    """The calls that are awaited or entered right there; one that is only started may run after the block."""
    for node in nodes:
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            yield node.value
        elif isinstance(node, ast.With | ast.AsyncWith):
            yield from (item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call))
    yield from (item.context_expr for item in items if isinstance(item.context_expr, ast.Call))


def _store(call: ast.expr, method: str, aliases: dict[str, str]) -> str | None:
    """The store that a writer is called on, as a dotted name; `store.at(...).set(...)` writes to the store too."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != method:
        return None
    written_to = call.func.value
    if (
        method == "set"
        and isinstance(written_to, ast.Call)
        and isinstance(written_to.func, ast.Attribute)
        and written_to.func.attr == "at"
    ):
        written_to = written_to.func.value
    node: ast.expr = written_to
    while isinstance(node, ast.Attribute):
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    text = ast.unparse(written_to)
    first, dot, rest = text.partition(".")
    return aliases.get(first, first) + dot + rest


def _aliases(nodes: list[ast.AST]) -> dict[str, str]:
    """`store = ctx.store`: local names that are bound once, to a dotted name."""
    found: dict[str, str] = {}
    bound: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] = bound.get(node.id, 0) + 1
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = node.value
            while isinstance(value, ast.Attribute):
                value = value.value
            if isinstance(value, ast.Name) and isinstance(node.value, ast.Attribute):
                found[node.targets[0].id] = ast.unparse(node.value)
    return {name: text for name, text in found.items() if bound.get(name) == 1}
