"""When a failed step is tried again: tenacity's conditions, waits and stops, made into the policy of a step.

    @step(retry_policy=retry_policy(
        retry=retry_if_exception_type(ConnectionError),
        wait=wait_exponential(max=30) + wait_random(0, 1),
        stop=stop_after_attempt(5) | stop_after_delay(120),
    ))
    async def fetch(self, ev: Fetch) -> Fetched: ...

Conditions and stops combine with `|` and `&`, waits with `+`; the names are tenacity's own classes, and its
documentation holds. A policy of one's own is any object with `next(elapsed_time, attempts, error)`; with a keyword
`seed` it is also given a number that is the same for the same attempt.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from typedflow.context import RetryInfo
from typedflow.engine.plan import RetryPolicy

try:
    import tenacity
except ImportError as _missing:  # tested by hiding the module
    raise ImportError(
        "typedflow.retry_policy is built on tenacity, which is not installed: pip install 'typedflow[retry]'. "
        "Without it a retry policy is any object with next(elapsed_time, attempts, error) -> seconds or None"
    ) from _missing
from tenacity import RetryCallState
from tenacity.retry import (
    retry_all,
    retry_any,
    retry_base,
    retry_if_exception,
    retry_if_exception_cause_type,
    retry_if_exception_message,
    retry_if_exception_type,
    retry_if_not_exception_message,
    retry_if_not_exception_type,
    retry_unless_exception_type,
)
from tenacity.stop import (
    stop_after_attempt,
    stop_after_delay,
    stop_all,
    stop_any,
    stop_base,
    stop_before_delay,
)
from tenacity.stop import stop_never as _stop_never
from tenacity.wait import (
    wait_base,
    wait_chain,
    wait_combine,
    wait_exception,
    wait_exponential,
    wait_exponential_jitter,
    wait_fixed,
    wait_incrementing,
    wait_none,
    wait_random,
    wait_random_exponential,
)

__all__ = [
    "ConstantDelayRetryPolicy",
    "ExponentialBackoffRetryPolicy",
    "RetryInfo",
    "RetryPolicy",
    "TenacityRetryPolicy",
    "retry_all",
    "retry_always",
    "retry_any",
    "retry_base",
    "retry_if_exception",
    "retry_if_exception_cause_type",
    "retry_if_exception_message",
    "retry_if_exception_type",
    "retry_if_not_exception_message",
    "retry_if_not_exception_type",
    "retry_never",
    "retry_policy",
    "retry_unless_exception_type",
    "stop_after_attempt",
    "stop_after_delay",
    "stop_all",
    "stop_any",
    "stop_base",
    "stop_before_delay",
    "stop_never",
    "wait_base",
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential",
    "wait_exponential_jitter",
    "wait_fixed",
    "wait_full_jitter",
    "wait_incrementing",
    "wait_none",
    "wait_random",
    "wait_random_exponential",
]

Condition = Callable[[RetryCallState], bool]
Wait = Callable[[RetryCallState], "float | int"]

wait_full_jitter = wait_random_exponential


class _Constant(retry_base):
    """A condition with one answer. `retry_always()` and plain `retry_always` are both it: both spellings are in use."""

    def __init__(self, answer: bool) -> None:
        self._answer = answer

    def __call__(self, retry_state: RetryCallState | None = None) -> Any:  # Any: itself, or the answer
        return self if retry_state is None else self._answer


retry_always: _Constant = _Constant(True)
retry_never: _Constant = _Constant(False)
stop_never: stop_base = _stop_never  # which tenacity does not annotate


class TenacityRetryPolicy:
    """What `retry_policy(...)` gives."""

    def __init__(self, retry: Condition | None, wait: Wait, stop: Condition) -> None:
        self.retry = retry
        self.wait = wait
        self.stop = stop

    def next(self, elapsed_time: float, attempts: int, error: Exception, *, seed: int | None = None) -> float | None:
        """The delay before the next attempt in seconds, None to give up; `attempts` counts the failures, from 1."""
        state = _call_state(elapsed_time, attempts, error)
        if self.retry is not None and not self.retry(state):
            return None
        if seed is None:
            state.upcoming_sleep = float(self.wait(state))
        else:
            with _seeded(seed):
                state.upcoming_sleep = float(self.wait(state))
        return None if self.stop(state) else state.upcoming_sleep

    def __repr__(self) -> str:
        return f"retry_policy(retry={_name(self.retry)}, wait={_name(self.wait)}, stop={_name(self.stop)})"


def retry_policy(
    retry: Condition | None = None, wait: Wait | None = None, stop: Condition | None = None
) -> TenacityRetryPolicy:
    """The policy of a step: `@step(retry_policy=retry_policy(...))`.

    `retry` says which errors are tried again (by default every `Exception`), `wait` how many seconds later (5),
    `stop` when to give up (after 3 attempts). Each is tenacity's, or any function of tenacity's `RetryCallState`.
    Waits with chance in them draw the same numbers for the same attempt of the same run.

    >>> policy = retry_policy(wait=wait_exponential(max=10), stop=stop_after_attempt(4))
    >>> [policy.next(0.0, attempts, ValueError("no")) for attempts in (1, 2, 3, 4)]
    [1.0, 2.0, 4.0, None]
    """
    given = {"retry": retry, "wait": wait, "stop": stop}
    for name, base in (("retry", retry_base), ("wait", wait_base), ("stop", stop_base)):
        value = given[name]
        if value is not None and (isinstance(value, type) or not callable(value) or _is_other(value, base)):
            raise TypeError(
                f"retry_policy({name}={value!r}): it takes one of tenacity's {name}_... objects, or a function of its "
                f"RetryCallState"
            )
    return TenacityRetryPolicy(retry, wait or wait_fixed(5), stop or stop_after_attempt(3))


def ConstantDelayRetryPolicy(maximum_attempts: int = 3, delay: float | timedelta = 5) -> TenacityRetryPolicy:
    """Try again after `delay` seconds, `maximum_attempts` times in all.

    >>> ConstantDelayRetryPolicy(maximum_attempts=2, delay=1).next(0.0, 1, ValueError())
    1.0
    """
    return retry_policy(wait=wait_fixed(delay), stop=stop_after_attempt(maximum_attempts))


def ExponentialBackoffRetryPolicy(
    maximum_attempts: int = 5,
    initial_delay: float = 1,
    multiplier: float = 2,
    max_delay: float = 60,
    jitter: bool = True,
) -> TenacityRetryPolicy:
    """Wait `initial_delay` seconds, then `multiplier` times as long each time, at most `max_delay`.

    `jitter` waits a random part of that.

    >>> policy = ExponentialBackoffRetryPolicy(jitter=False)
    >>> [policy.next(0.0, attempts, ValueError()) for attempts in (1, 2, 3)]
    [1.0, 2.0, 4.0]
    """
    kind = wait_random_exponential if jitter else wait_exponential
    wait = kind(multiplier=initial_delay, exp_base=multiplier, max=max_delay)
    return retry_policy(wait=wait, stop=stop_after_attempt(maximum_attempts))


_RETRYING = tenacity.Retrying()
"""A call state belongs to a retrying object; ours never runs, so one serves all."""


def _call_state(elapsed: float, attempts: int, error: Exception) -> RetryCallState:
    """The failure as tenacity's classes want to see it."""
    state = RetryCallState(_RETRYING, fn=None, args=(), kwargs={})
    state.start_time = 0.0
    state.outcome_timestamp = elapsed
    state.attempt_number = attempts
    outcome = tenacity.Future(attempts)
    outcome.set_exception(error)
    state.outcome = outcome
    return state


@contextmanager
def _seeded(seed: int) -> Generator[None, None, None]:
    """tenacity draws from the `random` module and takes no generator: seed that, and put its state back afterwards."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


def _is_other(value: object, base: type) -> bool:
    """Whether `value` is tenacity's, but of another of the three kinds."""
    return isinstance(value, (retry_base, wait_base, stop_base, Future)) and not isinstance(value, base)


def _name(part: object) -> str:
    return "None" if part is None else type(part).__name__
