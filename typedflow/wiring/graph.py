"""A workflow as the wiring rules see it: plain facts, whoever read them.

The library reads them from live classes, the mypy plugin from mypy's tree; the rules cannot tell the difference. A
type is known by its `key`, the full dotted name (`package.module.Outer.Name`), and shown by its `name`.

They are named tuples: frozen dataclasses take five times as long to declare, in every program that imports the library
and in every run of mypy, and longer to make. Their annotations are no texts (`from __future__ import annotations`), each
of which would be compiled by itself.
"""

from typing import NamedTuple

__all__ = [
    "EVENT",
    "FAILED",
    "HUMAN_RESPONSE",
    "INPUT_REQUIRED",
    "START",
    "STOP",
    "Directed",
    "EventType",
    "Graph",
    "Handler",
    "Lookalike",
    "Parameter",
    "Produced",
    "ResourceUse",
    "StateField",
    "StateType",
    "StepNode",
    "StopResult",
]

EVENT = "typedflow.events.Event"
START = "typedflow.events.StartEvent"
STOP = "typedflow.events.StopEvent"
INPUT_REQUIRED = "typedflow.events.InputRequiredEvent"
HUMAN_RESPONSE = "typedflow.events.HumanResponseEvent"
FAILED = "typedflow.events.StepFailedEvent"


class EventType(NamedTuple):
    """An event class. `bases` are the keys of its event ancestors, nearest first, itself not among them.

    A parametrised generic (`Batch[int]`) is a type of its own whose `origin` is the key of the class.
    """

    name: str
    key: str
    bases: tuple[str, ...] = (EVENT,)
    origin: str | None = None

    def is_a(self, key: str) -> bool:
        """Whether this is the class with that key or derives from it."""
        return key == self.key or key in self.bases or key == self.origin


class Parameter(NamedTuple):
    """An event parameter: `ev: A | B`, or with `many` a fan-in `evs: list[A | B]`, `take` being the n of `Take(n)`."""

    name: str
    events: tuple[EventType, ...]
    many: bool = False
    take: int | None = None


class Produced(NamedTuple):
    """A member of a return annotation: an event, or with `many` the element of a fanned-out `list[...]`."""

    event: EventType
    many: bool = False


class StateField(NamedTuple):
    """A field of a state model.

    `owner` is the key of the class whose body declares it; `unserializable` says why it cannot be saved.
    """

    name: str
    owner: str
    has_default: bool
    excluded: bool = False
    unserializable: str | None = None


class StateType(NamedTuple):
    """The `S` of `Context[S]`. `bases` are the keys of its ancestors, itself not among them; `more_bases` says that there are
    others, which cannot be told.
    """

    name: str
    key: str
    bases: tuple[str, ...] = ()
    is_model: bool = True
    fields: tuple[StateField, ...] = ()
    more_bases: bool = False


class Handler(NamedTuple):
    """What `@catch_error` says of a step: the steps it covers (None: all) and how often it may recover."""

    for_steps: tuple[str, ...] | None
    max_recoveries: int = 1


class ResourceUse(NamedTuple):
    """An injected parameter: the parameter's type, the factory's name and what the factory returns, as they are
    written.

    `fits` is the reader's verdict on whether the one is assignable to the other; None where it cannot tell. `lacks` is a
    parameter of the factory that nothing is injected for.
    """

    parameter: str
    wants: str
    factory: str
    gives: str
    fits: bool | None = None
    lacks: str | None = None


class StopResult(NamedTuple):
    """What a run gives that the step ends by returning `event`.

    `fits` is the reader's verdict on whether that is assignable to the result that the class declares; None where it
    cannot tell, or none is declared.
    """

    event: EventType
    fits: bool | None = None


class Directed(NamedTuple):
    """An event that is sent to the step of that name and to no other; None where the event cannot be told."""

    step: str
    event: EventType | None = None


class StepNode(NamedTuple):
    """A step: what it takes and makes, by its annotations and by what its body shows.

    `sends` are the events that the body hands to `ctx.send_event`, `waits` those it passes to `ctx.wait_for_event`,
    `asks` the waiter events it publishes there, `collects` those it passes to `ctx.collect_events`. `sends_unknown`
    says that it also sends events which cannot be told from the source, `waits_unknown` that it also waits for such;
    the rules that need to know what is made, or what is taken, then wait. `directed` are the events that the body
    sends to a step by its name. `may_return_none` says that None is a member of the return annotation, `may_stop` that
    a StopEvent may be, beside those in `returns`: in the place of something that cannot be told.
    """

    name: str
    takes: tuple[Parameter, ...] = ()
    returns: tuple[Produced, ...] = ()
    may_return_none: bool = False
    may_stop: bool = False
    sends: tuple[EventType, ...] = ()
    sends_unknown: bool = False
    waits: tuple[EventType, ...] = ()
    waits_unknown: bool = False
    asks: tuple[EventType, ...] = ()
    collects: tuple[EventType, ...] = ()
    state: StateType | None = None
    takes_subclasses: bool = False
    handler: Handler | None = None
    resources: tuple[ResourceUse, ...] = ()
    results: tuple[StopResult, ...] = ()
    assigns_self: tuple[str, ...] = ()
    directed: tuple[Directed, ...] = ()
    skip: frozenset[str] = frozenset()


class Lookalike(NamedTuple):
    """A method without `@step` whose signature is that of a step, with the step that it would be.

    `overrides` says that a base class has it as a step. The other rules take the forgotten `@step` as given, so that
    what follows from it is not reported again.
    """

    step: StepNode
    overrides: bool = False


class Graph(NamedTuple):
    """A whole workflow.

    `open` says that subclasses or free-function steps are still to complete it. `state` is the state that the class
    itself names (`Workflow[MyState, int]`), None where it names none; `result` the result that it names, as it is written.
    """

    name: str
    steps: tuple[StepNode, ...] = ()
    open: bool = False
    state: StateType | None = None
    result: str | None = None
    lookalikes: tuple[Lookalike, ...] = ()
    skip: frozenset[str] = frozenset()
