"""The signature of a step as the facts that the rule `step-signature` judges.

The twin of `typedflow.reading.signature`, which reads live functions.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_STAR, ARG_STAR2, FuncDef
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    ProperType,
    TupleType,
    Type,
    TypeOfAny,
    UnboundType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

from typedflow.wiring.signature import ReturnMember, SignatureFacts, SignatureParameter
from typedflow_mypy.annotations import Reading, Readings, read_type
from typedflow_mypy.events import shown
from typedflow_mypy.marks import Marks, marks_of
from typedflow_mypy.methods import Method

__all__ = ["ReadParameter", "ReadSignature", "read_signature"]


NO_MARKS = Marks()


@dataclass
class ReadParameter:
    """A parameter after the receiver: its type, what it says, and what is inside its `Annotated`."""

    facts: SignatureParameter
    type: ProperType
    reading: Reading
    marks: Marks


@dataclass
class ReadSignature:
    """What a function says about itself as a step.

    `receiver` is the name of its `self`, `context` the context parameter, the last of several; `unknown` is whether a
    parameter could not be told.
    """

    facts: SignatureFacts
    receiver: str | None = None
    parameters: list[ReadParameter] = field(default_factory=list)
    returns: Reading | None = None
    context: ReadParameter | None = None
    unknown: bool = False


def read_signature(method: Method, known: Readings | None = None) -> ReadSignature:
    """The signature of a function of the tree. `known` are the annotations of its class that have been read."""
    function = method.func
    assert function is not None
    typ = _type_of(method, function)
    first = 0
    receiver = None
    if function.arg_names and not function.is_static:
        name = function.arg_names[0]
        if method.owner is not None or name in ("self", "cls"):
            receiver, first = name, 1
    read = ReadSignature(SignatureFacts(method.name), receiver)
    for index in range(first, len(function.arg_names)):
        parameter = _parameter(method, function, typ, index, known)
        read.parameters.append(parameter)
        read.unknown = read.unknown or parameter.facts.unknown
        if parameter.facts.kind == "context":
            read.context = parameter
    members = _returned(function, typ, read, known)
    read.facts = SignatureFacts(
        method.name,
        tuple([one.facts for one in read.parameters]),
        members,
        function.is_generator or function.is_async_generator or (read.returns is not None and read.returns.yields),
    )
    return read


def _type_of(method: Method, function: FuncDef) -> CallableType | None:
    """The type of the function, the type variables of a generic base standing for what the class gives it."""
    typ = function.type if isinstance(function.type, CallableType) else None
    owner, within = method.owner, method.within
    if typ is None or owner is None or within is None or owner is within or not owner.type_vars:
        return typ
    whole = fill_typevars(within)
    if isinstance(whole, TupleType):
        return typ
    return expand_type_by_instance(typ, map_instance_to_supertype(whole, owner))


def _parameter(
    method: Method, function: FuncDef, typ: CallableType | None, index: int, known: Readings | None
) -> ReadParameter:
    name = function.arg_names[index] or ""
    kind = function.arg_kinds[index]
    has_default = kind.is_optional()
    variadic = kind in (ARG_STAR, ARG_STAR2)
    annotated = get_proper_type(typ.arg_types[index]) if typ is not None else AnyType(TypeOfAny.unannotated)
    if _is_missing(annotated):
        facts = SignatureParameter(name, "missing", has_default=has_default, variadic=variadic)
        return ReadParameter(facts, annotated, Reading(), NO_MARKS)
    reading = read_type(annotated, known)
    sort = "other" if variadic else reading.kind
    marks = NO_MARKS
    if not variadic and _may_have_marks(function, index, sort, has_default):
        marks = marks_of(_annotation(method, name), method.annotation_scope)
        if marks.resource:
            sort = "resource"
    taken = reading.element_types if sort == "events" else reading.event_types if sort == "event" else ()
    facts = SignatureParameter(
        name,
        sort,
        events=taken,
        annotation=shown(annotated)
        if sort == "other" or reading.foreign or marks.collect
        else "",  # else it is not told
        foreign=() if sort in ("context", "resource", "other") else tuple(reading.foreign),
        has_default=has_default,
        collect=marks.collect,
        take=marks.take,
        unknown=reading.unknown or (marks.unknown and sort == "other"),
        variadic=variadic,
    )
    return ReadParameter(facts, annotated, reading, marks)


def _is_missing(typ: Type) -> bool:
    return isinstance(typ, AnyType) and typ.type_of_any == TypeOfAny.unannotated


def _may_have_marks(function: FuncDef, index: int, sort: str, has_default: bool) -> bool:
    """Whether it is worth to look into the source: an `Annotated`, or an alias that may stand for one."""
    written = function.unanalyzed_type
    if not isinstance(written, CallableType) or len(written.arg_types) <= index:
        return sort in ("other", "events")
    annotation = written.arg_types[index]
    if not isinstance(annotation, UnboundType):
        return sort == "other"
    return sort in ("other", "events") or annotation.name.endswith("Annotated")


def _annotation(method: Method, name: str) -> ast.expr | None:
    node = method.node
    if node is None:
        return None
    arguments = node.args
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if one.arg == name:
            return one.annotation
    return None


def _returned(
    function: FuncDef, typ: CallableType | None, read: ReadSignature, known: Readings | None
) -> tuple[ReturnMember, ...] | None:
    if typ is None:
        return None
    returned = get_proper_type(typ.ret_type)
    if function.is_coroutine and isinstance(returned, Instance) and returned.type.fullname == "typing.Coroutine":
        returned = get_proper_type(returned.args[-1])
    if _is_missing(returned):
        return None
    reading = read.returns = read_type(returned, known)
    members = [ReturnMember(one.name, one) for one in reading.event_types]
    members += [ReturnMember(f"list[{one.name}]", one, many=True) for one in reading.element_types]
    if reading.optional:
        members.append(ReturnMember("None"))
    members += [ReturnMember(text, unknown=reading.unknown) for text in reading.foreign]
    return tuple(members)
