"""The figures as a table for the terminal and as an SVG chart for the docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

from benchmarks.measure import Figure

__all__ = ["chart", "table"]

COLOURS = ("#8a8f98", "#2563eb", "#d97706", "#059669", "#c026d3", "#dc2626")


def table(title: str, unit: str, figures: Mapping[str, Figure], names: Sequence[str]) -> str:
    """One scenario: a line a system, its median and its multiple of the floor."""
    lines = [f"\n{title}"]
    for name in names:
        figure = figures.get(name)
        if figure is None:
            lines.append(f"  {name:24} {'-':>10}")
        elif figure.value is None:
            lines.append(f"  {name:24} failed: {figure.error}")
        else:
            ratio = f"{figure.ratio:8.2f} x" if figure.ratio is not None else ""
            spread = f"  ({min(figure.rounds):,.1f} to {max(figure.rounds):,.1f})" if len(figure.rounds) > 1 else ""
            lines.append(f"  {name:24} {figure.value:10,.1f} {unit} {ratio}{spread}")
    return "\n".join(lines)


def chart(results: Mapping[str, Mapping[str, Figure]], names: Sequence[str]) -> str:
    """Multiples of the floor on a logarithmic axis, a group of bars a scenario. Legible on light and on dark ground."""
    groups = [
        (title, [(name, figures[name].ratio) for name in names if name in figures and figures[name].ratio])
        for title, figures in results.items()
    ]
    groups = [(title, bars) for title, bars in groups if len(bars) > 1]
    most = max(ratio or 1.0 for _, bars in groups for _, ratio in bars)
    least = min(0.1, *(ratio or 1.0 for _, bars in groups for _, ratio in bars))
    low, high = log10(least) - 0.05, log10(most) + 1.15
    left, width, row, gap, top = 20, 900, 17, 34, 64

    def x(ratio: float) -> float:
        return left + (log10(ratio) - low) / (high - low) * (width - 2 * left)

    parts: list[str] = []
    y = top
    for title, bars in groups:
        parts.append(f'<text x="{left}" y="{y + 12}" class="title">{escape(title)}</text>')
        y += 20
        for name, ratio in bars:
            colour = COLOURS[names.index(name) % len(COLOURS)]
            value = ratio or 1.0
            start, end = sorted((x(1.0), x(value)))
            parts.append(
                f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 2):.1f}" height="{row - 3}" rx="2" fill="{colour}"/>'
            )
            parts.append(
                f'<text x="{max(end, x(1.0)) + 5:.1f}" y="{y + 11}" class="label">{escape(name)} {value:,.2f} x</text>'
            )
            y += row
        y += gap - 20
    ticks = [10.0**power for power in range(int(low) - 1, int(high) + 1) if low <= power <= high]
    for tick in ticks:
        weight = "1.4" if tick == 1.0 else "0.4"
        parts.insert(
            0,
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{top - 12}" y2="{y}" stroke="#8a8f98" stroke-width="{weight}"/>',
        )
        parts.insert(0, f'<text x="{x(tick):.1f}" y="{top - 18}" class="tick" text-anchor="middle">{tick:g} x</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + 10}" role="img" '
        f'aria-label="Cost as a multiple of a hand-written asyncio loop">\n'
        "<style>text{font-family:system-ui,sans-serif;fill:#57606a}.title{font-size:14px;font-weight:600}"
        ".label{font-size:12px}.tick{font-size:11px}.head{font-size:16px;font-weight:600}"
        "@media (prefers-color-scheme:dark){text{fill:#c9d1d9}}</style>\n"
        f'<text x="{left}" y="24" class="head">Cost as a multiple of a hand-written asyncio loop (less is better)</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
