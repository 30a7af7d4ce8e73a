"""The charts of the HTML report: SVG as text, coloured by classes of the page, to follow its light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import floor, log10, sqrt

from examples.survey.figures import BAND_NAMES, percent
from examples.survey.state import Counts, SurveyState

__all__ = ["complexity_chart", "import_matrix", "imported_chart", "package_chart"]

ROW = 27
BAR = 17


def package_chart(packages: Sequence[tuple[str, Counts]]) -> str:
    """Lines by package as stacked bars: code, text, blank."""
    width, left, right = 960, 170, 70
    room = width - left - right
    ticks = _ticks(max((counts.lines for _, counts in packages), default=0))
    scale = room / ticks[-1]
    height = ROW * len(packages) + 30
    parts = [_grid(left + tick * scale, 4, height - 26, f"{tick:,}") for tick in ticks]
    for row, (name, counts) in enumerate(packages):
        y = 6 + ROW * row
        parts.append(_text(left - 10, y + 13, _shortened(name, 22), "end", "name"))
        x = float(left)
        for kind, lines in (("code", counts.code), ("prose", counts.text), ("blank", counts.blank)):
            if lines:
                title = f"{name}: {lines:,} lines of {'text' if kind == 'prose' else kind}"
                title = title.replace("lines of blank", "blank lines")
                parts.append(_rect(x, y, max(0.5, lines * scale - 1), BAR, kind, title))
                x += lines * scale
        parts.append(_text(x + 7, y + 13, f"{counts.code:,}", "start", "value"))
    return _svg(width, height, "Lines of code, text and blank lines by package", parts)


def complexity_chart(state: SurveyState) -> str:
    """How many functions are how complex, as columns."""
    width, height, bottom = 460, 280, 48
    functions = sum(state.bands)
    most = max(*state.bands, 1)
    step = (width - 20) / len(state.bands)
    room = height - bottom - 34
    parts = [f'<line class="axis" x1="10" x2="{width - 10}" y1="{height - bottom}" y2="{height - bottom}"/>']
    for place, (name, count) in enumerate(zip(BAND_NAMES, state.bands, strict=True)):
        tall = max(1.5, room * count / most) if count else 0
        x, y = 10 + step * place + 10, height - bottom - tall
        parts.append(_rect(x, y, step - 20, tall, "code", f"complexity {name}: {count:,} functions"))
        middle = x + (step - 20) / 2
        parts.append(_text(middle, y - 8, f"{count:,}", "middle", "value"))
        parts.append(_text(middle, height - bottom + 18, name, "middle", "name"))
        parts.append(_text(middle, height - bottom + 35, percent(count, functions), "middle", "tick"))
    return _svg(width, height, "Functions by complexity", parts)


def imported_chart(state: SurveyState, top: int = 10) -> str:
    """The packages that most others import, as bars."""
    importers = state.importers()[:top]
    width, left, right = 460, 130, 45
    scale = (width - left - right) / max((packages for _, packages, _ in importers), default=1)
    parts: list[str] = []
    for row, (name, packages, files) in enumerate(importers):
        y = 6 + ROW * row
        parts.append(_text(left - 10, y + 13, _shortened(name, 16), "end", "name"))
        parts.append(
            _rect(
                left, y, packages * scale, BAR, "code", f"{name}: imported by {packages:,} packages, in {files:,} files"
            )
        )
        parts.append(_text(left + packages * scale + 7, y + 13, f"{packages:,}", "start", "value"))
    return _svg(width, ROW * max(1, len(importers)) + 10, "Most imported packages", parts)


def import_matrix(state: SurveyState, top: int = 14) -> str:
    """Who imports whom: a row for each importer, a column for each imported package, shaded by the number of files."""
    columns = [name for name, _, _ in state.importers()[:top]]
    rows = _importers_of(state, columns, top)
    most = max((files for _, counts in rows for files in counts), default=1)
    left, head, cell = 150, 96, 44
    high = 28
    parts = [
        f'<text class="name" transform="translate({left + cell * place + cell / 2 - 2:.0f} {head - 8}) rotate(-40)">'
        f"{escape(_shortened(name, 16))}</text>"
        for place, name in enumerate(columns)
    ]
    for row, (name, counts) in enumerate(rows):
        y = head + high * row
        parts.append(_text(left - 10, y + 18, _shortened(name, 19), "end", "name"))
        for place, files in enumerate(counts):
            x = left + cell * place
            title = f"{files:,} files of {name} import {columns[place]}" if files else ""
            shade = round(0.14 + 0.86 * sqrt(files / most), 2) if files else 0
            parts.append(_rect(x, y, cell - 3, high - 3, "cell" if files else "empty", title, shade))
            if files:
                parts.append(
                    _text(x + (cell - 3) / 2, y + 17, f"{files:,}", "middle", "on" if shade > 0.8 else "value")
                )
    return _svg(
        left + cell * max(1, len(columns)) + 60, head + high * len(rows) + 6, "Which package imports which", parts
    )


def _importers_of(state: SurveyState, columns: Sequence[str], top: int) -> list[tuple[str, list[int]]]:
    rows = [(name, [package.imports.get(column, 0) for column in columns]) for name, package in state.packages.items()]
    rows = [(name, counts) for name, counts in rows if any(counts)]
    return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))[:top]


def _ticks(most: int) -> list[int]:
    """Round figures from 0 to at least `most`, four to six of them."""
    if most <= 4:
        return list(range(max(2, most + 1)))
    rough = most / 4
    power = 10 ** floor(log10(rough))
    step = max(1, round(next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)))
    return list(range(0, most + step, step))


def _svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, kind: str, title: str, opacity: float = 0) -> str:
    shade = f' fill-opacity="{opacity:g}"' if opacity else ""
    hint = f"<title>{escape(title)}</title>" if title else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {place} rx="2"{shade}>{hint}</rect>'


def _grid(x: float, top: float, bottom: float, label: str) -> str:
    return f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>' + _text(
        x, bottom + 17, label, "middle", "tick"
    )


def _shortened(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"
