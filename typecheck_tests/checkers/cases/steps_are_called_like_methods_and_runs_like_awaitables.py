"""A test calls a step as the method that it is; a run goes wherever an awaitable goes; helpers are generic in state and result."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, WorkflowHandler, step
from typing_extensions import TypeVar, assert_type

StateT = TypeVar("StateT", bound=BaseModel)
ResultT = TypeVar("ResultT")


class Totals(BaseModel):
    count: int = 0


class Begin(StartEvent):
    by: int


class Flow(Workflow[Totals, int]):
    start_event = Begin

    @step
    async def later(self, ctx: Context[Totals], ev: Begin) -> StopEvent[int]:
        return StopEvent(result=3)

    @step
    def at_once(self, ev: Begin) -> StopEvent[int]:
        return StopEvent(result=3)

    @step(num_workers=2)
    def at_once_with_options(self, ctx: Context[Totals], ev: Begin) -> StopEvent[int] | None:
        return None


async def steps(ctx: Context[Totals]) -> None:
    assert_type(await Flow().later(ctx, Begin(by=3)), StopEvent[int])
    assert_type(Flow().at_once(Begin(by=3)), StopEvent[int])
    assert_type(Flow().at_once_with_options(ctx, Begin(by=3)), StopEvent[int] | None)


async def runs(flow: Flow) -> None:
    first, second = await asyncio.gather(flow.run(by=1), flow.run(by=2))
    assert_type(first, int)
    assert_type(second, int)
    assert_type(await asyncio.wait_for(flow.run(by=1), timeout=3), int)
    awaitable: Awaitable[int] = flow.run(by=1)
    handlers: list[WorkflowHandler[int, Totals]] = [flow.run(by=number) for number in range(3)]
    assert_type(await handlers[0], int)
    print(awaitable)


def fresh(workflow: Workflow[StateT, ResultT]) -> Context[StateT]:
    return Context(workflow)


async def run_twice(workflow: Workflow[StateT, ResultT]) -> tuple[ResultT, ResultT]:
    ctx = Context(workflow)
    return await workflow.run(ctx=ctx), await workflow.run(ctx=ctx)


async def change(ctx: Context[StateT], how: Callable[[StateT], None]) -> StateT:
    async with ctx.store.edit_state() as state:
        how(state)
    return ctx.state


def any_workflow(workflow: Workflow) -> None: ...


def any_workflow_in_full(workflow: Workflow[Any, Any]) -> None: ...


async def helpers(ctx: Context[Totals]) -> None:
    assert_type(fresh(Flow()), Context[Totals])
    assert_type(await run_twice(Flow()), tuple[int, int])
    assert_type(await change(ctx, lambda state: None), Totals)
    any_workflow(Flow())
    any_workflow_in_full(Flow())


async def wrong(ctx: Context[Totals]) -> None:
    Flow().at_once(Begin(by=3)).path  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    await Flow().at_once(Begin(by=3))  # E: mypy[misc] pyright[reportGeneralTypeIssues] pyrefly[not-async] ty[invalid-await]
    Flow().later(ctx, Begin(by=3)).result  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    text: str = await asyncio.wait_for(Flow().run(by=1), timeout=3)  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    awaitable: Awaitable[str] = Flow().run(by=1)  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    context: Context[Begin] = fresh(Flow())  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    any_workflow(Flow)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    print(text, awaitable, context)
