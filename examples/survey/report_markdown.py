"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from examples.survey.figures import BAND_NAMES, HOW_MEASURED, folded, headline, percent, share
from examples.survey.state import Counts, Function, SurveyState

__all__ = ["markdown_report"]

BAR = 24
"""Characters of the longest bar."""


def markdown_report(state: SurveyState) -> str:
    """The whole report. Reads well as plain text too."""
    sections = [
        [f"# Survey of {state.root}"],
        _table(("figure", "value", ""), [(f.label, f.value, f.note) for f in headline(state)], right={1}),
        ["## Code by package"],
        _packages(state),
        ["## Complexity of functions"],
        _bands(state),
        ["## Most complex functions"],
        _functions(state.most_complex),
        ["## Longest functions"],
        _functions(state.longest),
        ["## Most imported packages"],
        _imports(state),
        ["## Files that could not be parsed"],
        _broken(state),
        ["## How it is measured"],
        [f"- {line}" for line in HOW_MEASURED],
    ]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _packages(state: SurveyState) -> list[str]:
    packages = folded(state.by_code(), state.top)
    most = max((counts.code for _, counts in packages), default=0)
    rows = [
        (
            _code(name) if name in state.packages else name,
            *_figures(counts),
            "█" * round(BAR * share(counts.code, most)) or "▏",
        )
        for name, counts in packages
    ]
    columns = ("package", "files", "code", "text", "classes", "functions", "annotated", "documented", "")
    return _table(columns, rows, right=set(range(1, 8)))


def _figures(counts: Counts) -> tuple[str, ...]:
    return (
        f"{counts.files:,}",
        f"{counts.code:,}",
        f"{counts.text:,}",
        f"{counts.classes:,}",
        f"{counts.functions:,}",
        percent(counts.annotated, counts.functions),
        percent(counts.documented, counts.public),
    )


def _bands(state: SurveyState) -> list[str]:
    functions = sum(state.bands)
    rows = [
        (name, f"{count:,}", percent(count, functions)) for name, count in zip(BAND_NAMES, state.bands, strict=True)
    ]
    return _table(("complexity", "functions", "share"), rows, right={1, 2})


def _functions(functions: Sequence[Function]) -> list[str]:
    rows = [(_code(f.name), f"{f.complexity:,}", f"{f.lines:,}", _code(f"{f.path}:{f.line}")) for f in functions]
    return _table(("function", "complexity", "lines", "where"), rows, right={1, 2})


def _imports(state: SurveyState) -> list[str]:
    importers = state.importers()[: state.top]
    rows = [(_code(name), f"{packages:,}", f"{files:,}") for name, packages, files in importers]
    return _table(("package", "imported by packages", "in files"), rows, right={1, 2})


def _broken(state: SurveyState) -> list[str]:
    return _table(("file", "reason"), [(_code(broken.path), broken.reason) for broken in state.broken], right=set())


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: set[int]) -> list[str]:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    if not cells:
        return ["None."]
    widths = [max(3, len(column), *(len(row[i]) for row in cells)) for i, column in enumerate(columns)]

    def line(row: Sequence[str]) -> str:
        aligned = (
            cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join(aligned)} |"

    rule = ("-" * (w - 1) + ":" if i in right else "-" * w for i, w in enumerate(widths))
    return [line(columns), f"| {' | '.join(rule)} |", *map(line, cells)]


def _code(name: str) -> str:
    fence = "``" if "`" in name else "`"
    return f"{fence}{name}{fence}"
