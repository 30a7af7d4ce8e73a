"""The events of a run that no step took, for the error of one that cannot go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedflow.events import Event

__all__ = ["KINDS", "Untaken", "maker_of"]

KINDS = 5
"""How many are told apart. The last are kept, among which is what the run would have gone on with."""


class Untaken:
    """Names and numbers only, of so few that a run without end may add to them for as long as it likes."""

    __slots__ = ("_before", "_counts")

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str | None], int] = {}
        self._before = 0

    def add(self, event: Event, step: str | None) -> None:
        """`event`, which `step` (None: the outside) has made, is taken by no step."""
        kind = type(event).__name__, step
        self._counts[kind] = self._counts.pop(kind, 0) + 1
        if len(self._counts) > KINDS:
            self._before += self._counts.pop(next(iter(self._counts)))

    def lines(self) -> Iterator[str]:
        """What is said of them, in the order in which each was last made."""
        if self._before:
            yield f"{self._before} other{'s' if self._before > 1 else ''} before"
        for (name, step), count in self._counts.items():
            yield f"'{name}', made by {maker_of(step)}" + (f" ({count} times)" if count > 1 else "")


def maker_of(step: str | None) -> str:
    """Who made an event: a step, or whoever sent it into the run."""
    return f"step '{step}'" if step else "the outside"
