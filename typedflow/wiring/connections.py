"""Who makes which event and who takes it: the graph, indexed once for all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from typedflow.wiring.graph import (
    EVENT,
    FAILED,
    HUMAN_RESPONSE,
    INPUT_REQUIRED,
    START,
    STOP,
    EventType,
    Graph,
    StepNode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Connections", "Made", "bare_events", "ends_here", "is_start_taker", "routes"]


def routes(made: EventType, wanted: EventType, subclasses: bool = False) -> bool:
    """Whether an event made as `made` goes to a parameter that asks for `wanted`.

    By class; by subclass too where the step says `accept_event_subclasses=True`. A generic event goes to its
    parametrised and its bare form alike, since `Batch(items=[1])` is a `Batch[int]` to the type checker and a `Batch`
    at run time.
    """
    if wanted.key in (made.key, made.origin) or (wanted.origin is not None and wanted.origin == made.key):
        return True
    return subclasses and made.is_a(wanted.key)


def bare_events(step: StepNode) -> Iterator[EventType]:
    """The events that start the step one at a time; not those that it gathers in a list."""
    for parameter in step.takes:
        if not parameter.many:
            yield from parameter.events


def is_start_taker(step: StepNode) -> bool:
    """Whether a run may begin at this step."""
    return any(event.is_a(START) or takes_everything(step, event) for event in bare_events(step))


def takes_everything(step: StepNode, event: EventType) -> bool:
    """Whether the step takes all events there are: `ev: Event` with `accept_event_subclasses=True`."""
    return step.takes_subclasses and event.key == EVENT


class Made(NamedTuple):
    """That a step makes an event: by its return annotation or by `ctx.send_event`."""

    step: StepNode
    event: EventType
    how: Literal["returns", "sends"]
    many: bool = False


class Connections:
    """The graph's events, looked up by class from either end.

    Forgotten steps count as steps here: they are reported once, as forgotten, and not again for what follows from it.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        forgotten = () if "forgotten-step" in graph.skip else tuple(lookalike.step for lookalike in graph.lookalikes)
        self.steps: tuple[StepNode, ...] = (*graph.steps, *forgotten)
        self.handlers: tuple[StepNode, ...] = tuple(step for step in self.steps if step.handler is not None)
        self.sends_unknown = any(step.sends_unknown for step in self.steps)
        self.waits_unknown = any(step.waits_unknown for step in self.steps)
        self.made: tuple[Made, ...] = tuple(made for step in self.steps for made in _made_by(step))
        self._makers: dict[str, list[Made]] = {}
        for made in self.made:
            for key in {made.event.key, made.event.origin or made.event.key}:
                self._makers.setdefault(key, []).append(made)
        self._takers: dict[str, list[StepNode]] = {}
        self._broad: list[tuple[EventType, StepNode]] = []
        self._taken_by: dict[str, list[StepNode]] = {}
        for step in self.steps:
            for wanted in _wanted(step):
                for key in {wanted.key, wanted.origin or wanted.key}:
                    self._takers.setdefault(key, []).append(step)
                if step.takes_subclasses:
                    self._broad.append((wanted, step))

    def makers(self, wanted: EventType, subclasses: bool = False) -> list[Made]:
        """Everything made that goes to a parameter asking for `wanted`."""
        if subclasses:
            return [made for made in self.made if routes(made.event, wanted, True)]
        candidates = self._makers.get(wanted.key, [])
        if wanted.origin is not None:
            candidates = [
                *candidates,
                *(m for m in self._makers.get(wanted.origin, []) if m.event.key == wanted.origin),
            ]
        return candidates

    def takers(self, made: EventType) -> list[StepNode]:
        """The steps that take or await what is made as `made`, each once."""
        if made.key not in self._taken_by:
            self._taken_by[made.key] = self._sought_takers(made)
        return self._taken_by[made.key]

    def _sought_takers(self, made: EventType) -> list[StepNode]:
        found: dict[str, StepNode] = {}
        for key in (made.key, made.origin):
            for step in self._takers.get(key, []) if key is not None else []:
                if any(routes(made, wanted) for wanted in _wanted(step)):
                    found[step.name] = step
        for wanted, step in self._broad:
            if routes(made, wanted, True):
                found[step.name] = step
        return list(found.values())

    def comes_from_outside(self, step: StepNode, event: EventType) -> bool:
        """Whether the event may reach the step with no step making it: a start, an answer, a failure."""
        if event.is_a(START) or event.is_a(HUMAN_RESPONSE) or takes_everything(step, event):
            return True
        if step.takes_subclasses and event.key in (START, HUMAN_RESPONSE):
            return True
        return step.handler is not None and event.is_a(FAILED)

    def covered(self, handler: StepNode) -> list[StepNode]:
        """The steps whose failures go to that `@catch_error` step."""
        if handler.handler is None:
            return []
        named = handler.handler.for_steps
        if named is not None:
            return [step for step in self.steps if step.name in named and step.handler is None]
        claimed = {name for step in self.handlers if step.handler for name in step.handler.for_steps or ()}
        return [step for step in self.steps if step.handler is None and step.name not in claimed]

    def handlers_of(self, step: StepNode) -> list[StepNode]:
        """The `@catch_error` steps that take this step's failures."""
        return [handler for handler in self.handlers if step in self.covered(handler)]


def ends_here(event: EventType) -> bool:
    """Whether an event may rightly be taken by no step: it ends the run, or asks the world outside."""
    return event.is_a(STOP) or event.is_a(INPUT_REQUIRED)


def _made_by(step: StepNode) -> Iterator[Made]:
    for produced in step.returns:
        yield Made(step, produced.event, "returns", produced.many)
    for event in step.sends:
        yield Made(step, event, "sends")


def _wanted(step: StepNode) -> Iterator[EventType]:
    for parameter in step.takes:
        yield from parameter.events
    yield from step.waits
