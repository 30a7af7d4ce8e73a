"""What a step costs: typedflow, its peers, and a hand-written asyncio loop as the floor, in one process.

    python -m benchmarks.engine [--quick] [--json FILE] [--chart FILE]

Peers that are not installed are left out and named; `python benchmarks/run.py` installs them all into an environment of
its own.
"""

from __future__ import annotations

import argparse
import json
import logging
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure, bytes_kept, timed
from benchmarks.report import chart, table
from benchmarks.systems import Scenario, System, installed_systems

PARKED = 1000
LOOP_MEMORY = 5000


def main() -> None:
    """Measure, print the table, and write what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="smaller sizes and fewer rounds, about a minute")
    arguments.add_argument("--json", type=Path, help="write all figures there")
    arguments.add_argument("--chart", type=Path, help="write an SVG chart of the ratios there")
    options = arguments.parse_args()
    logging.disable(logging.CRITICAL)  # what a peer logs at each step is not its engine's cost
    systems, missing = installed_systems()
    results = dict(measured(systems, quick=options.quick))
    print(f"\nPython {platform.python_version()}; " + ", ".join(f"{s.name} {s.version}" for s in systems[1:]))
    if missing:
        print(f"not installed, not measured: {', '.join(missing)}")
    if options.json:
        options.json.write_text(json.dumps(as_data(systems, results), indent=1) + "\n")
    if options.chart:
        options.chart.write_text(chart(results, [system.name for system in systems]))


def measured(systems: list[System], *, quick: bool) -> list[tuple[str, dict[str, Figure]]]:
    """Each scenario's title and figures, printed as they come."""
    rounds, seconds = (5, 1.0) if quick else (9, 8.0)
    loops, runs = (1000, 100) if quick else (10_000, 1000)
    sizes = (10, 100, 1000) if quick else (10, 100, 1000, 10_000)
    jobs: list[tuple[str, int, Callable[[System], Scenario | None]]] = [
        ("one-step run", 1, lambda system: repeated(system.chain(1), 20)),
        ("chain of 100 steps, per step", 100, lambda system: system.chain(100)),
        (f"loop of {loops} with a state edit, per turn", loops, lambda system: system.loop(loops)),
        *((f"fan-out of {n} and collect, per unit", n, _fan_out(n)) for n in sizes),
        (f"{runs} concurrent runs of 10 steps, per step", runs * 10, lambda system: system.concurrent(runs, 10)),
        ("stream of 10000 events, per event", 10_000, lambda system: system.stream(10_000)),
    ]
    results = []
    for title, units, make in jobs:
        scenarios = {system.name: scenario for system in systems if (scenario := make(system)) is not None}
        figures = timed(scenarios, units * (20 if title == "one-step run" else 1), rounds, seconds)
        results.append((title, figures))
        print(table(title, "µs", figures, [system.name for system in systems]))
    for title, figures in (
        (f"KiB per parked run ({PARKED} runs)", parked_memory(systems)),
        ("bytes kept per turn of a loop, while it runs", loop_memory(systems)),
    ):
        results.append((title, figures))
        print(table(title, "KiB" if "KiB" in title else "bytes", figures, [system.name for system in systems]))
    return results


def _fan_out(n: int) -> Callable[[System], Scenario | None]:
    return lambda system: system.fan_out(n)


def repeated(scenario: Scenario | None, times: int) -> Scenario | None:
    """The scenario so many times in a row: for what is too short to be timed once."""
    if scenario is None:
        return None
    once = scenario

    async def run() -> None:
        for _ in range(times):
            await once()

    return run


def parked_memory(systems: list[System]) -> dict[str, Figure]:
    """KiB that a run holds while it waits for an event."""
    figures: dict[str, Figure] = {}
    for system in systems:
        start = system.parked(PARKED)
        if start is not None:
            figures[system.name] = Figure([bytes_kept(start) / PARKED / 1024])
    return with_ratios(figures)


def loop_memory(systems: list[System]) -> dict[str, Figure]:
    """Bytes that each turn of a loop leaves behind while the run goes on: the peak of a long loop over that of a short one."""
    import asyncio
    import gc
    import tracemalloc

    figures: dict[str, Figure] = {}
    for system in systems:
        peaks = []
        for n in (LOOP_MEMORY // 10, LOOP_MEMORY):
            scenario = system.loop(n)
            if scenario is None:
                break
            asyncio.run(_awaited(scenario))
            gc.collect()
            tracemalloc.start()
            asyncio.run(_awaited(scenario))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        if len(peaks) == 2:
            figures[system.name] = Figure([max(0.0, (peaks[1] - peaks[0]) / (LOOP_MEMORY - LOOP_MEMORY // 10))])
    return figures


async def _awaited(scenario: Scenario) -> None:
    await scenario()


def with_ratios(figures: dict[str, Figure]) -> dict[str, Figure]:
    """The figures as multiples of the floor's."""
    floor = figures["floor"].value
    for figure in figures.values():
        if floor and figure.value is not None:
            figure.ratios = [figure.value / floor]
    return figures


def as_data(systems: list[System], results: dict[str, dict[str, Figure]]) -> dict[str, object]:
    """Everything as JSON data."""
    return {
        "python": sys.version.split()[0],
        "versions": {system.name: system.version for system in systems},
        "results": {
            title: {
                name: {"median": f.value, "times_floor": f.ratio, "rounds": f.rounds, "error": f.error}
                for name, f in figures.items()
            }
            for title, figures in results.items()
        },
    }


if __name__ == "__main__":
    main()
