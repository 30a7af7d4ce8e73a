"""The helpers for tests of workflows."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import pytest
from pydantic import BaseModel

from typedflow import (
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    Resource,
    StartEvent,
    StopEvent,
    Workflow,
    step,
)
from typedflow.errors import StateTypeError, StepTimeoutError, WorkflowRuntimeError, WorkflowTimeoutError
from typedflow.events import StepStateChanged, WorkflowFailedEvent
from typedflow.retry_policy import ConstantDelayRetryPolicy
from typedflow.testing import (
    REMOVED,
    VirtualTimeLoop,
    WorkflowTestRunner,
    override,
    run_step,
    run_virtual,
    virtual_time,
)


class Account(BaseModel):
    balance: int = 0
    entries: list[str] = []
    note: dict[str, str] = {}


class Begin(StartEvent):
    amounts: list[int]


class Pay(Event):
    amount: int


class Paid(Event):
    amount: int


class Shown(Event):
    text: str


def bank() -> str:
    return "the real bank"


class Paying(Workflow[Account, str]):
    @step
    async def begin(self, ctx: Context[Account], ev: Begin) -> list[Pay]:
        async with ctx.store.edit_state() as state:
            state.entries.append("opened")
        return [Pay(amount=amount) for amount in ev.amounts]

    @step(num_workers=1)
    async def pay(self, ctx: Context[Account], ev: Pay, at: Annotated[str, Resource(bank)]) -> Paid:
        if ev.amount < 0:
            raise ValueError("negative")
        async with ctx.store.edit_state() as state:
            state.balance += ev.amount
            state.entries.append(at)
        ctx.write_event_to_stream(Shown(text=str(ev.amount)))
        return Paid(amount=ev.amount)

    @step
    async def close(self, ctx: Context[Account], evs: list[Paid]) -> StopEvent[str]:
        return StopEvent(result=f"{len(evs)} paid")


# -- a whole run


async def test_a_run_gives_its_result_events_commits_and_final_state() -> None:
    done = await WorkflowTestRunner(Paying()).run(Begin(amounts=[3, 4]))
    assert done.result == "2 paid"
    assert [event.text for event in done.collected if isinstance(event, Shown)] == ["3", "4"]
    assert done.event_types[Shown] == 2
    assert done.event_types[StepStateChanged] > 0
    assert done.state.balance == 7
    assert done.ctx.state is done.state
    assert done.commits.steps == ["begin", "pay", "pay"]
    assert done.commits.by("pay").changed == {
        "balance": 7, "entries.1": "the real bank", "entries.2": "the real bank",
    }  # fmt: skip
    assert [commit.version for commit in done.commits] == [1, 2, 3]
    assert done.commits[1:].steps == ["pay", "pay"]


async def test_fields_of_the_start_event_may_be_given_one_by_one() -> None:
    assert (await WorkflowTestRunner(Paying()).run(amounts=[])).result == "0 paid"


async def test_internal_and_excluded_events_can_be_left_out() -> None:
    done = await WorkflowTestRunner(Paying()).run(Begin(amounts=[1]), expose_internal=False, exclude_events=[Shown])
    assert set(done.event_types) == {StopEvent[str]} or all(issubclass(kind, StopEvent) for kind in done.event_types)


async def test_a_run_starts_from_a_given_state_and_with_given_resources() -> None:
    done = await WorkflowTestRunner(Paying()).run(
        Begin(amounts=[1]), state=Account(balance=100), resources={bank: "a fake bank"}
    )
    assert done.state.balance == 101
    assert done.state.entries == ["opened", "a fake bank"]


async def test_a_state_of_another_type_is_refused() -> None:
    class Other(BaseModel):
        n: int = 0

    with pytest.raises(StateTypeError, match="is a Account, not a Other"):
        await WorkflowTestRunner(Paying()).run(Begin(amounts=[]), state=Other())  # type: ignore[arg-type]  # the point


async def test_a_failed_run_raises_or_gives_what_it_did_until_then() -> None:
    with pytest.raises(ValueError, match="negative"):
        await WorkflowTestRunner(Paying()).run(amounts=[1, -1])
    done = await WorkflowTestRunner(Paying()).run(amounts=[1, -1], may_fail=True)
    assert isinstance(done.error, ValueError)
    assert isinstance(done.stop_event, WorkflowFailedEvent)
    assert done.state.balance == 1
    with pytest.raises(ValueError, match="negative"):
        _ = done.result


async def test_a_context_of_an_earlier_run_goes_on() -> None:
    workflow = Paying()
    first = await WorkflowTestRunner(workflow).run(amounts=[1])
    second = await WorkflowTestRunner(workflow).run(Begin(amounts=[2]), ctx=first.ctx)
    assert second.state.balance == 3
    assert second.commits.by("pay").changed["balance"] == 3


async def test_a_path_that_is_gone_is_marked_as_removed() -> None:
    class Clearing(Workflow):
        @step
        async def clear(self, ctx: Context[Account], ev: StartEvent) -> StopEvent:
            async with ctx.store.edit_state() as state:
                del state.note["a/b"]
            return StopEvent()

    done = await WorkflowTestRunner(Clearing()).run(state=Account(note={"a/b": "x"}))
    assert done.commits.changed == {"note.a/b": REMOVED}
    assert "Commit 1 by step 'clear'" in repr(done.commits)


# -- one step


async def test_one_step_runs_alone_on_an_event_and_a_state() -> None:
    done = await run_step(Paying().pay, Pay(amount=5), state=Account(balance=10))
    assert done.returned == Paid(amount=5)
    assert done.state.balance == 15
    assert done.written == [Shown(text="5")]
    assert done.commits.changed == {"balance": 15, "entries.0": "the real bank"}
    assert done.sent == []


async def test_one_step_may_be_given_other_resources() -> None:
    done = await run_step(Paying().pay, Pay(amount=5), resources={bank: "a fake"})
    assert done.state.entries == ["a fake"]


async def test_what_one_step_sends_is_noted_and_goes_nowhere() -> None:
    class Sending(Workflow):
        @step
        async def send(self, ctx: Context, ev: StartEvent) -> Pay | None:
            ctx.send_event(Pay(amount=1))
            ctx.send_event(Pay(amount=2), step="take")
            return None

        @step
        async def take(self, ev: Pay) -> StopEvent:
            raise AssertionError

    done = await run_step(Sending().send, StartEvent())
    assert done.returned is None
    assert done.sent == [Pay(amount=1), Pay(amount=2)]


async def test_a_fan_out_a_fan_in_and_a_join_run_alone() -> None:
    assert (await run_step(Paying().begin, Begin(amounts=[1, 2]))).returned == [Pay(amount=1), Pay(amount=2)]
    done = await run_step(Paying().close, [Paid(amount=1), Paid(amount=2)])
    assert isinstance(done.returned, StopEvent)
    assert done.returned.result == "2 paid"

    class Joining(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Pay:
            return Pay(amount=1)

        @step
        async def other(self, ev: StartEvent) -> Paid:
            return Paid(amount=1)

        @step
        async def join(self, a: Pay, b: Paid) -> StopEvent[int]:
            return StopEvent(result=a.amount - b.amount)

    joined = await run_step(Joining().join, (Pay(amount=3), Paid(amount=1)))
    assert joined.returned.result == 2


async def test_the_error_of_one_step_is_raised_without_a_retry() -> None:
    tries = []

    class Retrying(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(delay=0))
        async def fail(self, ev: StartEvent) -> StopEvent:
            tries.append(1)
            raise ValueError

    with pytest.raises(ValueError):
        await run_step(Retrying().fail, StartEvent())
    assert tries == [1]


async def test_one_step_that_returns_what_it_may_not_says_so() -> None:
    class Wrong(Workflow):
        @step
        async def wrong(self, ev: StartEvent) -> StopEvent:
            return Pay(amount=1)  # type: ignore[return-value]  # the point of the test

    with pytest.raises(WorkflowRuntimeError, match="returned Pay, but its annotation says StopEvent"):
        await run_step(Wrong().wrong, StartEvent())


async def test_a_plain_step_runs_alone_too() -> None:
    class Plain(Workflow):
        @step
        def work(self, ev: StartEvent) -> StopEvent[int]:
            return StopEvent(result=1)

    assert (await run_step(Plain().work, StartEvent())).returned.result == 1


class Ask(InputRequiredEvent):
    question: str


class Answer(HumanResponseEvent):
    text: str


class Asking(Workflow):
    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent[list[str]]:
        first = await ctx.wait_for_event(Answer, waiter_event=Ask(question="name?"))
        second = await ctx.wait_for_event(Answer, requirements={"text": "yes"}, timeout=60)
        return StopEvent(result=[first.text, second.text])


async def test_one_step_that_waits_is_given_the_answers() -> None:
    done = await run_step(Asking().ask, StartEvent(), answers=[Answer(text="Ann"), Answer(text="yes")])
    assert done.returned.result == ["Ann", "yes"]
    assert done.written == [Ask(question="name?")]


@virtual_time
async def test_without_an_answer_the_wait_ends_by_its_own_timeout_or_the_tests() -> None:
    with pytest.raises(asyncio.TimeoutError):
        await run_step(Asking().ask, StartEvent(), answers=[Answer(text="Ann")], timeout=None)
    with pytest.raises(WorkflowTimeoutError, match="active steps: ask"):
        await run_step(Asking().ask, StartEvent())


@pytest.mark.parametrize(
    ("event", "text"),
    [(Paid(amount=1), "step 'pay' takes Pay, not Paid"), ([Pay(amount=1)], "step 'pay' takes Pay, not \\[")],
)
async def test_an_event_that_the_step_does_not_take_is_refused(event: Event, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        await run_step(Paying().pay, event)


async def test_a_free_function_step_needs_the_workflow_that_it_is_run_for() -> None:
    class Free(Workflow, open_steps=True):
        @step
        async def begin(self, ev: StartEvent) -> Pay:
            return Pay(amount=1)

    @step(workflow=Free)
    async def finish(ev: Pay) -> StopEvent[int]:
        return StopEvent(result=ev.amount)

    done = await run_step(finish, Pay(amount=4), workflow=Free())
    assert done.returned.result == 4
    with pytest.raises(TypeError, match=r"run_step\(\.\.\., workflow=Flow\(\)\)"):
        await run_step(finish, Pay(amount=4))
    with pytest.raises(TypeError, match="takes a step of a workflow object"):
        await run_step(bank, Pay(amount=4))  # type: ignore[type-var]  # the point of the test


# -- virtual time


def test_hours_pass_at_once_and_in_order() -> None:
    async def main() -> list[tuple[str, float]]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        seen: list[tuple[str, float]] = []

        async def sleeper(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            seen.append((name, loop.elapsed))

        await asyncio.gather(sleeper("b", 7200), sleeper("a", 3600), sleeper("c", 86_400))
        return seen

    began = time.monotonic()
    assert run_virtual(main()) == [("a", 3600.0), ("b", 7200.0), ("c", 86_400.0)]
    assert time.monotonic() - began < 2


@virtual_time
async def test_work_in_a_thread_is_not_overtaken_by_a_timer() -> None:
    await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.05), timeout=30)


@virtual_time
async def test_a_plain_step_is_not_overtaken_by_its_timeout() -> None:
    class Blocking(Workflow):
        @step(timeout=60)
        def work(self, ev: StartEvent) -> StopEvent[str]:
            time.sleep(0.05)
            return StopEvent(result="done")

    assert await Blocking().run() == "done"


@virtual_time
async def test_a_timeout_of_an_hour_passes_at_once() -> None:
    class Slow(Workflow):
        @step(timeout=3600)
        async def work(self, ev: StartEvent) -> StopEvent:
            await asyncio.Event().wait()
            return StopEvent()

    with pytest.raises(StepTimeoutError):
        await Slow(timeout=None).run()


def test_tasks_that_are_left_over_are_cancelled_at_the_end() -> None:
    ended = []

    async def background() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            ended.append(True)

    async def main() -> None:
        main.task = asyncio.create_task(background())  # type: ignore[attr-defined]  # so that it is not collected
        await asyncio.sleep(1)

    run_virtual(main())
    assert ended == [True]


def test_time_goes_on_only() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        fired: list[bool] = []
        loop.call_later(60, fired.append, True)
        loop.advance(61)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert fired == [True]
        with pytest.raises(ValueError, match="time only goes on"):
            loop.advance(-1)

    run_virtual(main())


def test_virtual_time_decorates_async_tests() -> None:
    with pytest.raises(TypeError, match="decorates an async test"):
        virtual_time(bank)  # type: ignore[arg-type]  # the point of the test


@pytest.fixture
def fake_bank():  # type: ignore[no-untyped-def]  # a fixture
    with override(bank, "from a fixture"):
        yield


async def test_an_override_in_a_fixture_reaches_the_test(fake_bank: None) -> None:
    done = await run_step(Paying().pay, Pay(amount=5))
    assert done.state.entries == ["from a fixture"]
