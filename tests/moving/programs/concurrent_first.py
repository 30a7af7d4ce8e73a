"""Concurrent execution: several events sent, and the first to be done ends the run."""

from __future__ import annotations

import asyncio

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class StepTwoEvent(Event):
    query: str
    seconds: float


class ParallelFlow(Workflow):
    @step
    async def start(self, ctx: Context, ev: StartEvent) -> StepTwoEvent | None:
        ctx.send_event(StepTwoEvent(query="Query 1", seconds=0.5))
        ctx.send_event(StepTwoEvent(query="Query 2", seconds=0.01))
        ctx.send_event(StepTwoEvent(query="Query 3", seconds=0.5))

    @step(num_workers=4)
    async def step_two(self, ctx: Context, ev: StepTwoEvent) -> StopEvent:
        await asyncio.sleep(ev.seconds)
        return StopEvent(result=ev.query)


async def main() -> object:
    return await ParallelFlow().run()


EXPECTED = "Query 2"
