"""unreachable-step, no-exit: a way in from the start, and a way out to a StopEvent.

One cause, one report: of steps that keep each other out of reach, or in a circle, the first by name is reported and
names the others; what only follows from a problem that another rule reports (an event that nobody makes) is not
reported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.connections import Connections, ends_here, is_start_taker
from typedflow.wiring.graph import STOP
from typedflow.wiring.nearest import listed
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typedflow.wiring.graph import EventType, Parameter, StepNode

__all__ = ["no_exit", "unreachable_step"]


def unreachable_step(connections: Connections) -> Iterator[Problem]:
    """A step whose events are made only by steps that are themselves never reached."""
    if not any(is_start_taker(step) for step in connections.steps):  # no-start has said so
        return
    reached = reached_steps(connections)
    lost = {step.name: step for step in connections.steps if step.name not in reached}
    needs = {name: {m.name for m in _makers(connections, step, reached)} & lost.keys() for name, step in lost.items()}
    for group in _closed_groups(needs):
        step = lost[group[0]]
        event = next(
            event
            for parameter in step.takes
            for event in parameter.events
            if step.handler or not _is_supplied(connections, step, parameter, reached)
        )
        others = [name for name in group if name != step.name]
        if others:
            why = f"its events are made only by steps that wait for it in turn ({listed(others)})"
        else:
            why = f"'{event.name}' is made only by the step itself"
        if step.handler is not None:
            why = "none of the steps that it covers is ever reached"
        yield Problem(
            "unreachable-step",
            f"Step '{step.name}' can never be reached from the start: {why}.",
            f"Let a step that is reached from the start make '{event.name}'."
            if step.handler is None
            else "Let it cover a step that is reached from the start.",
            step=step.name,
            event=event.name,
            part="parameter",
        )


def reached_steps(connections: Connections) -> set[str]:
    """The names of the steps that a run may come to, an event that nobody makes being no obstacle."""
    reached: set[str] = set()
    grown = True
    while grown:
        grown = False
        anything = any(step.sends_unknown for step in connections.steps if step.name in reached)
        for step in connections.steps:
            if step.name not in reached and (anything or _is_reached(connections, step, reached)):
                reached.add(step.name)
                grown = True
    return reached


def _is_reached(connections: Connections, step: StepNode, reached: set[str]) -> bool:
    if "unreachable-step" in step.skip:
        return True
    if step.handler is not None:
        covered = connections.covered(step)
        return not covered or any(one.name in reached for one in covered)
    return all(_is_supplied(connections, step, parameter, reached) for parameter in step.takes)


def _is_supplied(connections: Connections, step: StepNode, parameter: Parameter, reached: set[str]) -> bool:
    for event in parameter.events:
        if event.is_a(STOP) or connections.comes_from_outside(step, event):
            return True
        makers = connections.makers(event, step.takes_subclasses)
        if not makers or any(made.step.name in reached for made in makers):
            return True
    return False


def _makers(connections: Connections, step: StepNode, reached: set[str]) -> Iterator[StepNode]:
    """The steps that an unreached step depends on: who makes what it lacks, or whose failures it handles."""
    if step.handler is not None:
        yield from connections.covered(step)
        return
    for parameter in step.takes:
        if _is_supplied(connections, step, parameter, reached):
            continue
        for event in parameter.events:
            for made in connections.makers(event, step.takes_subclasses):
                yield made.step


def no_exit(connections: Connections) -> Iterator[Problem]:
    """Steps that hand their events round in a circle which nothing leaves.

    A way out is a StopEvent, a question to the world outside, a step that may return nothing (a branch may end where
    it has nothing to add) and a failure that a `@catch_error` step takes. What cannot be told counts as one.
    """
    if not any(produced.event.is_a(STOP) for step in connections.steps for produced in step.returns):
        return  # no-stop has said so
    caught = _without_way_out(connections)
    if not caught:
        return
    reached = reached_steps(connections)
    caught = {name: following for name, following in caught.items() if name in reached}
    for group in _closed_groups(caught):
        circle = (
            f"steps {listed(group)} only hand events to each other" if group[1:] else "it only hands events to itself"
        )
        yield Problem(
            "no-exit",
            f"No way leads from step '{group[0]}' to a StopEvent: {circle}.",
            "Let one of them also return a StopEvent, or an event that leads to one."
            if group[1:]
            else "Let it also return a StopEvent, or an event that leads to one.",
            step=group[0],
            part="return",
        )


def _without_way_out(connections: Connections) -> dict[str, set[str]]:
    """The steps from which nothing leads out, each with those that its events go to."""
    out = {step.name for step in connections.steps if _leaves(connections, step)}
    onward = {step.name: _onward(connections, step) for step in connections.steps if step.name not in out}
    grown = True
    while grown:
        grown = False
        for name in reversed(onward):  # most workflows are written from their start to their end
            if name not in out and not onward[name].isdisjoint(out):
                out.add(name)
                grown = True
    return {name: following for name, following in onward.items() if name not in out}


def _leaves(connections: Connections, step: StepNode) -> bool:
    made = [*((produced.event) for produced in step.returns), *step.sends]
    return (
        not made
        or step.may_return_none
        or step.sends_unknown
        or "no-exit" in step.skip
        or any(ends_here(event) or not connections.takers(event) for event in made)
    )


def _onward(connections: Connections, step: StepNode) -> set[str]:
    following = {taker.name for made in _events(step) for taker in connections.takers(made)}
    if step.handler is None:
        following |= {handler.name for handler in connections.handlers_of(step)}
    return following


def _events(step: StepNode) -> Iterable[EventType]:
    return (*(produced.event for produced in step.returns), *step.sends)


def _closed_groups(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of names that lead to each other and to nothing else, each sorted, ordered by their first name.

    What leads into such a group from outside is a consequence of it and is left out.
    """
    leads_to = {name: _closure(name, edges) for name in edges}
    groups = {
        tuple(sorted({name} | leads_to[name]))
        for name in edges
        if all(name in leads_to[other] for other in leads_to[name] if other != name)
    }
    return [list(group) for group in sorted(groups)]


def _closure(name: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        for following in edges.get(todo.pop(), ()):
            if following not in found and following in edges:
                found.add(following)
                todo.append(following)
    return found
