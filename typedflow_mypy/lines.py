"""Where lines end in a text, and what begins on them."""

from __future__ import annotations

__all__ = ["end_at_the_margin", "end_of_line"]

WITHIN = " \t\n)]}#"
"""What a line in a function at the left margin begins with, those that close its parameters included."""


def end_of_line(text: str, place: int) -> int:
    """Where the next line begins."""
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def end_at_the_margin(text: str, start: int) -> int:
    """Where what begins on that line, at the left margin, ends."""
    end = end_of_line(text, start)
    while end < len(text) and text[end] in WITHIN:
        end = end_of_line(text, end)
    return end
