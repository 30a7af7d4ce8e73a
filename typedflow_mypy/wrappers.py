"""The decorators of a file under which a function is still to be found, by `__wrapped__`.

    def logged(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            return function(*args, **kwargs)
        return inner

Read from the text alone, so that a file can tell mypy's cache which these are, and no more of what stands in them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from typedflow_mypy.lines import end_at_the_margin
from typedflow_mypy.scopes import own

__all__ = ["WRAPS", "Wrapper", "wrappers"]

WRAPS = "wraps("


class Wrapper(NamedTuple):
    """How many calls give what wraps the function, two with `@logged(loud=True)`; and what is to be `functools.wraps`."""

    calls: int
    wraps: str


def wrappers(text: str) -> dict[str, Wrapper]:
    """Such functions at the left margin, by name, of which there is one each.

    >>> wraps = "def a(f):\\n  @wraps(f)\\n  def b(): ...\\n  return b\\n"
    >>> wrappers(wraps), wrappers(wraps.replace("return b", "return f()"))
    ({'a': Wrapper(calls=1, wraps='wraps')}, {})
    """
    found: dict[str, Wrapper] = {}
    for function in _with_the_word(text):
        wrapper = None if function.decorator_list else _wrapper(function)
        others = rf"(?m)\bdef {function.name}\b|^[ \t]*{function.name}[ \t]*[:=]|\bas {function.name}\b"
        if wrapper is not None and len(re.findall(others, text)) == 1:
            found[function.name] = wrapper
    return found


def _with_the_word(text: str) -> Iterator[ast.FunctionDef]:
    """The functions at the left margin in which the word stands, parsed alone."""
    place = text.find(WRAPS)
    while place >= 0:
        start = text.rfind("\ndef ", 0, place) + 1
        end = end_at_the_margin(text, start)
        if place < end and text.startswith("def ", start):
            try:
                body = ast.parse(text[start:end]).body
            except (SyntaxError, ValueError, RecursionError):
                body = []
            if len(body) == 1 and isinstance(body[0], ast.FunctionDef):
                yield body[0]
        place = text.find(WRAPS, max(end, place + 1))


def _wrapper(function: ast.FunctionDef, depth: int = 2) -> Wrapper | None:
    """What it is, if all that it returns is one and the same: the decorated function, or one that wraps it."""
    parameters = {one.arg for one in (*function.args.posonlyargs, *function.args.args)}
    inside = list(own(function, whole=True))
    if any(isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in parameters for one in inside):
        return None
    kinds: set[Wrapper | None] = set()
    for statement in inside:
        if isinstance(statement, ast.Return):
            inner = [one for one in inside if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
            name = _returned(statement.value)
            named = [one for one in inner if one.name == name]
            kinds |= {_inner(one, parameters, depth) for one in named} or {None}
    return kinds.pop() if len(kinds) == 1 else None


def _inner(function: ast.FunctionDef | ast.AsyncFunctionDef, parameters: set[str], depth: int) -> Wrapper | None:
    if not function.decorator_list:
        made = _wrapper(function, depth - 1) if depth and isinstance(function, ast.FunctionDef) else None
        return None if made is None else made._replace(calls=made.calls + 1)
    call = function.decorator_list[0]
    if len(function.decorator_list) > 1 or not isinstance(call, ast.Call) or not call.args:
        return None
    given = call.args[0]
    is_wrapped = isinstance(given, ast.Name) and given.id in parameters
    return (
        Wrapper(1, ast.unparse(call.func)) if is_wrapped and isinstance(call.func, ast.Name | ast.Attribute) else None
    )


def _returned(value: ast.expr | None) -> str | None:
    """The name that is returned, be it as another type: `cast(F, inner)`."""
    if isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "cast" and len(value.args) == 2:
        value = value.args[1]
    return value.id if isinstance(value, ast.Name) else None
