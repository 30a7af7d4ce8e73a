"""Runs of mypy with the plugin, as processes of their own: mypy keeps much in its process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["PLUGINS", "ROOT", "Daemon", "configuration", "has_parallel_runs", "python_path", "run_mypy"]

PLUGINS: dict[str, tuple[str, ...]] = {
    "alone": ("typedflow_mypy",),
    "before_pydantic": ("typedflow_mypy", "pydantic.mypy"),
    "after_pydantic": ("pydantic.mypy", "typedflow_mypy"),
}
"""The ways in which a project may combine the plugins."""

ROOT = Path(__file__).resolve().parents[2]


def configuration(folder: Path, plugins: Sequence[str] = ("typedflow_mypy",), more: str = "") -> Path:
    """A pyproject.toml in the folder with these plugins; `more` is appended to it."""
    path = folder / "pyproject.toml"
    names = ", ".join(f'"{name}"' for name in plugins)
    path.write_text(f"[tool.mypy]\nplugins = [{names}]\nstrict = true\nexplicit_package_bases = true\n{more}")
    return path


def has_parallel_runs() -> bool:
    """Whether this mypy knows `--num-workers`."""
    told = subprocess.run([sys.executable, "-m", "mypy", "--help"], capture_output=True, text=True, check=True).stdout
    return "--num-workers" in told


def python_path() -> str:
    """The project, after whatever the environment puts first: `.ci/mypy_versions.sh` puts another mypy there."""
    return os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))


def run_mypy(
    folder: Path,
    config: Path,
    targets: Sequence[str] = (".",),
    *,
    cache: Path | None = None,
    options: Sequence[str] = (),
    command: Sequence[str] = ("-m", "mypy"),
    timeout: float = 300,
) -> str:
    """What mypy prints. An error inside the plugin is an error of the run; a run that mypy could not finish raises."""
    arguments = [sys.executable, *command, "--config-file", str(config), "--show-column-numbers", "--no-color-output"]
    arguments += ["--no-pretty", "--show-traceback", "--no-error-summary"]
    arguments += ["--cache-dir", str(cache) if cache is not None else os.devnull]
    environment = {**os.environ, "TYPEDFLOW_MYPY_RAISE": "1", "MYPYPATH": str(folder), "PYTHONPATH": python_path()}
    done = subprocess.run(
        [*arguments, *options, *targets],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode not in (0, 1) or "INTERNAL ERROR" in done.stdout + done.stderr or "Traceback" in done.stderr:
        raise RuntimeError(f"mypy ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


class Daemon:
    """A server of mypy that keeps what it has checked, for the targets in a folder. It runs until it is stopped."""

    def __init__(self, folder: Path, config: Path, targets: Sequence[str], cache: Path) -> None:
        self.folder = folder
        self.options = [
            "--config-file",
            str(config),
            "--show-column-numbers",
            "--no-color-output",
            "--no-error-summary",
        ]
        self.options += ["--cache-dir", str(cache), *targets]
        self.command = [sys.executable, "-m", "mypy.dmypy", "--status-file", str(folder / "dmypy.json")]

    def run(self) -> str:
        """What it prints of the files as they are now."""
        environment = {
            **os.environ,
            "TYPEDFLOW_MYPY_RAISE": "1",
            "MYPYPATH": str(self.folder),
            "PYTHONPATH": python_path(),
        }
        done = subprocess.run(
            [*self.command, "run", "--timeout", "600", "--", *self.options],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if "Traceback" in done.stdout + done.stderr or "Daemon crashed" in done.stdout + done.stderr:
            raise RuntimeError(
                f"the daemon ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )
        return done.stdout

    def stop(self) -> None:
        subprocess.run([*self.command, "stop"], cwd=self.folder, capture_output=True, timeout=60, check=False)
