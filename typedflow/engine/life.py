"""The life of one run: its clock, its beginning, and the one way in which it ends.

Whatever ends it first, a result, a failure, the timeout or a cancellation, decides how it ends. Then what works is
called off and may clean up, the resources are closed, the observers are told, the stream ends, and those who await the
run go on.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from typedflow.engine import observer as observing
from typedflow.engine.ending import Ending, failure, located, timed_out
from typedflow.engine.failures import annotate
from typedflow.engine.invocation import Invocation
from typedflow.engine.observer import Observer
from typedflow.engine.outcome import Outcome
from typedflow.engine.plan import Plan
from typedflow.engine.stream import EventStream

if TYPE_CHECKING:
    from typedflow.context import Context
    from typedflow.engine.resources import RunResources

__all__ = ["Life"]

_log = logging.getLogger("typedflow")

GRACE = 5.0
"""Seconds that cancelled steps have for their clean-up before the run ends without them."""


class Life:
    """A run from its start to its end; how the work is done between the two is for the class that derives from it to say."""

    __slots__ = (
        "_ended",
        "_ending",
        "_grace",
        "_home",
        "_loop",
        "_on_end",
        "_started",
        "_thread",
        "_timeout_timer",
        "context",
        "elapsed_before",
        "id",
        "observers",
        "outcome",
        "plan",
        "resources",
        "stream",
        "timeout",
    )

    def __init__(
        self,
        plan: Plan,
        context: Context[Any],  # Any: a run does not look into the state
        run_id: str,
        timeout: float | None,
        stream: EventStream,
        on_end: Callable[[Life], None] | None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._home = copy_context()
        self._on_end = on_end
        self._ending: Ending | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._timeout_timer: asyncio.TimerHandle | None = None
        self._started: float | None = None
        self._ended: float | None = None
        self.elapsed_before = 0.0
        self.plan = plan
        self.context = context
        self.id = run_id
        self.observers: tuple[Observer, ...] = observing.everywhere
        self.resources: RunResources | None = None
        self.timeout = timeout
        self.stream = stream
        self.outcome = Outcome(self._loop, self.name)

    # -- the work

    def _begin_work(self) -> None:
        raise NotImplementedError

    def _end_work(self, everybody: bool) -> bool:
        """Cancel what works; whether anything does that has to be waited for.

        What is calling has done its part and is spared, but for a step that cancels its own run: `everybody`.
        """
        raise NotImplementedError

    @property
    def _working(self) -> bool:
        raise NotImplementedError

    @property
    def active(self) -> list[Invocation]:
        """What is being executed now."""
        raise NotImplementedError

    # -- looking

    @property
    def name(self) -> str:
        """The workflow and the run, as error messages say them."""
        return f"{self.plan.name} (run {self.id})"

    @property
    def elapsed(self) -> float:
        """Seconds that the run has been alive, over all sessions."""
        if self._started is None:
            return self.elapsed_before
        return self.elapsed_before + (self._loop.time() if self._ended is None else self._ended) - self._started

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self.outcome.done

    async def ended(self) -> None:
        """Suspend until the run is over, however it ends."""
        await self.outcome.settled(None)

    @property
    def now(self) -> float:
        """The loop's time, in seconds."""
        return self._loop.time()

    # -- the beginning

    def start(self) -> None:
        """Start the clock and the first worker; the books hold what there is to do."""
        if self._ending is not None:  # cancelled while it waited for its turn
            return
        self._started = self._loop.time()
        if self.timeout is not None:
            left = max(0.0, self.timeout - self.elapsed_before)
            self._timeout_timer = self._loop.call_later(left, self._time_out)
        self._tell("run_started")
        if self._ending is None:
            self._begin_work()

    def start_soon(self) -> None:
        """As `start`, on the loop of the run, from wherever this is called."""
        if threading.get_ident() == self._thread:
            self.start()
        elif not self.stranded:
            self._loop.call_soon_threadsafe(self.start)

    @property
    def stranded(self) -> bool:
        """Whether the loop of the run was closed before its end, so that it never comes to it."""
        return not self.done and self._loop.is_closed()

    def _tell(self, what: str, *about: object) -> None:
        """Call the method `what` of each observer. What one raises fails the run, unless that is over."""
        for observer in self.observers:
            try:
                getattr(observer, what)(self, *about)
            except Exception as error:
                annotate(error, f"in {type(observer).__name__}.{what}, an observer of {self.name}")
                if self._ending is None:
                    self._fail(error, None)
                else:
                    _log.warning("%s: %s.%s failed", self.name, type(observer).__name__, what, exc_info=error)

    # -- the end

    def _fail(self, error: BaseException, invocation: Invocation | None) -> None:
        if invocation is not None:
            located(error, invocation, self)
        self._end(failure(error, invocation, self))

    def _time_out(self) -> None:
        self._end(timed_out(self, (invocation.step for invocation in self.active)))

    def _end(self, ending: Ending, *, everybody: bool = False) -> None:
        """The run ends so, if nothing has ended it before: what works is called off, and when the last has left, it closes."""
        if self._ending is not None:
            return
        self._ending = ending
        if self._timeout_timer is not None:
            self._timeout_timer.cancel()
        busy = self._end_work(everybody)
        if busy:
            self._grace = self._loop.call_later(GRACE, self._give_up_waiting)
        elif not self._working:
            self._close()

    def _give_up_waiting(self) -> None:
        steps = sorted({invocation.step for invocation in self.active})
        _log.warning("%s ends without waiting for steps that go on after their cancellation: %s", self.name, steps)
        self._close()

    def _close(self) -> None:
        if self.outcome.done or self._ending is None:
            return
        if self._grace is not None:
            self._grace.cancel()
        stop, error = self._ending.stop, self._ending.error
        if self.resources is not None and not self.resources.closed:
            self._home.run(self._loop.call_soon_threadsafe, self.resources.close, error, self._resources_closed)
            return
        self._ended = self._loop.time()
        self._tell("run_ended", stop, error)
        self.stream.publish(stop)
        self.stream.close()
        self.outcome.set(stop, error)
        if self._on_end is not None:
            self._on_end(self)

    def _resources_closed(self, failures: list[Exception]) -> None:
        assert self._ending is not None
        for error in failures:
            if self._ending.error is None:
                self._ending = failure(error, None, self)
            else:
                _log.warning("%s: a resource failed to close", self.name, exc_info=error)
        self._close()
