"""What the README says is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def test_the_first_program_prints_what_its_comments_say(tmp_path: Path) -> None:
    program = blocks("python")[0]
    said = re.findall(r"^\s+print\(.*?\)\s+# (.+)$", program, re.MULTILINE)
    script = tmp_path / "program.py"
    script.write_text(program)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == said
    assert len(said) == 2


def mypy(tmp_path: Path, name: str, program: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / name).write_text(program)
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = typedflow_mypy\n")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_first_program_passes_mypy_strict(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    done = mypy(tmp_path, "program.py", blocks("python")[0])
    assert done.stdout.startswith("Success"), done.stdout


def test_mypy_says_of_the_mistakes_what_the_readme_says(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    after = README.index("<!-- mistakes")
    program = re.search(r"```python\n(.*?)```", README[after:], re.DOTALL)
    messages = re.search(r"```text\n(.*?)```", README[after:], re.DOTALL)
    assert program is not None
    assert messages is not None
    done = mypy(tmp_path, "shop.py", program[1])
    assert [line for line in done.stdout.splitlines() if not line.startswith("Found")] == messages[1].splitlines()


def test_the_files_that_the_readme_points_to_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    for command in re.findall(r"^python3 (\S+)", "\n".join(blocks("sh")), re.MULTILINE):
        assert (ROOT / command).exists(), command
