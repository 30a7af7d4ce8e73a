"""Expected errors, written beside the line: `# E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[-]`.

A comment speaks for every checker. `ty[-]` says that ty stays silent there (`docs/typing.md` says why), `mypy[a,b]` that there are two
errors. A line without such a comment is one where no checker may find anything.

A decorated function is one place: mypy reports a step at its decorator, others at its name, so what is found on the decorator's line
counts for the line of the `def`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

MARK = "# E:"
_CLAIM = re.compile(r"(?P<checker>[a-z]+)\[(?P<codes>[^\]]+)\]")

Expected = Mapping[int, frozenset[str]]


def expected_errors(file: Path, checkers: Iterable[str]) -> dict[str, Expected]:
    """What each checker is to find: its name to lines to codes. Raises `ValueError` for a comment that leaves a checker out."""
    names = list(checkers)
    expected: dict[str, dict[int, frozenset[str]]] = {name: {} for name in names}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if MARK not in line:
            continue
        claims = {claim["checker"]: claim["codes"] for claim in _CLAIM.finditer(line.split(MARK, 1)[1])}
        if sorted(claims) != sorted(names):
            raise ValueError(
                f"{file.name}:{number}: the comment has to name each of {', '.join(names)} once; '-' for no error"
            )
        for name, codes in claims.items():
            if codes != "-":
                expected[name][number] = frozenset(codes.split(","))
    return {name: dict(lines) for name, lines in expected.items()}


def wrong_lines(file: Path) -> set[int]:
    """The lines on which an error of some checker is expected."""
    return {number for number, line in enumerate(file.read_text().splitlines(), 1) if MARK in line}


def place_of(file: Path) -> dict[int, int]:
    """For each line of a decorator, the line of the `def` or `class` under it."""
    places: dict[int, int] = {}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for decorator in node.decorator_list:
                places.update(dict.fromkeys(range(decorator.lineno, (decorator.end_lineno or 0) + 1), node.lineno))
    return places
