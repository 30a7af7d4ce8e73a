"""The time limit of one attempt of a step: `@step(timeout=...)`.

It is put around the step's function when the plan is made, so a step without one pays nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from typedflow.engine.invocation import described
from typedflow.errors import StepTimeoutError

if TYPE_CHECKING:
    from typedflow.context import Context

__all__ = ["limited"]

Call = Callable[[Any, "Context[Any]", Any], Any]  # Any: the user's workflow, state and events


def limited(call: Call, step: str, seconds: float) -> Call:
    """`call`, cancelled after so many seconds; `StepTimeoutError` is then raised in its place.

    A step that catches the cancellation may clean up, and decides by itself if it goes on. `asyncio.timeout` is not
    in Python 3.10.
    """

    async def attempt(workflow: object, ctx: Context[Any], payload: Any) -> object:
        task = asyncio.current_task()
        assert task is not None
        expired = False

        def expire() -> None:
            nonlocal expired
            expired = True
            task.cancel()

        timer = asyncio.get_running_loop().call_later(seconds, expire)
        try:
            result = await call(workflow, ctx, payload)
        except asyncio.CancelledError:
            if expired and not _cancelled_otherwise(task):
                error = StepTimeoutError(
                    f"step '{step}' took longer than its timeout of {seconds:g} s on {described(payload)}; "
                    f"give it more time (@step(timeout=...)), or a retry_policy"
                )
                raise error from None
            raise
        finally:
            timer.cancel()
        if expired:  # the step has caught its cancellation and has a result all the same
            _cancelled_otherwise(task)
        return result

    return attempt


def _cancelled_otherwise(task: asyncio.Task[Any]) -> bool:
    """Take our own cancellation back; whether there is another one (which Python 3.10 does not count)."""
    uncancel: Callable[[], int] | None = getattr(task, "uncancel", None)
    return uncancel is not None and uncancel() > 0
