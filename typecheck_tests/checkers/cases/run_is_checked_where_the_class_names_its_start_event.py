"""With `start_event = Begin` in the class, `run(...)` takes exactly the fields of `Begin`, in every checker and with no plugin."""

from typing import Any

from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, WorkflowHandler, step
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


class Begin(StartEvent):
    by: int
    note: str = ""


class Typed(Workflow[Totals, int]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context[Totals], ev: Begin) -> StopEvent[int]:
        return StopEvent(result=ev.by)


class StartAlone(Workflow):
    start_event = Begin

    @step
    async def begin(self, ev: Begin) -> StopEvent[int]:
        return StopEvent(result=ev.by)


class Inherited(Typed): ...


class MoreBegin(Begin):
    more: int = 0


class OtherBegin(StartEvent):
    to: int


class Refined(Typed):
    start_event = MoreBegin


async def right() -> None:
    handler = Typed().run(by=3)
    assert_type(handler, WorkflowHandler[int, Totals])
    assert_type(await handler, int)
    assert_type(handler.ctx, Context[Totals])
    assert_type(handler.ctx.state.count, int)
    assert_type(handler.run_id, str)
    assert_type(await Typed().run(by=3, note="x"), int)
    assert_type(await Typed(timeout=None).run(start_event=Begin(by=3)), int)
    assert_type(await Typed().run(start_event=Begin(by=3), run_id="first"), int)
    assert_type(await Inherited().run(by=3), int)
    assert_type(await Typed().run(start_event=MoreBegin(by=3)), int)
    assert_type(await Refined().run(by=3, more=4), int)
    workflow = Typed(timeout=3, num_concurrent_runs=2, history=5)
    assert_type(await workflow.run(by=3), int)
    assert_type(await StartAlone().run(by=3), Any)
    result = await Typed().run(by=3)
    print(result + 1)


async def wrong() -> None:
    Typed().run()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(note="x")  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(by=[3])  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(by="three")  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(by=3, note=4)  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(by=3, to=4)  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(bye=3)  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(3)  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Inherited().run()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    StartAlone().run()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    StartAlone().run(by="three")  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    Refined().run(more=4)  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(start_event=OtherBegin(to=3))  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[-] ty[-]
    Typed().run(start_event=StartEvent(by=3))  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[-] ty[-]
    Typed().run(start_event=Begin(by=3), by=3)  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Typed().run(start_event=3)  # E: mypy[call-overload] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[no-matching-overload]
    text: str = await Typed().run(by=3)  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    (await Typed().run(by=3)).path  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    Typed().run(by=3).ctx.state.total  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    Typed(timeout="3")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Typed(workers=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
    print(text)
