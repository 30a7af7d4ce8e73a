"""Durable workflows: what belongs to all runs is kept on the workflow, which has an `__init__` of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Rows(Event):
    rows: list[int]


class Client:
    def fetch(self) -> list[int]:
        return [3, 1, 2]


class DbWorkflow(Workflow):
    def __init__(self, db: Client, *args, **kwargs) -> None:
        self.db = db
        super().__init__(*args, **kwargs)

    @step
    def read(self, ev: StartEvent) -> Rows:
        return Rows(rows=self.db.fetch())

    @step
    async def order(self, ev: Rows) -> StopEvent:
        ordered = await asyncio.to_thread(sorted, ev.rows)
        with ThreadPoolExecutor(max_workers=1) as pool:
            total = await asyncio.get_running_loop().run_in_executor(pool, sum, ordered)
        return StopEvent(result=(ordered, total))


async def main() -> object:
    w = DbWorkflow(Client(), 10, False, False)
    return await asyncio.gather(*(w.run() for _ in range(3)))


EXPECTED = [([1, 2, 3], 6)] * 3
