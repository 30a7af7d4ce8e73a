"""The progress bar, live and as plain lines."""

from __future__ import annotations

import io
import re

import pytest

from examples.survey.events import Progress
from examples.survey.progress import ProgressBar, live_line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS = [
    Progress(phase="walking", done=3),
    Progress(phase="walking", done=40),
    Progress(phase="parsing", done=20, total=40),
    Progress(phase="parsing", done=40, total=40, broken=1),
    Progress(phase="writing", done=40, total=40),
]


def shown(out: io.StringIO) -> str:
    bar = ProgressBar(out)
    for event in EVENTS:
        bar.show(event)
    bar.close()
    return out.getvalue()


def test_without_a_terminal_each_phase_gives_its_first_and_last_line() -> None:
    assert shown(io.StringIO()).splitlines() == [
        "walking 3 files found",
        "walking 40 files found",
        "parsing 20 of 40 files",
        "parsing 40 of 40 files, 1 broken",
        "writing 40 of 40 files",
    ]


def test_in_a_terminal_one_line_a_phase_is_drawn_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = shown(Terminal())
    assert text.count("\n") == 3
    assert text.endswith("\n")
    assert "100%  40/40  1 broken" in text


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in shown(Terminal())


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("done", [0, 1, 500, 999, 1000])
def test_the_bar_fits_the_terminal(width: int, done: int) -> None:
    event = Progress(phase="parsing", done=done, total=1000, broken=9, now="a/very/long/path/" * 10 + "to.py")
    line = re.sub(r"\x1b\[[0-9;]*m", "", live_line(event, width, 12.3))
    assert len(line) < max(width, 52)
    assert f"{done:,}/1,000" in line
