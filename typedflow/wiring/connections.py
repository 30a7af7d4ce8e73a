"""Who makes which event and who takes it: the graph, indexed once for all rules."""

from collections.abc import Sequence
from typing import Literal

from typedflow.wiring.graph import (
    EVENT,
    FAILED,
    HUMAN_RESPONSE,
    INPUT_REQUIRED,
    START,
    STOP,
    EventType,
    Graph,
    StateType,
    StepNode,
)

__all__ = ["Connections", "Made", "bare_events", "ends_here", "routes", "takes_everything"]


def routes(made: EventType, wanted: EventType, subclasses: bool = False) -> bool:
    """Whether an event made as `made` goes to a parameter that asks for `wanted`.

    By class; by subclass too where the step says `accept_event_subclasses=True`. A generic event goes to its
    parametrised and its bare form alike, since `Batch(items=[1])` is a `Batch[int]` to the type checker and a `Batch`
    at run time.
    """
    if wanted.key in (made.key, made.origin) or (wanted.origin is not None and wanted.origin == made.key):
        return True
    return subclasses and made.is_a(wanted.key)


def bare_events(step: StepNode) -> list[EventType]:
    """The events that start the step one at a time; not those that it gathers in a list."""
    found: list[EventType] = []
    for parameter in step.takes:
        if not parameter.many:
            found += parameter.events
    return found


def takes_everything(step: StepNode, event: EventType) -> bool:
    """Whether the step takes all events there are: `ev: Event` with `accept_event_subclasses=True`."""
    return step.takes_subclasses and event.key == EVENT


class Made:
    """That a step makes an event: by its return annotation or by `ctx.send_event`."""

    __slots__ = ("event", "how", "many", "step")

    def __init__(self, step: StepNode, event: EventType, how: Literal["returns", "sends"], many: bool = False) -> None:
        self.step = step
        self.event = event
        self.how = how
        self.many = many


class Connections:
    """The graph's events, looked up by class from either end: what `makers` and `takers` find is what `routes` says.

    Forgotten steps count as steps here: they are reported once, as forgotten, and not again for what follows from it.

    `starts` are the events at which a run may begin, each with the step that takes it; `may_stop` says that a step
    returns a StopEvent, `waits_for_several` that one takes a list, joins events, or collects them. `states` are the
    states that are named, each with the steps that name it one after the other, "" standing for the class itself.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.steps = graph.steps
        if graph.lookalikes and "forgotten-step" not in graph.skip:
            self.steps += tuple(lookalike.step for lookalike in graph.lookalikes)
        self.handlers: list[StepNode] = []
        self.states: list[tuple[StateType, list[str]]] = []
        self.starts: list[tuple[StepNode, EventType]] = []
        self.made: list[Made] = []
        self.sends_unknown = self.waits_unknown = self.waits_for_several = self.may_stop = False
        self._makers: dict[str, list[Made]] = {}
        self._takers: dict[str, list[str]] = {}
        self._takers_of_forms: dict[str, list[str]] = {}  # by the class of which the event wanted is a form
        self._broad: list[tuple[EventType, StepNode]] = []
        if graph.state is not None:
            self.states.append((graph.state, [""]))
        for step in self.steps:
            self._index(step)

    def _index(self, step: StepNode) -> None:
        self.may_stop = self.may_stop or step.may_stop
        for event, many in step.returns:
            self._note_made(Made(step, event, "returns", many))
            if event.is_a(STOP):
                self.may_stop = True
        for event in step.sends:
            self._note_made(Made(step, event, "sends"))
        for parameter in step.takes:
            for event in parameter.events:
                self._note_taken(step, event)
                if not parameter.many and (event.is_a(START) or takes_everything(step, event)):
                    self.starts.append((step, event))
        for event in step.waits:
            self._note_taken(step, event)
        if step.handler is not None:
            self.handlers.append(step)
        if step.sends_unknown:
            self.sends_unknown = True
        if step.waits_unknown:
            self.waits_unknown = True
        if step.collects or len(step.takes) > 1 or (step.takes and step.takes[0].many):
            self.waits_for_several = True
        state = step.state
        if state is not None:
            if not self.states or self.states[-1][0] is not state:
                self.states.append((state, []))
            self.states[-1][1].append(step.name)

    def _note_made(self, made: Made) -> None:
        self.made.append(made)
        key, origin = made.event.key, made.event.origin
        self._makers.setdefault(key, []).append(made)
        if origin is not None and origin != key:
            self._makers.setdefault(origin, []).append(made)

    def _note_taken(self, step: StepNode, wanted: EventType) -> None:
        self._takers.setdefault(wanted.key, []).append(step.name)
        if wanted.origin is not None:
            self._takers_of_forms.setdefault(wanted.origin, []).append(step.name)
        if step.takes_subclasses:
            self._broad.append((wanted, step))

    def makers(self, wanted: EventType, subclasses: bool = False) -> Sequence[Made]:
        """Everything made that goes to a parameter asking for `wanted`."""
        if subclasses:
            return [made for made in self.made if routes(made.event, wanted, True)]
        found = self._makers.get(wanted.key, ())
        if wanted.origin is not None:
            return [*found, *(m for m in self._makers.get(wanted.origin, ()) if m.event.key == wanted.origin)]
        return found

    def takers(self, made: EventType) -> Sequence[str]:
        """The names of the steps that take or await what is made as `made`: those to which it `routes`."""
        found: Sequence[str] = self._takers.get(made.key, ())
        if made.origin is not None:
            found = [*found, *self._takers.get(made.origin, ())]
        if self._takers_of_forms:
            found = [*found, *self._takers_of_forms.get(made.key, ())]
        if self._broad:
            found = [*found, *[step.name for wanted, step in self._broad if routes(made, wanted, True)]]
        return found

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
