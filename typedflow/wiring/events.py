"""unproduced-event, unhandled-event: whatever is taken must be made, whatever is made must be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.alternatives import runs_once
from typedflow.wiring.connections import Connections, Made, bare_events, ends_here, routes, takes_everything
from typedflow.wiring.graph import EVENT, FAILED, START, STOP, Directed, EventType, StepNode
from typedflow.wiring.nearest import did_you_mean, listed, nearest
from typedflow.wiring.problem import Part, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["unhandled_event", "unproduced_event"]


def unproduced_event(connections: Connections) -> Iterator[Problem]:
    """A step takes, or waits for, an event that no step makes and that does not come from outside.

    What a step gathers in a list is the business of the rule `collect`; a StopEvent taken is that of `step-signature`.
    """
    if connections.sends_unknown:
        return
    for step in connections.steps:
        taken = bare_events(step)
        for event in _once(taken):
            if connections.makers(event, step.takes_subclasses) or connections.comes_from_outside(step, event):
                continue
            if not event.is_a(STOP):
                yield Problem(
                    "unproduced-event",
                    f"Step '{step.name}' takes '{event.name}', which no step makes.",
                    _who_could_make(connections, step, event),
                    step=step.name,
                    event=event.name,
                    part="parameter",
                )
        for event in _once(step.waits):
            if event in taken or not _nobody_else_makes(connections, step, event):
                continue
            if connections.makers(event, step.takes_subclasses):
                why = "it makes only itself, when it is over"
                hint = (
                    "Let another step make it, or derive it from HumanResponseEvent if it comes from outside the run."
                )
            else:
                why, hint = "no step makes", _who_could_make(connections, step, event)
            yield Problem(
                "unproduced-event",
                f"Step '{step.name}' waits for '{event.name}', which {why}.",
                hint,
                step=step.name,
                event=event.name,
                part="body",
            )


def _nobody_else_makes(connections: Connections, step: StepNode, event: EventType) -> bool:
    """For what the step waits for: what it returns itself, when it is over, comes too late, if it runs but once."""
    if connections.comes_from_outside(step, event):
        return False
    makers = connections.makers(event, step.takes_subclasses)
    if any(made.step.name != step.name or made.how == "sends" for made in makers):
        return False
    return not makers or runs_once(connections, step)


def _who_could_make(connections: Connections, step: StepNode, event: EventType) -> str:
    """What to do, from the likeliest slip to the general advice."""
    if event.is_a(FAILED):
        return f"Failures go to steps marked with @catch_error; mark '{step.name}' with it instead of @step."
    subclasses = _distinct(
        made.event for made in connections.made if made.event.is_a(event.key) and not made.event.is_a(STOP)
    )
    if subclasses or event.key == EVENT:
        named = listed([made.name for made in subclasses], "or") or "the events that it is for"
        return f"Take {named}, or mark the step with @step(accept_event_subclasses=True)."
    makers = {made.event.name: made for made in reversed(connections.made)}
    twin = makers.get(event.name)
    if twin is not None:
        return f"Another class of that name is made by step '{twin.step.name}': '{twin.event.key}', not '{event.key}'."
    others = {
        made.event.name: made.step
        for made in reversed(connections.made)
        if made.step.name != step.name and not made.event.is_a(STOP)  # to take what it makes itself would be a loop
    }
    guess = nearest(event.name, others)
    if guess is not None:
        return f"Did you mean '{guess}', which step '{others[guess].name}' makes?"
    return "Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run."


def unhandled_event(connections: Connections) -> Iterator[Problem]:
    """A step makes an event that no step takes, and that neither ends the run nor asks the world outside.

    A StopEvent ends the run where it is returned; sent, it would be taken by nobody.
    """
    reported: set[tuple[str, str]] = set()
    for made in connections.made:
        event = made.event
        stop_is_sent = made.how == "sends" and event.is_a(STOP)
        if not stop_is_sent and (connections.takers(event) or connections.waits_unknown or ends_here(event)):
            continue
        step = made.step
        if (step.name, event.key) in reported:
            continue
        if stop_is_sent:
            message = f"Step '{step.name}' sends '{event.name}', which ends the run only where it is returned."
            hint = f"Return '{event.name}' from the step."
        else:
            message = f"Step '{step.name}' {made.how} '{event.name}', which no step takes."
            hint = _who_could_take(connections, made)
        reported.add((step.name, event.key))
        part: Part = "return" if made.how == "returns" else "body"
        yield Problem("unhandled-event", message, hint, step=step.name, event=event.name, part=part)
    for step in connections.steps:
        for directed in step.directed:
            if directed.event is None or (step.name, directed.event.key) not in reported:
                yield from _wrongly_directed(connections, step, directed)


def _wrongly_directed(connections: Connections, step: StepNode, directed: Directed) -> Iterator[Problem]:
    """An event that is sent to a step that is not there, or that does not take it."""
    names = {one.name: one for one in connections.steps}
    to, event = names.get(directed.step), directed.event
    what = f"'{event.name}'" if event is not None else "an event"
    if to is None:
        why, guess = "which the workflow does not have", did_you_mean(directed.step, names)
        hint = guess[:1].upper() + guess[1:] if guess else f"The steps are {listed(sorted(names))}."
    elif event is None or _takes(to, event):
        return
    else:
        why = f"which takes {listed([one.name for parameter in to.takes for one in parameter.events], 'or')}"
        hint = "Send it without naming a step, or name one that takes it."
    message = f"Step '{step.name}' sends {what} to step '{directed.step}', {why}."
    name = None if event is None else event.name
    yield Problem("unhandled-event", message, hint, step=step.name, event=name, part="body", name=directed.step)


def _takes(step: StepNode, event: EventType) -> bool:
    """Whether the step takes the event, or may; what it waits for is its own business."""
    if step.waits_unknown or step.waits or not step.takes:
        return True
    wanted = [one for parameter in step.takes for one in parameter.events]
    return takes_everything(step, event) or any(routes(event, one, step.takes_subclasses) for one in wanted)


def _who_could_take(connections: Connections, made: Made) -> str:
    event = made.event
    wanted = [(taken, step) for step in connections.steps for taken in bare_events(step)]
    below = _distinct(taken for taken, _ in wanted if taken.is_a(event.key))
    if below or event.key == EVENT:
        named = listed([taken.name for taken in below], "or") or "the events"
        return f"Annotate what is really made ({named}): events go to steps by their class."
    for taken, step in wanted:
        if event.is_a(taken.key):
            return (
                f"Step '{step.name}' takes its base '{taken.name}'; "
                f"with @step(accept_event_subclasses=True) it takes '{event.name}' too."
            )
    takers = {taken.name: (taken, step) for taken, step in reversed(wanted)}
    if event.name in takers:
        taken, step = takers[event.name]
        return f"Another class of that name is taken by step '{step.name}': '{taken.key}', not '{event.key}'."
    others = {
        taken.name: step
        for taken, step in reversed(wanted)
        if step.name != made.step.name and not taken.is_a(START)  # to make what it takes itself would be a loop
    }
    guess = nearest(event.name, others)
    if guess is not None:
        return f"Did you mean '{guess}', which step '{others[guess].name}' takes?"
    return "Add a step that takes it, or do not make it; what is only to be seen goes to ctx.write_event_to_stream."


def _once(events: Sequence[EventType]) -> Iterable[EventType]:
    return {event.key: event for event in events}.values() if len(events) > 1 else events


def _distinct(events: Iterable[EventType]) -> list[EventType]:
    return sorted(_once(list(events)), key=lambda event: event.name)
