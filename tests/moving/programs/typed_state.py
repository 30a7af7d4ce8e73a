"""Managing state with a model, many steps at once, and the context of several runs."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class CounterState(BaseModel):
    count: int = Field(default=0)
    names: list[str] = Field(default_factory=list)


class Task(Event):
    name: str


class Done(Event):
    pass


class CountFlow(Workflow):
    @step
    async def start(self, ctx: Context[CounterState], ev: StartEvent) -> Task | None:
        for n in range(5):
            ctx.send_event(Task(name=f"t{n}"))
        return None

    @step(num_workers=5)
    async def work(self, ctx: Context[CounterState], ev: Task) -> Done:
        async with ctx.store.edit_state() as state:
            count = state.count
            await asyncio.sleep(0)
            state.count = count + 1
            state.names.append(ev.name)
        return Done()

    @step
    async def end(self, ctx: Context[CounterState], ev: Done) -> StopEvent | None:
        if ctx.collect_events(ev, [Done] * 5) is None:
            return None
        state = await ctx.store.get_state()
        return StopEvent(result=(state.count, sorted(state.names)))


async def main() -> object:
    workflow = CountFlow()
    ctx = Context(workflow)
    first = await workflow.run(ctx=ctx)
    await ctx.store.set("names", [])
    second = await workflow.run(ctx=ctx)
    await ctx.store.set_state(CounterState(count=7))
    await ctx.store.clear()
    return first, second, (await ctx.store.get_state()).count


EXPECTED = (
    (5, ["t0", "t1", "t2", "t3", "t4"]),
    (10, ["t0", "t1", "t2", "t3", "t4"]),
    0,
)
