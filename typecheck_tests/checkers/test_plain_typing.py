"""Every file of `cases/` in every checker: each error that is written beside a line is found, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from checker_runs import CHECKERS, MYPY, MYPY_AND_PYDANTIC, PYRIGHT_STRICT, ROOT, Checker, Finding
from expected_errors import by_line, claims, disagreements

CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))
PAGE = ROOT / "docs" / "typing.md"
NAMES = [checker.name for checker in CHECKERS]

Check = Callable[[Checker, Sequence[Path]], list[Finding]]

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
@each_case
def test_each_line_has_the_errors_written_beside_it_and_no_others(case: Path, checker: Checker, check: Check) -> None:
    expected = {line: codes[checker.name] for line, codes in claims(case, NAMES).items()}
    wrong = disagreements(case, expected, check(checker, CASES))
    assert not wrong, f"{checker.name}:\n" + "\n".join(wrong)


@each_case
def test_correct_lines_are_clean_in_the_strict_mode_of_pyright_too(case: Path, check: Check) -> None:
    found = by_line(case, check(PYRIGHT_STRICT, CASES))
    for line in claims(case, NAMES):
        found.pop(line, None)
    assert not found


@each_case
def test_the_same_lines_are_wrong_beside_the_mypy_plugin_of_pydantic(case: Path, check: Check) -> None:
    assert by_line(case, check(MYPY_AND_PYDANTIC, CASES)).keys() == by_line(case, check(MYPY, CASES)).keys()


@each_case
def test_the_page_on_typing_explains_each_silence(case: Path) -> None:
    silent = {name for codes in claims(case, NAMES).values() for name, found in codes.items() if not found}
    rows = [row.split("|") for row in PAGE.read_text().splitlines() if f"`{case.name}`" in row]
    assert silent == {name.strip() for _, _, names, *_ in rows for name in names.split(",")}


def test_an_error_that_is_not_found_fails(tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text("x = 1\n")
    (told,) = disagreements(file, {1: frozenset({"assignment"})}, [])
    assert told == "case.py:1: x = 1\n    expected assignment\n    found    no error"


def test_an_error_that_is_not_expected_fails(tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text("x = 1\n")
    (told,) = disagreements(file, {}, [Finding(file, 1, "assignment", "int is no str")])
    assert told == "case.py:1: x = 1\n    expected no error\n    found    assignment: int is no str"


def test_another_code_than_the_expected_one_fails(tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text("x = 1\n")
    assert disagreements(file, {1: frozenset({"assignment"})}, [Finding(file, 1, "misc", "no")])


def test_what_is_found_at_a_decorator_counts_for_the_function(tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text("@decorate(\n    3,\n)\ndef function(): ...\n")
    assert by_line(file, [Finding(file, 2, "misc", "no")]).keys() == {4}


def test_a_comment_that_leaves_a_checker_out_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text("x = 1  # E: mypy[assignment]\n")
    with pytest.raises(ValueError, match=r"case\.py:1: the comment has to name each of mypy, ty once"):
        claims(file, ["mypy", "ty"])


@pytest.mark.parametrize("checker", [*CHECKERS, PYRIGHT_STRICT], ids=lambda checker: checker.name)
def test_the_program_of_the_page_on_typing_is_clean(
    checker: Checker, check: Check, tmp_path_factory: pytest.TempPathFactory
) -> None:
    program = tmp_path_factory.getbasetemp() / "page_on_typing.py"
    program.write_text("\n".join(re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)))
    assert by_line(program, check(checker, [program])) == {}
