"""The program that a user writes, clean in every checker; its slips in the state, the event and the result are found."""

from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from typing_extensions import assert_type


class CounterState(BaseModel):
    count: int = 0


class Begin(StartEvent):
    by: int


class Counter(Workflow):
    @step
    async def start(self, ctx: Context[CounterState], ev: Begin) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.count += ev.by
        return StopEvent(result=ctx.state.count)


async def main() -> None:
    result = await Counter().run(by=3)
    print(result)


class WrongCounter(Workflow):
    @step
    async def start(self, ctx: Context[CounterState], ev: Begin) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.cuont += ev.by  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
            state.count += ev.bye  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
            state.count = "many"  # E: mypy[assignment] pyright[reportAttributeAccessIssue] pyrefly[bad-assignment] ty[invalid-assignment]
        with ctx.store.edit_state() as state:
            assert_type(state, CounterState)
        ctx.state.count.upper()  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        return StopEvent(result=str(ctx.state.count))  # E: mypy[arg-type] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    async def forgotten_await(self, ctx: Context[CounterState], ev: Begin) -> StopEvent[int]:
        copy = ctx.store.get_state()
        return StopEvent(result=copy.count)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
