"""llama-index-workflows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, StartEvent, StopEvent

from benchmarks.systems import Scenario, System

__all__ = ["SYSTEM"]


class Begin(StartEvent):
    n: int


class Value(Event):
    n: int


class Result(Event):
    n: int


class Answer(HumanResponseEvent):
    n: int


class Count(BaseModel):
    count: int = 0


def chain_of(n: int) -> type[Workflow]:
    """A workflow of n distinct steps over n - 1 distinct events."""
    events = [
        type(f"Value{i}", (Event,), {"__annotations__": {"n": int}, "__module__": __name__}) for i in range(n - 1)
    ]
    body: dict[str, object] = {"__module__": __name__}
    for i in range(n):
        gives: Any  # what the annotation says
        if i == n - 1:

            async def last(self, ev):
                return StopEvent(result=ev.n + 1)

            function, gives = last, StopEvent
        else:
            make = events[i]

            async def middle(self, ev, make=make):
                return make(n=ev.n + 1)

            function, gives = middle, make
        function.__name__ = f"step{i}"
        function.__qualname__ = f"Chain.step{i}"
        function.__annotations__ = {"ev": Begin if i == 0 else events[i - 1], "return": gives}
        body[f"step{i}"] = step(function)
    return type(Workflow)("Chain", (Workflow,), body)


class Loop(Workflow):
    @step
    async def begin(self, ev: Begin) -> Value:
        return Value(n=ev.n)

    @step
    async def turn(self, ctx: Context[Count], ev: Value) -> Value | StopEvent:
        if ev.n == 0:
            return StopEvent(result=0)
        async with ctx.store.edit_state() as state:
            state.count += 1
        return Value(n=ev.n - 1)


class FanOut(Workflow):
    @step
    async def split(self, ev: Begin) -> list[Value]:
        return [Value(n=i) for i in range(ev.n)]

    @step
    async def work(self, ev: Value) -> Result:
        return Result(n=ev.n)

    @step
    async def gather(self, evs: list[Result]) -> StopEvent:
        return StopEvent(result=len(evs))


class Parked(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
        answer = await ctx.wait_for_event(Answer)
        return StopEvent(result=answer.n)


class Stream(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
        for i in range(ev.n):
            ctx.write_event_to_stream(Value(n=i))
        return StopEvent()


class Liw:
    name = "llama-index-workflows"
    version = version("llama-index-workflows")

    def chain(self, n: int) -> Scenario:
        workflow = chain_of(n)(timeout=None)

        async def run() -> object:
            return await workflow.run(n=0)

        return run

    def loop(self, n: int) -> Scenario:
        workflow = Loop(timeout=None)

        async def run() -> object:
            return await workflow.run(n=n)

        return run

    def fan_out(self, n: int) -> Scenario:
        workflow = FanOut(timeout=None)

        async def run() -> object:
            return await workflow.run(n=n)

        return run

    def concurrent(self, runs: int, steps: int) -> Scenario:
        workflow = chain_of(steps)(timeout=None)

        async def run() -> object:
            handlers = [workflow.run(n=0) for _ in range(runs)]
            return [await handler for handler in handlers]

        return run

    def parked(self, n: int) -> Callable[[], Awaitable[Scenario]]:
        workflow = Parked(timeout=None)

        async def start() -> Scenario:
            handlers = [workflow.run(n=0) for _ in range(n)]
            await asyncio.sleep(1)

            async def end() -> None:
                for handler in handlers:
                    await handler.cancel_run()

            return end

        return start

    def stream(self, n: int) -> Scenario:
        workflow = Stream(timeout=None)

        async def run() -> int:
            handler = workflow.run(n=n)
            return len([event async for event in handler.stream_events()])

        return run


SYSTEM: System = Liw()
