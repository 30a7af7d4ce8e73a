"""A hundred runs leave no object of the engine behind, and memory is back where it was."""

from __future__ import annotations

import asyncio
import gc
import logging
import tracemalloc
from collections import Counter

import pytest
from chaos_case import Case

RUNS = 100
KEPT = ("Run", "Invocation", "FanOut", "Waiter", "Worker", "EventStream", "Outcome", "Books", "StateStore", "Context")


@pytest.fixture(autouse=True)
def nothing_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest keeps what is logged, and with an error the frames that it went through."""
    monkeypatch.setattr(logging.getLogger("typedflow"), "disabled", True)


def alive() -> Counter[str]:
    """How many objects of the engine there are, by class."""
    gc.collect()
    kinds = (type(thing) for thing in gc.get_objects())
    found = Counter(kind.__name__ for kind in kinds if kind.__module__.startswith("typedflow"))
    return Counter({name: found[name] for name in KEPT})


@pytest.mark.parametrize("end", ["result", "failure", "cancelled", "timeout", "restored"])
async def test_a_hundred_runs_leave_no_object_of_the_engine_behind(end: str) -> None:
    before = alive()
    for number in range(20):
        await Case(number, end).run()
        await asyncio.sleep(0)
    for _ in range(20):
        if alive() - before == Counter():
            break
        await asyncio.sleep(0.05)  # a thread drops what it held a moment after its step is over
    assert alive() - before == Counter()


async def test_memory_is_back_after_a_hundred_runs_of_one_workflow() -> None:
    case = Case(38, "result")
    for _ in range(5):
        await again(case)
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(10):
            await again(case)
        gc.collect()
        first = tracemalloc.get_traced_memory()[0]
        for _ in range(RUNS):
            await again(case)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - first
    finally:
        tracemalloc.stop()
    assert grown < 40_000  # bytes: 400 a run would be a leak of one object


async def again(case: Case) -> None:
    """The same workflow once more, with its ledger cleared."""
    case.ledger.__init__()  # type: ignore[misc]  # the steps hold this very ledger
    await case.run()
