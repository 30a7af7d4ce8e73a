"""The stream of events that a run shows to the outside."""

from __future__ import annotations

import asyncio

import pytest

from typedflow import Context, Event, InputRequiredEvent, StartEvent, StopEvent, Workflow, step
from typedflow.engine.stream import EventStream
from typedflow.errors import ContextStateError, WorkflowRuntimeError


class Begin(StartEvent):
    n: int = 3


class Progress(Event):
    n: int


class Note(Event):
    text: str


class Talks(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
        for n in range(ev.n):
            ctx.write_event_to_stream(Progress(n=n))
            ctx.write_event_to_stream(Note(text=str(n)))
            await asyncio.sleep(0)
        return StopEvent(result="end")


async def test_the_stream_gives_every_event_in_order_and_the_stop_event_last() -> None:
    handler = Talks().run()
    events = [event async for event in handler.stream_events()]
    assert [type(event) for event in events] == [Progress, Note] * 3 + [StopEvent]
    assert await handler == "end"


async def test_several_readers_each_see_everything_also_after_the_end() -> None:
    handler = Talks().run()

    async def read() -> list[int]:
        return [event.n async for event in handler.stream_events(only=Progress)]

    assert [*await asyncio.gather(read(), read())] == [[0, 1, 2], [0, 1, 2]]
    await handler
    assert await read() == [0, 1, 2]


async def test_a_reader_may_leave_and_another_one_takes_everything() -> None:
    handler = Talks().run()
    async for _ in handler.stream_events():
        break
    assert len([event async for event in handler.stream_events()]) == 7


async def test_a_stop_event_written_to_the_stream_ends_nobodys_reading() -> None:
    class Writes(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
            ctx.write_event_to_stream(StopEvent(result=1))
            ctx.write_event_to_stream(Progress(n=2))
            return StopEvent(result=3)

    handler = Writes().run()
    assert [str(event) for event in [e async for e in handler.stream_events()]] == ["1", "n=2", "3"]


async def test_a_returned_question_is_on_the_stream() -> None:
    class Ask(InputRequiredEvent):
        prompt: str

    class Asks(Workflow):
        @step
        async def begin(self, ev: Begin) -> Ask:
            return Ask(prompt="?")

        @step
        async def end(self, ev: Ask) -> StopEvent:
            return StopEvent()

    handler = Asks().run()
    assert [type(event) async for event in handler.stream_events()] == [Ask, StopEvent]


async def test_only_events_can_be_written() -> None:
    class Writes(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
            ctx.write_event_to_stream("text")  # type: ignore[arg-type]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowRuntimeError, match="only events can be written to the stream, not 'text'"):
        await Writes().run()


async def test_members_of_the_context_say_where_they_may_be_called() -> None:
    workflow = Talks()
    ctx = Context(workflow)
    with pytest.raises(
        ContextStateError, match=r"ctx.send_event needs a run in progress; call workflow.run\(ctx=ctx\)"
    ):
        ctx.send_event(Progress(n=1))
    handler = workflow.run(ctx=ctx)
    with pytest.raises(ContextStateError, match=r"ctx.collect_events may only be called from within a step"):
        ctx.collect_events(Progress(n=1), [Progress])
    with pytest.raises(WorkflowRuntimeError, match=r"get_step_context\(\) was called outside of any step"):
        Context.get_step_context()
    await handler


async def test_memory_is_bounded_and_a_reader_that_falls_too_far_behind_is_told() -> None:
    stream = EventStream(limit=10)
    reader = stream.read()
    stream.publish(Progress(n=0))
    first = await reader.__anext__()
    assert isinstance(first, Progress)
    for n in range(1, 100):
        stream.publish(Progress(n=n))
    with pytest.raises(
        WorkflowRuntimeError, match=r"this reader of the event stream has missed \d+ events: only the newest 10"
    ):
        await reader.__anext__()
    stream.close()
    kept = [event async for event in stream.read()]
    assert 10 <= len(kept) < 20
    assert isinstance(kept[-1], Progress)
    assert kept[-1].n == 99
