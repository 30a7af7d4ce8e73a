"""A fan-out: the events of one returned list, and everything that comes of them, until the last has been dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.events import Event

if TYPE_CHECKING:
    from typedflow.engine.plan import StepPlan

__all__ = ["FanOut"]


class FanOut:
    """The scope of one returned list.

    `live` counts what is still to be settled in it: queued, running, waiting and retrying invocations, and fan-outs nested in it. At
    zero the fan-ins of its producer fire with what `arrived`, and what they return belongs to `parent`. `cut` says that a
    fan-in had enough and the rest was cancelled, here or in a fan-out around this one.
    """

    __slots__ = ("arrived", "cut", "fired", "id", "joined", "live", "parent", "producer", "recoveries")

    def __init__(self, id: int, producer: StepPlan, parent: FanOut | None, recoveries: dict[str, int] | None) -> None:
        self.id = id
        self.producer = producer
        self.parent = parent
        self.recoveries = recoveries
        self.live = 0
        self.cut = False
        self.arrived: dict[StepPlan, list[Event]] = {}
        self.fired: set[StepPlan] = set()
        self.joined: dict[StepPlan, list[list[Event]]] = {}

    def bound_to(self, collector: StepPlan) -> FanOut | None:
        """This fan-out, or the nearest around it, whose events `collector` gathers."""
        scope: FanOut | None = self
        while scope is not None and collector not in scope.producer.collectors:
            scope = scope.parent
        return scope

    def within(self, other: FanOut) -> bool:
        """Whether this is `other` or nested in it."""
        scope: FanOut | None = self
        while scope is not None and scope is not other:
            scope = scope.parent
        return scope is not None
