"""What the error of a failed run says."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowCancelledByUser
from typedflow.events import WorkflowFailedEvent


class Task(Event):
    n: int


class CleaningUpBadly(Workflow):
    """Three branches: the first fails, the others fail when they are cancelled because of that."""

    @step
    async def begin(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(3)]

    @step
    async def work(self, ev: Task) -> StopEvent[int]:
        if ev.n == 0:
            await asyncio.sleep(0.01)
            raise ValueError("first")
        try:
            await asyncio.sleep(5)
        finally:
            raise KeyError(ev.n)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 has no exception groups")
async def test_steps_that_fail_while_the_run_is_ending_join_the_first_in_an_exception_group() -> None:
    handler = CleaningUpBadly().run()
    with pytest.raises(ExceptionGroup, match="several steps of CleaningUpBadly") as caught:  # type: ignore[name-defined]  # from Python 3.11 on, as the mark says  # noqa: F821
        await handler
    assert sorted(map(repr, caught.value.exceptions)) == ["KeyError(1)", "KeyError(2)", "ValueError('first')"]
    for error in caught.value.exceptions:
        assert any("in step 'work' on Task" in note for note in error.__notes__)
    stop = handler.get_stop_event()
    assert isinstance(stop, WorkflowFailedEvent)
    assert stop.exception is caught.value
    assert stop.step_name == "work"


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="there are exception groups")
async def test_on_python_3_10_the_further_errors_are_the_context_of_the_first() -> None:
    with pytest.raises(ValueError, match="first") as caught:
        await CleaningUpBadly().run()
    assert isinstance(caught.value.__context__, KeyError)


async def test_a_step_that_fails_while_a_cancelled_run_is_ending_is_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Untidy(Workflow):
        @step
        async def work(self, ev: StartEvent) -> StopEvent[int]:
            try:
                await asyncio.sleep(5)
            finally:
                raise KeyError("clean-up")

    handler = Untidy().run()
    await asyncio.sleep(0.01)
    with caplog.at_level(logging.WARNING, "typedflow"):
        await handler.cancel_run()
    with pytest.raises(WorkflowCancelledByUser):
        await handler
    assert "step 'work' failed while the run was ending" in caplog.text


async def test_the_error_carries_the_failing_step_its_event_and_the_version_of_the_state() -> None:
    class Counting(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Task:
            async with ctx.store.edit_state() as state:
                state["a"] = 1
            return Task(n=1)

        @step
        async def work(self, ctx: Context, ev: Task) -> StopEvent[int]:
            async with ctx.store.edit_state() as state:
                state["b"] = 1
            raise ValueError("no")

    with pytest.raises(ValueError) as caught:
        await Counting().run(run_id="r1")
    assert caught.value.__notes__ == ["in step 'work' on Task of Counting (run r1), state version 2"]  # type: ignore[attr-defined]  # an attribute from Python 3.11 on
