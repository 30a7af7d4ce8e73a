"""Every file of `cases/` in every checker: each error that is written beside a line is found, and nothing else is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from checker_runs import CHECKERS, PYRIGHT_STRICT, Checker, Finding
from expected_errors import expected_errors, place_of, wrong_lines

CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))
NAMES = [checker.name for checker in CHECKERS]

Check = Callable[[Checker], list[Finding]]


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """The findings of a checker over all cases; one run for the whole session."""
    done: dict[str, list[Finding]] = {}

    def check(checker: Checker) -> list[Finding]:
        if checker.path is None:
            pytest.skip(f"{checker.program} is not installed")
        if checker.name not in done:
            done[checker.name] = checker.run(CASES, tmp_path_factory.mktemp(checker.name))
        return done[checker.name]

    return check


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_line_has_the_errors_written_beside_it_and_no_others(
    case: Path, checker: Checker, findings: Check
) -> None:
    expected = expected_errors(case, NAMES)[checker.name]
    places = place_of(case)
    found: dict[int, set[str]] = defaultdict(set)
    messages: dict[int, list[str]] = defaultdict(list)
    for finding in findings(checker):
        if finding.file == case.stem:
            line = places.get(finding.line, finding.line)
            found[line].add(finding.code)
            messages[line].append(f"{finding.code}: {finding.message}")

    lines = case.read_text().splitlines()
    wrong = [
        f"{case.name}:{line}: {lines[line - 1].strip()}\n"
        f"    expected {', '.join(sorted(expected.get(line, ()))) or 'no error'}\n"
        f"    found    {chr(10).join(messages[line]) or 'no error'}"
        for line in sorted(found.keys() | expected.keys())
        if found.get(line, set()) != set(expected.get(line, ()))
    ]
    assert not wrong, f"{checker.name} on {case.name}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_correct_lines_are_clean_in_the_strict_mode_of_pyright_too(case: Path, findings: Check) -> None:
    places = place_of(case)
    alarms = [
        f"{case.name}:{finding.line}: {finding.code}: {finding.message}"
        for finding in findings(PYRIGHT_STRICT)
        if finding.file == case.stem and places.get(finding.line, finding.line) not in wrong_lines(case)
    ]
    assert not alarms, "\n".join(alarms)
