"""Steps in threads, runs in several event loops: what is asked from elsewhere is done on the loop of the run, or refused."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time

import pytest

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
from typedflow.errors import WorkflowRuntimeError

SOON = 10.0


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int = 0


class Done(Event):
    n: int = 0


class Answer(HumanResponseEvent):
    n: int = 0


class Asks(Workflow):
    """Waits for ever at n = 0."""

    @step
    async def begin(self, ev: Begin) -> InputRequiredEvent | StopEvent[int]:
        return StopEvent(result=ev.n) if ev.n else InputRequiredEvent()

    @step
    async def answered(self, ev: Answer) -> StopEvent[int]:
        return StopEvent(result=ev.n)


# -- threads


async def test_steps_in_threads_collect_each_event_once() -> None:
    class Collects(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | None:
            for n in range(ev.n):
                ctx.send_event(Task(n=n))
            return None

        @step(num_workers=8)
        def task(self, ctx: Context, ev: Task) -> Done | None:
            batch = ctx.collect_events(ev, [Task, Task, Task])
            return None if batch is None else Done(n=sum(event.n for event in batch))

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent[int] | None:
            batch = ctx.collect_events(ev, [Done] * 300)
            return None if batch is None else StopEvent(result=sum(event.n for event in batch))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert await asyncio.wait_for(Collects().run(n=900), SOON) == sum(range(900))
    finally:
        sys.setswitchinterval(before)


async def test_a_step_that_goes_round_for_ever_does_not_keep_the_interpreter_from_a_step_in_a_thread() -> None:
    class Busy(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task:
            ctx.send_event(Done())
            return Task()

        @step
        async def go_round(self, ev: Task) -> Task | StopEvent[int]:
            return ev if ev.n == 0 else StopEvent(result=-1)

        @step
        def end(self, ev: Done) -> StopEvent[int]:
            seen = 0
            for _ in range(20):  # each wait ends with asking for the interpreter again
                seen += not threading.Event().wait(0.0001)
            return StopEvent(result=seen)

    gc.disable()  # a long collection would be another occasion for a thread to get in
    try:
        assert await Busy(timeout=SOON).run() == 20
    finally:
        gc.enable()


async def test_what_a_step_in_a_thread_may_not_send_fails_the_run() -> None:
    class Sends(Workflow):
        @step
        def begin(self, ctx: Context, ev: Begin) -> list[Task] | Done | None:
            ctx.send_event(Done())  # the fan-in takes it from a fan-out only
            time.sleep(0.05)
            return [Task()]

        @step
        async def task(self, ev: Task) -> Done:
            return Done()

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:  # type: ignore[typedflow-collect]  # the mistake under test
            return StopEvent(result=len(evs))

    with pytest.raises(WorkflowRuntimeError, match=r"(?s)step 'end' gathers list\[Done\] from a fan-out") as caught:
        await asyncio.wait_for(Sends(skip_checks=["collect"]).run(), SOON)
    assert "in step 'begin'" in "".join(getattr(caught.value, "__notes__", []))


async def test_a_step_in_a_thread_cannot_wait_for_events_in_a_loop_of_its_own() -> None:
    class Waits(Workflow):
        @step
        def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
            return StopEvent(result=asyncio.run(ctx.wait_for_event(Answer)).n)

    with pytest.raises(WorkflowRuntimeError, match=r"step 'begin' waits for Answer on another event loop"):
        await asyncio.wait_for(Waits().run(), SOON)


def test_runs_in_many_threads_take_turns() -> None:
    workflow = Asks(num_concurrent_runs=2)
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(workflow.run_sync(n=n)), daemon=True) for n in range(1, 21)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert sorted(results) == list(range(1, 21))


async def test_what_a_thread_writes_after_the_end_of_the_run_is_not_shown_behind_its_last_event() -> None:
    wrote = threading.Event()

    class Ends(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | StopEvent:
            ctx.send_event(Task())
            await asyncio.sleep(0.01)
            return StopEvent()

        @step(timeout=SOON)
        def task(self, ctx: Context, ev: Task) -> None:
            time.sleep(0.05)
            ctx.write_event_to_stream(Done())
            wrote.set()

    handler = Ends().run()
    await handler
    await asyncio.to_thread(wrote.wait, SOON)
    await asyncio.sleep(0.01)
    assert [type(event) async for event in handler.stream_events()] == [StopEvent]


# -- loops


def test_a_run_whose_loop_was_closed_takes_no_turn_from_those_of_the_next_loop() -> None:
    workflow = Asks(num_concurrent_runs=1)

    async def leave() -> None:
        workflow.run()
        await asyncio.sleep(0)

    async def run() -> int:
        result: int = await asyncio.wait_for(workflow.run(n=2), SOON)
        return result

    asyncio.run(leave())
    assert asyncio.run(run()) == 2


def test_a_run_cannot_be_awaited_on_another_loop_and_its_context_can_go_on_there() -> None:
    workflow = Asks()

    async def begin() -> WorkflowHandler:
        handler = workflow.run()
        await asyncio.sleep(0.01)
        return handler

    async def wait(handler: WorkflowHandler) -> None:
        await asyncio.wait_for(handler, SOON)

    async def go_on(handler: WorkflowHandler) -> int:
        again = workflow.run(ctx=Context.from_dict(workflow, handler.ctx.to_dict()))
        await again.send_event(Answer(n=3))
        result: int = await asyncio.wait_for(again, SOON)
        return result

    handler = asyncio.run(begin())
    with pytest.raises(
        WorkflowRuntimeError, match=r"Asks .* belongs to another event loop than this one, which is closed"
    ):
        asyncio.run(wait(handler))
    assert asyncio.run(go_on(handler)) == 3


def test_a_failure_that_nobody_asks_for_is_told_even_when_the_loop_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            raise ValueError("unseen")

    async def main() -> None:
        Fails().run()
        await asyncio.sleep(0.01)

    with caplog.at_level(logging.ERROR, logger="asyncio"):
        asyncio.run(main())
        gc.collect()
    assert "Fails (run " in caplog.text
    assert "nobody awaited its handler" in caplog.text


def test_what_the_end_of_the_loop_cancels_is_nobodys_failure(caplog: pytest.LogCaptureFixture) -> None:
    class Sleeps(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await asyncio.sleep(60)
            return StopEvent()

    async def main() -> None:
        Sleeps().run()
        await asyncio.sleep(0.01)

    with caplog.at_level(logging.ERROR, logger="asyncio"):
        asyncio.run(main())
        gc.collect()
    assert caplog.text == ""


# -- saving


async def test_a_run_that_is_ending_with_a_result_is_saved_as_over() -> None:
    class Ends(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | Done:
            ctx.send_event(Done())
            return Task()

        @step
        async def task(self, ev: Task) -> StopEvent[int]:
            await asyncio.sleep(0)
            return StopEvent(result=1)

        @step
        async def done(self, ev: Done) -> None:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.05)

    workflow = Ends()
    handler = workflow.run()
    await asyncio.sleep(0.02)
    assert not handler.is_done()
    saved = handler.ctx.to_dict()
    assert await handler == 1
    assert saved["is_running"] is False
    assert await asyncio.wait_for(workflow.run(ctx=Context.from_dict(workflow, saved)), SOON) == 1
