"""The snippets of the guide page "Managing State", with `workflows` read as `typedflow` and its two slips mended.

The slips: the locking snippet reads an undefined name `state` for `ctx_state`, and the last one `w` for `workflow`.
They are run (`tests/test_managing_state.py`) and type-checked (`typecheck_tests/plugin/test_snippets.py`).
"""

from __future__ import annotations

__all__ = ["ACROSS_RUNS", "LOCKED", "TYPED", "UNTYPED"]

UNTYPED = """
from typedflow import Workflow, Context, step
from typedflow.events import StartEvent, StopEvent

class MyWorkflow(Workflow):

    @step
    async def my_step(self, ctx: Context, ev: StartEvent) -> StopEvent:
       current_count = await ctx.store.get("count", default=0)
       current_count += 1
       await ctx.store.set("count", current_count)
       return StopEvent()
"""

LOCKED = """
from typedflow import Workflow, Context, step
from typedflow.events import StartEvent, StopEvent

class MyWorkflow(Workflow):
    @step
    async def my_step(self, ctx: Context, ev: StartEvent) -> StopEvent:
       # No other steps can access the state while the `with` block is running
       async with ctx.store.edit_state() as ctx_state:
           if "count" not in ctx_state:
               ctx_state["count"] = 0
           ctx_state["count"] += 1
       return StopEvent()
"""

TYPED = """
from pydantic import BaseModel, Field


class CounterState(BaseModel):
    count: int = Field(default=0)

from typedflow import Context, Workflow, step
from typedflow.events import (
    StartEvent,
    StopEvent,
)


class MyWorkflow(Workflow):
    @step
    async def start(
        self,
        ctx: Context[CounterState],
        ev: StartEvent
    ) -> StopEvent:
        # Allows for atomic state updates
        async with ctx.store.edit_state() as ctx_state:
            ctx_state.count += 1

        return StopEvent(result="Done!")
"""

ACROSS_RUNS = """
workflow = MyWorkflow()
ctx = Context(workflow)

handler = workflow.run(ctx=ctx)
result = await handler

# Optional: save the ctx somewhere and restore
# ctx_dict = ctx.to_dict()
# ctx = Context.from_dict(workflow, ctx_dict)

# continue with next run
handler = workflow.run(ctx=ctx)
result = await handler
"""
