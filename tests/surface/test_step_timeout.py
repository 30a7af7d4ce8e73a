"""The time limit of one attempt of a step."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from typedflow import Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Workflow, step
from typedflow.errors import StepTimeoutError, WorkflowTimeoutError
from typedflow.retry_policy import ConstantDelayRetryPolicy, retry_if_exception_type, retry_policy, wait_none
from typedflow.testing import virtual_time


@virtual_time
async def test_an_attempt_that_takes_too_long_is_cancelled_and_its_error_names_step_event_and_seconds() -> None:
    cleaned = []

    class Slow(Workflow):
        @step(timeout=30)
        async def fetch(self, ev: StartEvent) -> StopEvent:
            try:
                await asyncio.sleep(31)
            finally:
                cleaned.append(True)
            return StopEvent()

    with pytest.raises(
        StepTimeoutError, match=r"step 'fetch' took longer than its timeout of 30 s on StartEvent"
    ) as caught:
        await Slow().run()
    assert cleaned == [True]
    assert isinstance(caught.value, TimeoutError)


@virtual_time
async def test_a_step_within_its_time_is_left_alone() -> None:
    class Quick(Workflow):
        @step(timeout=30)
        async def fetch(self, ev: StartEvent) -> StopEvent[str]:
            await asyncio.sleep(29)
            return StopEvent(result="done")

    assert await Quick().run() == "done"


@virtual_time
async def test_a_timeout_is_a_failure_that_a_retry_policy_sees() -> None:
    class Slow(Workflow):
        @step(timeout=1, retry_policy=retry_policy(retry=retry_if_exception_type(StepTimeoutError), wait=wait_none()))
        async def fetch(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            number = ctx.retry_info().retry_number
            await asyncio.sleep(2 if number < 2 else 0.5)
            return StopEvent(result=number)

    assert await Slow().run() == 2


@virtual_time
async def test_each_attempt_has_the_whole_time() -> None:
    class Slow(Workflow):
        @step(timeout=10, retry_policy=ConstantDelayRetryPolicy(delay=100))
        async def fetch(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            await asyncio.sleep(9)
            if ctx.retry_info().retry_number < 2:
                raise OSError
            return StopEvent(result=1)

    assert await Slow(timeout=None).run() == 1


@virtual_time
async def test_waiting_for_a_person_counts() -> None:
    class Asked(InputRequiredEvent):
        pass

    class Answer(HumanResponseEvent):
        pass

    class Asking(Workflow):
        @step(timeout=60)
        async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
            await ctx.wait_for_event(Answer, waiter_event=Asked())
            return StopEvent()

    with pytest.raises(StepTimeoutError, match="60 s"):
        await Asking(timeout=None).run()


async def test_a_plain_step_times_out_while_its_thread_goes_on() -> None:
    finished = threading.Event()

    class Blocking(Workflow):
        @step(timeout=0.02)
        def block(self, ev: StartEvent) -> StopEvent[int]:
            time.sleep(0.15)
            finished.set()
            return StopEvent(result=1)

    with pytest.raises(StepTimeoutError, match="'block'"):
        await Blocking().run()
    assert not finished.is_set()
    assert await asyncio.to_thread(finished.wait, 2)


async def test_a_plain_step_within_its_time_gives_its_result() -> None:
    class Plain(Workflow):
        @step(timeout=5)
        def work(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            return StopEvent(result=ctx.retry_info().retry_number)

    assert await Plain().run() == 0


@virtual_time
async def test_a_step_that_catches_the_cancellation_may_still_give_a_result() -> None:
    class Stubborn(Workflow):
        @step(timeout=1)
        async def fetch(self, ev: StartEvent) -> StopEvent[str]:
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                return StopEvent(result="what I have so far")
            return StopEvent(result="all")

    assert await Stubborn().run() == "what I have so far"


@virtual_time
async def test_the_timeout_of_a_step_and_that_of_the_run_are_told_apart() -> None:
    class Slow(Workflow):
        @step(timeout=60)
        async def fetch(self, ev: StartEvent) -> StopEvent:
            await asyncio.sleep(100)
            return StopEvent()

    with pytest.raises(WorkflowTimeoutError, match="active steps: fetch"):
        await Slow(timeout=5).run()


@virtual_time
async def test_a_timeout_of_one_branch_leaves_the_others_running() -> None:
    class Task(Event):
        seconds: float

    class Done(Event):
        seconds: float

    class Fan(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(seconds=s) for s in (1, 5, 2)]

        @step(timeout=3)
        async def work(self, ctx: Context, ev: Task) -> Done | None:
            try:
                await asyncio.sleep(ev.seconds)
            except asyncio.CancelledError:
                return None
            return Done(seconds=ev.seconds)

        @step
        async def join(self, evs: list[Done]) -> StopEvent[list[float]]:
            return StopEvent(result=[ev.seconds for ev in evs])

    assert await Fan().run() == [1, 2]
