"""The cases are what they claim to be: for each code wrong programs, and for each of these its right twin."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest
from expected import expected_errors
from twins import Twin, idiom, preamble, twins_of

from typedflow.wiring import CODES

CASES = Path(__file__).parent / "cases"
LEAST = 6
SUPPRESSION = re.compile(r"#\s*(type|pyright|pyrefly|ty|mypy|pyre)\s*:|#\s*noqa|no_type_check|\bcast\(")

each_code = pytest.mark.parametrize("code", CODES)


def _file(kind: str, code: str) -> Path:
    return CASES / kind / f"{code.replace('-', '_')}.py"


@each_code
def test_each_wrong_twin_has_its_right_twin_and_there_are_six_at_least(code: str) -> None:
    wrong, right = twins_of(_file("wrong", code)), twins_of(_file("right", code))
    assert list(wrong) == list(right)
    assert len(wrong) >= LEAST


@each_code
def test_each_wrong_twin_is_wrong_in_the_way_that_its_file_is_about(code: str) -> None:
    file = _file("wrong", code)
    expected = expected_errors(file)
    for twin in twins_of(file).values():
        errors = [found for line, _, found in expected if twin.first <= line <= twin.last]
        assert f"typedflow-{code}" in errors, f"nothing of {code} is expected of '{twin.name}'"


@each_code
def test_nothing_is_expected_of_a_right_twin(code: str) -> None:
    assert expected_errors(_file("right", code)) == set()


@each_code
def test_no_right_twin_is_right_because_it_says_so(code: str) -> None:
    lines = _file("right", code).read_text().splitlines()
    assert [line for line in lines if SUPPRESSION.search(line)] == []


@each_code
@pytest.mark.parametrize("kind", ["wrong", "right"])
def test_no_two_twins_differ_in_names_alone(kind: str, code: str) -> None:
    seen: dict[str, str] = {}
    for twin in twins_of(_file(kind, code)).values():
        same = seen.setdefault(idiom(twin), twin.name)
        assert same == twin.name, f"'{twin.name}' is '{same}' with other names"


@each_code
@pytest.mark.parametrize("kind", ["wrong", "right"])
def test_each_twin_is_a_program_of_its_own(kind: str, code: str) -> None:
    file = _file(kind, code)
    for twin in twins_of(file).values():
        assert _unknown(preamble(file), twin) == set(), f"'{twin.name}' uses what another twin defines"


def _unknown(above: str, twin: Twin) -> set[str]:
    """The names that neither the twin nor what stands above all twins defines."""
    known = set(dir(builtins)) | {"__file__"}
    used: set[str] = set()
    for node in ast.walk(ast.parse(above + twin.text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            known.add(node.name)
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.alias):
            known.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else known).add(node.id)
    return used - known


def test_a_twin_without_its_like_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "cases.py"
    file.write_text("x = 1\n\n\n# twin: one\ny = x\n\n\n# twin: two\nz = y\n")
    found = twins_of(file)
    assert [(twin.name, twin.first, twin.last) for twin in found.values()] == [("one", 4, 7), ("two", 8, 9)]
    assert _unknown(preamble(file), found["one"]) == set()
    assert _unknown(preamble(file), found["two"]) == {"y"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# twin: a\nx = 1\n# twin: a\ny = 1\n", "twin 'a' already, at line 1"),
        ("# twin: a\n# nothing\n", "has no code"),
    ],
)
def test_a_heading_that_says_nothing_new_is_an_error(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "cases.py").write_text(text)
    with pytest.raises(ValueError, match=told):
        twins_of(tmp_path / "cases.py")
