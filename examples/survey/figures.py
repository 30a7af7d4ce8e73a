"""What both reports say in the same words: the headline figures, and how figures are written."""

from __future__ import annotations

from dataclasses import dataclass

from examples.survey.measure import BANDS
from examples.survey.state import Counts, SurveyState

__all__ = ["BAND_NAMES", "HOW_MEASURED", "Figure", "folded", "headline", "percent", "share"]

BAND_NAMES = (*(f"{low + 1}-{high}" for low, high in zip((0, *BANDS), BANDS, strict=False)), f"over {BANDS[-1]}")

HOW_MEASURED = (
    "Every line is code, text (comments and docstrings) or blank.",
    "Tests are told by the names of files and directories; of them, only the sums are kept.",
    "A function is annotated when each of its parameters (but self and cls) and its return value is.",
    "Public are functions and methods whose names have no leading underscore; documented are those with a docstring.",
    "Complexity is 1 plus branches: if, for, while, except, case, conditional expressions, and, or, comprehensions.",
    "A package is the topmost directory with an __init__.py; scripts go under their directory, lone modules by name.",
)


@dataclass(frozen=True)
class Figure:
    """One headline figure: what it counts, the figure, and a word on it."""

    label: str
    value: str
    note: str = ""


def headline(state: SurveyState) -> list[Figure]:
    """The figures that a reader wants first."""
    sums = state.totals
    return [
        Figure("lines of code", f"{sums.code:,}", f"in {sums.files:,} files"),
        Figure("packages", f"{len(state.packages):,}", "and lone modules"),
        Figure("functions", f"{sums.functions:,}", f"{sums.async_functions:,} of them async"),
        Figure("classes", f"{sums.classes:,}"),
        Figure("annotated", percent(sums.annotated, sums.functions), "of all functions, fully"),
        Figure("documented", percent(sums.documented, sums.public), f"of {sums.public:,} public functions"),
        Figure("tests", f"{state.tests.code:,}", f"lines of code in {state.tests.files:,} files, counted apart"),
        Figure("broken", f"{len(state.broken):,}", "files that could not be parsed"),
    ]


def share(part: int, whole: int) -> float:
    """`part / whole`; 0 where there is nothing to share."""
    return part / whole if whole else 0.0


def percent(part: int, whole: int) -> str:
    """The share in whole percent, never rounded to all or nothing; a dash where there is nothing to share."""
    if not whole:
        return "–"  # noqa: RUF001 - the dash of a table
    rounded = round(100 * part / whole)
    if rounded == 0 and part:
        return "<1%"
    return ">99%" if rounded == 100 and part < whole else f"{rounded}%"


def folded(packages: list[tuple[str, Counts]], top: int) -> list[tuple[str, Counts]]:
    """The first `top` packages, and the rest summed up as one."""
    if len(packages) <= top:
        return packages
    rest = Counts()
    for _, counts in packages[top:]:
        rest.add(counts)
    return [*packages[:top], (f"{len(packages) - top:,} more", rest)]
