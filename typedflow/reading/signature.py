"""Reads a function into what a step is: its context, its events, its resources, what it returns.

Annotations are resolved one by one, so that a name which is defined further down the module delays the reading and does
not spoil it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from typedflow.collect import Cardinality
from typedflow.errors import WorkflowValidationError
from typedflow.events import Event
from typedflow.reading.annotation import Reading, read_annotation, text_of
from typedflow.reading.namespace import Namespace, Unresolved
from typedflow.reading.types import event_type
from typedflow.resource import Resource
from typedflow.wiring.graph import FAILED
from typedflow.wiring.nearest import listed
from typedflow.wiring.problem import Problem
from typedflow.wiring.signature import ReturnMember, SignatureFacts, SignatureParameter, step_signature

__all__ = ["EventParameter", "ResourceParameter", "Signature", "inspect_signature", "read_signature"]

Function = Callable[..., Any]  # Any: a user's function of any signature is what is read here


class EventParameter(NamedTuple):
    """`ev: A | B`, or with `many` a fan-in `evs: list[A | B]` of that cardinality."""

    name: str
    events: tuple[type[Event], ...]
    many: bool = False
    cardinality: Cardinality | None = None


class ResourceParameter(NamedTuple):
    """`client: Annotated[Client, Resource(factory)]`; `wants` is the annotated type."""

    name: str
    wants: Any  # Any: a type form, which Python has no type for
    marker: Resource[Any]  # Any: a resource of any type


class Signature(NamedTuple):
    """What a step takes and returns, as classes.

    `receiver` and `context` are the names of those parameters, None where there are none; `state` is the S of
    `Context[S]`, None for a bare `Context`. `returns` are the events that may be returned as they are, `fanned_out`
    those that may be in a returned list. `unresolved` are the names that no annotation could be read for yet:
    everything else is then provisional. `generic` has the type variables of the annotations, and the annotations as
    they were resolved, for `with_variables`.
    """

    function: Function
    receiver: str | None = None
    context: str | None = None
    state: type | None = None
    events: tuple[EventParameter, ...] = ()
    resources: tuple[ResourceParameter, ...] = ()
    returns: tuple[type[Event], ...] = ()
    fanned_out: tuple[type[Event], ...] = ()
    may_return_none: bool = False
    is_async: bool = True
    unresolved: tuple[str, ...] = ()
    facts: SignatureFacts = SignatureFacts("")
    namespace: Namespace | None = None
    generic: tuple[frozenset[object], Mapping[str, object]] | None = None

    @property
    def name(self) -> str:
        """The function's name, which is the step's."""
        return self.facts.name

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of all parameters after the receiver, in order, `*args` and `**fields` aside."""
        return tuple(parameter.name for parameter in self.facts.parameters if not parameter.variadic)

    @property
    def many(self) -> EventParameter | None:
        """The list parameter, if the step is a fan-in."""
        return next((parameter for parameter in self.events if parameter.many), None)

    @property
    def handles_failures(self) -> bool:
        """Whether the step takes a StepFailedEvent."""
        return any(event_type(event).is_a(FAILED) for parameter in self.events for event in parameter.events)

    def problems(self) -> list[Problem]:
        """What keeps the function from being a step; empty while a name is unresolved."""
        return [] if self.unresolved else step_signature(self.facts)

    def completed(self, localns: Mapping[str, object] | None = None) -> Signature:
        """This signature with every name resolved, read again if need be.

        Raises `WorkflowValidationError` naming what is still missing, or what is wrong with the signature.
        """
        if not self.unresolved:
            return self
        again = inspect_signature(self.function, localns=localns, namespace=self.namespace)
        if again.unresolved:
            message, hint = _missing(again)
            problem = Problem("step-signature", message, hint, step=self.name)
            raise WorkflowValidationError(str(problem), [problem])
        _raise_problems(again)
        return again

    def with_variables(self, variables: Mapping[object, object]) -> Signature:
        """This signature with what its type variables stand for filled in; itself where it has none.

        Raises `WorkflowValidationError` where that makes it one that no step can have.
        """
        if self.generic is None or self.generic[0].isdisjoint(variables):
            return self
        again = _read_resolved(self.function, self.generic[1], Namespace({}, variables=variables))
        _raise_problems(again)
        return again


def read_signature(function: Function, *, localns: Mapping[str, object] | None = None) -> Signature:
    """The signature of a step.

    Names are looked up in `localns`, the scopes around the function's definition (while they run) and its module. A
    name that is not there yet leaves the signature `unresolved`; `completed()` reads it again. Raises
    `WorkflowValidationError` with every finding of the rule `step-signature`.

    >>> from typedflow.events import StartEvent, StopEvent
    >>> async def begin(ev: StartEvent) -> StopEvent[int]: ...
    >>> signature = read_signature(begin)
    >>> signature.events[0].name, signature.returns[0].__name__, signature.is_async
    ('ev', 'StopEvent[int]', True)
    """
    signature = inspect_signature(function, localns=localns)
    _raise_problems(signature)
    return signature


def inspect_signature(
    function: Function, *, localns: Mapping[str, object] | None = None, namespace: Namespace | None = None
) -> Signature:
    """As `read_signature`, but a function that is no step raises nothing; ask `problems()`."""
    inner = inspect.unwrap(function)
    names = (namespace or Namespace.around(inner)).extended(localns)
    return _read_resolved(function, None, names)


def _read_resolved(function: Function, resolved: Mapping[str, object] | None, names: Namespace) -> Signature:
    """The signature, from annotations that are resolved already, or by looking their names up."""
    inner = inspect.unwrap(function)
    signature = inspect.signature(inner)
    read = _Read(inner.__name__, resolved)
    for parameter in _parameters(inner, read):
        read.parameter(parameter, names)
    read.returned(signature.return_annotation, names)
    return read.signature(function, inner, names)


class _Read:
    """What has been read so far."""

    def __init__(self, name: str, known: Mapping[str, object] | None) -> None:
        self.name = name
        self.known = known
        self.resolved: dict[str, object] = {}
        self.variables: set[object] = set()
        self.receiver: str | None = None
        self.context: str | None = None
        self.state: type | None = None
        self.events: list[EventParameter] = []
        self.resources: list[ResourceParameter] = []
        self.parameters: list[SignatureParameter] = []
        self.returns: Reading | None = None
        self.members: tuple[ReturnMember, ...] | None = None
        self.generator = False
        self.unresolved: dict[str, None] = {}

    def read(self, name: str, annotation: object, names: Namespace) -> Reading:
        resolved = names.resolve(annotation) if self.known is None else self.known[name]
        reading = read_annotation(resolved, names)
        self.resolved[name] = resolved
        self.variables |= reading.variables
        return reading

    def parameter(self, parameter: inspect.Parameter, names: Namespace) -> None:
        has_default = parameter.default is not parameter.empty
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        name = parameter.name
        if parameter.annotation is parameter.empty:
            self.parameters.append(SignatureParameter(name, "missing", has_default=has_default, variadic=variadic))
            return
        try:
            reading = self.read(name, parameter.annotation, names)
        except Unresolved as missing:
            self.unresolved[missing.name] = None
            self.parameters.append(SignatureParameter(name, "other", unknown=True))
            return
        kind = reading.kind
        if variadic:
            kind = "other"
        elif kind == "context":
            self.context = name
            self.state = reading.state
        elif kind == "resource" and reading.resource is not None:
            self.resources.append(ResourceParameter(name, reading.wants, reading.resource))
        elif kind in ("event", "events"):
            many = kind == "events"
            chosen = reading.elements if many else reading.events
            self.events.append(EventParameter(name, chosen, many, reading.cardinality if many else None))
        taken = reading.elements if kind == "events" else reading.events if kind == "event" else ()
        foreign = [] if kind in ("context", "resource", "other") else list(reading.foreign)
        if kind == "event":  # a list beside single events
            foreign += [f"list[{cls.__name__}]" for cls in reading.elements]
        self.parameters.append(
            SignatureParameter(
                name,
                kind,
                events=tuple(event_type(cls) for cls in taken),
                annotation=text_of(parameter.annotation),
                foreign=tuple(foreign),
                has_default=has_default,
                collect=reading.collects,
                take=getattr(reading.cardinality, "n", None),
                unknown=reading.unknown,
                variadic=variadic,
            )
        )

    def returned(self, annotation: object, names: Namespace) -> None:
        if annotation is inspect.Signature.empty:
            return
        try:
            reading = self.read("return", annotation, names)
        except Unresolved as missing:
            self.unresolved[missing.name] = None
            return
        self.returns = reading
        self.generator = reading.yields
        self.members = (
            *(ReturnMember(cls.__name__, event_type(cls), unknown=reading.unknown) for cls in reading.events),
            *(
                ReturnMember(f"list[{cls.__name__}]", event_type(cls), True, reading.unknown)
                for cls in reading.elements
            ),
            *(ReturnMember("None") for _ in range(reading.optional)),
            *(ReturnMember(text, unknown=reading.unknown) for text in reading.foreign),
        )

    def signature(self, function: Function, inner: Function, names: Namespace) -> Signature:
        generator = self.generator or inspect.isasyncgenfunction(inner) or inspect.isgeneratorfunction(inner)
        return Signature(
            function,
            self.receiver,
            self.context,
            self.state,
            tuple(self.events),
            tuple(self.resources),
            self.returns.events if self.returns else (),
            self.returns.elements if self.returns else (),
            may_return_none=self.returns is not None and self.returns.optional,
            is_async=inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(inner),
            unresolved=tuple(self.unresolved),
            facts=SignatureFacts(self.name, tuple(self.parameters), self.members, generator),
            namespace=names if self.unresolved else None,
            generic=(frozenset(self.variables), self.resolved) if self.variables and not self.unresolved else None,
        )


def _parameters(function: Function, read: _Read) -> list[inspect.Parameter]:
    """The parameters after the receiver, whose name is noted."""
    parameters = list(inspect.signature(function).parameters.values())
    if parameters and _is_receiver(parameters[0], function):
        read.receiver = parameters.pop(0).name
    return parameters


def _is_receiver(first: inspect.Parameter, function: Function) -> bool:
    if first.name in ("self", "cls"):
        return True
    in_class = function.__qualname__.rpartition(".")[0].rpartition(".")[2] not in ("", "<locals>")
    return in_class and first.annotation is first.empty and first.kind is not first.KEYWORD_ONLY


def _raise_problems(signature: Signature) -> None:
    problems = signature.problems()
    if problems:
        raise WorkflowValidationError("\n".join(str(problem) for problem in problems), problems)


def _missing(signature: Signature) -> tuple[str, str]:
    names = listed(signature.unresolved)
    function = signature.function
    several = len(signature.unresolved) > 1
    return (
        f"The annotations of step '{signature.name}' ({function.__module__}.{function.__qualname__}) name {names}, "
        f"which {'are' if several else 'is'} not defined there.",
        f"Import {'them' if several else 'it'} at run time (not only under TYPE_CHECKING), or define "
        f"{'them' if several else 'it'} in the module or in a scope around the step.",
    )
