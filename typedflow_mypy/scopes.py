"""The functions of a source file, what stands in each, and where its names are bound."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from typedflow.wiring.syntax import children, walk

__all__ = ["FUNCTIONS", "bindings", "own", "scopes"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def scopes(tree: ast.Module) -> Iterator[ast.AST]:
    """The module and every function in it."""
    yield tree
    for node in walk([tree]):
        if isinstance(node, FUNCTIONS):
            yield node


def own(scope: ast.AST, *, whole: bool = False) -> Iterator[ast.AST]:
    """The nodes in a node, those in functions left out; `whole` says that the node may be the function whose nodes are wanted."""
    pending = [] if isinstance(scope, FUNCTIONS) and not whole else children(scope)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            pending += children(node)


def bindings(nodes: list[ast.AST]) -> Counter[str]:
    """At how many places each name is bound, by whatever statement, functions inside included."""
    bound: list[str] = []
    declared = {id(node.target) for node in nodes if isinstance(node, ast.AnnAssign) and node.value is None}
    for node in nodes:
        if isinstance(node, ast.Name):
            bound += () if isinstance(node.ctx, ast.Load) or id(node) in declared else (node.id,)
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
            inner = walk([node])
            bound += (name for one in inner if isinstance(one, ast.Global | ast.Nonlocal) for name in one.names)
    return Counter(bound)
