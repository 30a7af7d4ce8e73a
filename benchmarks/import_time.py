"""What importing costs, what a first workflow costs, and how many distributions come along.

    python -m benchmarks.import_time [--rounds 21]

Each line is a program in fresh interpreters that take turns, so that a slow minute of the machine counts for all: the
median of the processor's time (where the system tells it), less that of an interpreter which does nothing. Bytecode is
cached, as it is once a package is installed, whatever PYTHONDONTWRITEBYTECODE says.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

with suppress(ImportError):
    import resource  # not on Windows

ROOT = Path(__file__).resolve().parents[1]

NOTHING = "pass"
ONE_MODEL = """
import asyncio
from pydantic import BaseModel
class CounterState(BaseModel):
    count: int = 0
async def main():
    return 3
asyncio.run(main())
"""
"""What a program pays that uses asyncio and declares one model: `import pydantic` alone loads little of it."""

FIRST_WORKFLOW = """
import asyncio
from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, step
class CounterState(BaseModel):
    count: int = 0
class Begin(StartEvent):
    by: int
class Counter(Workflow):
    @step
    async def start(self, ctx: Context[CounterState], ev: Begin) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.count += ev.by
        return StopEvent(result=ctx.state.count)
async def main():
    return await Counter().run(by=3)
asyncio.run(main())
"""
"""The program of `ONE_MODEL` with a workflow: declared, judged by the rules, run, its state edited once."""

PROGRAMS = {
    "pydantic": "import pydantic",
    "asyncio and one model": ONE_MODEL,
    "import typedflow": "import typedflow",
    "names of typedflow": "from typedflow import Context, StartEvent, StopEvent, Workflow, step",
    "first workflow": FIRST_WORKFLOW,
    "llama-index-workflows": "import workflows",
    "pydantic-graph": "import pydantic_graph",
    "langgraph": "import langgraph.graph",
    "burr": "import burr.core",
}
INSTALLED = ("pydantic", "typedflow", "llama-index-workflows", "pydantic-graph", "langgraph", "burr")


def main() -> None:
    """Print a line a program, and how many distributions each library brings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as folder:
        bytecode = Path(folder)
        programs = {name: code for name, code in PROGRAMS.items() if seconds(code, bytecode) is not None}
        took: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(rounds):
            nothing = seconds(NOTHING, bytecode) or 0.0
            for name, code in programs.items():
                took[name].append((seconds(code, bytecode) or 0.0) - nothing)
    pydantic = median(took["pydantic"])
    for name in programs:
        cost = median(took[name])
        above = median(mine - model for mine, model in zip(took[name], took["asyncio and one model"], strict=True))
        print(
            f"{name:24} {cost * 1000:7.1f} ms  {cost / pydantic:5.2f} x pydantic  {above * 1000:+7.1f} ms over one model"
        )
    for name in PROGRAMS.keys() - programs.keys():
        print(f"{name:24} not installed")
    print("distributions: " + ", ".join(f"{name} {len(found)}" for name in INSTALLED if (found := needed(name))))


def seconds(code: str, bytecode: Path) -> float | None:
    """What a fresh interpreter takes for `code`; None where it fails."""
    program = bytecode / "program.py"  # a file, since the rules read the source of a workflow
    program.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = clock()
    done = subprocess.run([sys.executable, str(program)], env=environment, capture_output=True, check=False)
    return clock() - start if done.returncode == 0 else None


def clock() -> float:
    """Seconds that the processor has worked for child processes; of any kind, where the system does not tell."""
    if "resource" not in globals():
        return time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def needed(name: str) -> set[str]:
    """The distributions that installing `name` brings, itself included, extras aside; none where it is not installed."""
    found: set[str] = set()
    pending = [name]
    while pending:
        current = pending.pop().lower().replace("_", "-")
        if current in found:
            continue
        try:
            requirements = distribution(current).requires or []
        except PackageNotFoundError:
            continue
        found.add(current)
        for text in requirements:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                pending.append(requirement.name)
    return found


if __name__ == "__main__":
    main()
