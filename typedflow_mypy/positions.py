"""Where in the file a problem is: the annotation or the line that is wrong.

Read from the source, since mypy's own positions within an annotation differ between its versions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mypy.nodes import Context, FuncDef

from typedflow_mypy.compat import place
from typedflow_mypy.events import short_name
from typedflow_mypy.methods import Method
from typedflow_mypy.signatures import ReadSignature

__all__ = ["of_event", "of_first_event", "of_function", "of_parameter", "of_return", "of_returned_event"]

INSIDE = frozenset({"list", "List", "Union", "Optional", "Annotated"})
"""Forms whose arguments are members of the annotation."""


def of_function(method: Method) -> Context:
    """The name of the function."""
    function = method.func
    assert function is not None
    column = function.column + len("async def " if _is_async(function) else "def ")
    return place(function.line, column, column + len(function.name))


def of_parameter(method: Method, name: str) -> Context:
    """The annotation of a parameter; the parameter itself where it has none."""
    argument = _argument(method, name)
    if argument is None:
        return of_function(method)
    return _at(argument if argument.annotation is None else argument.annotation)


def of_event(method: Method, signature: ReadSignature, name: str | None) -> Context | None:
    """The member of a parameter's annotation that names the event; None where no parameter takes it."""
    for parameter in signature.parameters:
        if any(event.name == name for event in parameter.facts.events):
            argument = _argument(method, parameter.facts.name)
            if argument is None or argument.annotation is None:
                return of_function(method)
            events = (*parameter.reading.events, *parameter.reading.elements)
            return _member(argument.annotation, name, [short_name(one.type) for one in events])
    return None


def of_first_event(method: Method, signature: ReadSignature) -> Context | None:
    """Where the step says what it takes; None where it takes nothing."""
    taken = (event.name for parameter in signature.parameters for event in parameter.facts.events)
    return of_event(method, signature, next(taken, None))


def of_return(method: Method) -> Context:
    """The return annotation; the function where it has none."""
    written = method.node.returns if method.node is not None else None
    return of_function(method) if written is None else _at(written)


def of_returned_event(method: Method, signature: ReadSignature, name: str | None) -> Context | None:
    """The member of the return annotation that names the event, or None."""
    reading = signature.returns
    if reading is None or not any(one.name == name for one in (*reading.event_types, *reading.element_types)):
        return None
    written = method.node.returns if method.node is not None else None
    if written is None:
        return of_function(method)
    return _member(written, name, [short_name(one.type) for one in (*reading.events, *reading.elements)])


def _is_async(function: FuncDef) -> bool:
    return function.is_coroutine or function.is_async_generator


def _argument(method: Method, name: str) -> ast.arg | None:
    if method.node is None:
        return None
    arguments = method.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return next((one for one in every if one is not None and one.arg == name), None)


def _member(written: ast.expr, name: str | None, all_names: list[str]) -> Context:
    """The part of an annotation that is spelt like the event; else the part that is spelt like no event, an alias of it."""
    wanted = (name or "").partition("[")[0]
    parts = list(_parts(written))
    for part in parts:
        if _spelt(part) == wanted:
            return _at(part)
    for part in parts:
        if _spelt(part) not in (*all_names, "None"):
            return _at(part)
    return _at(written)


def _parts(written: ast.expr) -> Iterator[ast.expr]:
    if isinstance(written, ast.BinOp):
        yield from _parts(written.left)
        yield from _parts(written.right)
    elif isinstance(written, ast.Subscript) and _spelt(written) in INSIDE:
        for part in written.slice.elts if isinstance(written.slice, ast.Tuple) else [written.slice]:
            yield from _parts(part)
    else:
        yield written


def _spelt(part: ast.expr) -> str:
    """The last name of `events.Done` and of `Batch[int]`."""
    while isinstance(part, ast.Subscript):
        part = part.value
    if isinstance(part, ast.Attribute):
        return part.attr
    return part.id if isinstance(part, ast.Name) else str(getattr(part, "value", ""))


def _at(written: ast.expr | ast.arg) -> Context:
    first = written
    while isinstance(first, ast.BinOp):
        first = first.left
    ends_here = written.end_lineno == first.lineno
    return place(first.lineno, first.col_offset, written.end_col_offset if ends_here else None)
