"""unproduced-event, where a step waits: the `requirements` of `ctx.wait_for_event` name fields that the event has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.nearest import listed, nearest
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["requirements"]


def requirements(
    event: str, fields: Collection[str], required: Iterable[str], *, open: bool = False
) -> Iterator[Problem]:
    """Names in `requirements` that are no fields of the event: none that comes could meet them. `open` says that the
    event takes any name.

    >>> for problem in requirements("Answer", ["who"], ["whom"]):
    ...     print(problem.message, problem.hint)
    wait_for_event requires 'whom', a field that 'Answer' does not have, so it would never come. Did you mean 'who'?
    """
    for name in () if open else required:
        if name not in fields:
            guess = nearest(name, fields)
            known = f"The fields of '{event}' are {listed(sorted(fields))}." if fields else f"'{event}' has no fields."
            yield Problem(
                "unproduced-event",
                f"wait_for_event requires '{name}', a field that '{event}' does not have, so it would never come.",
                f"Did you mean '{guess}'?" if guess else known,
                event=event,
                part="field",
                name=name,
            )
