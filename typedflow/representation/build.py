"""Reads a workflow class into its graph: what the signatures say, and what the bodies send and wait for."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema

from typedflow.definition import define
from typedflow.events import Event, HumanResponseEvent, InputRequiredEvent, StepFailedEvent, StopEvent
from typedflow.reading.annotation import text_of
from typedflow.reading.body import BodyFacts, read_facts
from typedflow.reading.signature import ResourceParameter, Signature, inspect_signature
from typedflow.representation.graph import WorkflowGraph, WorkflowGraphEdge
from typedflow.representation.nodes import (
    WorkflowEventNode,
    WorkflowExternalNode,
    WorkflowGraphNode,
    WorkflowResourceConfigNode,
    WorkflowResourceNode,
    WorkflowStepNode,
)

if TYPE_CHECKING:
    from typedflow.workflow import Workflow

__all__ = ["get_workflow_representation"]

EXTERNAL = "external_step"

AnyWorkflow = type["Workflow[Any, Any]"]  # Any: a workflow of whatever state and result


def get_workflow_representation(workflow: Workflow[Any, Any] | type[Workflow[Any, Any]]) -> WorkflowGraph:
    """The graph of a workflow or of its class.

    Beyond what the signatures say, it has the events that a body sends (`ctx.send_event`, edges labelled "sends"), asks
    with and waits for (`ctx.wait_for_event`), and the steps that a `@catch_error` handler covers.

    >>> from typedflow import StartEvent, StopEvent, Workflow, step
    >>> class Hello(Workflow):
    ...     @step
    ...     async def greet(self, ev: StartEvent) -> StopEvent[str]:
    ...         return StopEvent(result="hello")
    >>> [(edge.source, edge.target) for edge in get_workflow_representation(Hello).edges]
    [('StartEvent', 'greet'), ('greet', 'StopEvent[str]')]
    """
    cls = workflow if isinstance(workflow, type) else type(workflow)
    return _Builder(cls).graph()


class _Builder:
    def __init__(self, workflow: AnyWorkflow) -> None:
        self.workflow = workflow
        self.definition = define(workflow)
        self.steps = {step.name: step for step in self.definition.steps}
        self.facts = {name: read_facts(step.signature, workflow) for name, step in self.steps.items()}
        self.made = {name: _made(step.signature, self.facts[name]) for name, step in self.steps.items()}
        self.kinds = self._kinds()
        self.ids = _ids(self.kinds)
        self.nodes: dict[str, WorkflowGraphNode] = {}
        self.edges: dict[tuple[str, str, str | None], None] = {}

    def graph(self) -> WorkflowGraph:
        """All nodes first: steps, events, the outside, resources; then the edges, step by step."""
        for name, step in self.steps.items():
            state = step.signature.state
            self.nodes[name] = WorkflowStepNode(
                id=name, label=name, description=inspect.getdoc(step.func), state=state.__name__ if state else None
            )
        for kind in self.kinds:
            self._event_node(kind)
        if any(issubclass(kind, InputRequiredEvent | HumanResponseEvent) for kind in self.kinds):
            self.nodes[EXTERNAL] = WorkflowExternalNode(id=EXTERNAL, label=EXTERNAL)
        for name, step in self.steps.items():
            self._step_edges(name, step.signature, self.facts[name], step.accept_event_subclasses)
            for resource in step.signature.resources:
                self._edge(name, self._resource(resource, ()), resource.name)
        self._outside_edges()
        self._handler_edges()
        return WorkflowGraph(
            name=self.workflow.__name__,
            nodes=list(self.nodes.values()),
            edges=[WorkflowGraphEdge(source=s, target=t, label=label) for s, t, label in self.edges],
            description=inspect.getdoc(self.workflow) if self.workflow.__doc__ else None,
        )

    def _kinds(self) -> list[type[Event]]:
        """Every event class, in the order in which the steps name them."""
        found: dict[type[Event], None] = {}
        for name, step in self.steps.items():
            taken = [kind for parameter in step.signature.events for kind in parameter.events]
            facts = self.facts[name]
            found.update(dict.fromkeys([*taken, *self.made[name], *facts.waits, *facts.asks]))
        return list(found)

    def _event_node(self, kind: type[Event]) -> None:
        id = self.ids[kind]
        names = [cls.__name__ for cls in kind.__mro__ if issubclass(cls, Event) and cls is not Event]
        origin = _origin(kind)
        if origin is not None and origin.__name__ not in names:
            names.append(origin.__name__)
        self.nodes[id] = WorkflowEventNode(
            id=id,
            label=kind.__name__,
            event_type=kind.__name__,
            event_types=names,
            event_schema=_schema(kind),
            produced_by=[name for name, made in self.made.items() if kind in made],
        )

    # -- the edges

    def _edge(self, source: str, target: str, label: str | None = None) -> None:
        self.edges[source, target, label] = None

    def _step_edges(self, name: str, signature: Signature, facts: BodyFacts, takes_subclasses: bool) -> None:
        for parameter in signature.events:
            for kind in parameter.events:
                for source in self._routed(kind, takes_subclasses):
                    self._edge(self.ids[source], name, f"list[{kind.__name__}]" if parameter.many else None)
        returned = {**dict.fromkeys(signature.returns), **dict.fromkeys(signature.fanned_out)}
        for kind in returned:
            many = kind in signature.fanned_out and kind not in signature.returns
            self._edge(name, self.ids[kind], f"list[{kind.__name__}]" if many else None)
        for kind in facts.sends:
            if kind not in returned:
                self._edge(name, self.ids[kind], "sends")
        for kind in facts.asks:
            self._edge(name, self.ids[kind], "asks")
        for kind in facts.waits:
            self._edge(self.ids[kind], name, "waits")

    def _routed(self, kind: type[Event], takes_subclasses: bool) -> list[type[Event]]:
        """The classes of the graph that go where `kind` is taken: itself, its generic forms, subclasses by request."""
        found = [k for k in self.kinds if k is kind or _origin(k) is kind or _origin(kind) is k]
        if takes_subclasses:
            found += [k for k in self.kinds if k not in found and issubclass(k, kind) and not issubclass(k, StopEvent)]
        return found

    def _outside_edges(self) -> None:
        for kind in self.kinds:
            if issubclass(kind, InputRequiredEvent):
                self._edge(self.ids[kind], EXTERNAL)
            elif issubclass(kind, HumanResponseEvent):
                self._edge(EXTERNAL, self.ids[kind])

    def _handler_edges(self) -> None:
        """A step that fails leads to its handler by way of StepFailedEvent."""
        handlers = {step.name: step.handler for step in self.definition.steps if step.handler is not None}
        named = {name for handler in handlers.values() for name in handler.for_steps or ()}
        for handler in handlers.values():
            covered = handler.for_steps if handler.for_steps is not None else [s for s in self.steps if s not in named]
            for step in covered:
                if step in self.steps and step not in handlers and StepFailedEvent in self.ids:
                    self._edge(step, self.ids[StepFailedEvent], "fails")

    # -- resources

    def _resource(self, parameter: ResourceParameter, above: tuple[str, ...]) -> str:
        """The id of the node of a resource; its node and those of the resources that its factory needs are added."""
        marker: Any = parameter.marker  # Any: a resource of any type, or one that is read from a file
        wants = text_of(parameter.wants)
        if getattr(marker, "config_file", None) is not None:
            return self._config(marker, parameter.wants, wants)
        factory = inspect.unwrap(marker.factory)
        place = _place(factory)
        key = f"{getattr(factory, '__module__', '')}.{getattr(factory, '__qualname__', repr(factory))}:{place}"
        id = f"resource_{sha256(key.encode()).hexdigest()[:12]}"
        if id not in self.nodes:
            name = getattr(factory, "__name__", type(factory).__name__)
            self.nodes[id] = WorkflowResourceNode(
                id=id,
                label=wants or name,
                type_name=wants,
                getter_name=name,
                source_file=place[0],
                source_line=place[1],
                description=inspect.getdoc(factory),
            )
        if id not in above and inspect.isfunction(factory):
            for needed in inspect_signature(factory).resources:
                self._edge(id, self._resource(needed, (*above, id)), needed.name)
        return id

    def _config(self, marker: Any, wants: object, name: str) -> str:  # Any: as above
        selector = getattr(marker, "path_selector", None)
        key = f"{marker.config_file}:{selector or ''}"
        id = f"resource_config_{sha256(key.encode()).hexdigest()[:12]}"
        if id not in self.nodes:
            self.nodes[id] = WorkflowResourceConfigNode(
                id=id,
                label=getattr(marker, "label", None) or name or str(marker.config_file),
                type_name=name,
                config_file=str(marker.config_file),
                path_selector=selector,
                config_schema=_schema(wants) if isinstance(wants, type) and issubclass(wants, BaseModel) else None,
                description=getattr(marker, "description", None),
            )
        return id


def _made(signature: Signature, facts: BodyFacts) -> list[type[Event]]:
    return list(dict.fromkeys([*signature.returns, *signature.fanned_out, *facts.sends]))


def _ids(kinds: Iterable[type[Event]]) -> dict[type[Event], str]:
    """The class's name; its full name where two classes share it."""
    names = Counter(kind.__name__ for kind in kinds)
    return {k: k.__name__ if names[k.__name__] == 1 else f"{k.__module__}.{k.__qualname__}" for k in kinds}


def _origin(kind: type[Event]) -> type | None:
    origin = kind.__pydantic_generic_metadata__["origin"]
    return origin if isinstance(origin, type) else None


def _schema(model: type[BaseModel]) -> dict[str, Any] | None:  # Any: JSON data
    try:
        return TypeAdapter(model).json_schema()
    except PydanticInvalidForJsonSchema:  # a field of a type that JSON has no word for
        return None


def _place(factory: Any) -> tuple[str | None, int | None]:  # Any: any callable
    try:
        return inspect.getfile(factory), inspect.getsourcelines(factory)[1]
    except (TypeError, OSError):
        return None, None
