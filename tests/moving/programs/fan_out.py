"""Concurrent execution by signatures: a returned list fans out, a list parameter fans in, nested too."""

from __future__ import annotations

import asyncio

from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Task(Event):
    n: int


class Done(Event):
    n: int


class ConcurrentFlow(Workflow):
    @step
    async def fan_out(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(ev.get("tasks", 5))]

    @step(num_workers=5)
    async def work(self, ev: Task) -> Done | None:
        await asyncio.sleep(0.001 * (5 - ev.n))
        return None if ev.n == 3 else Done(n=ev.n * 10)

    @step
    async def fan_in(self, evs: list[Done]) -> StopEvent:
        return StopEvent(result=sorted(ev.n for ev in evs))


async def main() -> object:
    return await ConcurrentFlow().run(), await ConcurrentFlow().run(tasks=0)


EXPECTED = ([0, 10, 20, 40], [])
