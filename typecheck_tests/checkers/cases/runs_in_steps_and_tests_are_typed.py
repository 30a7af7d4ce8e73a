"""A child run, `run_sync` and the test helpers give what the workflow and the step say."""

from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.testing import WorkflowTestRunner, run_step
from typing_extensions import assert_type


class Base(BaseModel):
    total: int = 0


class More(Base):
    name: str = ""


class Other(BaseModel):
    total: int = 0


class Begin(StartEvent):
    by: int


class Added(Event):
    total: int


class Child(Workflow[Base, int]):
    start_event = Begin

    @step
    async def add(self, ctx: Context[Base], ev: Begin) -> StopEvent[int]:
        return StopEvent(result=ctx.state.total + ev.by)


class Parent(Workflow[More, int]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context[More], ev: Begin) -> Added:
        result = await Child().run(by=ev.by)
        assert_type(result, int)
        shared = Context(Child(), state_of=ctx)
        assert_type(shared, Context[Base])
        assert_type(await Child().run(shared, Begin(by=1)), int)
        return Added(total=result)

    @step
    async def end(self, ev: Added) -> StopEvent[int]:
        return StopEvent(result=ev.total)


def at_once() -> None:
    assert_type(Child().run_sync(by=3), int)
    Child().run_sync(bye=3)  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Child().run_sync()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]


async def in_tests(foreign: Context[Other]) -> None:
    outcome = await WorkflowTestRunner(Child()).run(by=3)
    assert_type(outcome.result, int)
    assert_type(outcome.state, Base)
    one = await run_step(Child().add, Begin(by=3), state=Base(total=2))
    assert_type(one.returned, StopEvent[int])
    shared: Context[Base] = Context(Child(), state_of=foreign)  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
