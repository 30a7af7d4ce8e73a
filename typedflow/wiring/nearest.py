"""The name that was meant: the one place that decides how near is near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "listed", "nearest"]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, itself aside, or None if none does.

    >>> nearest("cuont", ["name", "count"])
    'count'
    """
    from difflib import get_close_matches  # an import that a program without mistakes does not need

    candidates = sorted(set(known) - {name})
    by_lower = {candidate.lower(): candidate for candidate in reversed(candidates)}
    close = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


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
