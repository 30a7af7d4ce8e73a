"""What no run makes together: a step that runs once returns one of its events, and never the others.

async def begin(self, ev: Begin) -> Paid | Packed: ...
async def ship(self, paid: Paid, packed: Packed) -> StopEvent: ...   # waits for the other for ever
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from typedflow.wiring.graph import START
from typedflow.wiring.reach import is_supplied, reached_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typedflow.wiring.connections import Connections
    from typedflow.wiring.graph import StepNode

__all__ = ["never_met", "runs_once"]

LIST = "list"
"""The alternative of a returned list, whatever is in it."""

MOST = 256
"""How many ways through the alternatives are looked at; where there are more, nothing is said."""


def never_met(connections: Connections) -> dict[str, str]:
    """Joins whose events are each made in some runs but together in none -> the step whose alternatives keep them apart."""
    joins = [step for step in connections.steps if _joins(step)]
    if not joins or connections.sends_unknown:
        return {}
    reached = reached_steps(connections)
    choices = {
        step.name: alternatives
        for step in connections.steps
        if step.name in reached and runs_once(connections, step) and len(alternatives := _alternatives(step)) > 1
    }
    missed = {step.name for step in joins if step.name in reached}
    supplied: dict[str, set[str]] = {name: set() for name in missed}
    for chosen in _ways(choices):
        now = reached_steps(connections, chosen)
        missed -= now
        for step in joins:
            if step.name in missed:
                supplied[step.name] |= {
                    one.name for one in step.takes if is_supplied(connections, step, one, now, chosen)
                }
    return {
        step.name: culprit
        for step in joins
        if step.name in missed
        and len(supplied[step.name]) == len(step.takes)
        and (culprit := _culprit(connections, step, choices)) is not None
    }


def runs_once(connections: Connections, step: StepNode) -> bool:
    """Whether the step is surely called but once in a run: it takes the start, or what one such step returns."""
    return _runs_once(connections, step, frozenset())


def _runs_once(connections: Connections, step: StepNode, following: frozenset[str]) -> bool:
    if step.name in following or step.handler is not None or len(step.takes) != 1 or step.takes[0].many:
        return False
    makers = {}
    for event in step.takes[0].events:
        made = connections.makers(event, step.takes_subclasses)
        if any(one.many or one.how == "sends" for one in made):
            return False
        makers.update({one.step.name: one.step for one in made})
        if connections.comes_from_outside(step, event) and (made or not event.is_a(START)):
            return False
    following |= {step.name}
    starts = any(event.is_a(START) for event in step.takes[0].events)
    return len(makers) + starts == 1 and all(_runs_once(connections, one, following) for one in makers.values())


def _joins(step: StepNode) -> bool:
    return len(step.takes) > 1 and step.handler is None and not any(parameter.many for parameter in step.takes)


def _alternatives(step: StepNode) -> tuple[str, ...]:
    return tuple(dict.fromkeys(LIST if made.many else made.event.key for made in step.returns))


def _ways(choices: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    count = 1
    for alternatives in choices.values():
        count *= len(alternatives)
    if count > MOST:
        yield {}  # all of them at once
        return
    for taken in product(*choices.values()):
        yield dict(zip(choices, taken, strict=True))


def _culprit(connections: Connections, join: StepNode, choices: Mapping[str, tuple[str, ...]]) -> str | None:
    """A step without whose alternatives the join would meet."""
    for name in sorted(choices):
        others = {other: alternatives for other, alternatives in choices.items() if other != name}
        if any(join.name in reached_steps(connections, chosen) for chosen in _ways(others)):
            return name
    return None
