"""collect: whatever waits for several events must be able to get all of them.

Three ways to wait for several: a list parameter (`evs: list[Done]`), several event parameters (a join), and
`ctx.collect_events(ev, [A, B])`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.alternatives import never_met
from typedflow.wiring.connections import Connections, routes
from typedflow.wiring.levels import ANY, TOP, Levels
from typedflow.wiring.nearest import listed, nearest
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.graph import EventType, Parameter, StepNode

__all__ = ["collect"]


def collect(connections: Connections) -> Iterator[Problem]:
    """A fan-in whose element is never fanned out, a join that never meets, a collected event that never comes."""
    if not connections.waits_for_several:
        return
    levels = Levels(connections)
    apart = never_met(connections)
    for step in connections.steps:
        for parameter in step.takes:
            if parameter.many:
                yield from _fan_in(connections, levels, step, parameter)
        if len(step.takes) > 1 and not _gathers(step):
            apart_by_level = list(_join(levels, step))
            yield from apart_by_level
            if step.name in apart and not apart_by_level:
                yield _alternatives_joined(step, apart[step.name])
        for event in dict.fromkeys(step.collects):
            yield from _collected(connections, step, event)


def _gathers(step: StepNode) -> bool:
    return any(parameter.many for parameter in step.takes)


def _fan_in(connections: Connections, levels: Levels, step: StepNode, parameter: Parameter) -> Iterator[Problem]:
    for event in parameter.events:
        makers = connections.makers(event, step.takes_subclasses)
        if not makers and not connections.comes_from_outside(step, event):
            if not connections.sends_unknown:
                guess = nearest(event.name, {made.event.name for made in connections.made})
                yield Problem(
                    "collect",
                    f"Step '{step.name}' collects 'list[{event.name}]', but no step makes '{event.name}'.",
                    f"Did you mean '{guess}'?"
                    if guess
                    else f"Let a step return list[{event.name}], or make it from one of its elements.",
                    step=step.name,
                    event=event.name,
                    part="parameter",
                )
            continue
        outside = sorted(made.step.name for made in makers if TOP in levels.of_made(made))
        if outside or connections.comes_from_outside(step, event):
            where = (
                f"step '{outside[0]}' makes '{event.name}' outside any fan-out"
                if outside
                else "that comes from outside"
            )
            yield Problem(
                "collect",
                f"Step '{step.name}' collects 'list[{event.name}]', but {where}, where no list waits for it.",
                f"Return list[...] from a step to fan out, take '{event.name}' alone, or collect what ctx.send_event "
                "sends with ctx.collect_events.",
                step=step.name,
                event=event.name,
                part="parameter",
            )


def _join(levels: Levels, step: StepNode) -> Iterator[Problem]:
    """Wherever one of the events of a join is made, the others must be made too."""
    at = {parameter.name: levels.of_parameter(step, parameter) for parameter in step.takes}
    if any(not scopes or ANY in scopes for scopes in at.values()):
        return
    for scope in sorted(set.union(*at.values()), reverse=True):
        lacking = [name for name, scopes in at.items() if scope not in scopes]
        if lacking:
            place = "outside any fan-out" if scope == TOP else f"in the fan-out of step '{scope}'"
            made = next(name for name in at if name not in lacking)
            yield Problem(
                "collect",
                f"Step '{step.name}' joins events that do not meet: '{made}' is made {place}, where {listed(lacking)} "
                f"{'are' if lacking[1:] else 'is'} not.",
                "Take them in steps of their own, or fan the inner ones in (list[...]) before the join.",
                step=step.name,
                part="parameter",
                name=step.takes[0].name,
            )
            return


def _alternatives_joined(step: StepNode, culprit: str) -> Problem:
    return Problem(
        "collect",
        f"Step '{step.name}' joins events that do not meet: step '{culprit}' returns one event and not the other, "
        "so that no run makes them all.",
        "Send them with ctx.send_event, make them in steps of their own, or take them one at a time.",
        step=step.name,
        part="parameter",
        name=step.takes[0].name,
    )


def _collected(connections: Connections, step: StepNode, event: EventType) -> Iterator[Problem]:
    """What `ctx.collect_events` waits for must be made, and must come to this very step."""
    taken = [wanted for parameter in step.takes for wanted in parameter.events]
    if any(wanted.key == event.key for wanted in taken):  # where it is not made, unproduced-event says so
        return
    by_base = step.takes_subclasses and any(event.is_a(wanted.key) for wanted in taken)
    if by_base or connections.waits_unknown:
        return
    if any(
        routes(event, wanted) or event.is_a(wanted.key) or wanted.is_a(event.key) for wanted in (*taken, *step.waits)
    ):
        return
    names = listed([wanted.name for wanted in taken])
    made = connections.makers(event)
    guess = nearest(event.name, {wanted.name for wanted in taken})
    if not made and not connections.sends_unknown and not connections.comes_from_outside(step, event):
        message = f"Step '{step.name}' collects '{event.name}', which no step makes."
        hint = (
            f"Did you mean '{guess}'?" if guess else f"Let a step make '{event.name}', and let '{step.name}' take it."
        )
    else:
        message = f"Step '{step.name}' collects '{event.name}' but takes only {names}, so it would never be complete."
        hint = f"Did you mean '{guess}'?" if guess else f"Let '{step.name}' take '{event.name}' too."
    yield Problem("collect", message, hint, step=step.name, event=event.name, part="body")
