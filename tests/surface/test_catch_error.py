"""`@catch_error`: the step that is called when another has failed for good."""

from __future__ import annotations

import pytest

from typedflow import Context, Event, StartEvent, StepFailedEvent, StopEvent, Workflow, catch_error, step
from typedflow.errors import WorkflowValidationError
from typedflow.events import CollectionReleaseEvent, WorkflowFailedEvent
from typedflow.retry_policy import ConstantDelayRetryPolicy
from typedflow.testing import virtual_time


class Task(Event):
    n: int


class Done(Event):
    n: int


class Note(Event):
    text: str


class OneHandler(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> Task:
        return Task(n=ev["n"])

    @step
    async def work(self, ev: Task) -> StopEvent[object]:
        return StopEvent(result=10 // ev.n)

    @catch_error
    async def recover(self, ctx: Context, ev: StepFailedEvent) -> StopEvent[object]:
        return StopEvent(result=ev)


async def test_the_handler_gets_step_event_error_and_attempts_and_its_event_goes_on() -> None:
    failure = await OneHandler().run(n=0)
    assert isinstance(failure, StepFailedEvent)
    assert failure.step_name == "work"
    assert failure.input_event == Task(n=0)
    assert isinstance(failure.exception, ZeroDivisionError)
    assert failure.attempts == 1
    assert failure.elapsed_seconds >= 0
    assert failure.failed_at.tzinfo is not None


async def test_a_step_that_succeeds_never_meets_it() -> None:
    assert await OneHandler().run(n=5) == 2


@virtual_time
async def test_the_handler_is_called_after_the_last_retry() -> None:
    class Retrying(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(maximum_attempts=3, delay=10))
        async def work(self, ev: StartEvent) -> StopEvent[tuple[int, float]]:
            raise ValueError

        @catch_error
        async def recover(self, ev: StepFailedEvent) -> StopEvent[tuple[int, float]]:
            return StopEvent(result=(ev.attempts, ev.elapsed_seconds))

    assert await Retrying().run() == (3, 20.0)


class Scoped(Workflow):
    @step
    async def first(self, ev: StartEvent) -> Task:
        if ev["fails"] == "first":
            raise ValueError("first")
        return Task(n=0)

    @step
    async def second(self, ev: Task) -> StopEvent[str]:
        raise ValueError("second")

    @catch_error(for_steps=["second"])
    async def named(self, ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result=f"named: {ev.step_name}")

    @catch_error
    async def rest(self, ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result=f"rest: {ev.step_name}")


@pytest.mark.parametrize(("fails", "expected"), [("first", "rest: first"), ("second", "named: second")])
async def test_a_handler_for_named_steps_comes_before_the_one_for_all(fails: str, expected: str) -> None:
    assert await Scoped().run(fails=fails) == expected


async def test_a_step_that_no_handler_names_fails_the_run() -> None:
    class OnlySecond(Workflow):
        @step
        async def first(self, ev: StartEvent) -> Task:
            raise KeyError("first")

        @step
        async def second(self, ev: Task) -> StopEvent[str]:
            return StopEvent(result="")

        @catch_error(for_steps=["second"])
        async def named(self, ev: StepFailedEvent) -> StopEvent[str]:
            return StopEvent(result="recovered")

    with pytest.raises(KeyError):
        await OnlySecond().run()


def looping(budget: int) -> type[Workflow]:
    class Looping(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Task:
            return Task(n=0)

        @step
        async def work(self, ev: Task) -> StopEvent[int]:
            if ev.n < 2:
                raise ValueError(f"at {ev.n}")
            return StopEvent(result=ev.n)

        @catch_error(max_recoveries=budget)
        async def again(self, ev: StepFailedEvent) -> Task:
            assert isinstance(ev.input_event, Task)
            return Task(n=ev.input_event.n + 1)

    return Looping


async def test_a_line_of_events_is_recovered_as_often_as_the_budget_says() -> None:
    assert await looping(2)().run() == 2
    with pytest.raises(ValueError, match="at 1"):  # the step's own error
        await looping(1)().run()


async def test_the_budget_travels_with_what_is_sent() -> None:
    class Sending(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Task:
            return Task(n=0)

        @step
        async def work(self, ev: Task) -> StopEvent[int]:
            raise ValueError(f"at {ev.n}")

        @catch_error
        async def again(self, ctx: Context, ev: StepFailedEvent) -> Task | None:
            ctx.send_event(Task(n=1))
            return None

    with pytest.raises(ValueError, match="at 1"):
        await Sending().run()


class Recovering(Workflow):
    """Each branch has a budget of its own."""

    @step
    async def begin(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(ev["branches"])]

    @step
    async def work(self, ev: Task) -> Done:
        if ev.n % 2:
            raise ValueError(f"odd: {ev.n}")
        return Done(n=ev.n)

    @step
    async def join(self, evs: list[Done]) -> StopEvent[list[int]]:
        return StopEvent(result=sorted(ev.n for ev in evs))

    @catch_error(for_steps=["work"])
    async def recover(self, ev: StepFailedEvent) -> Done:
        assert isinstance(ev.input_event, Task)
        return Done(n=-ev.input_event.n)


async def test_a_recovered_branch_stays_in_its_fan_out() -> None:
    assert await Recovering().run(branches=6) == [-5, -3, -1, 0, 2, 4]


async def test_a_branch_that_the_handler_drops_is_absent_from_the_fan_in() -> None:
    class Dropping(Recovering):
        @catch_error(for_steps=["work"])
        async def recover(self, ev: StepFailedEvent) -> None:  # type: ignore[override]  # it drops what the one it replaces returns
            return None

    assert await Dropping().run(branches=5) == [0, 2, 4]


async def test_a_failing_fan_in_hands_its_whole_batch_to_the_handler() -> None:
    class Fan(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Done]:
            return [Done(n=n) for n in range(3)]

        @step
        async def join(self, evs: list[Done]) -> StopEvent[list[int]]:
            raise ValueError

        @catch_error
        async def recover(self, ev: StepFailedEvent) -> StopEvent[list[int]]:
            assert isinstance(ev.input_event, CollectionReleaseEvent)
            return StopEvent(result=[event.n for event in ev.input_event.events if isinstance(event, Done)])

    assert await Fan().run() == [0, 1, 2]


async def test_a_handler_that_fails_ends_the_run_with_its_own_error_and_the_first_as_context() -> None:
    class Failing(Workflow):
        @step
        async def work(self, ev: StartEvent) -> StopEvent[int]:
            raise ValueError("first")

        @catch_error
        async def recover(self, ev: StepFailedEvent) -> StopEvent[int]:
            raise RuntimeError("second") from ev.exception

    handler = Failing().run()
    with pytest.raises(RuntimeError, match="second") as caught:
        await handler
    assert isinstance(caught.value.__cause__, ValueError)
    stop = handler.get_stop_event()
    assert isinstance(stop, WorkflowFailedEvent)
    assert stop.step_name == "recover"


async def test_what_the_failed_step_had_sent_is_delivered_all_the_same() -> None:
    class Sending(Workflow):
        @step
        async def work(self, ctx: Context, ev: StartEvent) -> Note:
            ctx.send_event(Note(text="sent"))
            raise ValueError

        @step
        async def listen(self, ctx: Context, ev: Note) -> StopEvent[list[str]] | None:
            async with ctx.store.edit_state() as state:
                state["heard"] = [*state.get("heard", []), ev.text]
            heard = ctx.state["heard"]
            return StopEvent(result=heard) if len(heard) == 2 else None

        @catch_error
        async def recover(self, ev: StepFailedEvent) -> Note:
            return Note(text="recovered")

    assert sorted(await Sending().run()) == ["recovered", "sent"]


async def test_a_timeout_of_the_run_and_a_cancellation_are_no_failures_of_a_step() -> None:
    called = []

    class Slow(Workflow):
        @step
        async def work(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            import asyncio

            await asyncio.sleep(5)
            return StopEvent(result=1)

        @catch_error
        async def recover(self, ev: StepFailedEvent) -> StopEvent[int]:
            called.append(ev)
            return StopEvent(result=0)

    with pytest.raises(TimeoutError):
        await Slow(timeout=0.01).run()
    assert called == []


@pytest.mark.parametrize(
    ("arguments", "text"),
    [({"max_recoveries": 0}, "1 or more, not 0"), ({"for_steps": "work"}, "a list of the names of steps")],
)
def test_wrong_arguments_are_refused_where_they_are_written(arguments: dict[str, object], text: str) -> None:
    with pytest.raises(WorkflowValidationError, match=text):
        catch_error(**arguments)  # type: ignore[call-overload]  # the point of the test
