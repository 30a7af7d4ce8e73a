"""A run as the context and the handler use it: sending, collecting, waiting, streaming, saving."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from typedflow.context import RetryInfo, current_run
from typedflow.engine.execution import Execution
from typedflow.engine.invocation import Invocation
from typedflow.engine.observer import InternalEvents
from typedflow.engine.plan import StepPlan, takes
from typedflow.engine.waits import Waiter
from typedflow.errors import WorkflowRuntimeError, WorkflowStepDoesNotExistError
from typedflow.events import Event, InternalDispatchEvent, StopEvent
from typedflow.state.origin import current_origin
from typedflow.wiring.nearest import nearest
from typedflow.wiring.requirements import requirements as unmet

if TYPE_CHECKING:
    from typing import Any

    from typedflow.engine.stats import RunStats

__all__ = ["Run"]

_COLLECTING = threading.Lock()
"""Held by plain steps, which collect in threads, and while the books that they collect in are saved."""


class Run(Execution):
    """A workflow in progress: made by `Workflow.run`, seen by users through the handler and the context."""

    __slots__ = ()

    # -- who is asking

    @property
    def in_step(self) -> bool:
        """Whether the current task or thread works for a step of this run."""
        return self._invocation() is not None

    def _invocation(self) -> Invocation | None:
        if current_run.get() is not self:
            return None
        origin = current_origin.get()
        return origin if isinstance(origin, Invocation) else None

    def _asking(self) -> Invocation:
        invocation = self._invocation()
        if invocation is None:
            raise WorkflowRuntimeError("this may only be called from within a step of the run")
        return invocation

    def adopt(self, subrun: Run) -> None:
        """`subrun` was started by a step of this run: it ends with that step's invocation at the latest."""
        invocation = self._invocation()
        if invocation is not None:
            subruns = invocation.subruns
            if subruns is None:
                subruns = invocation.subruns = set()
            subruns.add(subrun)
            subrun.outcome.then(partial(subruns.discard, subrun))

    # -- sending

    def send_event(self, event: Event, step: str | None) -> None:
        """Deliver an event that a step or the outside sends. Raises what `Context.send_event` says."""
        if isinstance(event, StopEvent):
            raise WorkflowRuntimeError(
                f"{type(event).__name__} was sent, and that does not end a run: return it from a step, or cancel the run "
                f"with handler.cancel_run()"
            )
        if not isinstance(event, Event):
            raise WorkflowRuntimeError(f"only events can be sent, not {event!r} ({type(event).__name__})")
        only = self._named(step, event) if step is not None else None
        self._on_loop(self.send, event, self._invocation(), only)

    def _named(self, name: str, event: Event) -> StepPlan:
        step = self.plan.by_name.get(name)
        if step is None:
            near = nearest(name, self.plan.by_name)
            hint = f"did you mean '{near}'?" if near else f"it has {', '.join(self.plan.by_name)}"
            raise WorkflowStepDoesNotExistError(
                f"{type(event).__name__} was sent to step '{name}', which {self.plan.name} does not have; {hint}"
            )
        if not takes(step, type(event)):
            wanted = " | ".join(kind.__name__ for kind in step.takes)
            raise WorkflowRuntimeError(f"{type(event).__name__} was sent to step '{name}', which takes {wanted}")
        return step

    def write_event(self, event: Event) -> None:
        """Show an event to the readers of the stream."""
        if not isinstance(event, Event):
            raise WorkflowRuntimeError(
                f"only events can be written to the stream, not {event!r} ({type(event).__name__})"
            )
        self._on_loop(self.stream.publish, event)

    def _on_loop(self, action: Callable[..., None], *args: object) -> None:
        """Do it now, or, called from another thread (a sync step), as soon as the loop gets to it."""
        if threading.get_ident() == self._thread:
            action(*args)
        else:
            self._loop.call_soon_threadsafe(self._late, action, args, self._invocation())

    def _late(self, action: Callable[..., None], args: tuple[object, ...], invocation: Invocation | None) -> None:
        """What a thread has asked for. It has gone on, and cannot be told that this was not allowed: the run fails with it."""
        try:
            action(*args)
        except Exception as error:
            self._fail(error, invocation)

    # -- collecting and waiting

    def collect_events(self, event: Event, expected: Sequence[type[Event]], buffer_id: str) -> list[Event] | None:
        """See `Context.collect_events`."""
        if type(event) not in expected and expected and not isinstance(event, tuple(expected)):
            return None  # what else the step takes: the event that tells it to begin, say
        if not expected:
            return []
        invocation = self._asking()
        with _COLLECTING:
            return self.books.collect(invocation, event, expected, buffer_id)

    async def wait_for_event(
        self,
        kind: type[Event],
        waiter_event: Event | None,
        waiter_id: str | None,
        requirements: Mapping[str, object],
        timeout: float | None,
    ) -> Event:
        """See `Context.wait_for_event`."""
        invocation = self._asking()
        if invocation.over:
            raise WorkflowRuntimeError(
                f"step '{invocation.step}' of {self.name} is over, and a task that it has left behind waits for {kind.__name__}; "
                f"await the task in the step"
            )
        if asyncio.get_running_loop() is not self._loop:
            raise WorkflowRuntimeError(
                f"step '{invocation.step}' waits for {kind.__name__} on another event loop than that of {self.name}; a step that "
                f"waits is to be async, and wait in the loop that it was called in"
            )
        takes_any = kind.model_config.get("extra") == "allow"
        for problem in unmet(kind.__name__, kind.model_fields, requirements, open=takes_any):
            raise WorkflowRuntimeError(f"step '{invocation.step}': {problem.message} {problem.hint}")
        waiter = Waiter(
            waiter_id or f"{invocation.step}:{invocation.id}",
            invocation,
            kind,
            requirements,
            invocation.plan.subclasses,
        )
        invocation.waits += 1
        early = self.books.early_answer(waiter)
        if early is not None:
            return early
        self.books.wait(waiter)
        self.kick()
        try:
            if waiter_event is not None:
                self.write_event(waiter_event)
            return await waiter.wait(timeout)
        finally:
            self.books.stop_waiting(waiter)

    def retry_info(self) -> RetryInfo:
        """See `Context.retry_info`."""
        invocation = self._asking()
        return RetryInfo(
            invocation.failures,
            self._loop.time() - invocation.first_started if invocation.failures else 0.0,
            invocation.last_error,
            invocation.last_failed_at,
        )

    # -- looking in

    def running_steps(self) -> list[str]:
        """The names of the steps that are being executed, sorted."""
        return sorted({invocation.step for invocation in self.active})

    def stream_events(self, expose_internal: bool, only: type[Event] | None = None) -> AsyncGenerator[Event, None]:
        """The events of the stream; from now on the engine's own as well, where they are asked for."""
        if expose_internal and not any(isinstance(observer, InternalEvents) for observer in self.observers):
            self.observers = (*self.observers, InternalEvents())
        return self._read(expose_internal, only)

    async def _read(self, expose_internal: bool, only: type[Event] | None) -> AsyncGenerator[Event, None]:
        async for event in self.stream.read():
            if only is not None:
                if isinstance(event, only):
                    yield event
            elif expose_internal or not isinstance(event, InternalDispatchEvent):
                yield event
        self.outcome.seen()

    def stats(self) -> RunStats:
        """What the run has done so far. Raises `WorkflowRuntimeError` where the workflow was not told to count."""
        import json

        from typedflow.engine.stats import StatsObserver

        for observer in self.observers:
            if isinstance(observer, StatsObserver):
                store = self.context.store
                size = len(json.dumps(store.state.model_dump(mode="json"))) if store.version else 0
                return observer.stats(self, store.version, size)
        raise WorkflowRuntimeError(f"{self.name} keeps no statistics: make the workflow with stats=True")

    def save(self) -> dict[str, Any]:  # Any: JSON data
        """What a restored run needs to go on; nothing where the end is decided, though steps may still clean up."""
        if self._ending is not None and not self._ending.cancelled:
            return {"is_running": False}
        from typedflow.engine.saving import save_run

        with _COLLECTING:
            return save_run(self)
