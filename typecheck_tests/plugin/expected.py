"""Expected errors, written beside the line: `# E: 27 unproduced-event`, several with `;` between them.

The number is the column, counted from 1 as mypy shows it. Codes of the plugin are written without `typedflow-`.
"""

from __future__ import annotations

import re
from pathlib import Path

from typedflow.wiring import CODES

MARK = "# E:"
LINE = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): error: (?P<message>.*)  \[(?P<code>[\w-]+)\]$")

Found = tuple[int, int, str]
"""Line, column, code."""


def expected_errors(file: Path) -> set[Found]:
    """What is written beside the lines of a file."""
    found: set[Found] = set()
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if MARK in line:
            for claim in line.split(MARK, 1)[1].split(";"):
                column, _, code = claim.strip().rpartition(" ")
                found.add((number, int(column or 0), f"typedflow-{code}" if code in CODES else code))
    return found


def reported_errors(output: str) -> dict[str, list[Found]]:
    """The name of a file -> what mypy reported in it."""
    found: dict[str, list[Found]] = {}
    for line in output.splitlines():
        error = LINE.match(line)
        if error is not None:
            place = int(error["line"]), int(error["column"]), error["code"]
            found.setdefault(error["file"], []).append(place)
    return found
