"""`WorkflowHandler`: a run, seen by the one who started it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any, Generic, cast, overload

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.context import Context
from typedflow.events import Event, StopEvent, carries_result

if TYPE_CHECKING:
    from typedflow.engine.run import Run
    from typedflow.engine.stats import RunStats
    from typedflow.state.history import Watch

__all__ = ["WorkflowHandler"]

ResultT = TypeVar("ResultT", default=Any, covariant=True)
StateT = TypeVar("StateT", bound=BaseModel, default=Any)
EventT = TypeVar("EventT", bound=Event)


class WorkflowHandler(Generic[ResultT, StateT]):
    """What `workflow.run(...)` returns at once, while the run goes on by itself.

    `await handler` gives the result, as often as one likes; an awaiter that is cancelled does not cancel the run. If
    nobody awaits a run that fails, nor reads its stream to the end, its error goes to the event loop's exception
    handler.
    """

    __slots__ = ("__weakref__", "_run")

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self._run.id

    @property
    def ctx(self) -> Context[StateT]:
        """The context of the run: its state, and what can be done with the run from outside."""
        return self._run.context

    def __await__(self) -> Generator[Any, None, ResultT]:  # Any: what asyncio yields to its loop
        stop = yield from self._run.outcome.wait()
        return cast("ResultT", stop.result if carries_result(type(stop)) else stop)

    async def stop_event_result(self) -> StopEvent[Any]:  # Any: as in `get_stop_event`
        """Wait for the end and give the event that ended the run. Raises what awaiting the handler raises."""
        return await _Waiting(self._run)

    def get_stop_event(
        self,
    ) -> StopEvent[Any] | None:  # Any: a run that failed ends with another event than its steps return
        """The event that ended the run (that of a failure, a timeout or a cancellation too); None while it goes on."""
        return self._run.outcome.stop

    def is_done(self) -> bool:
        """Whether the run is over."""
        return self._run.done

    def done(self) -> bool:
        """As `is_done`, under the name that futures have."""
        return self._run.done

    def exception(self) -> BaseException | None:
        """The error of a run that failed; None for one that gave a result or goes on."""
        self._run.outcome.seen()
        return self._run.outcome.error

    @overload
    def stream_events(self, *, expose_internal: bool = False) -> AsyncGenerator[Event, None]: ...
    @overload
    def stream_events(self, *, only: type[EventT]) -> AsyncGenerator[EventT, None]: ...
    def stream_events(
        self, *, expose_internal: bool = False, only: type[Event] | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events that steps write to the stream, from the start, and last the event that ends the run.

        Any number of readers may read, each at its own pace. `only` gives the events of one class; `expose_internal`
        also those that the engine makes, from this call on, about what it does.
        """
        return self._run.stream_events(expose_internal, only)

    def stream_commits(self, *, buffer: int = 100) -> Watch[StateT]:
        """The commits of the state from this call to the end of the run: version, patch, step and event of each.

        An async iterator for one reader. It never holds up a writer: a reader that is more than `buffer` commits behind
        finds the number of those it has lost in `missed`.
        """
        watch = self.ctx.store.watch(buffer=buffer)
        self._run.outcome.then(watch.close)
        return watch

    def stats(self) -> RunStats:
        """What the run has done and what it took, step by step; the workflow has to be made with `stats=True`.

        Raises `WorkflowRuntimeError` where it was not. May be asked during the run and after it; `print` it for a
        table.
        """
        return self._run.stats()

    async def send_event(self, event: Event, step: str | None = None) -> None:
        """Send an event into the run, to every step that takes it or to the one named; see `Context.send_event`."""
        self._run.send_event(event, step)

    async def cancel_run(self, *, timeout: float = 5.0) -> None:
        """Cancel the run and wait, for `timeout` seconds at most, until its steps have cleaned up.

        Awaiting the handler then raises `WorkflowCancelledByUser`. A run that is over stays as it is.
        """
        self._run.cancel()
        await self._run.outcome.settled(timeout)

    def cancel(self) -> None:
        """As `cancel_run`, without waiting for the steps."""
        self._run.cancel()

    def __repr__(self) -> str:
        stop = self._run.outcome.stop
        end = f"ended with {type(stop).__name__}" if stop is not None else "in progress"
        return f"<WorkflowHandler of {self._run.name}: {end}>"


class _Waiting:
    """Awaits the end of a run and gives its last event."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __await__(self) -> Generator[Any, None, StopEvent[Any]]:  # Any: as in the handler
        return self._run.outcome.wait()
