"""The execution of one run: the workers that execute its steps.

A worker is a task that takes the next ready invocation, executes it, and goes on with what came of it, so a chain of
steps costs one task. Before a worker executes a step while more is ready, it sees to it that another worker is about to
start: if the step suspends, the other one goes on, and if not, one task in all was enough. Steps are thus started in
constant time, whatever is queued.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from contextvars import Context as Variables
from contextvars import copy_context
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from typedflow.context import current_run
from typedflow.engine.books import Books, GiveUp, Retry
from typedflow.engine.ending import Ending, cancellation, located
from typedflow.engine.fairness import SECONDS_PER_TURN, STEPS_PER_TURN, loop_turn, turn
from typedflow.engine.fanout import FanOut
from typedflow.engine.invocation import Invocation
from typedflow.engine.life import Life
from typedflow.engine.plan import Plan, StepPlan
from typedflow.engine.stall import stalled
from typedflow.engine.stream import EventStream
from typedflow.engine.untaken import Untaken, maker_of
from typedflow.engine.worker import Worker
from typedflow.errors import WorkflowRuntimeError, WorkflowStalledError
from typedflow.events import Event, StopEvent
from typedflow.state.origin import current_origin

if TYPE_CHECKING:
    from typedflow.context import Context, RunFace

__all__ = ["Execution"]

_log = logging.getLogger("typedflow")


class Execution(Life):
    """A workflow in progress, without the doors to it: those are in `Run`."""

    __slots__ = ("_retry_timers", "_spare", "_unfinished", "_untaken", "_workers", "books", "workflow")

    def __init__(
        self,
        plan: Plan,
        workflow: object,
        context: Context[Any],  # Any: a run does not look into the state
        run_id: str,
        *,
        timeout: float | None = None,
        stream: EventStream,
        on_end: Callable[[Life], None] | None = None,
    ) -> None:
        super().__init__(plan, context, run_id, timeout, stream, on_end)
        self._home.run(current_run.set, cast("RunFace", self))
        self._workers: set[Worker] = set()
        self._spare: Worker | None = None
        self._retry_timers: set[asyncio.TimerHandle] | None = None
        self._unfinished: tuple[Invocation, ...] = ()
        self._untaken: Untaken | None = None
        self.workflow = workflow
        self.books = Books(plan, self)

    # -- the workers

    def _begin_work(self) -> None:
        self._spawn()

    def _spawn(self) -> None:
        self._spare = worker = Worker()
        self._workers.add(worker)
        # In the context of the run's beginning, so that what a step sets does not leak into steps of other workers.
        worker.task = self._home.run(self._loop.create_task, self._work(worker))

    def kick(self) -> None:
        """See to it that what is ready is executed."""
        if self.books.ready and self._spare is None and self._ending is None and self._started is not None:
            self._spawn()

    async def _work(self, worker: Worker) -> None:
        if worker.task is None:  # the loop starts tasks eagerly, so this one runs within the one that is making it
            await loop_turn()
        task = cast("asyncio.Task[None]", worker.task)
        if self._spare is worker:
            self._spare = None
        ready = self.books.ready
        workflow, context = self.workflow, self.context
        steps_left, turn_ends = STEPS_PER_TURN, monotonic() + SECONDS_PER_TURN
        try:
            while ready and self._ending is None:
                invocation = ready.popleft()
                if ready and self._spare is None:
                    self._spawn()
                if invocation.dropped:
                    self.books.leave_place(invocation)
                    continue
                worker.invocation, invocation.worker = invocation, worker
                current_origin.set(invocation)
                before = copy_context()
                plan = invocation.plan
                if not invocation.first_started:
                    invocation.first_started = self._loop.time()
                if self.observers:
                    self._tell("step_started", invocation)
                    if self._ending is not None:
                        return
                try:
                    result = await plan.call(workflow, context, invocation.payload)
                except asyncio.CancelledError as error:
                    if invocation.subruns is not None:
                        await self._end_subruns(invocation)
                    self._tell("step_ended", invocation, None, error)
                    self._interrupted(invocation, error)
                    return
                except Exception as error:
                    if invocation.subruns is not None:
                        await self._end_subruns(invocation)
                    self._tell("step_ended", invocation, None, error)
                    self._failed(invocation, error)
                except GeneratorExit:  # the loop was closed with this task in it, and nobody is left to be told
                    raise
                except BaseException as error:
                    self._tell("step_ended", invocation, None, error)
                    self._fail(error, invocation)
                    raise
                else:
                    if invocation.subruns is not None:
                        await self._end_subruns(invocation)
                    if self.observers:
                        self._tell("step_ended", invocation, result, None)
                    self._settle(invocation, result)
                worker.invocation = None
                if invocation.dropped or _swallowed(task) or _differ(copy_context(), before):
                    return  # what the step did to its task, a cancellation or context variables, ends with the task
                steps_left -= 1
                if not steps_left or monotonic() > turn_ends:
                    await turn()
                    steps_left, turn_ends = STEPS_PER_TURN, monotonic() + SECONDS_PER_TURN
        except asyncio.CancelledError as error:  # between two steps
            if self._ending is None and worker.invocation is None:
                mistaken = WorkflowRuntimeError(f"{self.name} was cancelled from outside of its handler")
                mistaken.__cause__ = error
                self._fail(mistaken, None)
        except Exception as error:
            # What followed from the step was not allowed, or a value of an event refused to be compared.
            self._fail(error, worker.invocation)
        finally:
            self._leave(worker)

    def _settle(self, invocation: Invocation, result: object) -> None:
        if self._ending is not None:
            return
        if invocation.dropped:  # the step went on after its cancellation
            self.books.leave(invocation)
            return
        answer = self.books.settle(invocation, result)
        if answer is not None:
            if isinstance(answer, StopEvent):
                self._end(Ending(answer))
            else:
                self.stream.publish(answer)

    def _failed(self, invocation: Invocation, error: Exception) -> None:
        if self._ending is not None:
            self._failed_too(invocation, error)
            return
        if invocation.dropped:
            self.books.leave(invocation)
            return
        decision = self.books.fail(invocation, error, self._loop.time(), self.id)
        if isinstance(decision, Retry):
            self._tell("retry_planned", invocation, decision.delay)
            self._retry_later(invocation, decision.delay)
        elif isinstance(decision, GiveUp):
            self._fail(decision.error, invocation)

    def _failed_too(self, invocation: Invocation, error: Exception) -> None:
        """A step failed while the run was ending: beside the failure that ended it, or to be told in the log."""
        assert self._ending is not None
        located(error, invocation, self)
        both = self._ending.with_further(error, self.name)
        if both is not None:
            self._ending = both
        else:
            _log.warning("%s: step '%s' failed while the run was ending", self.name, invocation.step, exc_info=error)

    def _interrupted(self, invocation: Invocation, error: asyncio.CancelledError) -> None:
        """A step ended by cancellation: the run's, its fan-out's, or one that the step raised itself."""
        if self._ending is not None:
            return
        if invocation.dropped:
            self.books.leave(invocation)
            return
        mistaken = WorkflowRuntimeError(
            f"step '{invocation.step}' was cancelled, and not by the run: it raised asyncio.CancelledError, or something "
            f"cancelled the task that it ran in; cancel a run with handler.cancel_run()"
        )
        mistaken.__cause__ = error
        self._fail(mistaken, invocation)

    def _leave(self, worker: Worker) -> None:
        self._workers.discard(worker)
        if self._loop.is_closed():
            return
        if self._ending is not None:
            if not self._workers:
                self._close()
        elif self.books.ready:
            self.kick()
        elif not self._workers:
            self._idle()

    def _idle(self) -> None:
        """Nothing runs and nothing is ready: the run waits for a retry or for an answer from outside, or it is stuck."""
        if self.books.retrying or self.books.waiters or self.plan.takes_answers:
            self._tell("idle")
            return
        self._fail(WorkflowStalledError(stalled(self.books, self.name, self._untaken)), None)

    # -- retries and fan-outs

    def _retry_later(self, invocation: Invocation, delay: float) -> None:
        if delay <= 0:
            self.books.retry(invocation)
            return
        if self._retry_timers is None:
            self._retry_timers = set()
        timers = self._retry_timers

        def due() -> None:
            timers.discard(timer)
            if self._ending is None and not invocation.dropped:
                self.books.retry(invocation)
                self.kick()

        timer = self._loop.call_later(delay, due)
        timers.add(timer)

    def cancel_rest(self, scope: FanOut) -> None:
        """Cancel what runs in a fan-out whose fan-in has enough, and forget what is queued."""
        current = asyncio.current_task(self._loop)
        for invocation in self.books.cut(scope):
            task = invocation.worker.task if invocation.worker is not None else None
            if task is not None and task is not current:
                invocation.dropped = True
                task.cancel()

    async def _end_subruns(self, invocation: Invocation) -> None:
        """Cancel what the step has started and not awaited, and wait for its end: no run outlives its step.

        A cancellation that comes meanwhile does not hurry it. The sub-runs have been cancelled already, and each ends
        within its own `GRACE`; whoever sees this invocation settled may rely on their being over.
        """
        subruns = tuple(invocation.subruns or ())
        for subrun in subruns:
            subrun.cancel(f"cancelled, for step '{invocation.step}', which had started it, is over")
        for subrun in subruns:
            while not subrun.done:
                try:
                    await subrun.ended()
                except asyncio.CancelledError:
                    continue

    # -- the end

    def cancel(self, why: str = "cancelled through its handler") -> None:
        """End the run: steps are cancelled and may clean up, the stream ends, awaiting raises `WorkflowCancelledByUser`."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.cancel, why)
            return
        self.outcome.seen()
        if self._ending is None:
            self._unfinished = tuple(self.active)
            self.books.keep_waits()
            self._end(cancellation(self, why), everybody=True)

    def _end_work(self, everybody: bool) -> bool:
        for timer in self._retry_timers or ():
            timer.cancel()
        if self._spare is not None:  # a task that is cancelled before it starts never reaches its `finally`
            self._workers.discard(self._spare)
            if self._spare.task is not None:
                self._spare.task.cancel()
            self._spare = None
        own = None if everybody else asyncio.current_task(self._loop)
        busy = False
        for worker in self._workers:
            if worker.task is not None and worker.task is not own:
                worker.task.cancel()
                busy = True
        return busy

    @property
    def _working(self) -> bool:
        return bool(self._workers)

    # -- looking

    @property
    def unfinished(self) -> tuple[Invocation, ...]:
        """What is being executed, or was when the run was cancelled: what a restored run does again."""
        return tuple(self.active) if self._ending is None else self._unfinished

    @property
    def active(self) -> list[Invocation]:
        """What is being executed now."""
        active = [worker.invocation for worker in self._workers if worker.invocation is not None]
        return sorted(active, key=lambda invocation: invocation.id)

    def report_unhandled(self, event: Event, step: str | None) -> None:
        """Say that nobody takes `event`, which `step` (or the outside) has made: in the log and to the observers."""
        _log.warning("%s: %s, made by %s, is taken by no step", self.name, type(event).__name__, maker_of(step))
        if self._untaken is None:
            self._untaken = Untaken()
        self._untaken.add(event, step)
        self._tell("unhandled", event, step)

    def send(self, event: Event, source: Invocation | None, only: StepPlan | None) -> None:
        """Deliver an event that a step or the outside sends."""
        if self._ending is not None:
            _log.warning("%s: %s was sent after the end of the run and is dropped", self.name, type(event).__name__)
            return
        if not self.books.deliver(event, source, only):
            self.report_unhandled(event, source.step if source else None)
        self.kick()


if sys.version_info >= (3, 11):
    _swallowed = asyncio.Task.cancelling
else:

    def _swallowed(task: asyncio.Task[Any]) -> int:
        """How many cancellations the task's code has swallowed; Python 3.10 does not count them."""
        return 0


def _differ(now: Variables, before: Variables) -> bool:
    try:
        return now != before
    except Exception:  # the value of a variable refuses to be compared: then it is another one
        return True
