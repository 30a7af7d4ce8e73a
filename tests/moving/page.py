"""Reads the page about moving over: its cases, each a program before, the error that it gets, and the program after."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
from dataclasses import dataclass
from typing import Any

from alias import workflows_read_as_typedflow
from snippets import DOCS, MESSAGE, blocks

__all__ = ["PAGE", "Case", "Drawing", "cases", "drawing", "run"]

PAGE = DOCS / "moving.md"


@dataclass(frozen=True)
class Case:
    """One difference: its heading, the program before, the error's text, the program after.

    The error is the run's, or, where its lines name a file, mypy's: the run has then nothing against the program.
    """

    title: str
    before: str
    error: str
    after: str

    @property
    def is_told_by_mypy(self) -> bool:
        return MESSAGE.match(self.error) is not None


def cases() -> list[Case]:
    """All cases of the page, in order."""
    found = []
    for section in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        before, error, after = blocks(section, "python", "text")[:3]
        found.append(Case(section.partition("\n")[0], before.text, error.text, after.text))
    return found


@dataclass(frozen=True)
class Drawing:
    """The program that draws, and what it prints."""

    program: str
    printed: str


def drawing() -> Drawing:
    """The drawing of the page."""
    section = PAGE.read_text(encoding="utf-8").partition("<!-- drawing -->")[2]
    program, printed = blocks(section, "python", "mermaid")[:2]
    return Drawing(program.text, printed.text)


async def run(program: str, name: str) -> dict[str, Any]:
    """Execute a program that may await at its top level, with `workflows` read as `typedflow`; what it defined."""
    file = f"<moving: {name}>"
    linecache.cache[file] = (len(program), None, program.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": "moved"}
    code = compile(program, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    with workflows_read_as_typedflow():
        result = eval(code, names)
        if inspect.iscoroutine(result):
            await result
    return names
