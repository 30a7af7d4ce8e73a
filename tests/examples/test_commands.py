"""Every example as a user starts it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def run(*arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=PROJECT,
        input=answers,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_survey_of_the_standard_library_takes_less_than_a_minute(tmp_path: Path) -> None:
    done = run("examples.survey", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "walking" in done.stderr
    assert "files" in done.stdout
    page = (tmp_path / "out" / "survey.html").read_text(encoding="utf-8")
    report = (tmp_path / "out" / "survey.md").read_text(encoding="utf-8")
    for name in ("asyncio", "email"):
        assert name in page
        assert name in report
    figures = {row.split("|")[1].strip(): row.split("|")[2].strip() for row in report.splitlines()[2:12] if "|" in row}
    assert int(figures["lines of code"].replace(",", "")) > 100_000
    assert int(figures["functions"].replace(",", "")) > 8_000


def test_the_survey_of_a_tree_prints_where_the_report_is(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\n")
    (tmp_path / "src" / "b.py").write_text("x =\n")
    done = run("examples.survey", str(tmp_path / "src"), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "1 files parsed, 1 broken"
    assert str(tmp_path / "out" / "survey.html") in done.stdout
    assert "b.py" in (tmp_path / "out" / "survey.md").read_text()


def test_a_survey_without_a_report_exits_with_one(tmp_path: Path) -> None:
    done = run("examples.survey", str(tmp_path), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert done.stdout == f"there is no Python source under {tmp_path.resolve()}\n"


def test_a_path_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    done = run("examples.survey", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "nowhere is no directory" in done.stderr


@pytest.mark.parametrize(
    ("example", "answers", "says"),
    [
        ("reflection", "", "accepted draft"),
        ("first_matches", "", "3 definitions of close"),
        ("flaky_import", "", "1 rejected:\n"),
        ("pause_resume", "", "goes on after"),
        ("todo_review", "k\nd\ncall Ann\n", "- [ ] call Ann"),
    ],
)
def test_each_small_example_runs_on_its_default_input(example: str, answers: str, says: str) -> None:
    done = run(f"examples.{example}", answers=answers)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout
