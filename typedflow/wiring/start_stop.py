"""no-start, no-stop, start-types: a run must be able to begin, to end, and to know what it begins with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from typedflow.wiring.connections import Connections, bare_events
from typedflow.wiring.graph import START, EventType
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["no_start", "no_stop", "start_types"]


def no_start(connections: Connections) -> Iterator[Problem]:
    """No step takes a StartEvent. A step of which it cannot be told what it takes may be the one."""
    name = connections.graph.name
    if not connections.steps:
        yield Problem(
            "no-start",
            f"Workflow '{name}' has no steps.",
            "Mark its methods with @step; if subclasses or functions in other modules complete it, "
            f"say class {name}(Workflow, open_steps=True).",
        )
    elif not connections.starts and all(step.takes for step in connections.steps):
        yield Problem(
            "no-start",
            f"No step of workflow '{name}' takes a StartEvent, so a run could not begin.",
            _start_hint(connections),
        )


def _start_hint(connections: Connections) -> str:
    for step in connections.steps:
        for event in bare_events(step):
            if not connections.makers(event, step.takes_subclasses) and not connections.comes_from_outside(step, event):
                return (
                    f"Let the first step take StartEvent or a subclass of it; if the run begins at step '{step.name}', "
                    f"derive '{event.name}' from StartEvent."
                )
    return "Let the first step take StartEvent or a subclass of it."


def no_stop(connections: Connections) -> Iterator[Problem]:
    """No step returns a StopEvent."""
    if not connections.steps:  # no-start has said so
        return
    if not connections.may_stop:
        yield Problem(
            "no-stop",
            f"No step of workflow '{connections.graph.name}' returns a StopEvent, so a run could not end.",
            "Let the last step return StopEvent, StopEvent[T] or a subclass of it.",
        )


def start_types(connections: Connections) -> Iterator[Problem]:
    """Steps take start events of which neither derives from the other.

    Judged against the start event that most steps take, so that the odd one is reported whatever the order.
    """
    starts = [(step, event) for step, event in connections.starts if event.is_a(START)]
    if len(starts) < 2:
        return
    count = Counter(event.key for _, event in starts)
    usual_step, usual = min(starts, key=lambda start: (-count[start[1].key], start[1].key, start[0].name))
    for step, event in starts:
        if not _related(event, usual):
            same = step.name == usual_step.name
            yield Problem(
                "start-types",
                f"Step '{step.name}' takes the start events '{event.name}' and '{usual.name}', "
                "and neither derives from the other."
                if same
                else f"Step '{step.name}' takes the start event '{event.name}', but step '{usual_step.name}' takes "
                f"'{usual.name}', and neither derives from the other.",
                "Use one start event for the whole workflow, with a field for what differs.",
                step=step.name,
                event=event.name,
                part="parameter",
            )


def _related(one: EventType, other: EventType) -> bool:
    return one.is_a(other.key) or other.is_a(one.key) or (one.origin is not None and one.origin == other.origin)
