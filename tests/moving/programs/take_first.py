"""Concurrent execution by signatures: the first two of a fan-out, and a step that joins two ways."""

from __future__ import annotations

import asyncio
from typing import Annotated

from workflows import Workflow, step
from workflows.collect import Collect, Take
from workflows.events import Event, StartEvent, StopEvent


class Query(Event):
    n: int


class Answer(Event):
    n: int


class Best(Event):
    ns: list[int]


class Race(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> list[Query]:
        return [Query(n=n) for n in (3, 1, 2)]

    @step
    async def search(self, ev: Query) -> Answer:
        await asyncio.sleep(0.02 * ev.n)
        return Answer(n=ev.n)

    @step
    async def first(self, evs: Annotated[list[Answer], Collect(Take(2))]) -> StopEvent:
        return StopEvent(result=[ev.n for ev in evs])


class Left(Event):
    n: int


class Right(Event):
    n: int


class Joins(Workflow):
    @step
    async def left(self, ev: StartEvent) -> Left:
        return Left(n=1)

    @step
    async def right(self, ev: StartEvent) -> Right:
        await asyncio.sleep(0.01)
        return Right(n=2)

    @step
    async def join(self, a: Left, b: Right) -> StopEvent:
        return StopEvent(result=(a.n, b.n))


async def main() -> object:
    return await Race().run(), await Joins().run()


EXPECTED = ([1, 2], (1, 2))
