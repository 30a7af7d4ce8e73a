"""Writers inside an edit of the same store, read from the source: in the block itself, and in functions that it calls.

    async with ctx.store.edit_state() as state:
        await ctx.store.set("total", 1)     # in the block
        await self.save(ctx)                # in a function, if that writes to ctx.store on every way through it

Whether what stands there is really a store, and which function is called, mypy tells (`state_use`).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from typedflow.wiring.store_use import STORE_WRITERS
from typedflow.wiring.syntax import children
from typedflow_mypy.scopes import bindings, own
from typedflow_mypy.source import FunctionNode

__all__ = ["Called", "Handed", "handed_in", "nested_in", "writer_in"]

AWAITING = frozenset({"gather", "shield", "wait_for"})
"""Functions of asyncio that await what they are given."""

FORGIVING = ("suppress", "raises")
"""Words in a `with` that may take an error for granted."""

DEEPEST = 4
"""How many functions a store is followed through."""

Aliases = Mapping[str, str]
"""Local names, and the dotted names that they stand for."""


class Handed(NamedTuple):
    """A call that hands on a store, or what it is an attribute of: the function, and its arguments as dotted names.

    `store` is the name of the store at the caller's. `waits` says that the call is awaited.
    """

    function: ast.expr
    line: int
    column: int
    end_column: int | None
    arguments: Mapping[int | str, str]
    store: str
    waits: bool


class Called(NamedTuple):
    """The function that a call goes to. `bound` is whether its first parameter is; `find` looks up what it calls."""

    node: FunctionNode
    bound: bool
    find: Find


Find: TypeAlias = Callable[[ast.expr], "Called | None"]
"""The function that an expression is, None where that cannot be told, or where it may be another at run time."""


class _Block(NamedTuple):
    """An `edit_state` block: the call that opens it, its store, and what stands in it."""

    call: ast.Call
    store: str
    nodes: list[ast.AST]
    items: list[ast.withitem]


def nested_in(nodes: list[ast.AST]) -> Iterator[tuple[int, int, str]]:
    """Line, column and name of the writers in a function's own edits of the same store."""
    aliases = _aliases(nodes)
    for block in _blocks(nodes, aliases):
        for writer in _entered(block.nodes, block.items):
            name = writer.func.attr if isinstance(writer.func, ast.Attribute) else ""
            if name in STORE_WRITERS and _store(writer, name, aliases) == block.store:
                yield writer.lineno, writer.col_offset, name


def handed_in(nodes: list[ast.AST]) -> Iterator[tuple[tuple[int, int], Handed]]:
    """The calls in a function's edits that hand on the store, each with line and column of the call that opens the edit."""
    aliases = _aliases(nodes)
    for block in _blocks(nodes, aliases):
        awaited = {id(call) for call in _entered(block.nodes, block.items)}
        for node in block.nodes:
            handed = _handed(node, block.store, aliases, id(node) in awaited) if isinstance(node, ast.Call) else None
            if handed is not None:
                yield (block.call.lineno, block.call.col_offset), handed


def _blocks(nodes: list[ast.AST], aliases: Aliases) -> Iterator[_Block]:
    for node in nodes:
        if not isinstance(node, ast.With | ast.AsyncWith):
            continue
        for place, item in enumerate(node.items):
            call, items = item.context_expr, node.items[place + 1 :]
            store = _store(call, "edit_state", aliases)
            if store is None or not isinstance(call, ast.Call):
                continue
            inside = [*(later.context_expr for later in items), *node.body]
            inner = [one for part in inside for one in (part, *own(part))]
            rebound = {one.id for one in inner if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
            if store.partition(".")[0] not in rebound:
                yield _Block(call, store, inner, items)


def _entered(nodes: Iterable[ast.AST], items: list[ast.withitem]) -> Iterator[ast.Call]:
    """The calls that are awaited or entered right there; one that is only started may run after the block."""
    for node in nodes:
        if isinstance(node, ast.Await):
            yield from _awaited(node)
        elif isinstance(node, ast.With | ast.AsyncWith):
            yield from (item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call))
    yield from (item.context_expr for item in items if isinstance(item.context_expr, ast.Call))


def _awaited(node: ast.Await) -> Iterator[ast.Call]:
    if isinstance(node.value, ast.Call):
        yield node.value
        if getattr(node.value.func, "attr", getattr(node.value.func, "id", "")) in AWAITING:
            yield from (one for one in node.value.args if isinstance(one, ast.Call))


def _store(call: ast.expr, method: str, aliases: Aliases) -> str | None:
    """The store that a writer is called on, as a dotted name; `store.at(...).set(...)` writes to the store too."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != method:
        return None
    return _dotted(_written_to(call.func.value) if method == "set" else call.func.value, aliases)


def _dotted(node: ast.expr, aliases: Aliases) -> str | None:
    """A name with attributes, by what its first part stands for; None for anything else."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return None
    first, dot, rest = ast.unparse(node).partition(".")
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
            text = _dotted(whole, {}) if isinstance(whole, ast.Attribute) else None
            if text is not None:
                found[node.targets[0].id] = text
    bound = bindings(nodes) if found else Counter[str]()
    return {name: text for name, text in found.items() if bound[name] == 1}


# -- in a function that is called -------------------------------------------------------------------------------------------


def _handed(call: ast.Call, store: str, aliases: Aliases, waits: bool) -> Handed | None:
    """The call, if one of its arguments is the store, or what the store is an attribute of."""
    arguments: dict[int | str, str] = {}
    for place, one in enumerate(call.args):
        if isinstance(one, ast.Starred):
            return None
        text = _dotted(one, aliases)
        if text is not None and (store == text or store.startswith(f"{text}.")):
            arguments[place] = text
    for keyword in call.keywords:
        text = _dotted(keyword.value, aliases)
        if keyword.arg is not None and text is not None and (store == text or store.startswith(f"{text}.")):
            arguments[keyword.arg] = text
    if not arguments:
        return None
    end_column = call.end_col_offset if call.end_lineno == call.lineno else None
    return Handed(call.func, call.lineno, call.col_offset, end_column, arguments, store, waits)


def writer_in(handed: Handed, find: Find, depth: int = DEEPEST) -> str | None:
    """The writer that the called function calls on that store, on whatever way it goes; None where there may be none."""
    called = find(handed.function) if depth else None
    if called is None or isinstance(called.node, ast.AsyncFunctionDef) != handed.waits:
        return None
    nodes = list(own(called.node, whole=True))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes):
        return None
    names = [one.arg for one in (*called.node.args.posonlyargs, *called.node.args.args)][called.bound :]
    by_name = {one.arg for one in called.node.args.kwonlyargs} | set(names)
    bound = bindings(nodes)
    store: str | None = None
    for place, text in handed.arguments.items():
        name = place if isinstance(place, str) else names[place] if place < len(names) else ""
        if name in by_name and bound[name] == 1:
            store = name + handed.store.removeprefix(text)
    return None if store is None else _Function(called, store, _aliases(nodes), depth).writer()


class _Function:
    """A function that is given a store: what it does with it before it can end."""

    def __init__(self, called: Called, store: str, aliases: Aliases, depth: int) -> None:
        self._called = called
        self._store = store
        self._aliases = aliases
        self._depth = depth

    def writer(self) -> str | None:
        """The writer that it is bound to call."""
        return self._in_block(self._called.node.body)

    def _in_block(self, body: list[ast.stmt]) -> str | None:
        for statement in body:
            found = self._in_statement(statement)
            if found is not None:
                return found
            if _may_leave(statement):
                return None
        return None

    def _in_statement(self, node: ast.stmt) -> str | None:
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                name = "edit_state" if _store(item.context_expr, "edit_state", self._aliases) == self._store else None
                name = name or self._in_expression(item.context_expr)
                if name is not None:
                    return name
            opened = " ".join(ast.unparse(item.context_expr) for item in node.items)
            return None if any(word in opened for word in FORGIVING) else self._in_block(node.body)
        if isinstance(node, ast.Try):
            whole = [*node.body, *node.orelse, *node.finalbody]
            return self._in_block(node.finalbody if node.handlers else whole)
        if isinstance(node, ast.If):
            found = self._in_expression(node.test)
            if found is None and self._in_block(node.body) is not None:
                found = self._in_block(node.orelse)
            return found
        if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return):
            return None if node.value is None else self._in_expression(node.value)
        return self._in_expression(node.iter) if isinstance(node, ast.For | ast.AsyncFor) else None

    def _in_expression(self, node: ast.expr) -> str | None:
        """The writer among the calls that are made whatever the values are."""
        for one in _evaluated(node):
            for call in _awaited(one) if isinstance(one, ast.Await) else ():
                name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                if name in STORE_WRITERS and _store(call, name, self._aliases) == self._store:
                    return name
                found = self._in_call(call, waits=True)
                if found is not None:
                    return found
            if isinstance(one, ast.Call):
                found = self._in_call(one, waits=False)
                if found is not None:
                    return found
        return None

    def _in_call(self, call: ast.Call, *, waits: bool) -> str | None:
        handed = _handed(call, self._store, self._aliases, waits)
        return None if handed is None else writer_in(handed, self._called.find, self._depth - 1)


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions in one that are evaluated whenever it is."""
    yield node
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    if isinstance(node, ast.IfExp):
        yield from _evaluated(node.test)
    elif isinstance(node, ast.BoolOp):
        yield from _evaluated(node.values[0])
    else:
        for child in children(node):
            yield from _evaluated(child)


def _may_leave(statement: ast.stmt) -> bool:
    """Whether the function may end there. What it calls may raise, but then something else is wrong."""
    if isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant):
        return True
    return any(isinstance(one, ast.Return | ast.Raise) for one in (statement, *own(statement)))
