"""Walks through syntax trees, for which `ast`'s own take several times as long: they ask each node for all of its fields.

Left out are the nodes that say nothing of names: operators, and whether a name is read or bound (`node.ctx` tells).
"""

import ast
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

__all__ = ["children", "walk"]

LEAVES = frozenset(
    {
        *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level"),
        *("module", "op", "ops", "rest", "simple", "tag", "type_comment", "type_ignores"),
    }
)
"""Fields in which no such node stands, in any kind of node."""
NAMED = frozenset({"AsyncFunctionDef", "ClassDef", "ExceptHandler", "FunctionDef", "MatchAs", "MatchStar", "alias"})
"""Kinds of nodes whose `name` is a text."""
MIXED = frozenset({ast.Dict, ast.arguments, ast.MatchMapping, ast.MatchSingleton})
"""Kinds of nodes in whose lists something else may stand between the nodes, or in whose fields."""
BARREN = frozenset({ast.Constant, ast.Global, ast.Nonlocal})
"""Kinds of nodes in whose fields there is something else only."""

Fields = Callable[[Any], Iterable[Any]]  # Any: a node of that kind; what stands in its fields
_fields: dict[type, Fields] = {}


def _fields_of(kind: type[ast.AST]) -> Fields:
    """What gives the fields of a kind of node in which others may stand."""
    names = [name for name in kind._fields if name not in LEAVES and not (name == "name" and kind.__name__ in NAMED)]
    if kind in BARREN or not names:
        fields: Fields = _nothing
    elif kind in MIXED:
        fields = _among_others
    else:
        fields = _one(names[0]) if len(names) == 1 else attrgetter(*names)
    _fields[kind] = fields
    return fields


def _nothing(node: ast.AST) -> tuple[()]:
    return ()


def _one(name: str) -> Fields:
    return lambda node: (getattr(node, name),)


def _among_others(node: ast.AST) -> list[ast.AST]:
    return [one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.expr_context)]


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in the order of its fields.

    >>> call = ast.parse("pay(order, by=card)").body[0].value
    >>> [type(one).__name__ for one in children(call)]
    ['Name', 'Name', 'keyword']
    """
    found: list[ast.AST] = []
    for value in (_fields.get(type(node)) or _fields_of(type(node)))(node):
        if type(value) is list:
            found += value
        elif value is not None:
            found.append(value)
    return found


def walk(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    """The nodes and all below them, each before those below it.

    >>> [type(one).__name__ for one in walk(ast.parse("a.b(1)").body)]
    ['Expr', 'Call', 'Attribute', 'Constant', 'Name']
    """
    found = list(nodes)
    for node in found:
        for value in (_fields.get(type(node)) or _fields_of(type(node)))(node):
            if type(value) is list:
                found += value
            elif value is not None:
                found.append(value)
    return found
