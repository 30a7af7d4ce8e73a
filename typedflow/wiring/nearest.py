"""The name that was meant: the one place that decides how near is near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "listed", "nearest"]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, itself aside, or None if none does.

    An `Event` at the end, which names of events have in common, makes none of them like another.

    >>> nearest("cuont", ["name", "count"])
    'count'
    >>> nearest("RetryEvent", ["ReviewEvent", "RetriedEvent"])
    'RetriedEvent'
    """
    from difflib import get_close_matches  # an import that a program without mistakes does not need

    candidates = sorted(set(known) - {name})
    by_core = {_core(candidate): candidate for candidate in reversed(candidates)}
    close = get_close_matches(_core(name), list(by_core), n=1, cutoff=0.6)
    return by_core[close[0]] if close else None


def _core(name: str) -> str:
    return (name.removesuffix("Event") or name).lower()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean 'count'?`, or the empty string if no known name is near."""
    guess = nearest(name, known)
    return f"did you mean '{guess}'?" if guess else ""


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names as a sentence has them.

    >>> listed(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
