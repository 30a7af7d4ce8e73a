"""The signature of a step as the facts that the rule `step-signature` judges.

The twin of `typedflow.reading.signature`, which reads live functions.
"""

from __future__ import annotations

import ast

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_POS, ARG_STAR, ARG_STAR2, FuncDef, MypyFile
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    ProperType,
    TupleType,
    Type,
    TypeOfAny,
    TypeVarType,
    UnboundType,
    UnionType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

from typedflow.wiring.signature import ReturnMember, SignatureFacts, SignatureParameter
from typedflow_mypy.annotations import Reading, read_type
from typedflow_mypy.events import shown
from typedflow_mypy.marks import Marks, marks_of
from typedflow_mypy.methods import Method

__all__ = ["ReadParameter", "ReadSignature", "Readings", "is_bare_name", "read_signature"]


NO_MARKS = Marks()
UNANNOTATED = AnyType(TypeOfAny.unannotated)
BEHIND_ALIASES = ("other", "events")
"""The sorts of parameters that may have marks where no `Annotated` is written."""


class ReadParameter:
    """A parameter after the receiver: its type, what it says, and what is inside its `Annotated`."""

    __slots__ = ("facts", "marks", "reading", "type")

    def __init__(self, facts: SignatureParameter, type: ProperType, reading: Reading, marks: Marks) -> None:
        self.facts = facts
        self.type = type
        self.reading = reading
        self.marks = marks


class ReadSignature:
    """What a function says about itself as a step.

    `receiver` is the name of its `self`, `context` the context parameter, the last of several; `unknown` is whether a
    parameter could not be told.
    """

    __slots__ = ("context", "facts", "parameters", "receiver", "returns", "unknown")

    def __init__(
        self,
        facts: SignatureFacts,
        receiver: str | None,
        parameters: list[ReadParameter],
        returns: Reading | None,
        context: ReadParameter | None,
        unknown: bool,
    ) -> None:
        self.facts = facts
        self.receiver = receiver
        self.parameters = parameters
        self.returns = returns
        self.context = context
        self.unknown = unknown


class Readings:
    """The annotations of one workflow that have been read: most events stand in two of them, and a context in all."""

    def __init__(self) -> None:
        self.all: list[Reading] = []
        self.contexts: dict[str | None, ReadParameter] = {}
        """By their names the context parameters of which no more is to be said."""
        self._kept: dict[object, Reading] = {}
        self.module: MypyFile | None = None
        self.says_annotated = True
        """Whether the word `Annotated` is in the file of `module`, which is looked at last; mostly there is one."""

    def read(self, typ: ProperType) -> Reading:
        """The reading of a type. One with more than events in it is made each time: to mypy, any `Any` is equal to another,
        of which more may be known."""
        key = typ.type if isinstance(typ, Instance) and not typ.args else typ
        found = self._kept.get(key)
        if found is None:
            found = read_type(typ)
            self.all.append(found)
            if key is not typ or not (found.foreign or found.unknown):
                self._kept[key] = found
        return found

    def look_at(self, method: Method) -> None:
        """Look for the word in the file of a function."""
        source = method.source
        self.module, self.says_annotated = method.module, source is None or "Annotated" in source.content


def read_signature(method: Method, known: Readings | None = None) -> ReadSignature:
    """The signature of a function of the tree. `known` are the annotations of its workflow that have been read."""
    function = method.func
    assert function is not None
    if known is None:
        known = Readings()
    if method.module is not known.module:
        known.look_at(method)
    typ = function.type if method.owner is method.within else _within(method, function)
    typ = typ if isinstance(typ, CallableType) else None
    types = None if typ is None else typ.arg_types
    names = method.parameter_names
    first = 0
    receiver = None
    if names and not function.is_static:
        name = names[0]
        if name in ("self", "cls") or (method.owner is not None and not _is_of_the_step(types)):
            receiver, first = name, 1
    parameters: list[ReadParameter] = []
    facts: list[SignatureParameter] = []
    context: ReadParameter | None = None
    unknown = False
    for index in range(first, len(names)):
        name = names[index] or ""
        parameter = known.contexts.get(name)
        if parameter is None or types is None or not _is_the_same(parameter, function, types, index, known):
            parameter = _parameter(method, function, name, types, index, known)
        one = parameter.facts
        parameters.append(parameter)
        facts.append(one)
        if one.unknown:
            unknown = True
        if one.kind == "context":
            context = parameter
    returns = None if typ is None else _returned(function, typ, known)
    yields = function.is_generator or function.is_async_generator or (returns is not None and returns.yields)
    members = None if returns is None else _members(returns)
    told = SignatureFacts(method.name, tuple(facts), members, yields, _bound(function))
    return ReadSignature(told, receiver, parameters, returns, context, unknown)


def _is_of_the_step(types: list[Type] | None) -> bool:
    """Whether the first parameter of a method is annotated as what a step takes: then nobody wrote a `self`."""
    first = None if types is None else get_proper_type(types[0])
    return isinstance(first, Instance | UnionType | TypeVarType) and read_type(first).kind != "other"


def _bound(function: FuncDef) -> str:
    """By what it is no method of the object."""
    if function.is_static:
        return "staticmethod"
    return "classmethod" if function.is_class else "property" if function.is_property else ""


def _within(method: Method, function: FuncDef) -> Type | None:
    """The type of the function, the type variables of a generic base standing for what the class gives it."""
    typ, owner, within = function.type, method.owner, method.within
    if not isinstance(typ, CallableType) or owner is None or within is None or not owner.type_vars:
        return typ
    whole = fill_typevars(within)
    if isinstance(whole, TupleType):
        return typ
    return expand_type_by_instance(typ, map_instance_to_supertype(whole, owner))


def _is_the_same(parameter: ReadParameter, function: FuncDef, types: list[Type], index: int, known: Readings) -> bool:
    """Whether a context parameter, with the name of this one, is all that this one is."""
    return (
        parameter.type == types[index]
        and function.arg_kinds[index] is ARG_POS
        and not (known.says_annotated and _may_have_marks(function, index, "context"))
    )


def _parameter(
    method: Method, function: FuncDef, name: str, types: list[Type] | None, index: int, known: Readings
) -> ReadParameter:
    kind = function.arg_kinds[index]
    has_default = variadic = False
    if kind is not ARG_POS:
        has_default, variadic = kind.is_optional(), kind in (ARG_STAR, ARG_STAR2)
    annotated = UNANNOTATED if types is None else get_proper_type(types[index])
    if isinstance(annotated, AnyType) and annotated.type_of_any == TypeOfAny.unannotated:
        facts = SignatureParameter(name, "missing", has_default=has_default, variadic=variadic)
        return ReadParameter(facts, annotated, Reading(), NO_MARKS)
    reading = known.read(annotated)
    sort = "other" if variadic else reading.kind
    marks = NO_MARKS
    if not variadic and (_may_have_marks(function, index, sort) if known.says_annotated else sort in BEHIND_ALIASES):
        marks = marks_of(_annotation(method, name), method.annotation_scope)
        if marks.resource:
            sort = "resource"
    foreign = reading.foreign
    if sort == "event" and reading.element_types:  # a list beside single events
        foreign += tuple(f"list[{one.name}]" for one in reading.element_types)
    facts = SignatureParameter(
        name,
        sort,
        reading.event_types if sort == "event" else reading.element_types if sort == "events" else (),
        # else it is not told
        shown(annotated) if sort == "other" or foreign or marks.collect else "",
        () if not foreign or sort in ("context", "resource", "other") else foreign,
        has_default,
        marks.collect,
        marks.take,
        reading.unknown or (marks.unknown and sort == "other"),
        variadic,
        marks.refused,
    )
    made = ReadParameter(facts, annotated, reading, marks)
    if sort == "context" and marks is NO_MARKS and kind is ARG_POS:
        known.contexts[name] = made
    return made


def _may_have_marks(function: FuncDef, index: int, sort: str) -> bool:
    """Whether it is worth to look into the source: an `Annotated`, or an alias that may stand for one."""
    written = function.unanalyzed_type
    if not isinstance(written, CallableType) or len(written.arg_types) <= index:
        return sort in BEHIND_ALIASES
    annotation = written.arg_types[index]
    if not isinstance(annotation, UnboundType):
        return sort == "other"
    return sort in BEHIND_ALIASES or annotation.name.endswith("Annotated")


def is_bare_name(function: FuncDef, name: str) -> bool:
    """Whether the annotation of the parameter is a name and no more, as far as mypy knows: its cache does not keep that."""
    written = function.unanalyzed_type
    if not isinstance(written, CallableType):
        return False
    for one, annotation in zip(function.arg_names, written.arg_types, strict=False):
        if one == name:
            return isinstance(annotation, UnboundType) and not annotation.args and not annotation.empty_tuple_index
    return False


def _annotation(method: Method, name: str) -> ast.expr | None:
    node = method.node
    if node is None:
        return None
    arguments = node.args
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if one.arg == name:
            return one.annotation
    return None


def _returned(function: FuncDef, typ: CallableType, known: Readings) -> Reading | None:
    """What the return annotation says; None where there is none."""
    returned = get_proper_type(typ.ret_type)
    if function.is_coroutine and isinstance(returned, Instance) and returned.type.fullname == "typing.Coroutine":
        returned = get_proper_type(returned.args[-1])
    is_missing = isinstance(returned, AnyType) and returned.type_of_any == TypeOfAny.unannotated
    return None if is_missing else known.read(returned)


def _members(reading: Reading) -> tuple[ReturnMember, ...]:
    unknown = reading.unknown
    members = [ReturnMember(one.name, one, False, unknown) for one in reading.event_types]
    if reading.element_types:
        members += [ReturnMember(f"list[{one.name}]", one, True, unknown) for one in reading.element_types]
    if reading.optional:
        members.append(ReturnMember("None"))
    if reading.foreign:
        members += [ReturnMember(text, unknown=unknown) for text in reading.foreign]
    return tuple(members)
