"""Times and memory, measured so that a slow moment of the machine does not decide.

The systems take turns, round by round, and each figure is compared with the floor's of the same round; what is printed
is the median of those ratios.
"""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks.systems import Scenario

__all__ = ["Figure", "bytes_kept", "timed"]


@dataclass
class Figure:
    """One system in one scenario: µs (or KiB) per unit in each round, and the same as multiples of the floor's."""

    rounds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    error: str | None = None

    @property
    def value(self) -> float | None:
        """The median per unit."""
        return median(self.rounds) if self.rounds else None

    @property
    def ratio(self) -> float | None:
        """The median multiple of the floor."""
        return median(self.ratios) if self.ratios else None


def timed(scenarios: Mapping[str, Scenario], units: int, rounds: int, seconds: float) -> dict[str, Figure]:
    """Run each scenario once to warm up and then `rounds` times in turn, in one event loop; µs per unit.

    A system whose single run takes longer than `seconds` is measured in as many rounds as fit into four times that.
    """
    figures = {name: Figure() for name in scenarios}

    async def all_rounds() -> None:
        slow: dict[str, int] = {}
        for name, scenario in scenarios.items():
            try:
                taken = await _once(scenario)
            except Exception as error:  # a peer that cannot do it is reported, not hidden
                figures[name].error = f"{type(error).__name__}: {error}"[:200]
                continue
            slow[name] = rounds if taken < seconds else max(1, int(4 * seconds / taken))
        for number in range(rounds):
            floor = await _once(scenarios["floor"])
            figures["floor"].rounds.append(floor / units * 1e6)
            figures["floor"].ratios.append(1.0)
            for name, scenario in scenarios.items():
                if name != "floor" and number < slow.get(name, 0):
                    taken = await _once(scenario)
                    figures[name].rounds.append(taken / units * 1e6)
                    figures[name].ratios.append(taken / floor)

    asyncio.run(all_rounds())
    return figures


async def _once(scenario: Scenario) -> float:
    gc.collect()
    start = time.perf_counter()
    await scenario()
    return time.perf_counter() - start


def bytes_kept(start: Callable[[], Awaitable[Scenario]]) -> float:
    """Bytes that what `start` leaves behind holds until it is ended."""

    async def measure() -> float:
        warm = await start()
        await warm()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        end = await start()
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        await end()
        return float(kept)

    return asyncio.run(measure())
