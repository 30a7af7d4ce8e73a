"""The places in a file that look like a change of the committed state, or like a writer inside an edit, read from its source.

Whether what stands there is really a context or a store, mypy's hooks tell (`state_use`).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from typedflow.wiring.store_use import STORE_WRITERS
from typedflow_mypy.glance import ALL_MUTATORS, MUTATORS, may_change, may_nest
from typedflow_mypy.source import Source

__all__ = ["ANY_KEY", "ELEMENT", "MUTATORS", "Change", "Uses", "read_uses"]

AWAITING = frozenset({"gather", "shield", "wait_for"})
"""Functions of asyncio that await what they are given."""

PASSING_ON = frozenset({"enumerate", "list", "reversed", "sorted", "tuple"})
"""Functions that give the elements of what they are given, and not copies of these."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

ANY_KEY = "[...]"
"""On a path: some index or key."""

ELEMENT = "[*]"
"""On a path: each element of a sequence, in turn."""

Position = tuple[int, int, int | None, int | None]
"""First line and column, last line and column of an expression."""


class Change(NamedTuple):
    """A place that changes what `<...>.state` leads to: an assignment, or with `method` a call of a mutating method.

    `path` is the way from the state to what is changed, None where it cannot be told: names, keys, `ANY_KEY` and `ELEMENT`.
    `by_type` says that it is a change only if what is there is of a type that can be changed.
    """

    text: str
    line: int
    column: int
    end_column: int | None
    path: tuple[str, ...] | None = None
    method: str | None = None
    by_type: bool = False


class Uses:
    """The suspicious places of one file."""

    def __init__(self) -> None:
        self.changes: dict[Position, list[Change]] = {}
        self.nested: set[tuple[int, int, str]] = set()


def read_uses(source: Source) -> Uses:
    """A look at the text first: most files have nothing to parse for."""
    uses = Uses()
    if may_change(source.content):
        passing_on = PASSING_ON - set(_given_names(source.tree))
        for scope in _scopes(source.tree):
            _changes(scope, uses, passing_on)
    if may_nest(source.content):
        for scope in _scopes(source.tree):
            _nested(scope, uses)
    return uses


def _given_names(tree: ast.Module) -> Iterator[str]:
    """The names of the file's functions and imports, which may be those of built-in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    """The module and every function in it."""
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            yield node


def _own(scope: ast.AST, *, whole: bool = False) -> Iterator[ast.AST]:
    """The nodes in a node, those in functions left out; `whole` says that the node may be the function whose nodes are wanted."""
    pending = [] if isinstance(scope, FUNCTIONS) and not whole else list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            pending.extend(ast.iter_child_nodes(node))


def _changes(scope: ast.AST, uses: Uses, passing_on: frozenset[str]) -> None:
    nodes = list(_own(scope, whole=True))
    held = _held(nodes, passing_on)
    for node in nodes:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = list(node.targets)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor) or (
            isinstance(node, ast.AnnAssign) and node.value is not None
        ):
            targets = [node.target]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            targets = [node.optional_vars]
        for target in targets:
            for part in _unpacked(target):
                if isinstance(part, ast.Attribute | ast.Subscript):
                    _note(uses, part, part.value, held, None)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in ALL_MUTATORS:
                _note(uses, node.func, node.func.value, held, node.func.attr)
            elif isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr") and node.args:
                _note(uses, node.args[0], node.args[0], held, None)


def _note(uses: Uses, whole: ast.expr, inner: ast.expr, held: dict[str, ast.expr], method: str | None) -> None:
    """Note the change at every `.state` that the chain goes through; mypy says which of them is a context's."""
    path: list[str] | None = []
    by_type = method is not None
    node = inner
    while True:
        if isinstance(node, ast.Name) and node.id in held:
            name, node = node.id, held[node.id]
            held = {other: value for other, value in held.items() if other != name}
            by_type = by_type or not _is_state(node)
        elif isinstance(node, ast.Attribute):
            if node.attr == "state":
                _add(uses, node, whole, path, method, by_type=by_type)
            path = None if path is None else [node.attr, *path]
            node = node.value
        elif isinstance(node, ast.Subscript):
            key = _key(node.slice)
            path = None if path is None or key is None else [key, *path]
            node = node.value
        else:
            return


def _key(written: ast.expr) -> str | None:
    """The segment of a path that a subscript is; None for a slice, which gives something new."""
    if isinstance(written, ast.Constant):
        return str(written.value) if isinstance(written.value, int | str) else None
    if isinstance(written, ast.UnaryOp):
        number = written.operand.value if isinstance(written.operand, ast.Constant) else None
        return f"-{number}" if isinstance(written.op, ast.USub) and isinstance(number, int) else None
    return None if isinstance(written, ast.Slice | ast.Tuple) else ANY_KEY


def _is_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state"


def _add(
    uses: Uses, state: ast.Attribute, whole: ast.expr, path: list[str] | None, method: str | None, *, by_type: bool
) -> None:
    position = (state.lineno, state.col_offset, state.end_lineno, state.end_col_offset)
    change = Change(
        ast.unparse(whole if method is None else whole.value if isinstance(whole, ast.Attribute) else whole),
        whole.lineno,
        whole.col_offset,
        whole.end_col_offset,
        None if path is None else tuple(path),
        method,
        by_type,
    )
    changes = uses.changes.setdefault(position, [])
    if change not in changes:
        changes.append(change)


def _held(nodes: list[ast.AST], passing_on: frozenset[str]) -> dict[str, ast.expr]:
    """Local names that are bound once, to `<...>.state`, to a part of it or to its elements in turn; and to what."""
    held: dict[str, ast.expr] = {}
    for node in nodes:
        name: ast.expr | None = None
        value: ast.expr | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            name, value = node.targets[0], node.value
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign):
            name, value = node.target, node.value
        elif isinstance(node, ast.For):
            name, value = _iterated(node, passing_on)
        if isinstance(name, ast.Name) and value is not None and _is_chain(value):
            held[name.id] = value
    once = _bound_once(nodes) if held else ()
    return {name: value for name, value in held.items() if name in once}


def _iterated(loop: ast.For, passing_on: frozenset[str]) -> tuple[ast.expr | None, ast.expr]:
    """The target that a loop gives the elements to, and these.

    Looked through are `for line in sorted(state.lines)` and `for key, line in state.by_name.items()`, and the like.
    """
    target: ast.expr | None = loop.target
    pair = target.elts if isinstance(target, ast.Tuple) and len(target.elts) == 2 else (None, None)
    whole, key = loop.iter, ELEMENT
    if isinstance(whole, ast.Call) and isinstance(whole.func, ast.Name) and whole.func.id in passing_on and whole.args:
        target = pair[1] if whole.func.id == "enumerate" else target
        whole = whole.args[0]
    elif (
        isinstance(whole, ast.Call) and isinstance(whole.func, ast.Attribute) and whole.func.attr in ("items", "values")
    ):
        target = pair[1] if whole.func.attr == "items" else target
        whole, key = whole.func.value, ANY_KEY
    return target, ast.Subscript(whole, ast.Constant(key), ast.Load())


def _bound_once(nodes: list[ast.AST]) -> set[str]:
    """The names that are bound at one place in all, by whatever statement, functions inside included."""
    bound: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Name):
            bound += () if isinstance(node.ctx, ast.Load) else (node.id,)
        elif isinstance(node, ast.arg):
            bound.append(node.arg)
        elif isinstance(node, ast.alias):
            bound.append((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Global | ast.Nonlocal):
            bound += 2 * node.names
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping | ast.ExceptHandler):
            bound.append((node.rest if isinstance(node, ast.MatchMapping) else node.name) or "")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.append(node.name)
            inner = ast.walk(node)
            bound += (name for one in inner if isinstance(one, ast.Global | ast.Nonlocal) for name in one.names)
    return {name for name, times in Counter(bound).items() if times == 1}


def _is_chain(node: ast.expr) -> bool:
    """Whether it is a name followed by attributes and subscripts, one of them at least."""
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return False
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


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
            if getattr(node.value.func, "attr", getattr(node.value.func, "id", "")) in AWAITING:
                yield from (one for one in node.value.args if isinstance(one, ast.Call))
        elif isinstance(node, ast.With | ast.AsyncWith):
            yield from (item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call))
    yield from (item.context_expr for item in items if isinstance(item.context_expr, ast.Call))


def _store(call: ast.expr, method: str, aliases: dict[str, str]) -> str | None:
    """The store that a writer is called on, as a dotted name; `store.at(...).set(...)` writes to the store too."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != method:
        return None
    written_to = _written_to(call.func.value) if method == "set" else call.func.value
    node: ast.expr = written_to
    while isinstance(node, ast.Attribute):
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    text = ast.unparse(written_to)
    first, dot, rest = text.partition(".")
    return aliases.get(first, first) + dot + rest


def _written_to(node: ast.expr) -> ast.expr:
    """The store of `store.at(...)`; anything else is that itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "at":
        return node.func.value
    return node


def _aliases(nodes: list[ast.AST]) -> dict[str, str]:
    """`store = ctx.store`: local names that are bound once, to a dotted name; or to what a store's `at(...)` gives."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            whole = _written_to(node.value)
            value = whole
            while isinstance(value, ast.Attribute):
                value = value.value
            if isinstance(value, ast.Name) and isinstance(whole, ast.Attribute):
                found[node.targets[0].id] = ast.unparse(whole)
    once = _bound_once(nodes) if found else ()
    return {name: text for name, text in found.items() if name in once}
