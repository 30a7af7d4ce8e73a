"""The engines that are compared. Each module has one class whose methods make a ready-to-run scenario."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

__all__ = ["Scenario", "System", "installed_systems"]

Scenario: TypeAlias = Callable[[], Awaitable[object]]
"""One execution of a scenario. What is built beforehand (classes, graphs) is not timed."""


class System(Protocol):
    """An engine. A scenario that it has no means for is None.

    `chain(n)`: n distinct steps, each handing a number to the next. `loop(n)`: one step that comes back n times and
    increments a number in the state, committed at each turn. `fan_out(n)`: n parallel units whose results are gathered.
    `concurrent(runs, steps)`: so many chains at once. `parked(n)`: starts n runs that wait for an event, and gives what
    ends them. `stream(n)`: one step shows n events to one reader.
    """

    name: str
    version: str

    def chain(self, n: int) -> Scenario | None: ...
    def loop(self, n: int) -> Scenario | None: ...
    def fan_out(self, n: int) -> Scenario | None: ...
    def concurrent(self, runs: int, steps: int) -> Scenario | None: ...
    def parked(self, n: int) -> Callable[[], Awaitable[Scenario]] | None: ...
    def stream(self, n: int) -> Scenario | None: ...


MODULES = {
    "floor": "asyncio, by hand",
    "ours": "typedflow",
    "liw": "llama-index-workflows",
    "pydantic_graphs": "pydantic-graph",
    "langgraphs": "langgraph",
    "burrs": "burr",
}


def installed_systems() -> tuple[list[System], list[str]]:
    """The systems that can be imported, the floor first, and the names of those that cannot."""
    found: list[System] = []
    missing: list[str] = []
    for module, distribution in MODULES.items():
        try:
            loaded = importlib.import_module(f"benchmarks.systems.{module}")
        except ImportError:
            missing.append(distribution)
        else:
            found.append(loaded.SYSTEM)
    return found, missing
