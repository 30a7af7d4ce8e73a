"""Where in the file a problem is: the annotation or the line that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from mypy.nodes import Context, FuncDef
from mypy.types import CallableType, Type, UnboundType, UnionType

from typedflow_mypy.compat import place
from typedflow_mypy.events import short_name
from typedflow_mypy.signatures import ReadSignature

__all__ = ["of_event", "of_function", "of_parameter", "of_return", "of_returned_event"]


def of_function(function: FuncDef) -> Context:
    """The name of the function."""
    column = function.column + (
        len("async def ") if function.is_coroutine or function.is_async_generator else len("def ")
    )
    return place(function.line, column, column + len(function.name))


def of_parameter(function: FuncDef, name: str) -> Context:
    """The annotation of a parameter; the parameter itself where it has none."""
    for index, argument in enumerate(function.arguments):
        if argument.variable.name == name:
            annotation = _written(function, index)
            if annotation is not None:
                return _at(annotation)
            return (
                place(argument.line, argument.column, argument.end_column)
                if argument.line > 0
                else of_function(function)
            )
    return of_function(function)


def of_event(function: FuncDef, signature: ReadSignature, name: str | None) -> Context | None:
    """The member of a parameter's annotation that names the event; None where no parameter takes it."""
    for parameter in signature.parameters:
        if any(event.name == name for event in parameter.facts.events):
            for index, argument in enumerate(function.arguments):
                if argument.variable.name == parameter.facts.name:
                    written = _written(function, index)
                    others = [short_name(one.type) for one in (*parameter.reading.events, *parameter.reading.elements)]
                    return (
                        of_parameter(function, parameter.facts.name)
                        if written is None
                        else _member(written, name, others)
                    )
    return None


def of_return(function: FuncDef) -> Context:
    """The return annotation; the function where it has none."""
    written = _written_return(function)
    return of_function(function) if written is None else _at(written)


def of_returned_event(function: FuncDef, signature: ReadSignature, name: str | None) -> Context | None:
    """The member of the return annotation that names the event, or None."""
    reading = signature.returns
    if reading is None:
        return None
    found = (*reading.event_types, *reading.element_types)
    if not any(event.name == name for event in found):
        return None
    written = _written_return(function)
    if written is None:
        return of_function(function)
    return _member(written, name, [short_name(one.type) for one in (*reading.events, *reading.elements)])


def _written(function: FuncDef, index: int) -> Type | None:
    typ = function.unanalyzed_type
    if not isinstance(typ, CallableType) or len(typ.arg_types) <= index:
        return None
    written = typ.arg_types[index]
    return written if written.line > 0 else None


def _written_return(function: FuncDef) -> Type | None:
    typ = function.unanalyzed_type
    if not isinstance(typ, CallableType) or typ.ret_type.line <= 0:
        return None
    return typ.ret_type


def _member(written: Type, name: str | None, all_names: list[str]) -> Context:
    """The part of an annotation that is spelt like the event; else the part that is spelt like no event, an alias of it."""
    wanted = (name or "").partition("[")[0]
    parts = list(_parts(written))
    for part in parts:
        if part.name.rpartition(".")[2] == wanted:
            return _at(part)
    for part in parts:
        if part.name.rpartition(".")[2] not in (*all_names, "None"):
            return _at(part)
    return _at(written)


def _parts(written: Type) -> Iterator[UnboundType]:
    if isinstance(written, UnionType):
        for item in written.items:
            yield from _parts(item)
    elif isinstance(written, UnboundType):
        if written.name.rpartition(".")[2] in ("list", "List", "Union", "Optional", "Annotated"):
            for item in written.args:
                yield from _parts(item)
        else:
            yield written


def _at(written: Type) -> Context:
    if isinstance(written, UnionType) and written.items and written.items[0].line > 0:
        written = written.items[0]
    return place(written.line, written.column, written.end_column)
