"""Twins: programs in a file of cases, each under a heading `# twin: what it is about`.

`wrong/<code>.py` and `right/<code>.py` have the same headings in the same order: below each stands, here, a program with
the mistake, and there the same program put right, or the correct one that comes nearest to it. What stands above the
first heading belongs to all of them.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["HEADING", "Twin", "idiom", "preamble", "twins_of"]

HEADING = "# twin: "


@dataclass(frozen=True)
class Twin:
    """One program: its name, its lines (from 1, both included) and its text."""

    name: str
    first: int
    last: int
    text: str


def preamble(file: Path) -> str:
    """What stands above the first heading."""
    text = file.read_text()
    return text.partition(f"\n{HEADING}")[0] + "\n"


def twins_of(file: Path) -> dict[str, Twin]:
    """The programs of a file by name. Raises `ValueError` for two of one name, or one without code."""
    lines = file.read_text().splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line.startswith(HEADING)]
    found: dict[str, Twin] = {}
    for first, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        name = lines[first - 1].removeprefix(HEADING).strip()
        text = "\n".join(lines[first - 1 : end - 1]) + "\n"
        if name in found:
            raise ValueError(f"{file.name}:{first}: there is a twin '{name}' already, at line {found[name].first}")
        if not ast.parse(text).body:
            raise ValueError(f"{file.name}:{first}: the twin '{name}' has no code")
        found[name] = Twin(name, first, end - 1, text)
    return found


def idiom(twin: Twin) -> str:
    """The program with the names of its own numbered, without its constants: two that differ in names alone are the same.

    >>> one = Twin("one", 1, 1, "class One(Workflow):\\n    size = 1\\n")
    >>> other = Twin("other", 1, 1, "class Other(Workflow):\\n    count = 2\\n")
    >>> idiom(one) == idiom(other), idiom(one) == idiom(Twin("a", 1, 1, "class A(Base):\\n    size = 1\\n"))
    (True, False)
    """
    tree = ast.parse(twin.text)
    own = [
        node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    own += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    own += [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    text = ast.unparse(tree)
    for number, name in enumerate(dict.fromkeys(own)):
        text = re.sub(rf"\b{re.escape(name)}\b", f"_{number}", text)
    return re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|\b\d[\d.]*\b", "0", text)
