"""The type checkers: how each is run, and how its output becomes findings.

Every checker runs once over a whole folder, from an empty working directory and with its settings spelt out, so that no
configuration of the project or of the machine takes part. None of them loads the mypy plugin.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 180

Command = Callable[[str, Path, Sequence[str], Sequence[str]], list[str]]


@dataclass(frozen=True, order=True)
class Finding:
    """One error of a checker: in which file, on which line (from 1), and the checker's code for it."""

    file: Path
    line: int
    code: str
    message: str = ""


@dataclass(frozen=True)
class Checker:
    """`command(program, folder, files, roots)` is what to run; `read` makes findings of what it prints.

    `roots` are the folders in which the files' imports are looked for.
    """

    name: str
    program: str
    command: Command
    read: Callable[[str], list[Finding]]

    @property
    def path(self) -> str | None:
        """Where the checker is installed: beside the running Python, or on the search path."""
        beside = Path(sys.executable).parent / self.program
        return str(beside) if beside.exists() else shutil.which(self.program)

    def run(self, files: Sequence[Path], folder: Path, beside: Sequence[Path] = ()) -> list[Finding]:
        """Check the files from within `folder`, an empty one; `beside` are folders whose modules they import.

        Raises `RuntimeError` if the checker breaks down.
        """
        program = self.path
        assert program is not None, f"{self.program} is not installed"
        roots = [str(root) for root in (*beside, ROOT)]
        done = subprocess.run(
            self.command(program, folder, [str(file) for file in files], roots),
            cwd=folder,
            env={**_environment(), "MYPYPATH": os.pathsep.join(roots)},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        if done.returncode not in (0, 1):
            printed = f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            raise RuntimeError(f"{self.name} ended with {done.returncode}:\n{printed}")
        return sorted({replace(found, file=(folder / found.file).resolve()) for found in self.read(done.stdout)})


def _environment() -> dict[str, str]:
    foreign = ("MYPY", "PYRIGHT", "PYREFLY", "TY_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def _mypy(*settings: str) -> Command:
    def command(program: str, folder: Path, files: Sequence[str], roots: Sequence[str]) -> list[str]:
        configuration = folder / "mypy.ini"
        configuration.write_text("\n".join(["[mypy]", *settings]) + "\n")
        return [
            *(program, "--strict", "--config-file", str(configuration), "--cache-dir", str(folder / "cache")),
            *("--output=json", "--no-error-summary", "--python-executable", sys.executable, *files),
        ]

    return command


def _read_mypy(output: str) -> list[Finding]:
    entries = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [
        Finding(Path(entry["file"]), entry["line"], entry["code"], entry["message"])
        for entry in entries
        if entry["severity"] == "error"
    ]


def _pyright(mode: str) -> Command:
    def command(program: str, folder: Path, files: Sequence[str], roots: Sequence[str]) -> list[str]:
        settings = {"include": list(files), "extraPaths": list(roots), "typeCheckingMode": mode}
        project = folder / "pyrightconfig.json"
        project.write_text(json.dumps(settings))
        return [program, "--outputjson", "--pythonpath", sys.executable, "--project", str(project)]

    return command


def _read_pyright(output: str) -> list[Finding]:
    return [
        Finding(Path(entry["file"]), _line(entry), entry.get("rule", "syntax"), entry["message"])
        for entry in json.loads(output)["generalDiagnostics"]
        if entry["severity"] in ("error", "warning")
    ]


def _line(entry: dict[str, Any]) -> int:  # Any: JSON data
    return int(entry["range"]["start"]["line"]) + 1


def _pyrefly(program: str, folder: Path, files: Sequence[str], roots: Sequence[str]) -> list[str]:
    (folder / "pyrefly.toml").write_text("")
    return [
        *(program, "check", "--preset", "default", "--min-severity", "warn", "--output-format", "json"),
        *("--summary=none", *_each("--search-path", roots), "--python-interpreter-path", sys.executable, *files),
    ]


def _read_pyrefly(output: str) -> list[Finding]:
    return [
        Finding(Path(entry["path"]), entry["line"], entry["name"], entry["description"])
        for entry in json.loads(output)["errors"]
    ]


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [part for value in values for part in (option, value)]


def _ty(program: str, folder: Path, files: Sequence[str], roots: Sequence[str]) -> list[str]:
    (folder / "ty.toml").write_text("")
    return [
        *(program, "check", "--output-format", "concise", "--no-progress", "--color", "never"),
        *("--config-file", str(folder / "ty.toml"), "--project", str(folder)),
        *(*_each("--extra-search-path", roots), "--python", sys.executable, *files),
    ]


_TY_LINE = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):\d+: (?P<level>error|warning)\[(?P<code>[\w-]+)\] (?P<message>.*)$"
)


def _read_ty(output: str) -> list[Finding]:
    found = [match for line in output.splitlines() if (match := _TY_LINE.match(line))]
    return [Finding(Path(match["file"]), int(match["line"]), match["code"], match["message"]) for match in found]


MYPY = Checker("mypy", "mypy", _mypy(), _read_mypy)
MYPY_AND_PYDANTIC = Checker("mypy with pydantic's plugin", "mypy", _mypy("plugins = pydantic.mypy"), _read_mypy)
PYRIGHT = Checker("pyright", "basedpyright", _pyright("standard"), _read_pyright)
PYRIGHT_STRICT = Checker("pyright-strict", "basedpyright", _pyright("strict"), _read_pyright)
PYREFLY = Checker("pyrefly", "pyrefly", _pyrefly, _read_pyrefly)
TY = Checker("ty", "ty", _ty, _read_ty)

CHECKERS = (MYPY, PYRIGHT, PYREFLY, TY)
"""Those that the expectations beside the lines name."""
