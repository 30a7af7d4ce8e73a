"""How a run ends: result, failure, timeout, cancellation, and the run that cannot go on."""

from __future__ import annotations

import asyncio
import gc

import pytest

from typedflow import Context, Event, HumanResponseEvent, StartEvent, StopEvent, Workflow, step
from typedflow.errors import (
    WorkflowCancelledByUser,
    WorkflowRuntimeError,
    WorkflowStalledError,
    WorkflowTimeoutError,
)
from typedflow.events import WorkflowCancelledEvent, WorkflowFailedEvent, WorkflowTimedOutEvent


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int = 0


class Other(Event):
    n: int = 0


class Report(StopEvent):
    path: str


def tasks_left() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


async def test_the_result_of_a_plain_stop_event_is_its_result_and_a_subclass_is_itself() -> None:
    class Plain(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[int]:
            return StopEvent(result=ev.n)

    class Own(Workflow):
        @step
        async def begin(self, ev: Begin) -> Report:
            return Report(path="x")

    handler = Plain().run(n=3)
    assert await handler == 3
    assert await handler == 3
    assert (await handler.stop_event_result()).result == 3
    assert await Own().run() == Report(path="x")


class Sleepy(Workflow):
    @step
    async def begin(self, ev: Begin) -> list[Task]:
        return [Task(n=n) for n in range(3)]

    @step
    async def nap(self, ev: Task) -> Other | StopEvent:
        if ev.n == 0:
            return StopEvent(result="first")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cleaned.append(ev.n)
            await asyncio.sleep(0.01)
            cleaned.append(-ev.n)
            raise
        return Other()

    @step
    async def never(self, evs: list[Other]) -> None: ...


cleaned: list[int] = []


async def test_a_stop_event_cancels_the_other_steps_and_waits_for_their_cleanup() -> None:
    cleaned.clear()
    assert await Sleepy(skip_checks=["no-exit"]).run() == "first"
    assert sorted(cleaned) in ([-2, -1, 1, 2], [])
    assert tasks_left() == set()


async def test_a_failing_step_raises_its_own_exception_with_a_note_of_where() -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            raise KeyError("lost")

    handler = Fails().run(n=1)
    with pytest.raises(KeyError) as caught:
        await handler
    assert any(f"in step 'begin' on Begin of Fails (run {handler.run_id})" in note for note in caught.value.__notes__)  # type: ignore[attr-defined]  # an attribute from Python 3.11 on
    stop = handler.get_stop_event()
    assert isinstance(stop, WorkflowFailedEvent)
    assert (stop.step_name, stop.exception) == ("begin", caught.value)


async def test_the_stream_ends_when_a_step_fails() -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
            ctx.write_event_to_stream(Task(n=1))
            raise RuntimeError("no")

    handler = Fails().run()
    seen = [type(event) async for event in handler.stream_events()]
    assert seen == [Task, WorkflowFailedEvent]
    with pytest.raises(RuntimeError, match="no"):
        await handler


async def test_the_timeout_ends_the_run_and_names_the_active_steps() -> None:
    class Slow(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await asyncio.sleep(60)
            return StopEvent()

    handler = Slow(timeout=0.01).run()
    with pytest.raises(WorkflowTimeoutError) as caught:
        await handler
    assert str(caught.value) == (
        f"Slow (run {handler.run_id}) took longer than its timeout of 0.01 s; active steps: begin"
    )
    assert isinstance(caught.value, TimeoutError)
    assert isinstance(handler.get_stop_event(), WorkflowTimedOutEvent)
    assert tasks_left() == set()


async def test_steps_that_never_wait_time_out_too() -> None:
    class Spin(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            return Task()

        @step
        async def spin(self, ev: Task) -> Task | StopEvent:
            return Task()

    with pytest.raises(WorkflowTimeoutError):
        await Spin(timeout=0.01).run()


async def test_cancel_run_lets_the_steps_clean_up_and_awaiting_raises() -> None:
    log: list[str] = []

    class Slow(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0)
                log.append("cleaned")
            return StopEvent()

    handler = Slow().run()
    await asyncio.sleep(0)
    await handler.cancel_run()
    assert log == ["cleaned"]
    assert isinstance(handler.get_stop_event(), WorkflowCancelledEvent)
    with pytest.raises(WorkflowCancelledByUser, match=r"Slow .* was cancelled through its handler"):
        await handler
    await handler.cancel_run()
    assert tasks_left() == set()


async def test_cancelling_a_run_before_its_first_step_starts_nothing() -> None:
    class Plain(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            raise AssertionError("started")

    handler = Plain().run()
    await handler.cancel_run()
    with pytest.raises(WorkflowCancelledByUser):
        await handler
    await asyncio.sleep(0)
    assert tasks_left() == set()


async def test_an_awaiter_that_gives_up_leaves_the_run_alone() -> None:
    class Slow(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[str]:
            await asyncio.sleep(0.03)
            return StopEvent(result="done")

    handler = Slow().run()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(handler, 0.001)
    assert await handler == "done"


async def test_a_step_that_raises_cancelled_error_fails_the_run_at_once() -> None:
    class Odd(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            raise asyncio.CancelledError

    with pytest.raises(WorkflowRuntimeError, match=r"step 'begin' was cancelled, and not by the run"):
        await asyncio.wait_for(Odd().run(), 1)


async def test_a_run_with_nothing_left_to_do_says_who_waits_for_what() -> None:
    class Stuck(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task:
            if ctx.retry_info().retry_number:  # it never is
                ctx.send_event(Other())
            return Task()

        @step
        async def join(self, one: Task, two: Other) -> StopEvent:
            return StopEvent()

    handler = Stuck().run()
    with pytest.raises(WorkflowStalledError) as caught:
        await asyncio.wait_for(handler, 1)
    assert str(caught.value) == (
        f"Stuck (run {handler.run_id}) cannot go on: no step is running, no event is queued, and no step has returned a "
        f"StopEvent; still waiting:\n  - step 'join' has 'one' and waits for 'two' (Other)\n    Return a StopEvent, or an "
        f"event that a step takes, on every path; await background work inside the step that started it."
    )


async def test_a_run_whose_collection_stays_incomplete_says_so() -> None:
    class Short(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            return Task()

        @step
        async def gather(self, ctx: Context, ev: Task) -> StopEvent | None:
            return StopEvent() if ctx.collect_events(ev, [Task, Task]) else None

    with pytest.raises(WorkflowStalledError, match=r"step 'gather' has collected Task and waits for more"):
        await asyncio.wait_for(Short().run(), 1)


async def test_a_run_that_waits_for_a_person_is_not_stuck() -> None:
    class Answer(HumanResponseEvent):
        text: str

    class Asks(Workflow):
        @step
        async def begin(self, ev: Begin) -> None: ...

        @step
        async def answered(self, ev: Answer) -> StopEvent[str]:
            return StopEvent(result=ev.text)

    handler = Asks().run()
    await asyncio.sleep(0.01)
    assert not handler.is_done()
    await handler.send_event(Answer(text="yes"))
    assert await handler == "yes"


async def test_a_failure_that_nobody_asks_for_reaches_the_loops_exception_handler() -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            raise ValueError("unseen")

    reported: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context))
    handler = Fails().run()
    while not handler.is_done():
        await asyncio.sleep(0)
    del handler
    gc.collect()
    assert [str(context["exception"]) for context in reported] == ["unseen"]
    assert "nobody awaited its handler" in str(reported[0]["message"])


async def test_run_outside_a_loop_is_refused() -> None:
    class Plain(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return StopEvent()

    def outside() -> None:
        with pytest.raises(RuntimeError):
            Plain().run()

    await asyncio.get_running_loop().run_in_executor(None, outside)


async def test_a_subrun_ends_with_the_step_that_started_it() -> None:
    child_cleaned: list[bool] = []

    class Child(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            try:
                await asyncio.sleep(60)
            finally:
                child_cleaned.append(True)
            return StopEvent()

    class Parent(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await Child().run()
            return StopEvent()

    handler = Parent().run()
    await asyncio.sleep(0.01)
    await handler.cancel_run()
    await asyncio.sleep(0)
    assert child_cleaned == [True]
    await asyncio.sleep(0)
    assert tasks_left() == set()
