"""A plain function as a step: it runs in a thread, and the event loop stays free."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any

__all__ = ["in_thread"]

_log = logging.getLogger("typedflow")


def in_thread(
    call: Callable[..., Any], *, abandon: bool = False
) -> Callable[..., Coroutine[Any, Any, Any]]:  # Any, throughout: the user's workflow, state and events
    """`call` as a coroutine function.

    A thread cannot be stopped. When the step is cancelled, one that has begun is waited for, as an async step is while
    it cleans up: otherwise it would go on editing the state of a run that is over. With `abandon` nobody waits for it.
    """

    async def threaded(*arguments: Any) -> Any:
        run = copy_context().run
        unwanted = False

        def begin() -> Any:
            return None if unwanted else run(call, *arguments)

        thread = asyncio.get_running_loop().run_in_executor(None, begin)
        try:
            return await (thread if abandon else asyncio.shield(thread))
        except asyncio.CancelledError:
            unwanted = True
            if not thread.done():
                await asyncio.wait((thread,))
            if not thread.cancelled() and (error := thread.exception()) is not None:
                _log.warning("a step in a thread failed after it was cancelled", exc_info=error)
            raise

    return threaded
