"""What importing costs, and how many distributions come along.

    python -m benchmarks.import_time

Each import is the median of several fresh interpreters, less that of an interpreter which imports nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, distribution
from statistics import median

from packaging.requirements import Requirement

ONE_MODEL = "import asyncio\nfrom pydantic import BaseModel\nclass Model(BaseModel):\n    x: int = 0"
"""What a program pays that uses asyncio and declares one model: `import pydantic` alone loads little of it."""

MODULES = {
    "pydantic": "pydantic",
    "typedflow": "typedflow",
    "llama-index-workflows": "workflows",
    "pydantic-graph": "pydantic_graph",
    "langgraph": "langgraph.graph",
    "burr": "burr.core",
}
ROUNDS = 11


def main() -> None:
    """Print a line a library."""
    costs: dict[str, list[float]] = {name: [] for name in MODULES}
    present = {name: module for name, module in MODULES.items() if seconds(f"import {module}") is not None}
    one_model: list[float] = []
    for _ in range(ROUNDS):
        nothing = seconds("pass") or 0.0
        one_model.append((seconds(ONE_MODEL) or 0.0) - nothing)
        for name, module in present.items():
            costs[name].append((seconds(f"import {module}") or 0.0) - nothing)
    base = median(costs["pydantic"])
    print(f"{'asyncio, one model':24} {median(one_model) * 1000:7.0f} ms  {median(one_model) / base:5.2f} x pydantic")
    for name in present:
        cost = median(costs[name])
        print(f"{name:24} {cost * 1000:7.0f} ms  {cost / base:5.2f} x pydantic  {len(needed(name)):3} distributions")
    for name in MODULES.keys() - present.keys():
        print(f"{name:24} not installed")


def seconds(code: str) -> float | None:
    """How long a fresh interpreter takes for `code`; None where it fails."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    return time.perf_counter() - start if done.returncode == 0 else None


def needed(name: str) -> set[str]:
    """The distributions that installing `name` brings, itself included, extras aside."""
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
