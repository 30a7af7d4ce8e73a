"""`run(ctx=...)` goes on with a context of the same state; one of another state is an error."""

from typing import Any

from pydantic import BaseModel
from typedflow import Context, DictState, StartEvent, StopEvent, Workflow, WorkflowHandler, step
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


class Other(BaseModel):
    name: str = ""


class Begin(StartEvent):
    by: int


class Typed(Workflow[Totals, int]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context[Totals], ev: Begin) -> StopEvent[int]:
        return StopEvent(result=ev.by)


class NoStart(Workflow[Totals, int]):
    @step
    async def begin(self, ctx: Context[Totals], ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)


class OtherTyped(Workflow[Other, str]):
    @step
    async def begin(self, ctx: Context[Other], ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result="")


class Plain(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        return StopEvent()


async def right(maybe: Context[Totals] | None, fields: dict[str, Any]) -> None:
    workflow = Typed()
    ctx = Context(workflow)
    assert_type(ctx, Context[Totals])
    assert_type(ctx.state.count, int)
    handler = workflow.run(ctx=ctx, by=3)
    assert_type(handler, WorkflowHandler[int, Totals])
    await handler
    assert_type(await workflow.run(ctx=handler.ctx, by=4), int)
    await workflow.run(ctx=ctx, start_event=Begin(by=3))
    saved = ctx.to_dict()
    assert_type(saved, dict[str, object])
    restored = Context.from_dict(workflow, saved)
    assert_type(restored, Context[Totals])
    await workflow.run(ctx=restored)
    await NoStart().run(ctx=Context(NoStart()))
    await NoStart().run(ctx=Context(NoStart()), topic="x")
    await NoStart().run(topic="x")
    assert_type(await workflow.run(ctx, Begin(by=3)), int)
    assert_type(await workflow.run(ctx, start_event=Begin(by=3)), int)
    assert_type(await workflow.run(None, Begin(by=3)), int)
    assert_type(await workflow.run(ctx), int)
    assert_type(await workflow.run(ctx=maybe, by=3), int)
    assert_type(await workflow.run(run_id="first", by=3), int)
    assert_type(await workflow.run(**fields), int)
    plain = Plain()
    open_context = Context(plain)
    await plain.run(ctx=open_context)
    await plain.run(ctx=open_context, topic="x", run_id="second")
    annotated: Context[Totals] = Context(workflow)
    dictionary: Context[DictState] = Context(plain)
    print(annotated, dictionary)
    result: Any = await plain.run(ctx=open_context)
    print(result)


async def wrong(other: Context[Other], untyped: Context) -> None:
    NoStart().run(ctx=other)  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    NoStart().run(ctx=Context(OtherTyped()))  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(ctx=other, by=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(ctx=other)  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(ctx=untyped, by=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(ctx=other, start_event=Begin(by=3))  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    OtherTyped().run(ctx=Context(Typed()))  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(ctx=OtherTyped().run().ctx)  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    NoStart().run(other)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    NoStart().run(ctx=other, topic="x")  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    NoStart().run(start_event=3)  # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(run_id=3, by=3)  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(ctx="context")  # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    annotated: Context[Other] = Context(Typed())  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    restored: Context[Other] = Context.from_dict(Typed(), {})  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    Context(3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Context(Typed)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Context()  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    print(annotated, restored)
