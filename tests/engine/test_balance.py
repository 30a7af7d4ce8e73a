"""When a run has nothing more to do, its books are balanced: no place taken, no fan-out open, nothing queued, nobody waiting."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Annotated, Any

import pytest

from typedflow import Collect, Context, Event, HumanResponseEvent, StartEvent, StopEvent, Take, Workflow, step
from typedflow.errors import StepTimeoutError

SOON = 10.0
RANDOM = Random()


class Begin(StartEvent):
    n: int


class Item(Event):
    i: int


class Part(Event):
    j: int


class Deep(Event):
    pass


class DeepDone(Event):
    pass


class PartDone(Event):
    pass


class ItemDone(Event):
    pass


class Aside(Event):
    pass


class Answer(HumanResponseEvent):
    pass


class Finish(HumanResponseEvent):
    pass


class Flaky(Exception):
    pass


class AtOnceOrSoon:
    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        return RANDOM.choice([0, 0.0004]) if attempts < 6 else None


async def pause() -> None:
    for _ in range(RANDOM.randint(0, 3)):
        await asyncio.sleep(RANDOM.choice([0, 0, 0.0003]))


class Child(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        await pause()
        return StopEvent()


CHILD = Child()


class Gauge:
    """How many are in the block, and how many at most."""

    now = most = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            yield
        finally:
            self.now -= 1


def some(kind: Any, most: int, *, cut: float) -> Any:
    return Annotated[kind, Collect(Take(RANDOM.randint(1, most), cancel_rest=RANDOM.random() < cut))]


def hectic(gauge: Gauge, workers: int) -> type[Workflow]:
    """Fan-outs in fan-outs that are cut short while their members run, retry, wait, time out, and start runs of their own."""
    few_deep, few_parts = some(list[DeepDone], 3, cut=0.7), some(list[PartDone], 3, cut=1)
    few_items = some(list[ItemDone], 5, cut=0.7)

    class Hectic(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Item]:
            return [Item(i=i) for i in range(ev.n)]

        @step(num_workers=RANDOM.randint(1, 3))
        async def item(self, ev: Item) -> list[Part]:
            await pause()
            return [Part(j=j) for j in range(RANDOM.randint(0, 4))]

        @step(num_workers=workers, retry_policy=AtOnceOrSoon(), timeout=RANDOM.choice([None, 0.001, 1]))
        async def part(self, ctx: Context, ev: Part) -> PartDone | list[Deep] | Aside:
            chance = RANDOM.random()
            with gauge.counted():
                await self.work(ctx, chance)
            if chance > 0.7:
                await self.wait(ctx)
            return [Deep() for _ in range(3)] if chance < 0.6 else PartDone()

        async def work(self, ctx: Context, chance: float) -> None:
            try:
                await pause()
                if chance < 0.1:
                    ctx.send_event(Aside())
                if chance < 0.2:
                    raise Flaky
                if chance < 0.35:
                    child = CHILD.run()
                    if chance < 0.3:
                        await child
            finally:
                if RANDOM.random() < 0.2:
                    await asyncio.sleep(0)

        async def wait(self, ctx: Context) -> None:
            count = RANDOM.randint(1, 3)
            try:
                waits = [ctx.wait_for_event(Answer, timeout=RANDOM.choice([0.0005, 0.5])) for _ in range(count)]
                await asyncio.gather(*waits, return_exceptions=RANDOM.random() < 0.5)
            except asyncio.TimeoutError:
                pass
            except asyncio.CancelledError:
                if RANDOM.random() < 0.5:  # the others go on in spite of it
                    raise

        @step(num_workers=2)
        async def deep(self, ev: Deep) -> DeepDone:
            await pause()
            return DeepDone()

        @step
        async def deeps(self, evs: few_deep) -> PartDone:  # type: ignore[valid-type]  # a random annotation
            await pause()
            return PartDone()

        @step
        async def aside(self, ev: Aside) -> None:
            await pause()

        @step
        async def parts(self, evs: few_parts) -> ItemDone:  # type: ignore[valid-type]  # a random annotation
            await pause()
            return ItemDone()

        @step
        async def items(self, evs: few_items) -> None:  # type: ignore[valid-type]  # a random annotation
            await pause()

        @step
        async def answer(self, ev: Answer) -> None: ...

        @step
        async def finish(self, ev: Finish) -> StopEvent[str]:
            return StopEvent(result="finished")

    return Hectic


@pytest.mark.parametrize("seed", range(40))
async def test_a_hectic_run_that_has_nothing_more_to_do_has_balanced_books(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("typedflow"), "disabled", True)
    RANDOM.seed(seed)
    gauge, workers = Gauge(), RANDOM.randint(1, 3)
    handler = hectic(gauge, workers)(timeout=None, skip_checks=["no-exit", "collect"]).run(n=RANDOM.randint(0, 6))
    run, books, began = handler._run, handler._run.books, time.monotonic()
    while (run._workers or books.ready or books.retrying) and not handler.is_done():
        assert time.monotonic() - began < SOON, "it hangs"
        await asyncio.sleep(RANDOM.choice([0, 0.0002]))
        if books.waiters and RANDOM.random() < 0.5:
            await handler.send_event(Answer())
    if not handler.is_done():
        assert not any(books.running)
        assert (books.scopes, books.backlog, list(books.waiters), books.joined) == ({}, {}, [], {})
        await handler.send_event(Finish())
    with suppress(Flaky, StepTimeoutError):  # out of attempts
        assert await asyncio.wait_for(handler, SOON) == "finished"
    assert gauge.most <= workers
    assert asyncio.all_tasks() == {asyncio.current_task()}
