"""Reads the page about moving over: its cases, each a program before, the error that it gets, and the program after."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alias import workflows_read_as_typedflow

__all__ = ["PAGE", "Case", "cases", "run"]

PAGE = Path(__file__).parents[2] / "docs" / "moving.md"


@dataclass(frozen=True)
class Case:
    """One difference: its heading, the program before, the error's text, the program after."""

    title: str
    before: str
    error: str
    after: str


def cases() -> list[Case]:
    """All cases of the page, in order."""
    found = []
    for section in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"```(?:python|text)\n(.*?)```", section, re.DOTALL)
        found.append(Case(section.partition("\n")[0], *blocks[:3]))
    return found


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
