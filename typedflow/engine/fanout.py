"""A fan-out: the events of one returned list, and everything that comes of them, until the last has been dealt with."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from typedflow.events import Event

if TYPE_CHECKING:
    from typedflow.engine.invocation import Invocation
    from typedflow.engine.plan import StepPlan

__all__ = ["FanOut"]


class FanOut:
    """The scope of one returned list.

    `members` are the invocations still to be settled in it (queued, running, waiting, retrying), `nested` the open
    fan-outs within it, in the order in which they came; `delivering` holds it open until its last element is delivered.
    When it is settled, the fan-ins of its producer fire with what `arrived`, and what they return belongs to `parent`.
    `cut` says that a fan-in had enough and the rest was cancelled, here or in a fan-out around this one.
    """

    __slots__ = (
        "arrived",
        "cut",
        "delivering",
        "fired",
        "id",
        "joined",
        "members",
        "nested",
        "parent",
        "producer",
        "recoveries",
    )

    def __init__(self, id: int, producer: StepPlan, parent: FanOut | None, recoveries: dict[str, int] | None) -> None:
        self.id = id
        self.producer = producer
        self.parent = parent
        self.recoveries = recoveries
        self.members: dict[Invocation, None] = {}
        self.nested: dict[FanOut, None] = {}
        self.delivering = False
        self.cut = False
        self.arrived: dict[StepPlan, list[Event]] = {}
        self.fired: set[StepPlan] = set()
        self.joined: dict[StepPlan, list[deque[Event]]] = {}
        if parent is not None:
            parent.nested[self] = None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do in it."""
        return not (self.members or self.nested or self.delivering)

    def bound_to(self, collector: StepPlan) -> FanOut | None:
        """This fan-out, or the nearest around it, whose events `collector` gathers."""
        scope: FanOut | None = self
        while scope is not None and collector not in scope.producer.collectors:
            scope = scope.parent
        return scope

    def still_open(self) -> FanOut | None:
        """This fan-out, or the nearest around it, that is not over."""
        scope: FanOut | None = self
        while scope is not None and scope.settled:
            scope = scope.parent
        return scope

    def with_nested(self) -> list[FanOut]:
        """This fan-out and all that are open within it, each before those nested in it."""
        found = [self]
        for scope in found:
            found.extend(scope.nested)
        return found
