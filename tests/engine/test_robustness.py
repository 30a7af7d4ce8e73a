"""What users bring along, errors, observers, values, context variables, may be odd: the run still ends, and says why."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

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
from typedflow.engine import observer as observing
from typedflow.errors import WorkflowCancelledByUser

SOON = 5.0


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int = 0


class Answer(HumanResponseEvent):
    n: int = 0


class Odd:
    """A value that refuses to be compared, as arrays do."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("ambiguous")

    __hash__ = None  # type: ignore[assignment]  # as in arrays


@dataclass(frozen=True)
class Frozen(Exception):
    """An error that takes no attributes, so no notes either."""

    code: int


async def test_an_error_that_takes_no_notes_ends_the_run_like_any_other() -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ev: Begin) -> InputRequiredEvent:
            raise Frozen(3)

        @step
        async def answered(self, ev: Answer) -> StopEvent:
            return StopEvent()

    with pytest.raises(Frozen, match="3"):
        await asyncio.wait_for(Fails().run(), SOON)


class Broken:
    """An observer that raises in one of its methods."""

    def __init__(self, at: str) -> None:
        self.at = at

    def __getattr__(self, name: str) -> Callable[..., None]:
        def told(*about: object) -> None:
            if name == self.at:
                raise ZeroDivisionError(name)

        return told


@contextmanager
def watched(observer: Any) -> Iterator[None]:
    before = observing.everywhere
    observing.everywhere = (observer,)
    try:
        yield
    finally:
        observing.everywhere = before


class Asks(Workflow):
    @step
    async def begin(self, ev: Begin) -> Task:
        return Task()

    @step
    async def task(self, ev: Task) -> StopEvent[str] | InputRequiredEvent:
        return StopEvent(result="done")

    @step
    async def answered(self, ev: Answer) -> StopEvent[str]:
        return StopEvent(result="answered")


@pytest.mark.parametrize("at", ["run_started", "step_started", "step_ended"])
async def test_an_observer_that_raises_fails_the_run(at: str) -> None:
    with watched(Broken(at)):
        handler = Asks().run()
    with pytest.raises(ZeroDivisionError, match=at) as caught:
        await asyncio.wait_for(handler, SOON)
    assert f"in Broken.{at}, an observer of Asks" in "".join(getattr(caught.value, "__notes__", []))


async def test_an_observer_that_raises_when_the_run_is_over_is_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with watched(Broken("run_ended")):
        handler = Asks().run()
    assert await asyncio.wait_for(handler, SOON) == "done"
    assert "Broken.run_ended failed" in caplog.text


async def test_a_requirement_that_refuses_to_be_compared_fails_the_run() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | StopEvent:
            ctx.send_event(Task())
            await ctx.wait_for_event(Task, requirements={"n": Odd()})
            return StopEvent()

        @step
        async def task(self, ev: Task) -> Task:
            return Task()

    with pytest.raises(ValueError, match="ambiguous"):
        await asyncio.wait_for(Waits().run(), SOON)


async def test_context_variables_with_values_that_refuse_to_be_compared_stay_with_their_step() -> None:
    variable: contextvars.ContextVar[Odd | None] = contextvars.ContextVar("variable", default=None)
    outside = Odd()
    variable.set(outside)
    seen: list[Odd | None] = []

    class Sets(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            variable.set(Odd())
            return Task()

        @step
        async def task(self, ev: Task) -> StopEvent:
            seen.append(variable.get())
            return StopEvent()

    await asyncio.wait_for(Sets().run(), SOON)
    assert seen[0] is outside


async def test_a_cancellation_that_a_step_has_swallowed_does_not_reach_the_next_step() -> None:
    class Swallows(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(task.cancel)
            try:
                await asyncio.sleep(SOON)
            except asyncio.CancelledError:
                return Task()
            raise AssertionError

        @step(timeout=0.01)
        async def task(self, ev: Task) -> StopEvent[str]:
            try:
                await asyncio.sleep(SOON)
            except asyncio.CancelledError:
                return StopEvent(result="cleaned up")
            raise AssertionError

    assert await asyncio.wait_for(Swallows().run(), SOON) == "cleaned up"


async def test_a_step_that_cancels_its_own_run_is_cancelled_too() -> None:
    handlers: list[WorkflowHandler] = []

    class Cancels(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await handlers[0].cancel_run()
            raise AssertionError("it went on")

    handlers.append(Cancels().run())
    began = asyncio.get_running_loop().time()
    with pytest.raises(WorkflowCancelledByUser):
        await handlers[0]
    assert asyncio.get_running_loop().time() - began < 1


async def test_a_handler_may_be_cancelled_from_another_thread() -> None:
    class Sleeps(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await asyncio.sleep(60)
            return StopEvent()

    handler = Sleeps().run()
    await asyncio.sleep(0)
    threading.Thread(target=handler.cancel).start()
    with pytest.raises(WorkflowCancelledByUser):
        await asyncio.wait_for(handler, SOON)


async def test_a_run_that_is_over_grows_no_older() -> None:
    handler = Asks(stats=True).run()
    await handler
    seconds = handler.stats().seconds
    await asyncio.sleep(0.02)
    assert handler.stats().seconds == seconds


def test_a_loop_whose_clock_begins_at_zero_runs_workflows() -> None:
    class Zero(asyncio.SelectorEventLoop):
        def __init__(self) -> None:
            self.began = 0.0
            super().__init__()
            self.began = super().time()

        def time(self) -> float:
            return max(0.0, super().time() - self.began - 0.05)  # it stands at zero for a while

    class Waits(Workflow):
        @step
        async def begin(self, ev: Begin) -> InputRequiredEvent:
            return InputRequiredEvent()

        @step
        async def answered(self, ev: Answer) -> StopEvent[int]:
            return StopEvent(result=ev.n)

    async def main() -> int:
        handler = Waits().run()
        async for _ in handler.stream_events(only=InputRequiredEvent):
            break
        await asyncio.sleep(0)
        await handler.send_event(Answer(n=3))
        return await asyncio.wait_for(handler, SOON)

    loop = Zero()
    try:
        assert loop.run_until_complete(main()) == 3
    finally:
        loop.close()


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.12 starts tasks eagerly if asked to")
def test_a_loop_that_starts_tasks_eagerly_runs_a_wide_fan_out() -> None:
    class Done(Event):
        n: int

    class Wide(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(3000)]

        @step(num_workers=3000)
        async def task(self, ev: Task) -> Done:
            return Done(n=ev.n)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    async def main() -> int:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]  # from 3.12 on
        return await asyncio.wait_for(Wide().run(), SOON)

    assert asyncio.run(main()) == 3000
