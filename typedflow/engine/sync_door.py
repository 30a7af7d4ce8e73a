"""Runs a workflow to its end from code that cannot await: a script, a notebook, a plain step."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from typedflow.context import current_run
from typedflow.errors import WorkflowRuntimeError
from typedflow.state.origin import current_origin

if TYPE_CHECKING:
    from typedflow.handler import WorkflowHandler

__all__ = ["run_to_end"]

ResultT = TypeVar("ResultT")

Start = Callable[[], "WorkflowHandler[ResultT, Any]"]  # Any: a state of any type


def run_to_end(start: Start[ResultT], name: str) -> ResultT:
    """Start a run on an event loop of its own, and give its result.

    Where a loop is running in this thread (a notebook), the run has another thread, and this one waits for it. Raises
    what the run raises, and `WorkflowRuntimeError` where an async step asks, because its whole run would stand still
    meanwhile.
    """
    if asyncio._get_running_loop() is None:
        return copy_context().run(_run, start, lambda _: None)
    run = current_run.get()
    if run is not None and run.in_step:
        raise WorkflowRuntimeError(
            f"run_sync() of {name} was called by an async step of {run.name}, and would stop the event loop that "
            f"this runs on; "
            f"write `await {name}(...).run(...)` there"
        )
    return _in_thread(start, name)


def _in_thread(start: Start[ResultT], name: str) -> ResultT:
    outcome: Future[ResultT] = Future()
    cancels: list[Callable[[], None]] = []
    interrupted = False
    context = copy_context()

    def started(cancel: Callable[[], None]) -> None:
        cancels.append(cancel)
        if interrupted:  # before there was anything to cancel
            cancel()

    def work() -> None:
        try:
            outcome.set_result(context.run(_run, start, started))
        except BaseException as error:
            outcome.set_exception(error)

    thread = Thread(target=work, name=f"run_sync of {name}", daemon=True)
    try:
        thread.start()
        return outcome.result()
    except BaseException:  # Ctrl-C in this thread: the other one would go on
        interrupted = True
        for cancel in cancels:
            cancel()
        raise
    finally:
        if thread.ident is not None:
            wait((outcome,))
            thread.join()


def _run(start: Start[ResultT], started: Callable[[Callable[[], None]], None]) -> ResultT:
    # The run is nobody's child: whoever called belongs to another event loop, or to none.
    current_run.set(None)
    current_origin.set(None)

    async def main() -> ResultT:
        handler = start()
        loop = asyncio.get_running_loop()

        def cancel() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(handler.cancel)

        started(cancel)
        try:
            return await handler
        except asyncio.CancelledError:  # Ctrl-C: let the steps clean up
            await handler.cancel_run()
            raise

    return asyncio.run(main() if sys.version_info >= (3, 11) else _interruptible(main()))


async def _interruptible(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """On Python 3.10 Ctrl-C hits `asyncio.run` wherever that is; from 3.11 on it cancels `main`, as this does."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        task.cancel()

    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
    except (NotImplementedError, RuntimeError, ValueError):  # on Windows, and outside of the main thread
        return await task
    try:
        return await task
    except asyncio.CancelledError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise
    finally:
        loop.remove_signal_handler(signal.SIGINT)
