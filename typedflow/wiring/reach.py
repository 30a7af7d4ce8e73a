"""unreachable-step: a way in from the start.

One cause, one report: of steps that keep each other out of reach the first by name is reported and names the others;
what only follows from a problem that another rule reports (an event that nobody makes) is not reported here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from typedflow.wiring.connections import Connections, Made
from typedflow.wiring.graph import STOP
from typedflow.wiring.nearest import listed
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from typedflow.wiring.graph import Parameter, StepNode

__all__ = ["closed_groups", "is_supplied", "reached_steps", "unreachable_step"]

NOTHING_CHOSEN: Mapping[str, str] = MappingProxyType({})


def unreachable_step(connections: Connections) -> Iterator[Problem]:
    """A step whose events are made only by steps that are themselves never reached."""
    if not connections.starts:  # no-start has said so
        return
    reached = reached_steps(connections)
    if len(reached) == len(connections.steps):
        return
    lost = {step.name: step for step in connections.steps if step.name not in reached}
    needs = {name: {m.name for m in _makers(connections, step, reached)} & lost.keys() for name, step in lost.items()}
    for group in closed_groups(needs):
        step = lost[group[0]]
        event = next(
            event
            for parameter in step.takes
            for event in parameter.events
            if step.handler or not is_supplied(connections, step, parameter, reached)
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


def reached_steps(connections: Connections, chosen: Mapping[str, str] = NOTHING_CHOSEN) -> set[str]:
    """The names of the steps that a run may come to, an event that nobody makes being no obstacle.

    `chosen` says of steps which of their alternatives they return: the key of an event, or "list".
    """
    reached: set[str] = set()
    known = -1
    while known < len(reached) < len(connections.steps):
        known = len(reached)
        anything = connections.sends_unknown and any(
            step.sends_unknown for step in connections.steps if step.name in reached
        )
        for step in connections.steps:
            if step.name not in reached and (anything or _is_reached(connections, step, reached, chosen)):
                reached.add(step.name)
    return reached


def _is_reached(connections: Connections, step: StepNode, reached: set[str], chosen: Mapping[str, str]) -> bool:
    if "unreachable-step" in step.skip:
        return True
    if step.handler is not None:
        covered = connections.covered(step)
        return not covered or any(one.name in reached for one in covered)
    return _lacking(connections, step, reached, chosen) is None


def _lacking(
    connections: Connections, step: StepNode, reached: set[str], chosen: Mapping[str, str]
) -> Parameter | None:
    """The first parameter for which a run that comes to those steps never has an event."""
    for parameter in step.takes:
        if not is_supplied(connections, step, parameter, reached, chosen):
            return parameter
    return None


def is_supplied(
    connections: Connections,
    step: StepNode,
    parameter: Parameter,
    reached: set[str],
    chosen: Mapping[str, str] = NOTHING_CHOSEN,
) -> bool:
    """Whether a run that comes to those steps may have an event for the parameter."""
    for event in parameter.events:
        makers = connections.makers(event, step.takes_subclasses)
        if not makers:
            return True
        for made in makers:
            if made.step.name in reached and (not chosen or _is_chosen(made, chosen)):
                return True
        if event.is_a(STOP) or connections.comes_from_outside(step, event):
            return True
    return False


def _is_chosen(made: Made, chosen: Mapping[str, str]) -> bool:
    alternative = chosen.get(made.step.name)
    return alternative is None or made.how == "sends" or alternative == ("list" if made.many else made.event.key)


def _makers(connections: Connections, step: StepNode, reached: set[str]) -> Iterator[StepNode]:
    """The steps that an unreached step depends on: who makes what it lacks, or whose failures it handles."""
    if step.handler is not None:
        yield from connections.covered(step)
        return
    for parameter in step.takes:
        if is_supplied(connections, step, parameter, reached):
            continue
        for event in parameter.events:
            for made in connections.makers(event, step.takes_subclasses):
                yield made.step


def closed_groups(edges: Mapping[str, Collection[str]]) -> list[list[str]]:
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


def _closure(name: str, edges: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        for following in edges.get(todo.pop(), ()):
            if following not in found and following in edges:
                found.add(following)
                todo.append(following)
    return found
