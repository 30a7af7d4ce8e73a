"""no-exit: a way out to a StopEvent.

One cause, one report: of steps in a circle the first by name is reported and names the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.connections import Connections, bare_events, ends_here, takes_everything
from typedflow.wiring.graph import HUMAN_RESPONSE, START
from typedflow.wiring.nearest import listed
from typedflow.wiring.problem import Problem
from typedflow.wiring.reach import closed_groups, reached_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from typedflow.wiring.graph import EventType, StepNode

__all__ = ["no_exit"]


def no_exit(connections: Connections) -> Iterator[Problem]:
    """Steps that hand their events round in a circle which nothing leaves.

    A way out is a StopEvent, a question to the world outside, and a failure that a `@catch_error` step takes; what cannot
    be told counts as one. So does a step that may return nothing, since a branch may end where it has nothing to add, but
    not where the branch is all there is: the run could only stall.
    """
    if not connections.may_stop:
        return  # no-stop has said so
    onward = {step.name: _onward(connections, step) for step in connections.steps}
    alive = _leading_to(_leaves, connections, onward)
    if len(alive) == len(connections.steps):
        return
    reached = reached_steps(connections)
    caught = _without(_leading_to(_may_end, connections, onward), onward)
    groups = closed_groups({name: following for name, following in caught.items() if name in reached})
    for group in groups:
        yield _problem(group, "only hand events to each other" if group[1:] else "only hands events to itself")
    for group in _stalling(connections, onward, alive, reached):
        if group not in groups:
            yield _problem(
                group,
                "only hand events to each other or return None, and nothing else is under way then"
                if group[1:]
                else "only hands events to itself or returns None, and nothing else is under way then",
            )


def _problem(group: list[str], circle: str) -> Problem:
    return Problem(
        "no-exit",
        f"No way leads from step '{group[0]}' to a StopEvent: "
        + (f"steps {listed(group)} {circle}." if group[1:] else f"it {circle}."),
        "Let one of them also return a StopEvent, or an event that leads to one."
        if group[1:]
        else "Let it also return a StopEvent, or an event that leads to one.",
        step=group[0],
        part="return",
    )


def _leading_to(
    is_end: Callable[[Connections, StepNode], bool], connections: Connections, onward: Mapping[str, Sequence[str]]
) -> set[str]:
    """The steps of which that is said, and all that lead to them."""
    found: set[str] = set()
    known = -1
    while known < len(found) < len(connections.steps):
        known = len(found)
        for step in reversed(connections.steps):  # most workflows are written from their start to their end
            name = step.name
            if name not in found and (not found.isdisjoint(onward[name]) or is_end(connections, step)):
                found.add(name)
    return found


def _without(names: set[str], onward: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {name: following for name, following in onward.items() if name not in names}


def _may_end(connections: Connections, step: StepNode) -> bool:
    return step.may_return_none or not _made(step) or _leaves(connections, step)


def _leaves(connections: Connections, step: StepNode) -> bool:
    """Whether the step itself is a way out, or nobody can tell."""
    return (
        step.sends_unknown
        or "no-exit" in step.skip
        or any(ends_here(event) or not connections.takers(event) for event in _made(step))
    )


def _onward(connections: Connections, step: StepNode) -> Sequence[str]:
    """The names of the steps that take what the step makes, or its failure; some more than once."""
    following: list[str] = []
    for event, _ in step.returns:
        following += connections.takers(event)
    for event in step.sends:
        following += connections.takers(event)
    if connections.handlers and step.handler is None:
        following += [handler.name for handler in connections.handlers_of(step)]
    return following


def _made(step: StepNode) -> list[EventType]:
    return [*[event for event, _ in step.returns], *step.sends]


# -- circles that may end with nothing -------------------------------------------------------------------------------------


def _stalling(
    connections: Connections, onward: Mapping[str, Sequence[str]], alive: set[str], reached: set[str]
) -> list[list[str]]:
    """Circles without a StopEvent that are all that is under way once they are entered, so that a run never gets one.

    Steps that make nothing at all are not meant: they may be there to raise.
    """
    if not _goes_in_single_file(connections, alive, reached):
        return []
    lost = {name: following for name, following in _without(alive, onward).items() if name in reached}
    entered = _entered(connections, alive, reached)
    grown = True
    while grown:
        more = {following for name in entered for following in lost.get(name, ())} - entered
        grown = bool(more)
        entered |= more
    circles = [group for group in closed_groups(lost) if entered & set(group)]
    return [group for group in circles if group[1:] or group[0] in onward[group[0]]]


def _goes_in_single_file(connections: Connections, alive: set[str], reached: set[str]) -> bool:
    """Whether at most one thing that may lead to a StopEvent is ever under way in a run.

    It is not where a step sends such an event or returns a list of it, where two such steps take one event, and where
    something may come from outside.
    """
    if connections.sends_unknown or connections.waits_unknown:
        return False
    steps = [step for step in connections.steps if step.name in reached]
    if any(step.waits or any(_is_from_outside(step, event) for event in bare_events(step)) for step in steps):
        return False
    if any(not alive.isdisjoint(connections.takers(event)) for step in steps for event in step.sends):
        return False
    for step in steps:
        for made in step.returns:
            takers = alive.intersection(connections.takers(made.event))
            if len(takers) > 1 or (made.many and (takers or ends_here(made.event))):
                return False
    return sum(step.name in alive for step in steps if _begins(step)) < 2


def _is_from_outside(step: StepNode, event: EventType) -> bool:
    return (
        event.is_a(HUMAN_RESPONSE)
        or (step.takes_subclasses and event.key == HUMAN_RESPONSE)
        or takes_everything(step, event)
    )


def _begins(step: StepNode) -> bool:
    return any(event.is_a(START) for event in bare_events(step))


def _entered(connections: Connections, alive: set[str], reached: set[str]) -> set[str]:
    """The steps without a way out to which a run may come with all that it has."""
    steps = [step for step in connections.steps if step.name in reached]
    found: set[str] = set()
    beginning = {step.name for step in steps if _begins(step)}
    if not beginning & alive:
        found |= beginning
    for step in steps:
        for made in step.returns if step.name in alive else ():
            takers = connections.takers(made.event)
            if alive.isdisjoint(takers):
                found.update(takers)
    return found
