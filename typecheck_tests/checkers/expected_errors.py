"""Expected errors, written beside the line.

`# E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[-]` speaks for every checker: `mypy[a,b]`
is two errors, `ty[-]` says that ty stays silent there, and `docs/typing.md` says why. A line without such a comment is
one where no checker may find anything.

A decorated function is one place: mypy reports a step at its decorator, others at its name, so what is found on a line
of the decorator counts for the line of the `def`.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from checker_runs import Finding

MARK = "# E:"
EXCEPT = "# elsewhere:"
"""Before the errors of some checkers on a line that is right: they cannot do better, and the page on typing says why."""

SILENT = "-"
_CLAIM = re.compile(r"(?P<checker>[a-z]+)\[(?P<codes>[^\]]+)\]")


def claims(file: Path, checkers: Iterable[str]) -> dict[int, dict[str, frozenset[str]]]:
    """For each line with a comment, the codes of each checker. Raises `ValueError` if it leaves a checker out."""
    names = sorted(checkers)
    found: dict[int, dict[str, frozenset[str]]] = {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if MARK in line:
            codes = {claim["checker"]: claim["codes"] for claim in _CLAIM.finditer(line.split(MARK, 1)[1])}
            if sorted(codes) != names:
                what = f"has to name each of {', '.join(names)} once, with [{SILENT}] for no error"
                raise ValueError(f"{file.name}:{number}: the comment {what}")
            found[number] = {name: frozenset(text.split(",")) - {SILENT} for name, text in codes.items()}
    return found


def exceptions(file: Path) -> dict[int, dict[str, frozenset[str]]]:
    """For each line that is right and yet an error to some checker, the codes of each of those."""
    found: dict[int, dict[str, frozenset[str]]] = {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if EXCEPT in line:
            claimed = _CLAIM.finditer(line.split(EXCEPT, 1)[1])
            found[number] = {one["checker"]: frozenset(one["codes"].split(",")) for one in claimed}
    return found


def by_line(file: Path, findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The findings in the file, each at the line that it counts for."""
    places = _places(file)
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.file == file:
            found[places.get(finding.line, finding.line)].append(finding)
    return found


def disagreements(file: Path, expected: Mapping[int, frozenset[str]], findings: Iterable[Finding]) -> list[str]:
    """Each line on which the codes found are others than those expected, with both."""
    found = by_line(file, findings)
    lines = file.read_text().splitlines()
    return [
        f"{file.name}:{line}: {lines[line - 1].strip()}\n"
        f"    expected {', '.join(sorted(expected.get(line, ()))) or 'no error'}\n"
        f"    found    {_listed(found.get(line, []))}"
        for line in sorted(found.keys() | expected.keys())
        if {finding.code for finding in found.get(line, [])} != expected.get(line, frozenset())
    ]


def _listed(findings: list[Finding]) -> str:
    return "\n             ".join(f"{finding.code}: {finding.message}" for finding in findings) or "no error"


def _places(file: Path) -> dict[int, int]:
    """For each line of a decorator, the line of the `def` or `class` under it."""
    places: dict[int, int] = {}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                places.update(dict.fromkeys(range(decorator.lineno, (decorator.end_lineno or 0) + 1), node.lineno))
    return places
