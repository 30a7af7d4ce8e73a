"""`Context[BaseModel]`: a step, or a whole workflow, that takes whatever model the state is of."""

from __future__ import annotations

import json

from pydantic import BaseModel

from typedflow import Context, StartEvent, StopEvent, Workflow, step
from typedflow.events import Event
from typedflow.state import DictState, StateStore


class Tally(BaseModel):
    words: int = 0


class Counted(Event):
    pass


class Shows(Workflow):
    @step
    async def show(self, ctx: Context[BaseModel], ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result=repr(ctx.state))


class ShowsWhatAnotherCounts(Workflow):
    @step
    async def count(self, ctx: Context[Tally], ev: StartEvent) -> Counted:
        await ctx.store.set("words", 3)
        return Counted()

    @step
    async def show(self, ctx: Context[BaseModel], ev: Counted) -> StopEvent[str]:
        return StopEvent(result=repr(ctx.state))


async def test_a_step_that_takes_any_state_gets_the_one_that_another_step_names() -> None:
    ShowsWhatAnotherCounts.check()
    assert await ShowsWhatAnotherCounts().run() == "Tally(words=3)"


async def test_a_workflow_whose_steps_take_any_state_has_one_without_a_schema() -> None:
    Shows.check()
    assert await Shows().run() == "DictState()"
    handler = Shows().run()
    await handler
    await handler.ctx.store.set("seen", 1)
    restored = Context.from_dict(Shows(), json.loads(json.dumps(handler.ctx.to_dict())))
    assert restored.state == DictState(seen=1)


async def test_a_workflow_that_takes_any_state_may_share_that_of_the_one_that_runs_it() -> None:
    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context[Tally], ev: StartEvent) -> StopEvent[str]:
            child = Shows()
            return StopEvent(result=await child.run(ctx=Context(child, state_of=ctx)))

    assert await Parent().run() == "Tally(words=0)"


def test_a_store_of_any_model_begins_without_a_schema() -> None:
    store = StateStore(BaseModel)
    assert store.state == DictState()
    assert store.state_type is DictState
    assert StateStore.from_dict(store.to_dict(), BaseModel).state == DictState()
