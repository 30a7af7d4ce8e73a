"""What the random workflows have found, each as a sentence about one small workflow."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Annotated, Any

import pytest

from typedflow import (
    Collect,
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    Take,
    Workflow,
    step,
)
from typedflow.engine.stall import stalled

PROMPTLY = 5.0


class Question(InputRequiredEvent):
    n: int


class Answer(HumanResponseEvent):
    n: int


class Task(Event):
    n: int


class Part(Event):
    n: int


class Inner(Event):
    n: int


class InnerDone(Event):
    n: int


async def test_a_cancelled_run_is_not_over_before_its_threads_are() -> None:
    class Threaded(Workflow):
        @step
        def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            time.sleep(0.1)
            with ctx.store.edit_state() as state:
                state["edited"] = True
            return StopEvent()

    handler = Threaded().run()
    await asyncio.sleep(0.02)
    await handler.cancel_run()
    assert handler.is_done()
    version = handler.ctx.store.version
    await asyncio.sleep(0.15)
    assert handler.ctx.store.version == version == 1


async def test_a_thread_that_has_not_begun_when_its_run_is_cancelled_does_nothing() -> None:
    begun: list[int] = []

    class Threaded(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(100)]

        @step(num_workers=100)
        def work(self, ev: Task) -> Part:
            begun.append(ev.n)
            time.sleep(0.02)
            return Part(n=ev.n)

        @step
        async def end(self, evs: list[Part]) -> StopEvent:
            return StopEvent()

    handler = Threaded().run()
    await asyncio.sleep(0.01)
    await handler.cancel_run()
    at_the_end = len(begun)
    assert at_the_end < 100
    await asyncio.sleep(0.05)
    assert len(begun) == at_the_end


async def test_an_answer_in_time_counts_though_the_step_waits_longer_for_a_worker() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=0), Task(n=1)]

        @step(num_workers=1)
        async def work(self, ctx: Context, ev: Task) -> Part:
            if ev.n == 0:
                answer = await ctx.wait_for_event(Answer, waiter_event=Question(n=0), timeout=0.1)
                return Part(n=answer.n)
            ctx.write_event_to_stream(Question(n=1))
            await asyncio.sleep(0.2)  # in the only worker's place, past the other one's time limit
            return Part(n=-1)

        @step
        async def end(self, evs: list[Part]) -> StopEvent[list[int]]:
            return StopEvent(result=sorted(part.n for part in evs))

    handler = Waits().run()
    async for question in handler.stream_events(only=Question):
        if question.n == 1:
            handler.ctx.send_event(Answer(n=7))
    assert await asyncio.wait_for(handler, PROMPTLY) == [-1, 7]


async def test_a_cancellation_that_comes_with_the_answer_is_not_forgotten() -> None:
    went_on: list[int] = []

    class Waits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            answer = await ctx.wait_for_event(Answer, waiter_event=Question(n=0))
            went_on.append(answer.n)
            return StopEvent()

    handler = Waits().run()
    async for _ in handler.stream_events(only=Question):
        break
    await asyncio.sleep(0)
    handler.ctx.send_event(Answer(n=1))
    await handler.cancel_run()
    assert went_on == []


class Cuts(Workflow):
    """A fan-out of which the first member is enough; another member fans out itself."""

    nested: list[list[int]]

    @step
    async def begin(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(2)]

    @step
    async def work(self, ctx: Context, ev: Task) -> Part | list[Inner]:
        if ev.n == 1:
            return [Inner(n=n) for n in range(3)]
        await asyncio.sleep(0.02)
        return Part(n=ev.n)

    @step
    async def inner(self, ctx: Context, ev: Inner) -> InnerDone:
        if ev.n:
            try:
                await asyncio.sleep(30)
            finally:
                await asyncio.sleep(0.02)  # cleans up
        return InnerDone(n=ev.n)

    @step
    async def gather_inner(self, evs: list[InnerDone]) -> Part:
        self.nested.append([ev.n for ev in evs])
        return Part(n=99)

    @step
    async def gather(self, evs: Annotated[list[Part], Collect(Take(1, cancel_rest=True))]) -> Task2:
        return Task2(ns=[ev.n for ev in evs])

    @step
    async def end(self, ctx: Context, ev: Task2) -> StopEvent[list[int]]:
        ctx.write_event_to_stream(ev)
        await asyncio.sleep(0.1)
        return StopEvent(result=ev.ns)


class Task2(Event):
    ns: list[int]


async def test_a_fan_in_of_a_fan_out_that_was_cut_is_not_given_a_part_as_if_it_were_all() -> None:
    workflow = Cuts()
    workflow.nested = []
    handler = workflow.run()
    assert await asyncio.wait_for(handler, PROMPTLY) == [0]
    assert workflow.nested == []
    assert books_of(handler).scopes == {}


async def test_what_is_being_cancelled_when_a_run_is_saved_is_not_run_again_and_leaves_no_fan_out_open() -> None:
    workflow = Cuts()
    workflow.nested = []
    handler = workflow.run()
    async for _ in handler.stream_events(only=Task2):
        saved = json.loads(json.dumps(handler.ctx.to_dict()))
        break
    await handler.cancel_run()
    assert [one["step"] for one in saved["invocations"]] == ["end"]
    restored = workflow.run(ctx=Context.from_dict(workflow, saved))
    assert await asyncio.wait_for(restored, PROMPTLY) == [0]
    assert workflow.nested == []
    assert books_of(restored).scopes == {}


async def test_a_line_that_was_emptied_by_a_cancellation_is_not_said_to_be_waiting() -> None:
    class Emptied(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(5)]

        @step(num_workers=1)
        async def work(self, ev: Task) -> Part:
            await asyncio.sleep(0.01)
            return Part(n=ev.n)

        @step
        async def gather(self, evs: Annotated[list[Part], Collect(Take(1, cancel_rest=True))]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    handler = Emptied().run()
    assert await handler == 1
    assert "queued but no free worker" not in stalled(books_of(handler), "it")


def books_of(handler: Any) -> Any:
    return handler._run.books


class Pauses(Workflow):
    """Asks twice; the questions are told apart by their number."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[list[int]]:
        got = []
        for n in range(2):
            answer = await ctx.wait_for_event(Answer, waiter_event=Question(n=n), requirements={"n": n})
            got.append(answer.n)
        return StopEvent(result=got)


async def paused(workflow: Workflow, *, at: int, late: bool = False) -> Any:
    """The context of a run that waits for the answer to question `at`, as JSON data."""
    handler = workflow.run()
    async for question in handler.stream_events(only=Question):
        await asyncio.sleep(0)
        if question.n == at:
            saved = handler.ctx.to_dict()
            await handler.cancel_run()
            return json.loads(json.dumps(handler.ctx.to_dict() if late else saved))
        handler.ctx.send_event(Answer(n=question.n))
    raise AssertionError("the run ended")


async def rest_of(handler: Any) -> tuple[list[int], Any]:
    asked = []
    async for question in handler.stream_events(only=Question):
        asked.append(question.n)
        await asyncio.sleep(0)
        handler.ctx.send_event(Answer(n=question.n))
    return asked, await handler


async def test_an_answer_that_comes_before_the_restored_step_waits_again_is_not_lost() -> None:
    for late in (False, True):
        workflow = Pauses()
        handler = workflow.run(ctx=Context.from_dict(workflow, await paused(workflow, at=0, late=late)))
        handler.ctx.send_event(Answer(n=0))
        assert await asyncio.wait_for(rest_of(handler), PROMPTLY) == ([1], [0, 1])


async def test_an_early_answer_goes_to_the_wait_that_it_was_meant_for() -> None:
    workflow = Pauses()
    handler = workflow.run(ctx=Context.from_dict(workflow, await paused(workflow, at=1)))
    handler.ctx.send_event(Answer(n=1))
    assert await asyncio.wait_for(rest_of(handler), PROMPTLY) == ([0], [0, 1])


async def test_an_early_answer_is_saved_with_the_run() -> None:
    workflow = Pauses()
    handler = workflow.run(ctx=Context.from_dict(workflow, await paused(workflow, at=0)))
    handler.ctx.send_event(Answer(n=0))
    again = json.loads(json.dumps(handler.ctx.to_dict()))
    await handler.cancel_run()
    handler = workflow.run(ctx=Context.from_dict(workflow, again))
    assert await asyncio.wait_for(rest_of(handler), PROMPTLY) == ([1], [0, 1])


async def test_only_as_many_early_answers_are_kept_as_waits_were_open() -> None:
    workflow = Pauses()
    handler = workflow.run(ctx=Context.from_dict(workflow, await paused(workflow, at=0)))
    for _ in range(3):
        handler.ctx.send_event(Answer(n=0))
    assert await asyncio.wait_for(rest_of(handler), PROMPTLY) == ([1], [0, 1])


class Changes(Workflow):
    """Its restored step takes another way than it took before."""

    asks: bool = True

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Task:
        if self.asks:
            await ctx.wait_for_event(Answer, waiter_event=Question(n=0))
        return Task(n=1)

    @step
    async def end(self, ev: Task) -> StopEvent[int]:
        return StopEvent(result=ev.n)


async def test_an_early_answer_that_the_step_does_not_wait_for_any_more_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workflow = Changes()
    saved = await paused(workflow, at=0)
    workflow.asks = False
    handler = workflow.run(ctx=Context.from_dict(workflow, saved))
    handler.ctx.send_event(Answer(n=0))
    assert await asyncio.wait_for(handler, PROMPTLY) == 1
    assert "Answer, made by the outside, is taken by no step" in caplog.text


async def test_a_run_whose_end_is_decided_is_saved_as_one_that_is_over() -> None:
    cleaning = asyncio.Event()

    class Ends(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=0), Task(n=1)]

        @step
        async def work(self, ev: Task) -> StopEvent[int] | Part:
            if ev.n:
                await asyncio.sleep(0)
                return StopEvent(result=7)
            try:
                await asyncio.sleep(60)
            finally:
                cleaning.set()
                await asyncio.sleep(0.02)
            return Part(n=0)

        @step
        async def never(self, evs: list[Part]) -> None: ...

    workflow = Ends(skip_checks=["no-exit"])
    handler = workflow.run()
    await asyncio.wait_for(cleaning.wait(), PROMPTLY)
    assert not handler.is_done()
    assert handler.ctx.to_dict()["is_running"] is False
    assert await handler == 7
