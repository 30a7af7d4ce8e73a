"""One settlement: what a commit has found out so far, shared by everything that takes part in it.

To settle a value is to answer what the committed state is to hold at its place: the value that stands there already,
where nothing really changed; else a draft that is valid and can be frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any

from pydantic import ValidationError

from typedflow.errors import StateProblem, StateValidationError
from typedflow.state.draft.registry import FREEZE, DraftHost
from typedflow.state.origin import current_origin

__all__ = ["MISSING", "Hint", "Loc", "Offset", "Settlement", "findings"]

MISSING: Any = type("Missing", (), {"__slots__": (), "__repr__": lambda self: "<missing>"})()

Loc = Any  # (parent Loc, key), or () for the state itself: a linked path, spelt out only where there is a problem
Hint = tuple[Any, Any]
"""Of a container that changed: its base, and where it changed (for a list: prefix, suffix and places; for a dict:
keys).
"""


class Settlement:
    """The bookkeeping of one commit."""

    __slots__ = ("copies", "cyclic", "fresh", "hints", "problems", "results", "scope", "stack", "valid")

    def __init__(self, scope: DraftHost) -> None:
        self.scope = scope
        self.problems: list[StateProblem] = []
        self.cyclic = False
        self.fresh: list[Any] = []  # drafts that are to be frozen
        self.results: dict[int, Any] = {}  # what a draft was settled to, by its id: see settle_model and place.py
        self.stack: set[int] = set()  # ids of what is being settled: meeting one of them again is a cycle
        self.valid: dict[int, dict[int, Any]] = {}  # id of a list draft -> its scalars that have been validated, by id
        self.copies: dict[int, Any] = {}  # values of other classes that were copied for this commit, by id
        self.hints: dict[int, Hint] = {}

    def problem(self, loc: Loc, value: object, reason: str, kind: str) -> None:
        origin = current_origin.get()
        path = ".".join(map(str, _spell(loc)))
        self.problems.append(StateProblem(path, value, reason, kind, origin.step if origin else None))

    def reject(self, loc: Loc, error: ValidationError) -> None:
        """Take over what pydantic found, under the path of the place."""
        for found in error.errors(include_url=False, include_context=False):
            inner = loc
            for key in found["loc"]:
                inner = (inner, key)
            self.problem(inner, found["input"], found["msg"], found["type"])

    def cycle(self, loc: Loc, value: object) -> None:
        self.cyclic = True
        reason = "the value contains itself; a state is a tree, so hold an id or a path here instead"
        self.problem(loc, value.__class__.__name__, reason, "cycle")

    def raise_problems(self) -> None:
        if self.problems:
            raise StateValidationError(_text(self.problems), self.problems)

    def freeze(self) -> None:
        """Make every changed draft the committed value. Nothing below raises, so a state is never half frozen."""
        table = FREEZE
        for draft in self.fresh:
            freeze = table.get(type(draft))
            if freeze is not None:  # None: settled twice, frozen once
                freeze(draft)


class Offset:
    """In a path: what is to be added to the index that follows, of an element of a chunk."""

    __slots__ = ("_start",)

    def __init__(self, start: Callable[[], int]) -> None:
        self._start = start

    def __call__(self) -> int:
        return self._start()


def _spell(loc: Loc) -> list[Any]:
    keys: list[Any] = []
    while loc:
        loc, key = loc
        if isinstance(key, Offset):
            keys[-1] += key()
        else:
            keys.append(key)
    keys.reverse()
    return keys


def _shown(value: object) -> str:
    """A value in an error message: short, whatever its size."""
    if isinstance(value, Sized) and not isinstance(value, str | bytes) and len(value) > 20:
        return f"a {value.__class__.__name__} of {len(value)} elements"
    try:
        text = repr(value)
    except Exception:
        return f"a {value.__class__.__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."


def _text(problems: Sequence[StateProblem]) -> str:
    lines = findings(problems)
    if len(lines) == 1:
        return f"{lines[0]}; the edit was rejected and the state is unchanged"
    return "\n  ".join([f"{len(lines)} problems; the edit was rejected and the state is unchanged:", *lines])


def findings(problems: Iterable[StateProblem]) -> list[str]:
    """Each problem as a line: where, why, which value, and by which step."""
    lines = []
    for problem in problems:
        place = f"state.{problem.path}" if problem.path else "state"
        by = f" (set by step {problem.step!r})" if problem.step else ""
        lines.append(f"{place}: {problem.reason}, got {_shown(problem.value)}{by}")
    return lines
