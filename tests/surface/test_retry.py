"""When a failed step is tried again, and how long later."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowRuntimeError, WorkflowValidationError
from typedflow.retry_policy import (
    ConstantDelayRetryPolicy,
    ExponentialBackoffRetryPolicy,
    RetryPolicy,
    retry_all,
    retry_always,
    retry_any,
    retry_if_exception,
    retry_if_exception_cause_type,
    retry_if_exception_message,
    retry_if_exception_type,
    retry_if_not_exception_message,
    retry_if_not_exception_type,
    retry_never,
    retry_policy,
    retry_unless_exception_type,
    stop_after_attempt,
    stop_after_delay,
    stop_all,
    stop_any,
    stop_before_delay,
    stop_never,
    wait_chain,
    wait_combine,
    wait_exponential,
    wait_exponential_jitter,
    wait_fixed,
    wait_full_jitter,
    wait_incrementing,
    wait_none,
    wait_random,
    wait_random_exponential,
)
from typedflow.testing import VirtualTimeLoop, virtual_time


def elapsed() -> float:
    loop = asyncio.get_running_loop()
    return loop.elapsed if isinstance(loop, VirtualTimeLoop) else loop.time()


def delays(policy: RetryPolicy, error: Exception | None = None, n: int = 4) -> list[float | None]:
    return [policy.next(10.0, attempts, error or ValueError("x")) for attempts in range(1, n + 1)]


def caused(by: BaseException) -> Exception:
    error = ValueError("outer")
    error.__cause__ = by
    return error


def test_without_arguments_a_policy_waits_five_seconds_and_gives_up_after_three_attempts() -> None:
    assert delays(retry_policy()) == [5.0, 5.0, None, None]


@pytest.mark.parametrize(
    ("condition", "error", "retried"),
    [
        (retry_if_exception(lambda e: "x" in str(e)), ValueError("x"), True),
        (retry_if_exception_type(ValueError), ValueError(), True),
        (retry_if_exception_type(ValueError), KeyError(), False),
        (retry_if_exception_type((ValueError, KeyError)), KeyError(), True),
        (retry_if_not_exception_type(ValueError), ValueError(), False),
        (retry_unless_exception_type(ValueError), KeyError(), True),
        (retry_if_exception_message(message="busy"), ValueError("busy"), True),
        (retry_if_exception_message(match="bus"), ValueError("busy"), True),
        (retry_if_not_exception_message(message="busy"), ValueError("busy"), False),
        (retry_if_exception_cause_type(OSError), caused(OSError()), True),
        (retry_if_exception_cause_type(OSError), ValueError(), False),
        (retry_any(retry_if_exception_type(ValueError), retry_if_exception_type(KeyError)), KeyError(), True),
        (retry_all(retry_if_exception_type(ValueError), retry_if_exception_type(KeyError)), KeyError(), False),
        (retry_if_exception_type(ValueError) | retry_if_exception_type(KeyError), KeyError(), True),
        (retry_if_exception_type(ValueError) & retry_if_exception_message(match="b"), ValueError("c"), False),
        (retry_always, ValueError(), True),
        (retry_always(), ValueError(), True),
        (retry_never(), ValueError(), False),
        (lambda state: state.attempt_number == 1, ValueError(), True),
    ],
)
def test_a_condition_says_which_errors_are_tried_again(condition: object, error: Exception, retried: bool) -> None:
    policy = retry_policy(retry=condition, wait=wait_none())  # type: ignore[arg-type]  # a table of many kinds
    assert (policy.next(0.0, 1, error) is not None) is retried


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (wait_fixed(2), [2, 2, 2, 2]),
        (wait_none(), [0, 0, 0, 0]),
        (wait_exponential(multiplier=1, max=4), [1, 2, 4, 4]),
        (wait_exponential(multiplier=1, exp_base=3, max=60, min=2), [2, 3, 9, 27]),
        (wait_incrementing(start=1, increment=2, max=4), [1, 3, 4, 4]),
        (wait_chain(wait_fixed(1), wait_fixed(7)), [1, 7, 7, 7]),
        (wait_combine(wait_fixed(1), wait_fixed(2)), [3, 3, 3, 3]),
        (wait_fixed(1) + wait_exponential(max=4), [2, 3, 5, 5]),
        (sum([wait_fixed(1), wait_fixed(2)]), [3, 3, 3, 3]),
        (lambda state: state.attempt_number * 10, [10, 20, 30, 40]),
    ],
)
def test_a_wait_says_how_many_seconds_later(wait: object, expected: list[float]) -> None:
    assert delays(retry_policy(wait=wait, stop=stop_never)) == expected  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (stop_after_attempt(2), [5, None, None]),
        (stop_never, [5, 5, 5]),
        (stop_after_delay(10), [None, None, None]),  # ten seconds have passed
        (stop_before_delay(14), [None, None, None]),  # with the next wait it would be fifteen
        (stop_before_delay(16), [5, 5, 5]),
        (stop_any(stop_after_attempt(2), stop_never), [5, None, None]),
        (stop_all(stop_after_attempt(2), stop_after_delay(10)), [5, None, None]),
        (stop_after_attempt(3) | stop_after_delay(99), [5, 5, None]),
        (stop_after_attempt(1) & stop_after_delay(99), [5, 5, 5]),
    ],
)
def test_a_stop_says_when_to_give_up(stop: object, expected: list[float | None]) -> None:
    assert delays(retry_policy(stop=stop), n=3) == expected  # type: ignore[arg-type]  # as above


def test_the_two_usual_policies_are_one_line_each() -> None:
    assert delays(ConstantDelayRetryPolicy(maximum_attempts=3, delay=2)) == [2, 2, None, None]
    exponential = ExponentialBackoffRetryPolicy(4, initial_delay=1, multiplier=3, max_delay=5, jitter=False)
    assert delays(exponential) == [1, 3, 5, None]
    jittered = ExponentialBackoffRetryPolicy().next(0.0, 3, ValueError(), seed=1)
    assert jittered is not None
    assert 0 <= jittered <= 4


@pytest.mark.parametrize(
    "wait", [wait_random(0, 9), wait_exponential_jitter(), wait_random_exponential(), wait_full_jitter()]
)
def test_chance_draws_the_same_for_the_same_seed_and_leaves_the_random_module_as_it_was(wait: object) -> None:
    policy = retry_policy(wait=wait, stop=stop_never)  # type: ignore[arg-type]  # as above
    before = random.getstate()
    assert policy.next(0.0, 2, ValueError(), seed=7) == policy.next(0.0, 2, ValueError(), seed=7)
    assert policy.next(0.0, 2, ValueError(), seed=7) != policy.next(0.0, 2, ValueError(), seed=8)
    assert random.getstate() == before


@pytest.mark.parametrize(
    "wrong", [{"wait": stop_after_attempt(3)}, {"stop": wait_fixed(1)}, {"retry": ValueError}, {"wait": 3}]
)
def test_what_is_no_condition_wait_or_stop_is_refused_where_it_is_written(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=rf"retry_policy\({next(iter(wrong))}=.*takes one of tenacity's"):
        retry_policy(**wrong)  # type: ignore[arg-type]  # the point of the test


def test_a_wait_given_as_a_policy_is_refused_at_the_step() -> None:
    with pytest.raises(WorkflowValidationError, match=r"retry_policy\.retry_policy\(wait="):
        step(retry_policy=wait_fixed(3))  # type: ignore[call-overload]  # the point of the test


def test_without_tenacity_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['tenacity'] = None\n"
        "import typedflow\n"
        "try: import typedflow.retry_policy\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'typedflow[retry]'" in done.stdout


# -- in a run


class Flaky(Workflow):
    """Fails as often as it is told, and notes when it was tried."""

    def __init__(self, failures: int, error: type[Exception] = ConnectionError) -> None:
        super().__init__(timeout=3600)
        self.errors = [error("no") for _ in range(failures)]
        self.tried: list[float] = []

    @step(retry_policy=retry_policy(
        retry=retry_if_exception_type(ConnectionError), wait=wait_exponential(max=60), stop=stop_after_attempt(5)
    ))  # fmt: skip
    async def fetch(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
        self.tried.append(elapsed())
        async with ctx.store.edit_state() as state:
            state["attempts"] = state.get("attempts", 0) + 1
        if self.errors:
            raise self.errors.pop()
        return StopEvent(result=ctx.retry_info().retry_number)


@virtual_time
async def test_a_failing_step_is_tried_again_after_each_wait() -> None:
    flow = Flaky(3)
    assert await flow.run() == 3
    assert flow.tried == [0.0, 1.0, 3.0, 7.0]


@virtual_time
async def test_the_last_error_is_raised_when_the_policy_gives_up() -> None:
    flow = Flaky(9)
    with pytest.raises(ConnectionError) as caught:
        await flow.run()
    assert flow.tried == [0.0, 1.0, 3.0, 7.0, 15.0]
    assert any("in step 'fetch' on StartEvent" in note for note in caught.value.__notes__)  # type: ignore[attr-defined]  # an attribute from Python 3.11 on


@virtual_time
async def test_an_error_that_the_condition_does_not_name_is_not_tried_again() -> None:
    flow = Flaky(1, KeyError)
    with pytest.raises(KeyError):
        await flow.run()
    assert flow.tried == [0.0]


@virtual_time
async def test_what_a_failed_attempt_committed_stands() -> None:
    flow = Flaky(2)
    handler = flow.run()
    await handler
    assert handler.ctx.state["attempts"] == 3


class Note(Event):
    text: str


class Noise(Event):
    text: str


class Chatty(Workflow):
    """Sends and writes before it fails once."""

    @step(retry_policy=ConstantDelayRetryPolicy(delay=1))
    async def talk(self, ctx: Context, ev: StartEvent) -> Note | None:
        attempt = ctx.retry_info().retry_number
        ctx.send_event(Note(text=f"sent by attempt {attempt}"))
        ctx.write_event_to_stream(Noise(text=f"shown by attempt {attempt}"))
        if attempt == 0:
            raise OSError
        return Note(text="returned")

    @step
    async def listen(self, ctx: Context, ev: Note) -> StopEvent[list[str]] | None:
        async with ctx.store.edit_state() as state:
            state["heard"] = [*state.get("heard", []), ev.text]
        return StopEvent(result=ctx.state["heard"]) if ev.text == "returned" else None


@virtual_time
async def test_what_a_failed_attempt_sent_or_wrote_to_the_stream_is_delivered() -> None:
    handler = Chatty().run()
    assert await handler == ["sent by attempt 0", "sent by attempt 1", "returned"]
    assert [e.text async for e in handler.stream_events(only=Noise)] == ["shown by attempt 0", "shown by attempt 1"]


@virtual_time
async def test_retry_info_tells_which_attempt_this_is_and_how_the_last_one_ended() -> None:
    seen = []

    class Curious(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(delay=60))
        async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
            info = ctx.retry_info()
            seen.append((info.retry_number, info.elapsed_seconds, info.last_exception, info.last_failed_at))
            if not info.retry_number:
                raise ValueError("first")
            return StopEvent()

    await Curious(timeout=None).run()
    first, second = seen
    assert first == (0, 0.0, None, None)
    assert second[:2] == (1, 60.0)
    assert isinstance(second[2], ValueError)
    assert second[3] is not None
    assert second[3].tzinfo is not None


class Policy:
    """A user's own, with a seed."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int | None]] = []

    def next(self, elapsed_time: float, attempts: int, error: Exception, *, seed: int | None = None) -> float | None:
        self.asked.append((attempts, seed))
        return 1.0 if attempts < 3 else None


async def seeds_of(policy: Policy, run_id: str) -> list[int | None]:
    class Failing(Workflow):
        @step(retry_policy=policy)
        async def fail(self, ev: StartEvent) -> StopEvent:
            raise ValueError

    with pytest.raises(ValueError):
        await Failing().run(run_id=run_id)
    return [seed for _, seed in policy.asked]


@virtual_time
async def test_a_policy_of_ones_own_with_a_seed_gets_the_same_one_for_the_same_attempt() -> None:
    first = await seeds_of(Policy(), "a")
    assert len(set(first)) == 3
    assert first == await seeds_of(Policy(), "a")
    assert first != await seeds_of(Policy(), "b")


@virtual_time
async def test_branches_of_a_fan_out_do_not_retry_in_step() -> None:
    class Task(Event):
        n: int

    class Done(Event):
        pass

    policy = Policy()

    class Fan(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step(retry_policy=policy)
        async def work(self, ctx: Context, ev: Task) -> Done:
            if not ctx.retry_info().retry_number:
                raise ValueError
            return Done()

        @step
        async def join(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    assert await Fan().run() == 3
    assert len({seed for _, seed in policy.asked}) == 3


class Broken:
    def __init__(self, answer: object) -> None:
        self.answer = answer

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]  # the point of the test


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        ("5", WorkflowRuntimeError, "the retry policy of step 'fail' \\(Broken\\) answered '5' \\(str\\)"),
        (float("nan"), WorkflowRuntimeError, "answered nan"),
        (RuntimeError("policy"), RuntimeError, "policy"),
    ],
)
async def test_a_broken_policy_fails_the_run_with_the_steps_error_as_its_cause(
    answer: object, kind: type[Exception], text: str
) -> None:
    class Failing(Workflow):
        @step(retry_policy=Broken(answer))
        async def fail(self, ev: StartEvent) -> StopEvent:
            raise ValueError("the step's own")

    with pytest.raises(kind, match=text) as caught:
        await Failing().run()
    assert isinstance(caught.value.__cause__, ValueError)


@virtual_time
async def test_while_one_waits_for_its_retry_others_have_its_place() -> None:
    class Task(Event):
        n: int

    class Done(Event):
        n: int
        at: float

    class Fan(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step(num_workers=1, retry_policy=ConstantDelayRetryPolicy(delay=10))
        async def work(self, ctx: Context, ev: Task) -> Done:
            if ev.n == 0 and not ctx.retry_info().retry_number:
                raise ValueError
            return Done(n=ev.n, at=elapsed())

        @step
        async def join(self, evs: list[Done]) -> StopEvent[list[tuple[int, float]]]:
            return StopEvent(result=[(ev.n, ev.at) for ev in evs])

    assert await Fan().run() == [(1, 0.0), (2, 0.0), (0, 10.0)]


@virtual_time
async def test_an_edit_that_was_open_when_the_attempt_failed_is_dropped() -> None:
    class Editing(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(delay=1))
        async def edit(self, ctx: Context, ev: StartEvent) -> StopEvent[dict[str, int]]:
            async with ctx.store.edit_state() as state:
                state[f"attempt {ctx.retry_info().retry_number}"] = 1
                if not ctx.retry_info().retry_number:
                    raise OSError
            return StopEvent(result=dict(ctx.state.items()))

    assert await Editing().run() == {"attempt 1": 1}
