"""A live progress bar for a terminal, with nothing but ANSI; plain lines where the output is no terminal."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from typing import TextIO

from examples.survey.events import Progress

__all__ = ["ProgressBar", "show_progress"]

EIGHTHS = " ▏▎▍▌▋▊▉"
SECONDS_A_FRAME = 0.05
SECONDS_A_LINE = 2.0


async def show_progress(events: AsyncIterator[Progress], out: TextIO | None = None) -> None:
    """Show `events` on `out` (standard error, if None) until they end."""
    bar = ProgressBar(out or sys.stderr)
    try:
        async for event in events:
            bar.show(event)
    finally:
        bar.close()


class ProgressBar:
    """Draws the newest `Progress` at most 20 times a second; without a terminal, a line every two seconds."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_live = out.isatty() and os.environ.get("TERM") != "dumb"
        self._began = time.monotonic()
        self._drawn_at = 0.0
        self._phase = ""
        self._pending: Progress | None = None

    def show(self, event: Progress) -> None:
        """Draw the event, or keep it for the next frame."""
        now = time.monotonic()
        wait = SECONDS_A_FRAME if self._is_live else SECONDS_A_LINE
        if event.phase == self._phase and now - self._drawn_at < wait:
            self._pending = event
            return
        if event.phase != self._phase:
            self._finish_phase()
        self._phase, self._drawn_at, self._pending = event.phase, now, None
        self._draw(event)

    def close(self) -> None:
        """Draw what is pending and leave the cursor on a line of its own."""
        self._finish_phase()

    def _finish_phase(self) -> None:
        if self._pending is not None:
            self._draw(self._pending)
            self._pending = None
        if self._is_live and self._phase:
            self._out.write("\n")
            self._out.flush()

    def _draw(self, event: Progress) -> None:
        if self._is_live:
            width = shutil.get_terminal_size().columns
            self._out.write("\r\x1b[2K" + live_line(event, width, time.monotonic() - self._began))
        else:
            self._out.write(plain_line(event) + "\n")
        self._out.flush()


def live_line(event: Progress, width: int, seconds: float) -> str:
    """The bar, coloured, not wider than `width` characters."""
    counted = plain_line(event)
    head = f"{event.phase:<8}"
    if event.total is None:
        return f"\x1b[1m{head}\x1b[0m {counted[len(event.phase) + 1 :]}"[: width + 8]
    done = event.done / event.total if event.total else 1.0
    tail = f" {done:4.0%}  {event.done:,}/{event.total:,}" + (f"  {event.broken:,} broken" if event.broken else "")
    tail += f"  {seconds:.0f} s"
    room = max(5, min(40, width - len(head) - len(tail) - 3))
    rest = max(0, width - len(head) - len(tail) - room - 4)
    eighths = round(done * room * 8)
    bar = "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
    now = f"  {event.now[-rest + 2 :]}" if rest > 20 and event.now else ""
    return f"\x1b[1m{head}\x1b[0m \x1b[34m{bar}\x1b[90m{'·' * (room - len(bar))}\x1b[0m{tail}\x1b[90m{now}\x1b[0m"


def plain_line(event: Progress) -> str:
    """The same as plain text."""
    if event.total is None:
        return f"{event.phase} {event.done:,} files found"
    broken = f", {event.broken:,} broken" if event.broken else ""
    return f"{event.phase} {event.done:,} of {event.total:,} files{broken}"
