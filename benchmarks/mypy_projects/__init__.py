"""The generated projects on which the cost of the plugin is measured: two shapes of a module with a workflow of ten steps.

`dense` has little else than what the plugin looks at: an edit, a `get` and two uses of the state in each step of seven lines.

`typical` (`typical.py`) has the shape of public code. It was drawn up to what was counted in November 2026 in 65 workflow
classes with 252 steps, of 28 public repositories that use llama-index workflows: what could be found, no random sample, and
other people's programs, which are not kept here. The third column is what `python -m benchmarks.mypy_projects.count
benchmarks/mypy_projects/typical.py` prints, which counts any other files as well:

| in a step | counted | typical |
|---|---|---|
| lines of the body (median) | 21 | 20 |
| statements, calls (medians) | 10, 9 | 10, 10.5 |
| `get` and `set` of the store | 0.5, 0.4 | 0.5, 0.4 |
| `edit_state` | 0.1 | 0.1 |
| `send_event`, `collect_events` | 0.08, 0.06 | 0.1, 0.1 |
| `write_event_to_stream` | 0.7 | 0.7 |
| reads of the event's fields | 2.9 | 3.7 |
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.mypy_projects.dense import dense

__all__ = ["SHAPES", "write"]

SHAPES = ("dense", "typical")
HERE = Path(__file__).parent


def write(folder: Path, shape: str, workflows: int, steps: int) -> None:
    """Write the package `app` with that many workflows into the folder; those of `typical` have ten steps."""
    if shape == "typical" and steps != 10:
        raise SystemExit("the workflows of the project 'typical' have 10 steps")
    package = folder / "app"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    if shape == "typical":
        (package / "services.py").write_text((HERE / "services.py").read_text())
    for number in range(workflows):
        text = dense(number, steps) if shape == "dense" else (HERE / "typical.py").read_text()
        (package / f"flow{number}.py").write_text(text)
