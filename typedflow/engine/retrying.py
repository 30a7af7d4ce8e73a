"""Asks a retry policy, the user's own included, how long to wait."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from typedflow.errors import WorkflowRuntimeError

if TYPE_CHECKING:
    from typedflow.engine.invocation import Invocation

__all__ = ["next_delay", "seed_of"]


def next_delay(policy: object, elapsed: float, invocation: Invocation, error: Exception, run_id: str) -> float | None:
    """The delay before the next attempt in seconds, None to give up.

    A policy whose `next` has a `seed` keyword is given one. Raises what the policy raises, and `WorkflowRuntimeError`
    where it answers with something else than a number or None.
    """
    ask = cast("Any", policy).next  # Any: with `seed` it is another method than the protocol's
    if _takes_seed(ask):
        delay = ask(elapsed, invocation.failures, error, seed=seed_of(run_id, invocation))
    else:
        delay = ask(elapsed, invocation.failures, error)
    if delay is None:
        return None
    if isinstance(delay, bool) or not isinstance(delay, int | float) or delay != delay:
        raise WorkflowRuntimeError(
            f"the retry policy of step '{invocation.step}' ({type(policy).__name__}) answered {delay!r} "
            f"({type(delay).__name__}); "
            f"next() gives the delay in seconds, or None to give up"
        )
    return float(delay)


def seed_of(run_id: str, invocation: Invocation) -> int:
    """The same for the same attempt of the same run; another for each branch of a fan-out, lest they retry in step."""
    key = f"{run_id}:{invocation.step}:{invocation.id}:{invocation.failures}"
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big")


def _takes_seed(ask: Callable[..., object]) -> bool:
    try:
        return "seed" in inspect.signature(ask).parameters
    except (TypeError, ValueError):  # not written in Python
        return False
