"""What the plugin adds to the time of mypy, on a generated project of 200 workflows of 10 steps.

    python benchmarks/mypy_cost.py [--runs 7] [--workflows 200]

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

ROOT = Path(__file__).resolve().parents[1]

WITH = "[mypy]\nplugins = typedflow_mypy\nstrict = true\n"
WITHOUT = "[mypy]\nstrict = true\n"


def module(number: int, steps: int) -> str:
    """A workflow with a state, a chain of steps, an edit in each, a helper, and a caller."""
    lines = [
        "from __future__ import annotations",
        "from pydantic import BaseModel, Field",
        "from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step",
        f"class Begin{number}(StartEvent):\n    by: int\n    name: str = ''",
        f"class State{number}(BaseModel):\n    count: int = 0\n    names: list[str] = Field(default_factory=list)",
        *(f"class Event{n}(Event):\n    value: int\n    label: str = ''" for n in range(1, steps)),
        f"class Flow{number}(Workflow):",
    ]
    for n in range(steps):
        takes = f"Begin{number}" if n == 0 else f"Event{n}"
        returns = "StopEvent[int]" if n == steps - 1 else f"Event{n + 1}"
        made = "StopEvent(result=total)" if n == steps - 1 else f"Event{n + 1}(value=total, label=self.label(total))"
        lines.append(
            f"    @step\n"
            f"    async def step{n}(self, ctx: Context[State{number}], ev: {takes}) -> {returns}:\n"
            f"        async with ctx.store.edit_state() as state:\n"
            f"            state.count += 1\n"
            f"            state.names.append(str(ev))\n"
            f"        total = await ctx.store.get('count') + ctx.state.count\n"
            f"        for name in ctx.state.names:\n"
            f"            total += len(name)\n"
            f"        return {made}"
        )
    lines.append("    def label(self, total: int) -> str:\n        return f'{total:05}'")
    lines.append(f"async def main() -> int:\n    return await Flow{number}().run(by={number})")
    return "\n".join(lines) + "\n"


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
    parser.add_argument("--kinds", nargs="*", default=["cold", "warm", "edit"])
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "app").mkdir()
        (project / "app" / "__init__.py").touch()
        for number in range(arguments.workflows):
            (project / "app" / f"flow{number}.py").write_text(module(number, arguments.steps))
        for kind in arguments.kinds:
            without, with_plugin, difference = measure(project, kind, arguments.runs)
            share = difference / without
            print(f"{kind:5}  without {without:6.3f} s  with {with_plugin:6.3f} s  {difference:+.3f} s  {share:+.1%}")


if __name__ == "__main__":
    main()
