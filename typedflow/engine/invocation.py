"""One execution of one step: what is to be run, on which event, in which fan-out, and how often it has failed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from typedflow.events import Event

if TYPE_CHECKING:
    from typedflow.engine.fanout import FanOut
    from typedflow.engine.plan import StepPlan
    from typedflow.engine.waits import Waiter
    from typedflow.engine.worker import Worker

__all__ = ["Invocation", "Payload", "SubRun", "described"]

Payload: TypeAlias = "Event | list[Event] | tuple[Event, ...]"
"""What a step is given: one event, the list of a fan-in, or one event for each parameter of a join."""


class SubRun(Protocol):
    """A run that a step has started; it ends with the step."""

    @property
    def done(self) -> bool: ...
    def cancel(self, why: str) -> None: ...
    async def ended(self) -> None: ...


class Invocation:
    """An invocation of a step, from the moment its event arrives until it is settled.

    `id` counts up within a run and outlives a save; `failures` counts the failed attempts, `first_started` is the
    loop's time of the first one; `recoveries` counts, by handler, how often this line of events was recovered;
    `collected` keeps what `collect_events` answered, buffer by buffer, and `replayed` how much of that a further
    attempt has been given again. `waits` counts the waits of the current attempt, `waiting` holds those that are not
    over; while it is `away` it has left its worker's place. `worker` executes it, from the start of an attempt to its
    end. `dropped` says that it is not wanted any more, `over` that it has ended.
    """

    __slots__ = (
        "away",
        "collected",
        "dropped",
        "failures",
        "first_started",
        "id",
        "last_error",
        "last_failed_at",
        "over",
        "payload",
        "plan",
        "recoveries",
        "replayed",
        "scope",
        "subruns",
        "waiting",
        "waits",
        "worker",
    )

    def __init__(
        self, id: int, plan: StepPlan, payload: Payload, scope: FanOut | None, recoveries: dict[str, int] | None
    ) -> None:
        self.id = id
        self.plan = plan
        self.payload = payload
        self.scope = scope
        self.recoveries = recoveries
        self.failures = 0
        self.first_started = 0.0
        self.last_error: Exception | None = None
        self.last_failed_at: datetime | None = None
        self.collected: list[tuple[str, list[Event] | None]] | None = None
        self.replayed = 0
        self.subruns: set[SubRun] | None = None
        self.worker: Worker | None = None
        self.dropped = False
        self.over = False
        self.away = False
        self.waiting: set[Waiter] | None = None
        self.waits = 0

    @property
    def step(self) -> str:
        """The name of the step."""
        return self.plan.name

    @property
    def event(self) -> Payload:
        """What the step was given."""
        return self.payload

    def __repr__(self) -> str:
        return f"<invocation {self.id} of step '{self.plan.name}' on {described(self.payload)}>"


def described(payload: Payload) -> str:
    """The names of the events in a payload, as an error message says them."""
    if isinstance(payload, Event):
        return type(payload).__name__
    names = ", ".join(type(event).__name__ for event in payload[:3]) + (", ..." if len(payload) > 3 else "")
    return f"[{names}]" if isinstance(payload, list) else f"({names})"
