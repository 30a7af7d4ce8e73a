"""A step that runs another workflow: results, failures, cancellation, events and a state that both have."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

import pytest
from pydantic import BaseModel, Field

from typedflow import (
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    Workflow,
    WorkflowHandler,
    step,
)
from typedflow.errors import NestedEditError, StateTypeError, StateValidationError, WorkflowCancelledByUser

PROMPTLY = 5.0


class Search(StartEvent):
    query: str


class Found(Event):
    text: str


class Progress(Event):
    text: str


class Hits(StopEvent):
    texts: list[str]


class Searches(Workflow):
    @step
    async def search(self, ctx: Context, ev: Search) -> list[Found]:
        ctx.write_event_to_stream(Progress(text=f"searching {ev.query}"))
        return [Found(text=f"{ev.query} {n}") for n in range(2)]

    @step
    async def gather(self, evs: list[Found]) -> Hits:
        return Hits(texts=[ev.text for ev in evs])


async def test_a_step_gets_the_typed_result_of_the_workflow_that_it_runs() -> None:
    class Parent(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent[list[str]]:
            hits = await Searches().run(query="ships")
            assert isinstance(hits, Hits)
            return StopEvent(result=hits.texts)

    assert await Parent().run() == ["ships 0", "ships 1"]


async def test_several_children_run_at_once_and_keep_apart() -> None:
    class Parent(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent[list[list[str]]]:
            search = Searches()
            hits = await asyncio.gather(*(search.run(query=query) for query in "abc"))
            return StopEvent(result=[hit.texts for hit in hits])

    assert await Parent().run() == [["a 0", "a 1"], ["b 0", "b 1"], ["c 0", "c 1"]]


async def test_the_error_of_a_child_reaches_the_step_and_says_both_ways() -> None:
    class Child(Workflow):
        @step
        async def fails(self, ev: StartEvent) -> StopEvent:
            raise KeyError("lost")

    class Parent(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent[str]:
            try:
                await Child().run()
            except KeyError as error:
                if ev.get("catches"):
                    return StopEvent(result=f"caught {error}")
                raise
            return StopEvent(result="no error")

    assert await Parent().run(catches=True) == "caught 'lost'"
    with pytest.raises(KeyError) as caught:
        await Parent().run()
    notes = "\n".join(caught.value.__notes__)  # type: ignore[attr-defined]  # an attribute from Python 3.11 on
    assert "in step 'fails' on StartEvent of Child" in notes
    assert "in step 'begin' on StartEvent of Parent" in notes


cleaned: list[str] = []


class Slow(Workflow):
    """Cleans up for a moment when it is cancelled."""

    @step
    async def work(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(Progress(text="begun"))
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.03)
            cleaned.append("child")
        return StopEvent()


class RunsSlow(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        handler = Slow().run()
        async for event in handler.stream_events(only=Progress):
            ctx.write_event_to_stream(event)
        await handler
        return StopEvent()


class RunsThat(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        handler = RunsSlow().run()
        async for event in handler.stream_events(only=Progress):
            ctx.write_event_to_stream(event)
        await handler
        return StopEvent()


@pytest.mark.parametrize("parent", [RunsSlow, RunsThat])
async def test_cancelling_the_parent_cancels_the_child_and_waits_for_its_cleanup(parent: type[Workflow]) -> None:
    cleaned.clear()
    before = asyncio.all_tasks()
    handler = parent().run()
    async for _ in handler.stream_events(only=Progress):
        break
    await asyncio.wait_for(handler.cancel_run(), PROMPTLY)
    assert handler.is_done()
    assert cleaned == ["child"]
    assert asyncio.all_tasks() == before
    with pytest.raises(WorkflowCancelledByUser):
        await handler


async def test_the_timeout_of_the_parent_ends_the_child_before_the_parent_is_done() -> None:
    cleaned.clear()
    handler = RunsSlow(timeout=0.05).run()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(handler, PROMPTLY)
    assert cleaned == ["child"]


async def test_a_child_that_nobody_awaits_ends_with_the_step_that_started_it() -> None:
    cleaned.clear()
    children: list[WorkflowHandler[Any, Any]] = []

    class Forgets(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Found:
            child = Slow().run()
            children.append(child)
            async for _ in child.stream_events(only=Progress):
                break
            return Found(text="")

        @step
        async def later(self, ev: Found) -> StopEvent[bool]:
            return StopEvent(result=children[0].is_done())

    assert await Forgets().run() is True
    assert cleaned == ["child"]
    with pytest.raises(WorkflowCancelledByUser, match=r"for step 'begin', which had started it, is over"):
        await children[0]


async def test_a_child_that_does_not_heed_its_cancellation_is_not_waited_for_longer_than_any_step(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("typedflow.engine.life.GRACE", 0.05)
    released = asyncio.Event()

    class Deaf(Workflow):
        @step
        async def work(self, ctx: Context, ev: StartEvent) -> StopEvent:
            ctx.write_event_to_stream(Progress(text="begun"))
            while not released.is_set():
                with suppress(asyncio.CancelledError):
                    await released.wait()
            return StopEvent()

    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            child = Deaf().run()
            async for event in child.stream_events(only=Progress):
                ctx.write_event_to_stream(event)
            return StopEvent()

    handler = Parent().run()
    async for _ in handler.stream_events(only=Progress):
        break
    await asyncio.wait_for(handler.cancel_run(), PROMPTLY)
    assert handler.is_done()
    assert "ends without waiting for steps that go on after their cancellation: ['work']" in caplog.text
    released.set()


async def test_a_failing_step_takes_its_children_with_it() -> None:
    cleaned.clear()

    class Fails(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            child = Slow().run()
            async for _ in child.stream_events(only=Progress):
                break
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Fails().run()
    assert cleaned == ["child"]


async def test_a_child_that_waits_for_its_turn_is_cancelled_too() -> None:
    one_at_a_time = Slow(num_concurrent_runs=1)
    first = one_at_a_time.run()

    class Queues(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            ctx.write_event_to_stream(Progress(text="queued"))
            await one_at_a_time.run()
            return StopEvent()

    second = Queues().run()
    async for _ in second.stream_events(only=Progress):
        break
    await asyncio.sleep(0)
    await asyncio.wait_for(second.cancel_run(), PROMPTLY)
    assert not first.is_done()
    await first.cancel_run()


async def test_the_events_of_a_child_are_forwarded_by_writing_them() -> None:
    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[list[str]]:
            handler = Searches().run(query="ships")
            async for event in handler.stream_events():
                if not isinstance(event, StopEvent):
                    ctx.write_event_to_stream(event)
            return StopEvent(result=(await handler).texts)

    handler = Parent().run()
    assert [type(event).__name__ async for event in handler.stream_events()] == ["Progress", "StopEvent"]
    assert await handler == ["ships 0", "ships 1"]


class Question(InputRequiredEvent):
    prompt: str


class Answer(HumanResponseEvent):
    text: str


async def test_a_question_of_a_child_goes_out_through_the_parent_and_the_answer_in() -> None:
    class Asks(Workflow):
        @step
        async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent[str]:
            answer = await ctx.wait_for_event(Answer, waiter_event=Question(prompt="who?"))
            return StopEvent(result=answer.text)

    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[str]:
            child = Asks().run()
            async for question in child.stream_events(only=Question):
                await child.send_event(await ctx.wait_for_event(Answer, waiter_event=question))
            return StopEvent(result=await child)

    handler = Parent().run()
    async for question in handler.stream_events(only=Question):
        await handler.send_event(Answer(text=f"Ann ({question.prompt})"))
    assert await asyncio.wait_for(handler, PROMPTLY) == "Ann (who?)"


# -- a state that both have


class Tally(BaseModel):
    words: int = Field(default=0, ge=0)


class Report(Tally):
    title: str = ""


class Counts(Workflow[Tally, int]):
    @step
    async def count(self, ctx: Context[Tally], ev: StartEvent) -> StopEvent[int]:
        words = len(ev["text"].split())
        async with ctx.store.edit_state() as state:
            before = state.words
            await asyncio.sleep(0)
            state.words = before + words
        return StopEvent(result=words)


class Writes(Workflow[Report, int]):
    @step
    async def write(self, ctx: Context[Report], ev: StartEvent) -> StopEvent[int]:
        await ctx.store.set("title", "ships")
        child = Counts()
        counted = await asyncio.gather(
            *(child.run(ctx=Context(child, state_of=ctx), text=text) for text in ("one two", "three", "four five six"))
        )
        assert sum(counted) == 6
        return StopEvent(result=ctx.state.words)


async def test_a_child_commits_to_the_state_that_it_shares_and_keeps_the_rest() -> None:
    handler = Writes(history=10).run()
    assert await handler == 6
    assert handler.ctx.state == Report(title="ships", words=6)
    assert [commit.step for commit in handler.ctx.store.history] == ["write", "count", "count", "count"]


async def test_a_child_without_a_shared_context_has_a_state_of_its_own() -> None:
    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context[Report], ev: StartEvent) -> StopEvent[int]:
            await Counts().run(text="one two")
            return StopEvent(result=ctx.state.words)

    assert await Parent().run() == 0


async def test_what_a_child_commits_is_validated_as_the_whole_state() -> None:
    class Bad(Workflow):
        @step
        async def spoil(self, ctx: Context[Tally], ev: StartEvent) -> StopEvent:
            await ctx.store.set("words", -1)
            return StopEvent()

    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context[Report], ev: StartEvent) -> StopEvent[int]:
            child = Bad()
            with pytest.raises(StateValidationError, match="words"):
                await child.run(ctx=Context(child, state_of=ctx))
            return StopEvent(result=ctx.state.words)

    assert await Parent().run() == 0


class Unrelated(BaseModel):
    n: int = 0


class Longer(Report):
    more: int = 0


@pytest.mark.parametrize("model", [Unrelated, Longer])
async def test_a_child_whose_model_is_no_base_of_the_parents_is_refused(model: type[BaseModel]) -> None:
    class Child(Workflow):
        @step
        async def begin(self, ctx: Context[model], ev: StartEvent) -> StopEvent:  # type: ignore[valid-type]  # a class of run time
            return StopEvent()

    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context[Report], ev: StartEvent) -> StopEvent:
            child = Child()
            with pytest.raises(StateTypeError, match=rf"own is {model.__name__}, which is neither Report nor a base"):
                Context(child, state_of=ctx)
            return StopEvent()

    await Parent().run()


async def test_untyped_states_are_shared_too() -> None:
    class Child(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            await ctx.store.set("from_child", True)
            return StopEvent()

    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[bool]:
            child = Child()
            await child.run(ctx=Context(child, state_of=ctx))
            return StopEvent(result=ctx.state["from_child"])

    assert await Parent().run() is True


async def test_a_child_that_is_run_inside_an_edit_of_the_shared_state_is_told_and_does_not_wait_for_ever() -> None:
    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context[Report], ev: StartEvent) -> StopEvent:
            child = Counts()
            async with ctx.store.edit_state():
                await child.run(ctx=Context(child, state_of=ctx), text="one")
            return StopEvent()

    with pytest.raises(NestedEditError):
        await asyncio.wait_for(Parent().run(), PROMPTLY)


async def test_a_parent_that_is_restored_while_its_child_ran_starts_the_child_again() -> None:
    started: list[int] = []
    gate = asyncio.Event()

    class Child(Workflow):
        @step
        async def begin(self, ctx: Context[Tally], ev: StartEvent) -> StopEvent:
            started.append(1)
            ctx.write_event_to_stream(Progress(text="begun"))
            await gate.wait()
            await ctx.store.set("words", 1)
            return StopEvent()

    class Parent(Workflow):
        @step
        async def begin(self, ctx: Context[Report], ev: StartEvent) -> StopEvent[int]:
            child = Child()
            handler = child.run(ctx=Context(child, state_of=ctx))
            async for event in handler.stream_events(only=Progress):
                ctx.write_event_to_stream(event)
            await handler
            return StopEvent(result=ctx.state.words)

    parent = Parent()
    handler = parent.run()
    async for _ in handler.stream_events(only=Progress):
        break
    saved = json.loads(json.dumps(handler.ctx.to_dict()))
    await handler.cancel_run()
    gate.set()
    assert await parent.run(ctx=Context.from_dict(parent, saved)) == 1
    assert len(started) == 2


async def test_a_child_that_is_cancelled_with_its_step_is_no_unheard_error(caplog: pytest.LogCaptureFixture) -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    with caplog.at_level(logging.ERROR):
        handler = RunsSlow().run()
        async for _ in handler.stream_events(only=Progress):
            break
        await handler.cancel_run()
        del handler
        await asyncio.sleep(0)
    assert reported == []
