"""Whoever wants to know what a run does, step by step: internal events, statistics, logs, traces.

A run without observers pays for one look at an empty tuple per step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from typedflow.events import (
    Event,
    StepState,
    StepStateChanged,
    StopEvent,
    UnhandledEvent,
    WorkflowIdleEvent,
    event_key,
)

if TYPE_CHECKING:
    from typing import Any

    from typedflow.engine.execution import Execution
    from typedflow.engine.invocation import Invocation

__all__ = ["InternalEvents", "Observer", "everywhere"]

everywhere: tuple[Observer, ...] = ()
"""The observers of every run that starts from now on."""


class Observer(Protocol):
    """Told on the run's loop, in order. What it raises fails the run, so it should not."""

    def run_started(self, run: Execution) -> None:
        """The run begins, or goes on after a restore."""

    def step_started(self, run: Execution, invocation: Invocation) -> None:
        """An attempt of a step is about to begin."""

    def step_ended(self, run: Execution, invocation: Invocation, result: object, error: BaseException | None) -> None:
        """The attempt has ended: with a result, or with an error."""

    def retry_planned(self, run: Execution, invocation: Invocation, delay: float) -> None:
        """The attempt failed and there will be another one, in `delay` seconds."""

    def unhandled(self, run: Execution, event: Event, step: str | None) -> None:
        """An event that no step takes was made by `step`, or came from outside."""

    def idle(self, run: Execution) -> None:
        """Nothing runs and nothing is queued: the run waits for an answer from outside or for a retry."""

    def run_ended(self, run: Execution, stop: StopEvent[Any], error: BaseException | None) -> None:
        """The run is over."""


class InternalEvents:
    """Writes what the engine does to the stream, as `InternalDispatchEvent`s."""

    def run_started(self, run: Execution) -> None:
        """Nothing: the stream begins with the first step."""

    def step_started(self, run: Execution, invocation: Invocation) -> None:
        """A `StepStateChanged` to running."""
        run.stream.publish(_changed(invocation, StepState.RUNNING, None))

    def step_ended(self, run: Execution, invocation: Invocation, result: object, error: BaseException | None) -> None:
        """A `StepStateChanged` to not running, with the class of the result."""
        made = type(result).__name__ if result is not None else None
        run.stream.publish(_changed(invocation, StepState.NOT_RUNNING, made))

    def retry_planned(self, run: Execution, invocation: Invocation, delay: float) -> None:
        """A `StepStateChanged` to preparing."""
        run.stream.publish(_changed(invocation, StepState.PREPARING, None))

    def unhandled(self, run: Execution, event: Event, step: str | None) -> None:
        """An `UnhandledEvent`."""
        kind = type(event)
        run.stream.publish(UnhandledEvent(event_type=kind.__name__, qualified_name=event_key(kind), step_name=step))

    def idle(self, run: Execution) -> None:
        """A `WorkflowIdleEvent`."""
        run.stream.publish(WorkflowIdleEvent())

    def run_ended(self, run: Execution, stop: StopEvent[Any], error: BaseException | None) -> None:
        """Nothing: the stop event itself is on the stream."""


def _changed(invocation: Invocation, state: StepState, made: str | None) -> StepStateChanged:
    payload = invocation.payload
    taken = type(payload if isinstance(payload, Event) else payload[0]).__name__ if payload else "list"
    return StepStateChanged(
        name=invocation.step,
        step_state=state,
        worker_id=str(invocation.id),
        input_event_name=taken,
        output_event_name=made,
    )
