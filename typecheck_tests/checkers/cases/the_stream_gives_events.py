"""`stream_events()` gives events, `stream_events(only=Progress)` those of one class; what else a handler can do is typed too."""

from typing import Any

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typing_extensions import assert_type


class Progress(Event):
    percent: float


class Answer(Event):
    text: str


class Begin(StartEvent):
    by: int


class Flow(Workflow[Any, int]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
        ctx.write_event_to_stream(Progress(percent=50))
        ctx.write_event_to_stream(None)
        ctx.send_event(Answer(text="a"))
        ctx.send_event(Answer(text="a"), step="begin")
        ctx.write_event_to_stream(50)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        ctx.write_event_to_stream(Progress)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        ctx.send_event("answer")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        ctx.send_event(Answer(text="a"), step=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        ctx.send_event(Answer())  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
        return StopEvent(result=3)


async def right() -> None:
    handler = Flow().run(by=3)
    async for event in handler.stream_events():
        assert_type(event, Event)
        if isinstance(event, Progress):
            print(event.percent)
    async for event in handler.stream_events(expose_internal=True):
        assert_type(event, Event)
    async for progress in handler.stream_events(only=Progress):
        assert_type(progress, Progress)
        assert_type(progress.percent, float)
    await handler.send_event(Answer(text="a"))
    await handler.cancel_run(timeout=1)
    assert_type(handler.cancel(), None)
    assert_type(handler.is_done(), bool)
    assert_type(handler.exception(), BaseException | None)
    assert_type(await handler, int)
    assert_type(await handler.stop_event_result(), StopEvent[Any])
    async for event in handler.ctx.stream_events():
        assert_type(event, Event)


async def wrong() -> None:
    handler = Flow().run(by=3)
    async for event in handler.stream_events():
        print(event.percent)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    async for progress in handler.stream_events(only=Progress):
        print(progress.fraction)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    async for number in handler.stream_events(only=int):  # E: mypy[type-var] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
        del number
    for one in handler.stream_events():  # E: mypy[attr-defined] pyright[reportGeneralTypeIssues] pyrefly[not-iterable] ty[not-iterable]
        del one
    await handler.send_event("answer")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    await handler.send_event(Answer(txt="a"))  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument,unexpected-keyword] ty[missing-argument,unknown-argument]
