"""What the plugin adds to the time of mypy, on generated projects of 200 workflows of 10 steps (`mypy_projects`).

    python -m benchmarks.mypy_cost [--runs 7] [--shapes typical dense] [--kinds cold warm edit]

Runs with and without the plugin take turns, so that a slow minute of the machine counts for both; shown are the
medians, and the median of the differences within the pairs. `cold` has no cache at all, `warm` a full one and nothing
changed, `edit` one changed module.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.mypy_projects import SHAPES, write

ROOT = Path(__file__).resolve().parents[1]

WITH = "[mypy]\nplugins = typedflow_mypy\nstrict = true\n"
WITHOUT = "[mypy]\nstrict = true\n"


def timed(project: Path, config: str, cache: Path) -> float:
    path = project / f"{'with' if config is WITH else 'without'}.ini"
    path.write_text(config)
    command = [sys.executable, "-m", "mypy", "--config-file", str(path), "--cache-dir", str(cache), "app"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(project / "bytecode")}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # an installed plugin is compiled to bytecode once, not in each run
    began = time.perf_counter()
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if config is WITH and done.returncode != 0:
        raise SystemExit(f"the project is to be clean:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took


def measure(project: Path, kind: str, runs: int) -> tuple[float, float, float]:
    """Medians in seconds without and with the plugin, and of the differences of the pairs."""
    caches = {WITHOUT: project / "cache_without", WITH: project / "cache_with"}
    for config, cache in caches.items():  # fills mypy's cache and python's own
        timed(project, config, cache)
    times: dict[str, list[float]] = {WITHOUT: [], WITH: []}
    for run in range(runs):
        pair = [WITHOUT, WITH] if run % 2 else [WITH, WITHOUT]
        if kind == "edit":
            changed = project / "app" / "flow0.py"
            changed.write_text(changed.read_text() + f"def extra{run}() -> None: ...\n")
        for config in pair:
            if kind == "cold":
                shutil.rmtree(caches[config], ignore_errors=True)
            times[config].append(timed(project, config, caches[config]))
    differences = [more - less for less, more in zip(times[WITHOUT], times[WITH], strict=True)]
    return median(times[WITHOUT]), median(times[WITH]), median(differences)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--workflows", type=int, default=200)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=SHAPES)
    parser.add_argument("--kinds", nargs="*", default=["cold", "warm", "edit"])
    arguments = parser.parse_args()
    for shape in arguments.shapes:
        with TemporaryDirectory() as folder:
            project = Path(folder)
            write(project, shape, arguments.workflows, arguments.steps)
            for kind in arguments.kinds:
                without, with_plugin, difference = measure(project, kind, arguments.runs)
                print(
                    f"{shape:7}  {kind:5}  without {without:6.3f} s  with {with_plugin:6.3f} s  "
                    f"{difference:+.3f} s  {difference / without:+.1%}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
