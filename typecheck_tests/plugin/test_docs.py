"""Each code has its page, which shows it. That mypy says what the page says is in `test_snippets.py`."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy_runs import ROOT, configuration, run_mypy
from snippets import DOCS, mistaken, program

from typedflow.wiring import CODES

PAGES = DOCS / "codes"


@pytest.mark.parametrize("code", CODES)
def test_a_page_shows_its_code_and_the_program_put_right(code: str) -> None:
    page = PAGES / f"{code}.md"
    assert any(line.endswith(f"[typedflow-{code}]") for wrong in mistaken(page) for line in wrong.messages)
    assert program(page).strip()


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_why_and_how_to_turn_it_off(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text()
    assert "## Why" in text
    assert f"# type: ignore[typedflow-{code}]" in text
    assert f"[`{code}`]({code}.md)" in (PAGES / "README.md").read_text()


def test_the_examples_raise_no_false_alarm(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    lines = run_mypy(ROOT, config, ["examples"], cache=tmp_path / "cache").splitlines()
    assert [line for line in lines if line.startswith("examples")] == []
