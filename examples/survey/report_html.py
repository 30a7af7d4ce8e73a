"""The report as one HTML page that needs nothing else: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from examples.survey.charts import complexity_chart, import_matrix, imported_chart, package_chart
from examples.survey.figures import HOW_MEASURED, folded, headline, percent, share
from examples.survey.state import Counts, Function, SurveyState

__all__ = ["html_report"]

STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #16191d; --soft: #5b6470; --line: #e3e6ea;
  --code: #2a78d6; --prose: #1baf7a; --blank: #cdd2d8; --on: #16191d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #121417; --card: #1b1e23; --ink: #e9ecef; --soft: #9aa4af;
  --line: #2c3138; --code: #4a95ee; --prose: #2bb384; --blank: #49515b; --on: #0c1420; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; }
p.sub { color: var(--soft); margin: 0 0 22px; }
section, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
section { padding: 18px 20px; margin-top: 16px; overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
@media (min-width: 720px) { .tiles { grid-template-columns: repeat(4, 1fr); } }
.tile { padding: 12px 14px; }
.tile b { display: block; font-size: 25px; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile i { display: block; font-style: normal; font-weight: 600; }
.tile span { color: var(--soft); font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 0 16px; }
.legend { color: var(--soft); font-size: 13px; margin: -6px 0 8px; }
.legend.rest { margin: 6px 0 0; }
.legend span::before { content: ""; display: inline-block; width: 11px; height: 11px; border-radius: 3px;
  margin: 0 6px 0 0; background: var(--kind); vertical-align: -1px; }
.legend span { margin-right: 16px; }
svg { display: block; max-width: 100%; min-width: min(100%, 420px); height: auto; font-size: 13px; }
svg.wide { min-width: 720px; }
svg .code, svg .cell { fill: var(--code); } svg .prose { fill: var(--prose); } svg .blank { fill: var(--blank); }
svg .empty { fill: var(--line); fill-opacity: .45; }
svg text { fill: var(--ink); } svg .tick { fill: var(--soft); font-size: 12px; } svg .on { fill: var(--on); }
svg .value, svg .on, svg .tick { font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 500; white-space: nowrap; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.n + :not(.n) { padding-left: 14px; }
td:first-child code { overflow-wrap: normal; }
code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.where { color: var(--soft); } .bad { color: var(--bad); }
.meter { display: inline-block; width: 76px; height: 8px; margin-right: 8px; background: var(--line); }
.meter, .meter span { border-radius: 4px; }
.meter span { display: block; height: 8px; background: var(--code); }
ul { margin: 0; padding-left: 18px; color: var(--soft); }
"""


def html_report(state: SurveyState) -> str:
    """The whole page. Light or dark as the reader's system is; it prints, and it fits a telephone."""
    packages = folded(state.by_code(), state.top)
    tiles = "".join(
        f'<div class="tile"><b>{escape(f.value)}</b><i>{escape(f.label)}</i> <span>{escape(f.note)}</span></div>'
        for f in headline(state)
    )
    body = [
        f'<h1>{escape(state.root)}</h1><p class="sub">A survey of its Python sources</p>',
        f'<div class="tiles">{tiles}</div>',
        _card("Lines by package", _LEGEND + _wide(package_chart(packages[: state.top])) + _rest(packages[state.top :])),
        '<div class="pair">',
        _card("Functions by complexity", complexity_chart(state)),
        _card("Packages that most others import", imported_chart(state)),
        "</div>",
        _card("Which package imports which", _IMPORTS + _wide(import_matrix(state))) if state.importers() else "",
        _card("Packages", _packages(packages)),
        _card("Most complex functions", _functions(state.most_complex)),
        _card("Longest functions", _functions(state.longest)),
        _card("Files that could not be parsed", _broken(state)),
        _card("How it is measured", "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in HOW_MEASURED) + "</ul>"),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Survey of {escape(state.root)}</title><style>{STYLE}</style></head>\n"
        f"<body><main>{chr(10).join(body)}</main></body></html>\n"
    )


_LEGEND = (
    '<p class="legend"><span style="--kind: var(--code)">code (the figure)</span>'
    '<span style="--kind: var(--prose)">comments and docstrings</span>'
    '<span style="--kind: var(--blank)">blank</span></p>'
)
_IMPORTS = '<p class="legend">In how many files the package of the row imports that of the column.</p>'


def _rest(folded_up: Sequence[tuple[str, Counts]]) -> str:
    """What the chart leaves out, which would make all other bars short."""
    return "".join(f'<p class="legend rest">and {name} with {c.code:,} lines of code</p>' for name, c in folded_up)


def _card(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _wide(svg: str) -> str:
    return svg.replace("<svg ", '<svg class="wide" ', 1)


def _packages(packages: Sequence[tuple[str, Counts]]) -> str:
    rows = [
        (
            _code(name),
            *(f"{n:,}" for n in (c.files, c.code, c.classes, c.functions)),
            _meter(c.annotated, c.functions),
            _meter(c.documented, c.public),
        )
        for name, c in packages
    ]
    columns = ("package", "files", "code", "classes", "functions", "annotated functions", "documented public functions")
    return _table(columns, rows, right={1, 2, 3, 4})


def _functions(functions: Sequence[Function]) -> str:
    rows = [
        (
            _code(f.name),
            f"{f.complexity:,}",
            f"{f.lines:,}",
            f'<span class="where">{_code(f"{f.path}:{f.line}")}</span>',
        )
        for f in functions
    ]
    return _table(("function", "complexity", "lines", "where"), rows, right={1, 2})


def _broken(state: SurveyState) -> str:
    rows = [(_code(broken.path), f'<span class="bad">{escape(broken.reason)}</span>') for broken in state.broken]
    return _table(("file", "reason"), rows, right=set())


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: set[int]) -> str:
    """`rows` are HTML already."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(f"<{tag}{' class=n' if i in right else ''}>{cell}</{tag}>" for i, cell in enumerate(row))

    lines = [f"<tr>{cells('td', row)}</tr>" for row in rows]
    if not lines:
        return "None."
    return f"<table><thead><tr>{cells('th', columns)}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _meter(part: int, whole: int) -> str:
    if not whole:
        return percent(part, whole)
    return (
        f'<span class="meter"><span style="width: {100 * share(part, whole):.0f}%"></span></span>{percent(part, whole)}'
    )


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
