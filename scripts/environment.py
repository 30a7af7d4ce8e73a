"""Where the other scripts run: a virtual environment with the project and everything that its tests need.

    python3 scripts/environment.py      makes it, or brings it up to date

An environment that is active already is used; else it is `.venv` in the project. Needs Python and its standard library.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def ready() -> Path:
    """The interpreter of the environment, made and filled if need be. Exits with pip's status if that fails."""
    if sys.version_info < (3, 10):  # noqa: UP036 - an older one is what this is about
        sys.exit(f"typedflow needs Python 3.10 or newer; this is {sys.version.split()[0]} ({sys.executable})")
    folder = Path(sys.prefix) if sys.prefix != sys.base_prefix else PROJECT / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"making a virtual environment in {folder}", flush=True)
        run([sys.executable, "-m", "venv", folder])
    wanted = hashlib.sha256(f"{PROJECT}\n".encode() + (PROJECT / "pyproject.toml").read_bytes()).hexdigest()
    installed = folder / "typedflow-installed"
    if not installed.exists() or installed.read_text() != wanted:
        print("installing the project and its development tools (a minute or two, once)", flush=True)
        run([python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--editable", ".[dev]"])
        installed.write_text(wanted)
    return python


def run(command: list[str | Path]) -> None:
    """Run a command in the project's folder. Exits with its status if that is not 0."""
    status = subprocess.run(command, cwd=PROJECT, check=False).returncode
    if status:
        print(f"failed with status {status}: {' '.join(map(str, command))}", file=sys.stderr, flush=True)
        sys.exit(status)


if __name__ == "__main__":
    ready()
