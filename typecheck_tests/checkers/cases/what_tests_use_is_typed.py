"""`run_step` gives what the step returns, `WorkflowTestRunner` the result and the state, `run_sync` the result itself."""

from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from typedflow.testing import StepResult, WorkflowTestRunner, run_step
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


class Begin(StartEvent):
    by: int


class Open(Workflow, open_steps=True): ...


@step(workflow=Open)
async def free(ev: Begin) -> StopEvent[str]:
    return StopEvent(result="")


class Flow(Workflow[Totals, int]):
    start_event = Begin

    @step
    async def later(self, ctx: Context[Totals], ev: Begin) -> StopEvent[int]:
        return StopEvent(result=3)

    @step
    def at_once(self, ev: Begin) -> StopEvent[int] | None:
        return None


async def right() -> None:
    done = await run_step(Flow().later, Begin(by=3), state=Totals(count=1))
    assert_type(done, StepResult[StopEvent[int]])
    assert_type(done.returned.result, int)
    assert_type(await run_step(Flow().at_once, Begin(by=3)), StepResult[StopEvent[int] | None])
    assert_type(await run_step(free, Begin(by=3), workflow=Open()), StepResult[StopEvent[str]])
    assert_type(WorkflowTestRunner(Flow()), WorkflowTestRunner[Totals, int])
    result = await WorkflowTestRunner(Flow()).run(by=3)
    assert_type(result.result, int)
    assert_type(Flow().run_sync(by=3), int)
    assert_type(Flow().run_sync(start_event=Begin(by=3)), int)
    assert_type(Flow().run_sync(ctx=Context(Flow()), by=3), int)
    handler = Flow().run(by=3)
    async for commit in handler.stream_commits():
        assert_type(commit.state, Totals)


async def wrong(other: Context[Begin]) -> None:
    (await run_step(Flow().later, Begin(by=3))).returned.path  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    await run_step(Flow().later, 3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    await run_step(Flow().later)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    await run_step(3, Begin(by=3))  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    await run_step(Flow().later, Begin(by=3), state=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    WorkflowTestRunner(Begin(by=3))  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Flow().run_sync()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Flow().run_sync(by="3")  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Flow().run_sync(ctx=other, by=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    text: str = Flow().run_sync(by=3)  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    async for commit in Flow().run(by=3).stream_commits():
        commit.state.total  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    print(text)
