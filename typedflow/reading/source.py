"""The syntax tree of a live function, where its source is at hand."""

from __future__ import annotations

import ast
import linecache
from functools import lru_cache
from types import FunctionType

__all__ = ["FunctionNode", "function_node"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where a statement has other statements, or an `except` or `case` with some."""


def function_node(function: FunctionType) -> FunctionNode | None:
    """The definition of the function, or None where there is no source or it is no longer the one that was compiled.

    The whole file is parsed, once, since a definition taken out of its file cannot always be parsed alone (a multi-line
    string further to the left than the code).
    """
    code = function.__code__
    definitions = _definitions("".join(linecache.getlines(code.co_filename, function.__globals__)))
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for node in definitions.get(code.co_firstlineno, ()):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if node.name == code.co_name and tuple(argument.arg for argument in arguments) == names:
            return node
    return None


# Kept for a few files: a tree takes fifty times the room of its text, and every full garbage collection walks over it.
@lru_cache(maxsize=4)
def _definitions(source: str) -> dict[int, list[FunctionNode]]:
    """First line (of the decorators, where there are any) -> the functions defined there."""
    found: dict[int, list[FunctionNode]] = {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return found
    pending: list[ast.AST] = [tree]
    for node in pending:  # statements only: `ast.walk` looks at ten times as many nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found.setdefault(first, []).append(node)
        for block in BLOCKS:
            pending.extend(getattr(node, block, ()))
    return found
