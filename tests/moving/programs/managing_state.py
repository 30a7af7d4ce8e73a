"""The page "Managing state", snippet by snippet, its two slips mended (`state` for `ctx_state`, `w` for `workflow`)."""

from __future__ import annotations

from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import StartEvent, StopEvent


class Untyped(Workflow):
    @step
    async def my_step(self, ctx: Context, ev: StartEvent) -> StopEvent:
        current_count = await ctx.store.get("count", default=0)
        current_count += 1
        await ctx.store.set("count", current_count)
        return StopEvent()


class Locked(Workflow):
    @step
    async def my_step(self, ctx: Context, ev: StartEvent) -> StopEvent:
        # No other steps can access the state while the `with` block is running
        async with ctx.store.edit_state() as ctx_state:
            if "count" not in ctx_state:
                ctx_state["count"] = 0
            ctx_state["count"] += 1
        return StopEvent()


class CounterState(BaseModel):
    count: int = Field(default=0)


class MyWorkflow(Workflow):
    @step
    async def start(self, ctx: Context[CounterState], ev: StartEvent) -> StopEvent:
        # Allows for atomic state updates
        async with ctx.store.edit_state() as ctx_state:
            ctx_state.count += 1

        return StopEvent(result="Done!")


async def counted(workflow: Workflow) -> tuple[object, object, int]:
    ctx = Context(workflow)

    handler = workflow.run(ctx=ctx)
    first = await handler

    # Optional: save the ctx somewhere and restore
    ctx_dict = ctx.to_dict()
    ctx = Context.from_dict(workflow, ctx_dict)

    # continue with next run
    handler = workflow.run(ctx=ctx)
    result = await handler
    return first, result, await handler.ctx.store.get("count")


async def main() -> object:
    return [await counted(workflow()) for workflow in (Untyped, Locked, MyWorkflow)]


EXPECTED = [(None, None, 2), (None, None, 2), ("Done!", "Done!", 2)]
