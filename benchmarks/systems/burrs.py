"""Apache Burr."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from burr.core import ApplicationBuilder, State, action, default, expr
from burr.core.graph import GraphBuilder
from burr.core.parallelism import MapStates

from benchmarks.systems import Scenario, System

__all__ = ["SYSTEM"]


@action(reads=["n"], writes=["n"])
async def add_one(state: State) -> State:
    return state.update(n=state["n"] + 1)


@action(reads=["n", "count"], writes=["n", "count"])
async def turn(state: State) -> State:
    return state.update(n=state["n"] - 1, count=state["count"] + 1)


@action(reads=["n"], writes=["n"])
async def end(state: State) -> State:
    return state


@action(reads=["n"], writes=["n"])
async def wait(state: State) -> State:
    await asyncio.sleep(3600)
    return state


class FanOut(MapStates):
    async def states(self, state: State, context: Any, inputs: dict[str, Any]) -> AsyncGenerator[State, None]:
        for i in range(state["size"]):
            yield state.update(n=i)

    def action(self, state: State, inputs: dict[str, Any]) -> Any:
        return add_one

    async def reduce(self, state: State, states: AsyncGenerator[State, None]) -> State:
        return state.update(results=[result["n"] async for result in states])

    @property
    def reads(self) -> list[str]:
        return ["size"]

    @property
    def writes(self) -> list[str]:
        return ["results"]

    def is_async(self) -> bool:
        return True


class Burr:
    name = "burr"
    version = version("burr")

    def _chain(self, n: int) -> Callable[[], Awaitable[object]]:
        names = [f"step{i}" for i in range(n)]
        graph = GraphBuilder().with_actions(**dict.fromkeys(names, add_one)).with_transitions(*pairwise(names)).build()

        async def run() -> object:
            app = await ApplicationBuilder().with_graph(graph).with_state(n=0).with_entrypoint(names[0]).abuild()
            return await app.arun(halt_after=[names[-1]])

        return run

    def chain(self, n: int) -> Scenario:
        return self._chain(n)

    def loop(self, n: int) -> Scenario:
        graph = (
            GraphBuilder()
            .with_actions(turn=turn, end=end)
            .with_transitions(("turn", "turn", expr("n > 0")), ("turn", "end", default))
            .build()
        )

        async def run() -> object:
            app = await ApplicationBuilder().with_graph(graph).with_state(n=n, count=0).with_entrypoint("turn").abuild()
            return await app.arun(halt_after=["end"])

        return run

    def fan_out(self, n: int) -> Scenario:
        graph = GraphBuilder().with_actions(fan=FanOut(), end=end).with_transitions(("fan", "end")).build()

        async def run() -> object:
            app = await ApplicationBuilder().with_graph(graph).with_state(size=n, n=0).with_entrypoint("fan").abuild()
            return await app.arun(halt_after=["end"])

        return run

    def concurrent(self, runs: int, steps: int) -> Scenario:
        chain = self._chain(steps)

        async def run() -> object:
            return await asyncio.gather(*(chain() for _ in range(runs)))

        return run

    def parked(self, n: int) -> Callable[[], Awaitable[Scenario]]:
        graph = GraphBuilder().with_actions(wait=wait, end=end).with_transitions(("wait", "end")).build()

        async def start() -> Scenario:
            async def one() -> object:
                app = await ApplicationBuilder().with_graph(graph).with_state(n=0).with_entrypoint("wait").abuild()
                return await app.arun(halt_after=["end"])

            tasks = [asyncio.create_task(one()) for _ in range(n)]
            await asyncio.sleep(0.5)

            async def stop() -> None:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

            return stop

        return start

    def stream(self, n: int) -> Scenario | None:
        return None  # streaming actions stream their one result, not events


SYSTEM: System = Burr()
