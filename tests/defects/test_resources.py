"""Defects 18 and 19 of llama-index-workflows 2.26.1: resources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from typedflow import Event, Resource, StartEvent, StopEvent, Workflow, step


def maker(name: str) -> Callable[[], str]:
    def make() -> str:
        return name

    return make


class Task(Event):
    n: int


class Done(Event):
    resource: int


async def test_defect_18_two_closures_of_one_maker_are_two_resources() -> None:
    class Flow(Workflow):
        @step
        async def begin(
            self,
            ev: StartEvent,
            first: Annotated[str, Resource(maker("a"))],
            second: Annotated[str, Resource(maker("b"))],
        ) -> StopEvent[tuple[str, str]]:
            return StopEvent(result=(first, second))

    assert await Flow().run() == ("a", "b")


made: list[int] = []


async def slow() -> int:
    await asyncio.sleep(0.02)
    made.append(1)
    return len(made)


async def test_defect_19_steps_that_ask_for_a_slow_resource_at_once_share_it() -> None:
    class Flow(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step
        async def work(self, ev: Task, resource: Annotated[int, Resource(slow)]) -> Done:
            return Done(resource=resource)

        @step
        async def gather(self, evs: list[Done]) -> StopEvent[list[int]]:
            return StopEvent(result=[ev.resource for ev in evs])

    made.clear()
    assert await asyncio.wait_for(Flow().run(), 5) == [1, 1, 1]
