"""Defects 3 and 5 of llama-index-workflows 2.26.1: plain steps in threads, and what a fan-out costs."""

from __future__ import annotations

import asyncio

from counting import Calls

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step


class Task(Event):
    n: int


class Done(Event):
    n: int


class Heard(Event):
    n: int


async def test_defect_03_a_plain_step_sends_and_writes_to_the_stream() -> None:
    class Plain(Workflow):
        @step
        def begin(self, ctx: Context, ev: StartEvent) -> Task | None:
            for n in range(3):
                ctx.write_event_to_stream(Heard(n=n))
                ctx.send_event(Task(n=n))
            return None

        @step
        async def gather(self, ctx: Context, ev: Task) -> StopEvent[list[int]] | None:
            got = ctx.collect_events(ev, [Task] * 3)
            return None if got is None else StopEvent(result=[task.n for task in got])

    handler = Plain().run()
    assert [event.n async for event in handler.stream_events(only=Heard)] == [0, 1, 2]
    assert await handler == [0, 1, 2]


class FansOut(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(ev["items"])]

    @step
    async def work(self, ev: Task) -> Done:
        await asyncio.sleep(0)
        return Done(n=ev.n)

    @step
    async def gather(self, evs: list[Done]) -> StopEvent[int]:
        return StopEvent(result=len(evs))


async def calls(items: int) -> int:
    with Calls() as made:
        assert await FansOut(timeout=None).run(items=items) == items
    return made.count


async def test_defect_05_a_fan_out_costs_in_proportion_to_its_size() -> None:
    await calls(100)  # whatever is made once
    assert await calls(4_000) < 1.2 * 8 * await calls(500)  # 8 times the items; 64 would be quadratic
