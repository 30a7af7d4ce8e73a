"""An event loop whose clock jumps to the next timer: minutes of timeouts and retries pass at once."""

from __future__ import annotations

import asyncio
import inspect
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from functools import wraps
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from typing_extensions import TypeVarTuple, Unpack

__all__ = ["VirtualTimeLoop", "run_virtual", "virtual_time"]

T = TypeVar("T")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


BEGINNING = 1000.0
"""Real clocks do not start at zero, and code takes a time of 0.0 for none."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, which only moves when nothing is left to do but wait.

    While a thread works for the loop (`run_in_executor`, a plain step), the clock goes as real ones do, so that no
    timer overtakes the work. `advance` moves the clock by hand.
    """

    def __init__(self) -> None:
        self._now = BEGINNING
        self._in_threads = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """The virtual time, in seconds."""
        return self._now

    @property
    def elapsed(self) -> float:
        """How much virtual time has passed since the loop was made, in seconds."""
        return self._now - BEGINNING

    def advance(self, seconds: float) -> None:
        """Let so much time pass; timers that are due by then run at the loop's next turn."""
        if seconds < 0:
            raise ValueError(f"time only goes on: {seconds} s is in the past")
        self._now += seconds

    @property
    def waits_for_threads(self) -> bool:
        """Whether a thread is at work for the loop."""
        return self._in_threads > 0

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: Unpack[Ts]
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        future.add_done_callback(self._thread_is_back)
        return future

    def _thread_is_back(self, _: object) -> None:
        self._in_threads -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """Where the loop would sleep until its next timer, the clock jumps there; real input comes first."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            return super().select(None)  # only something from outside can wake the loop
        if self._loop.waits_for_threads:
            began = monotonic()
            ready = super().select(timeout)
            self._loop.advance(monotonic() - began if ready else timeout)
        else:
            self._loop.advance(timeout)
        return ready


def run_virtual(main: Coroutine[Any, Any, T]) -> T:  # Any: what coroutines yield to their loop
    """As `asyncio.run`, in virtual time.

    >>> async def main() -> float:
    ...     before = asyncio.get_running_loop().time()
    ...     await asyncio.sleep(3600)
    ...     return asyncio.get_running_loop().time() - before
    >>> run_virtual(main())
    3600.0
    """
    loop = VirtualTimeLoop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(main)
    finally:
        try:
            _cancel_all(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def virtual_time(test: Callable[P, Awaitable[T]]) -> Callable[P, T]:
    """Decorates an async test, which then runs in virtual time; it needs no plugin of the test runner.

    >>> @virtual_time
    ... async def test_patience() -> None:
    ...     await asyncio.sleep(86_400)
    >>> test_patience()
    """
    if not inspect.iscoroutinefunction(test):
        raise TypeError(f"@virtual_time decorates an async test, not {test!r}")

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        async def main() -> T:
            return await test(*args, **kwargs)

        return run_virtual(main())

    return run


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
