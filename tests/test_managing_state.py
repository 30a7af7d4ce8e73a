"""The guide page "Managing State", snippet by snippet, with `workflows` read as `typedflow` and its two slips mended.

The slips: the locking snippet reads an undefined name `state` for `ctx_state`, and the last one `w` for `workflow`.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

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


def defined_by(snippet: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__, "json": json}
    exec(compile(snippet, "managing-state.md", "exec"), names)
    return names


async def run_across(names: dict[str, Any], snippet: str) -> None:
    """Run a snippet with `await` at its top level, its names being those of `names`."""
    body = textwrap.indent(snippet, "    ")
    exec(f"async def snippet():\n    global workflow, ctx, handler, result\n{body}", names)
    await names["snippet"]()


async def test_an_untyped_state_keeps_what_a_step_puts_there() -> None:
    names = defined_by(UNTYPED)
    handler = names["MyWorkflow"]().run()
    assert await handler is None
    assert await handler.ctx.store.get("count") == 1


async def test_an_edit_of_the_untyped_state_counts_on_from_run_to_run() -> None:
    names = defined_by(LOCKED)
    await run_across(names, ACROSS_RUNS)
    assert names["ctx"].state.count == 2


async def test_a_typed_state_is_made_with_its_defaults_and_edited_with_types() -> None:
    names = defined_by(TYPED)
    await run_across(names, ACROSS_RUNS)
    assert names["result"] == "Done!"
    assert names["ctx"].state == names["CounterState"](count=2)


async def test_a_context_that_is_saved_and_restored_continues() -> None:
    names = defined_by(TYPED)
    restoring = ACROSS_RUNS.replace(
        "# ctx_dict = ctx.to_dict()", "ctx_dict = json.loads(json.dumps(ctx.to_dict()))"
    ).replace("# ctx =", "ctx =")
    await run_across(names, restoring)
    assert names["ctx"].state.count == 2
