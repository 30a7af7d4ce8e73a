"""What the README says is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from snippets import README, ROOT, blocks

TEXT = README.read_text(encoding="utf-8")


def test_the_first_program_prints_what_its_comments_say(tmp_path: Path) -> None:
    program = blocks(TEXT, "python")[0].text
    said = re.findall(r"^\s+print\(.*?\)\s+# (.+)$", program, re.MULTILINE)
    script = tmp_path / "program.py"
    script.write_text(program)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == said
    assert len(said) == 2


def test_the_files_that_the_readme_points_to_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / target).exists(), target
    for command in re.findall(r"^python3 (\S+)", "\n".join(block.text for block in blocks(TEXT, "sh")), re.MULTILINE):
        assert (ROOT / command).exists(), command
