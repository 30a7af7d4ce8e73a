"""The right twins of the plugin's cases are right without the plugin too: nothing is found in them, by no checker.

One run of each checker over all of them, and over one file that is wrong: a checker that is silent there is not looking.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from checker_runs import CHECKERS, MYPY_AND_PYDANTIC, PYRIGHT_STRICT, ROOT, Checker, Finding
from expected_errors import claims, disagreements, exceptions

CASES = ROOT / "typecheck_tests" / "plugin" / "cases"
CONTROL = CASES / "control" / "ill_typed.py"
TWINS = sorted(file for file in (CASES / "right").glob("*.py") if file.stem != "__init__")
PAGE = ROOT / "docs" / "typing.md"
NAMES = [checker.name for checker in CHECKERS]
SAME_AS = {MYPY_AND_PYDANTIC.name: "mypy", PYRIGHT_STRICT.name: "pyright"}
"""Other settings of a checker, of which the same is expected."""

each_checker = pytest.mark.parametrize(
    "checker", [*CHECKERS, PYRIGHT_STRICT, MYPY_AND_PYDANTIC], ids=lambda checker: checker.name
)


@lru_cache
def _found(checker: Checker) -> list[Finding]:
    if checker.path is None:
        pytest.skip(f"{checker.program} is not installed")
    with TemporaryDirectory() as folder:
        return checker.run([*TWINS, CONTROL], Path(folder), beside=[CASES])


@each_checker
@pytest.mark.parametrize("twins", TWINS, ids=lambda file: file.stem)
def test_a_checker_finds_nothing_in_a_right_twin(twins: Path, checker: Checker) -> None:
    name = SAME_AS.get(checker.name, checker.name)
    expected = {line: codes[name] for line, codes in exceptions(twins).items() if name in codes}
    wrong = disagreements(twins, expected, _found(checker))
    assert not wrong, f"{checker.name}:\n" + "\n".join(wrong)


@each_checker
def test_each_checker_finds_what_is_wrong_beside_them(checker: Checker) -> None:
    expected = {line: codes[SAME_AS.get(checker.name, checker.name)] for line, codes in claims(CONTROL, NAMES).items()}
    assert len(expected) >= 4
    wrong = disagreements(CONTROL, expected, _found(checker))
    assert not wrong, f"{checker.name}:\n" + "\n".join(wrong)


def test_the_page_on_typing_explains_each_exception() -> None:
    page = PAGE.read_text()
    rows = {row for row in page.splitlines() if row.startswith("|")}
    for twins in TWINS:
        for codes in exceptions(twins).values():
            for name, found in codes.items():
                assert any(
                    f"`right/{twins.name}`" in row and f" {name} " in row and all(f"`{code}`" in row for code in found)
                    for row in rows
                ), f"{PAGE.name} does not say why {name} reports {', '.join(found)} in right/{twins.name}"


def test_there_are_hardly_any_exceptions() -> None:
    assert sum(len(exceptions(twins)) for twins in TWINS) <= 1
