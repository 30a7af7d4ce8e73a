"""Workflows from unbound functions: steps that are written outside of the class, plain ones too."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class TestWorkflow(Workflow):
    pass


class Counted(Event):
    n: int


@step(workflow=TestWorkflow)
def some_step(ev: StartEvent) -> Counted:
    return Counted(n=ev.n + 1)


@step(workflow=TestWorkflow)
async def another(ctx: Context, ev: Counted) -> StopEvent:
    await ctx.store.set("n", ev.n)
    return StopEvent(result=await ctx.store.get("n"))


async def main() -> object:
    return await TestWorkflow().run(n=1)


EXPECTED = 2
