"""The ways in which a run ends: each with the event that is last on the stream, and what awaiting the run raises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from typedflow.engine.failures import annotate, together
from typedflow.engine.invocation import described
from typedflow.errors import StateError, WorkflowCancelledByUser, WorkflowTimeoutError
from typedflow.events import StopEvent, WorkflowCancelledEvent, WorkflowFailedEvent, WorkflowTimedOutEvent

if TYPE_CHECKING:
    from typedflow.engine.invocation import Invocation
    from typedflow.engine.life import Life

__all__ = ["Ending", "cancellation", "failure", "located", "timed_out"]


class Ending(NamedTuple):
    """How a run ends: its last event, and its error where it has no result."""

    stop: StopEvent[Any]  # Any: a run may stop with any result
    error: BaseException | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the run was cancelled, so that a restored one may go on where it was."""
        return isinstance(self.error, WorkflowCancelledByUser)

    def with_further(self, error: Exception, name: str) -> Ending | None:
        """The same with another step's failure in it; None where it is no failure that another one could join."""
        if not isinstance(self.stop, WorkflowFailedEvent) or not isinstance(self.error, Exception):
            return None
        both = together(f"several steps of {name} failed", self.error, error)
        return Ending(self.stop.model_copy(update={"exception": both}), both)


def failure(error: BaseException, invocation: Invocation | None, run: Life) -> Ending:
    """A step (None: the run itself) has failed for good."""
    stop = WorkflowFailedEvent(
        step_name=invocation.step if invocation else None,
        exception=error,
        attempts=max(1, invocation.failures) if invocation else None,
        elapsed_seconds=run.elapsed,
    )
    return Ending(stop, error)


def timed_out(run: Life, active: Iterable[str]) -> Ending:
    """The run took too long."""
    names = sorted(set(active))
    steps = f"active steps: {', '.join(names)}" if names else "no step was active"
    error = WorkflowTimeoutError(f"{run.name} took longer than its timeout of {run.timeout} s; {steps}")
    return Ending(WorkflowTimedOutEvent(timeout=run.timeout or 0.0, active_steps=names), error)


def cancellation(run: Life, why: str) -> Ending:
    """The run was cancelled."""
    return Ending(WorkflowCancelledEvent(), WorkflowCancelledByUser(f"{run.name} was {why}"))


def located(error: BaseException, invocation: Invocation, run: Life) -> None:
    """Write on the error where it happened: step, event, run, and version of the state."""
    where = f"in step '{invocation.step}' on {described(invocation.payload)} of {run.name}"
    try:
        annotate(error, f"{where}, state version {run.context.store.version}")
    except StateError:  # there is no state: its model has no defaults, and the checks were turned off
        annotate(error, where)
