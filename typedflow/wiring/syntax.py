"""Walks through syntax trees, for which `ast`'s own take several times as long: they ask each node for all of its fields.

Left out are the nodes that say nothing of names: operators, and whether a name is read or bound (`node.ctx` tells).
"""

import ast
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

__all__ = ["children", "walk"]

NODES = {
    "arg": "annotation",
    "AnnAssign": "target annotation value",
    "Assign": "targets value",
    "AsyncFor": "target iter body orelse",
    "AsyncFunctionDef": "args body decorator_list returns",
    "AsyncWith": "items body",
    "Attribute": "value",
    "AugAssign": "target value",
    "Await": "value",
    "BinOp": "left right",
    "BoolOp": "values",
    "Call": "func args keywords",
    "Compare": "left comparators",
    "comprehension": "target iter ifs",
    "Expr": "value",
    "For": "target iter body orelse",
    "FormattedValue": "value format_spec",
    "FunctionDef": "args body decorator_list returns",
    "GeneratorExp": "elt generators",
    "If": "test body orelse",
    "IfExp": "test body orelse",
    "JoinedStr": "values",
    "keyword": "value",
    "List": "elts",
    "ListComp": "elt generators",
    "Return": "value",
    "Set": "elts",
    "Starred": "value",
    "Subscript": "value slice",
    "Tuple": "elts",
    "UnaryOp": "operand",
    "With": "items body",
    "withitem": "context_expr optional_vars",
}
"""Kinds of nodes that most code consists of -> the fields in which others stand, alone or in lists of nothing else."""

BARREN = frozenset({"alias", "Constant", "Global", "Name", "Nonlocal"})
"""Kinds of nodes in which no others stand."""

OTHERS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)

Fields = Callable[[Any], Iterable[Any]]  # Any: a node of that kind; what stands in its fields
_fields: dict[type, Fields] = {}


def _fields_of(kind: type[ast.AST]) -> Fields:
    """What gives the fields of a kind of node in which others may stand."""
    names = [name for name in NODES.get(kind.__name__, "").split() if name in kind._fields]
    names += [name for name in kind._fields if names and name == "type_params"]
    if kind.__name__ in BARREN:
        fields: Fields = _nothing
    elif not names:
        fields = _all
    else:
        fields = _one(names[0]) if len(names) == 1 else attrgetter(*names)
    _fields[kind] = fields
    return fields


def _nothing(node: ast.AST) -> tuple[()]:
    return ()


def _one(name: str) -> Fields:
    return lambda node: (getattr(node, name),)


def _all(node: ast.AST) -> list[ast.AST]:
    return [one for one in ast.iter_child_nodes(node) if not isinstance(one, OTHERS)]


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
        found += children(node)
    return found
