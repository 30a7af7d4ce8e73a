"""`Workflow(verbose=True)`: a line for all that a run does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from typedflow.engine.invocation import described
from typedflow.events import Event, StopEvent, WorkflowFailedEvent

if TYPE_CHECKING:
    from typedflow.engine.execution import Execution
    from typedflow.engine.invocation import Invocation

__all__ = ["VerboseObserver"]

_log = logging.getLogger("typedflow.verbose")


class VerboseObserver:
    """Says what a run does: to the logger `typedflow.verbose` where that takes INFO, else with `print`."""

    def run_started(self, run: Execution) -> None:
        """A line with the name and the id of the run."""
        _say(f"[{run.name}] started")

    def step_started(self, run: Execution, invocation: Invocation) -> None:
        """A line with the event."""
        again = f" (attempt {invocation.failures + 1})" if invocation.failures else ""
        _say(f"[{_step(invocation)}] started from {described(invocation.payload)}{again}")

    def step_ended(self, run: Execution, invocation: Invocation, result: object, error: BaseException | None) -> None:
        """A line with what it made, or with its error."""
        if error is not None:
            _say(f"[{_step(invocation)}] failed with {type(error).__name__}{f': {error}' if str(error) else ''}")
        else:
            _say(f"[{_step(invocation)}] complete with {_made(result)}")

    def retry_planned(self, run: Execution, invocation: Invocation, delay: float) -> None:
        """A line with the delay."""
        _say(f"[{_step(invocation)}] tried again in {delay:g} s")

    def unhandled(self, run: Execution, event: Event, step: str | None) -> None:
        """A line with the event."""
        _say(f"[{step or 'outside'}] made {type(event).__name__}, which no step takes")

    def idle(self, run: Execution) -> None:
        """A line."""
        _say(f"[{run.name}] waits")

    def run_ended(self, run: Execution, stop: StopEvent[Any], error: BaseException | None) -> None:
        """A line with the last event."""
        why = (
            f": {type(error).__name__}: {error}" if error is not None and isinstance(stop, WorkflowFailedEvent) else ""
        )
        _say(f"[{run.name}] ended with {type(stop).__name__}{why} after {run.elapsed:.3f} s")


def _step(invocation: Invocation) -> str:
    return f"{invocation.step}:{invocation.id}"


def _made(result: object) -> str:
    if isinstance(result, list):
        return f"{len(result)} events" if len(result) != 1 else "1 event"
    return "nothing" if result is None else type(result).__name__


def _say(line: str) -> None:
    if _log.isEnabledFor(logging.INFO):
        _log.info(line)
    else:
        print(line)
