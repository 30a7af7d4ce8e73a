"""Who waits for what, and what went nowhere: the sentences in the error of a run that can make no progress."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedflow.engine.books import Books
    from typedflow.engine.plan import StepPlan
    from typedflow.engine.untaken import Untaken
    from typedflow.events import Event

__all__ = ["stalled", "waiting_join"]


def stalled(books: Books, name: str, untaken: Untaken | None = None) -> str:
    """The whole text: that nothing is left to do, what each unfinished part waits for, and which events no step took."""
    unfinished = [
        *_listed("still waiting", _waiting(books)),
        *_listed("taken by no step", untaken.lines() if untaken is not None else ()),
    ]
    return (
        f"{name} cannot go on: no step is running, no event is queued, and no step has returned a StopEvent"
        + ("; " + "\n  ".join(unfinished) if unfinished else "")
        + "\n    Return a StopEvent, or an event that a step takes, on every path; "
        + "await background work inside the step that started it."
    )


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines under their title, as one text; nothing where there are none."""
    items = "".join(f"\n  - {line}" for line in lines)
    if items:
        yield f"{title}:{items}"


def _waiting(books: Books) -> Iterator[str]:
    for step, slots in books.joined.items():
        yield from waiting_join(step, slots)
    for (step_name, _), held in books.collected.items():
        names = ", ".join(type(event).__name__ for event in held)
        yield f"step '{step_name}' has collected {names} and waits for more (ctx.collect_events)"
    for step in books.plan.steps:
        if step.index in books.backlog:
            yield f"step '{step.name}' has events queued but no free worker"


def waiting_join(step: StepPlan, slots: Sequence[Collection[Event]]) -> Iterator[str]:
    """What a step with several event parameters has, and what it lacks; nothing where it has all or none."""
    if any(slots) and not all(slots):
        pairs = list(zip(step.event_names, step.slots, slots, strict=True))
        have = ", ".join(f"'{name}'" for name, _, slot in pairs if slot)
        lack = ", ".join(
            f"'{name}' ({' or '.join(k.__name__ for k in kinds)})" for name, kinds, slot in pairs if not slot
        )
        yield f"step '{step.name}' has {have} and waits for {lack}"
