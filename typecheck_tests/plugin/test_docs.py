"""What the pages on the codes say is what mypy says."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from mypy_runs import ROOT, configuration, run_mypy

from typedflow.wiring import CODES

PAGES = ROOT / "docs" / "codes"
BLOCK = re.compile(r"^## (Wrong|Right)\n\n```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


def blocks(code: str) -> dict[str, tuple[str, str]]:
    """ "Wrong" and "Right" -> the program, and what the page says mypy says of it."""
    text = (PAGES / f"{code}.md").read_text()
    return {found[1]: (found[2], found[3] or "") for found in BLOCK.finditer(text)}


@lru_cache
def said() -> dict[str, list[str]]:
    """What mypy says of all programs of the pages, in one run: the name of a program to its lines."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        programs = []
        for code in CODES:
            for kind, (program, _) in blocks(code).items():
                programs.append(f"{kind.lower()}_{code.replace('-', '_')}")
                (folder / f"{programs[-1]}.py").write_text(program)
        output = run_mypy(folder, configuration(folder), [f"{program}.py" for program in programs])
    found: dict[str, list[str]] = {program: [] for program in programs}
    for line in output.splitlines():
        file, number, _, rest = line.split(":", 3)
        found[file.removesuffix(".py")].append(f"app.py:{number}:{rest}")
    return found


@pytest.mark.parametrize("code", CODES)
def test_the_message_on_the_page_is_the_one_that_mypy_gives(code: str) -> None:
    assert said()[f"wrong_{code.replace('-', '_')}"] == blocks(code)["Wrong"][1].splitlines()
    assert any(f"[typedflow-{code}]" in line for line in said()[f"wrong_{code.replace('-', '_')}"])


@pytest.mark.parametrize("code", CODES)
def test_the_program_put_right_is_right(code: str) -> None:
    assert said()[f"right_{code.replace('-', '_')}"] == []


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
