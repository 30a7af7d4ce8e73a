"""Concurrent execution: num_workers, and collect_events for three events of one type."""

from __future__ import annotations

import asyncio

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class StepTwoEvent(Event):
    query: str


class StepThreeEvent(Event):
    result: str


running: list[int] = [0, 0]


class ConcurrentFlow(Workflow):
    @step
    async def start(self, ctx: Context, ev: StartEvent) -> StepTwoEvent | None:
        for n in range(1, 6):
            ctx.send_event(StepTwoEvent(query=f"Query {n}"))

    @step(num_workers=2)
    async def step_two(self, ctx: Context, ev: StepTwoEvent) -> StepThreeEvent:
        running[0] += 1
        running[1] = max(running)
        await asyncio.sleep(0.01)
        running[0] -= 1
        return StepThreeEvent(result=ev.query)

    @step
    async def step_three(self, ctx: Context, ev: StepThreeEvent) -> StopEvent | None:
        result = ctx.collect_events(ev, [StepThreeEvent] * 5)
        if result is None:
            return None
        return StopEvent(result=sorted(done.result for done in result))


async def main() -> object:
    result = await ConcurrentFlow().run()
    return result, running[1]


EXPECTED = (["Query 1", "Query 2", "Query 3", "Query 4", "Query 5"], 2)
