"""Reads a workflow class into the graph that the wiring rules judge."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from functools import cached_property, partial, partialmethod
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel

from typedflow.errors import WorkflowValidationError
from typedflow.events import StopEvent, carries_result
from typedflow.reading.annotation import filled_in, text_of
from typedflow.reading.body import read_facts, self_references
from typedflow.reading.resources import resource_use
from typedflow.reading.signature import Signature, inspect_signature
from typedflow.reading.source import function_node
from typedflow.reading.types import event_type, fits, state_type
from typedflow.step import Step, inside
from typedflow.wiring.forgotten_step import is_among, may_be_noted
from typedflow.wiring.graph import STOP, Directed, Graph, Handler, Lookalike, Parameter, Produced, StepNode, StopResult
from typedflow.wiring.signature import bound_step, is_like_a_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typedflow.wiring.problem import Problem

__all__ = ["declared_state", "read_graph", "step_node", "steps_of", "type_variables"]

AnyStep = Step[Any, Any, Any]  # Any: a step of any state, event and outcome


def read_graph(workflow: type, *, skip: frozenset[str] = frozenset()) -> Graph:
    """The graph of a workflow class, methods without `@step` that look like steps included.

    Raises `WorkflowValidationError` where an annotation names something that is still not defined.
    """
    steps = steps_of(workflow)
    result = _declared(workflow, 1)
    nodes = tuple(
        step_node(
            step.name,
            step.signature,
            owner=workflow,
            takes_subclasses=step.accept_event_subclasses,
            handler=step.handler,
            skip=step.skip_checks,
        )._replace(results=tuple(_results(step.signature, result)))
        for step in steps
    )
    state = _declared_class(workflow)
    return Graph(
        workflow.__name__,
        nodes,
        open=bool(getattr(workflow, "_open_steps", False)) or inspect.isabstract(workflow),
        state=None if state is None else state_type(state),
        result=None if result is None else text_of(result),
        lookalikes=tuple(_lookalikes(workflow, steps)),
        skip=skip,
    )


def steps_of(workflow: type) -> tuple[AnyStep, ...]:
    """The steps of a class: inherited ones first, then in the order of definition, then free functions.

    A method that overrides a step without being one takes it away. Annotations that could not be read when a step was
    decorated are read now, and the steps of a generic workflow get what its type variables stand for. Raises
    `WorkflowValidationError` where one names something that is still not defined, or is under a `@classmethod`.
    """
    attributes: dict[str, object] = {}
    free: dict[str, AnyStep] = {}
    for cls in reversed(workflow.__mro__):
        attributes.update(vars(cls))
        free.update(vars(cls).get("_free_steps", {}))
    _refuse_bound(attributes.values())
    steps = {**{name: value for name, value in attributes.items() if isinstance(value, Step)}, **free}
    variables = type_variables(workflow)
    once = {id(step): step for step in steps.values()}  # `again = begin` is a second name and no second step
    return tuple(_completed(step, workflow, variables) for step in once.values())


def _refuse_bound(values: Iterable[object]) -> None:
    """`@classmethod` above `@step` hides the step: there would be one less, and nobody would know."""
    problems: list[Problem] = []
    for value in values:
        inner = inside(value)
        if isinstance(inner, Step):
            problems.append(bound_step(inner.name, type(value).__name__))
    if problems:
        raise WorkflowValidationError("\n".join(map(str, problems)), problems)


def _completed(step: AnyStep, workflow: type, variables: Mapping[object, object]) -> AnyStep:
    if step.signature.unresolved:
        step.signature = step.signature.completed(_names_in(workflow))
    signature = step.signature.with_variables(variables)
    if signature is step.signature:
        return step
    filled = copy.copy(step)  # the generic base keeps its own
    filled.signature = signature
    return filled


def step_node(
    name: str,
    signature: Signature,
    *,
    owner: type | None = None,
    takes_subclasses: bool = False,
    handler: Handler | None = None,
    skip: frozenset[str] = frozenset(),
) -> StepNode:
    """The facts of one step. What a type variable stands for is unknown until a subclass says it."""
    body = read_facts(signature, owner)
    facts = signature.facts
    unknown = {parameter.name for parameter in facts.parameters if parameter.unknown}
    open_return = any(member.unknown for member in facts.returns or ())
    returns = (
        *(Produced(event_type(cls)) for cls in signature.returns),
        *(Produced(event_type(cls), many=True) for cls in signature.fanned_out),
    )
    return StepNode(
        name,
        takes=tuple(
            Parameter(
                parameter.name,
                tuple(event_type(cls) for cls in parameter.events),
                parameter.many,
                getattr(parameter.cardinality, "n", None),
            )
            for parameter in signature.events
            if parameter.name not in unknown
        ),
        returns=tuple(made for made in returns if not open_return or made.event.is_a(STOP)),
        may_return_none=signature.may_return_none,
        may_stop=open_return,
        sends=tuple(event_type(cls) for cls in body.sends),
        sends_unknown=body.sends_unknown or open_return,
        waits=tuple(event_type(cls) for cls in body.waits),
        waits_unknown=body.waits_unknown or bool(unknown),
        asks=tuple(event_type(cls) for cls in body.asks),
        collects=tuple(event_type(cls) for cls in body.collects),
        state=None if signature.state is None else state_type(signature.state),
        takes_subclasses=takes_subclasses,
        handler=handler,
        resources=tuple(resource_use(resource) for resource in signature.resources),
        assigns_self=body.assigns_self,
        directed=tuple(Directed(to, None if cls is None else event_type(cls)) for to, cls in body.named_steps),
        skip=skip,
    )


def declared_state(workflow: type) -> type[BaseModel] | None:
    """The S of `class W(Workflow[S, R])`, through generic classes between the two; None where none is written."""
    state = _declared_class(workflow)
    return state if state is not None and issubclass(state, BaseModel) else None


def _declared_class(workflow: type) -> type | None:
    """The same, which need not be a model."""
    state = _declared(workflow, 0)
    is_class = isinstance(state, type) and get_origin(state) is None and state is not Any
    return cast("type", state) if is_class else None


def _declared(workflow: type, place: int) -> object:
    """The S or the R of `class W(Workflow[S, R])`; None where it is not written."""
    variables = type_variables(workflow)
    for cls in workflow.__mro__:
        if cls.__module__ == "typedflow.workflow" and cls.__name__ == "Workflow":
            parameters: tuple[object, ...] = getattr(cls, "__parameters__", ())
            return variables.get(parameters[place]) if len(parameters) > place else None
    return None


def _results(signature: Signature, declared: object) -> Iterator[StopResult]:
    """What the step stops with, held against the result that the class declares."""
    for cls in (*signature.returns, *signature.fanned_out):
        if declared is not None and issubclass(cls, StopEvent) and cls is not StopEvent:
            result = cls.__pydantic_generic_metadata__["args"][0] if carries_result(cls) else cls
            yield StopResult(event_type(cls), fits(declared, type(None) if result is None else result))


def type_variables(workflow: type) -> dict[object, object]:
    """Type variable -> what it stands for, by the arguments that the class gives to its generic bases."""
    found: dict[object, object] = {}
    for (
        cls
    ) in workflow.__mro__:  # from the class upwards, so that what a variable is given is known when it is passed on
        for base in vars(cls).get("__orig_bases__", ()):
            parameters: tuple[object, ...] = getattr(get_origin(base), "__parameters__", ())
            for parameter, argument in zip(parameters, get_args(base), strict=False):
                value = found.get(argument, argument) if isinstance(argument, TypeVar) else filled_in(argument, found)
                if not isinstance(value, TypeVar):
                    found.setdefault(parameter, value)
    return found


def _names_in(workflow: type) -> dict[str, object]:
    """The names in the bodies of the class and its bases, for annotations that could not be read in them."""
    names: dict[str, object] = {}
    for cls in reversed(workflow.__mro__):
        if cls is not object:
            names.update((name, value) for name, value in vars(cls).items() if isinstance(value, type))
    return names


def _lookalikes(workflow: type, steps: tuple[AnyStep, ...]) -> Iterator[Lookalike]:
    candidates: list[Lookalike] = []
    methods, variables = _methods(workflow), type_variables(workflow)
    for name, function in methods.items():
        overrides = any(isinstance(vars(cls).get(name), Step) for cls in workflow.__mro__)
        if _is_hidden(name, workflow) or getattr(function, "__isabstractmethod__", False):
            continue
        try:
            signature = inspect_signature(function, localns=_names_in(workflow)).with_variables(variables)
        except (TypeError, ValueError, WorkflowValidationError):  # annotations that mean something else
            continue
        if not overrides and (node := function_node(function)) is not None and may_be_noted(node.decorator_list):
            continue
        if not signature.unresolved and is_like_a_step(signature.facts):
            candidates.append(Lookalike(step_node(name, signature, owner=workflow), overrides))
        elif overrides:
            candidates.append(Lookalike(StepNode(name), overrides))
    if not candidates:
        return
    called: set[str] = set()
    everything = [item for cls in _users_classes(workflow) for item in vars(cls).items()]
    everything += [(step.name, step) for step in steps]  # free functions too
    for name, value in everything:
        for function in _functions_in(value):
            receiver = next(iter(function.__code__.co_varnames), None)
            if receiver is not None:
                called |= self_references(function, receiver) - {name}
    called |= {one.step.name for one in candidates if _is_held(methods[one.step.name], workflow)}
    yield from (one for one in candidates if one.overrides or not is_among(one.step.name, called))


def _functions_in(value: object) -> Iterator[FunctionType]:
    """The functions that a member of a class consists of, down to those under its decorators."""
    pending: list[object] = [value]
    seen: set[int] = set()
    while pending:
        part = pending.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, FunctionType):
            yield part
        if isinstance(part, property):
            pending += (part.fget, part.fset, part.fdel)
        elif isinstance(part, Step | cached_property | partial | partialmethod):
            pending.append(part.func)
        elif not isinstance(part, type):  # a class's `__wrapped__` is another matter
            pending.append(getattr(part, "__wrapped__", None))


def _is_held(function: FunctionType, workflow: type) -> bool:
    """Whether a class keeps the method elsewhere too, as in `WAYS = {"pay": pay}`."""
    pending = [value for cls in workflow.__mro__ for value in vars(cls).values() if value is not function]
    seen: set[int] = set()
    for value in pending:
        if value is function:
            return True
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            pending.extend(value)
        elif isinstance(value, partial | partialmethod):
            pending.append(value.func)
    return False


def _is_hidden(name: str, workflow: type) -> bool:
    """Whether it is written with two underscores, as no step is: in the class of that name, Python calls it `_Flow__name`."""
    mangled = tuple(f"_{cls.__name__.lstrip('_')}__" for cls in workflow.__mro__)
    return name.startswith("__") or name.startswith(mangled)


def _users_classes(workflow: type) -> list[type]:
    """The classes that the workflow derives from, itself included, but for the library's: bases first."""
    library = ("typedflow.workflow", "typing")
    return [cls for cls in reversed(workflow.__mro__) if cls is not object and not cls.__module__.startswith(library)]


def _methods(workflow: type) -> dict[str, FunctionType]:
    """The plain methods that the users' classes define."""
    attributes: dict[str, object] = {}
    for cls in _users_classes(workflow):
        attributes.update(vars(cls))
    return {name: value for name, value in attributes.items() if isinstance(value, FunctionType)}
