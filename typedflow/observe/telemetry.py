"""OpenTelemetry: spans of runs, steps, retries and edits, and metrics of the same.

`instrument()` once, at the start of the program; until then nothing of it is loaded, and nothing is paid for it.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any

from typedflow.engine import observer
from typedflow.engine.invocation import described
from typedflow.events import (
    Event,
    StopEvent,
    WorkflowCancelledEvent,
    WorkflowFailedEvent,
    WorkflowTimedOutEvent,
)
from typedflow.state import store
from typedflow.state.edit import Edit

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from typedflow.engine.execution import Execution
    from typedflow.engine.invocation import Invocation

__all__ = ["instrument", "uninstrument"]

NAME = "typedflow"

_active: Telemetry | None = None


def instrument(*, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None) -> None:
    """Trace and measure every run that starts from now on, with the given providers or OpenTelemetry's global ones.

    Spans: `run <workflow>` around `step <name>` (one an attempt), `retry <step>` (the wait before the next attempt)
    and `edit` (with the time spent waiting for other writers). A run that is started within a span is its child.
    Attributes begin with `typedflow.`.

    Raises `ImportError` naming the extra where OpenTelemetry is not installed.
    """
    global _active
    try:
        from opentelemetry import metrics, trace
    except ImportError as missing:
        raise ImportError(
            "typedflow.observe.instrument() needs the OpenTelemetry API, which is not installed: "
            "pip install 'typedflow[otel]'"
        ) from missing
    uninstrument()
    _active = Telemetry(
        trace.get_tracer(NAME, tracer_provider=tracer_provider), metrics.get_meter(NAME, meter_provider=meter_provider)
    )
    observer.everywhere = (*observer.everywhere, _active)
    TracedEdit.telemetry = _active
    store.edit_type = TracedEdit


def uninstrument() -> None:
    """Trace no further runs; those in progress are traced to their end."""
    global _active
    observer.everywhere = tuple(one for one in observer.everywhere if one is not _active)
    store.edit_type = Edit
    _active = None


class Telemetry:
    """An observer of every run that makes spans and records metrics."""

    def __init__(self, tracer: Any, meter: Any) -> None:  # Any: OpenTelemetry's, which may not be installed
        from opentelemetry import context, trace

        self._context = context
        self._trace = trace
        self.tracer = tracer
        self._runs: dict[Execution, tuple[Span, Any]] = {}
        self._steps: dict[Invocation, tuple[Span, Any, float]] = {}
        self._retries: dict[Invocation, tuple[Execution, Span]] = {}
        self._run_time = meter.create_histogram("typedflow.run.duration", "s", "how long runs took, by outcome")
        self._step_time = meter.create_histogram(
            "typedflow.step.duration", "s", "how long attempts of steps took, by outcome"
        )
        self._retried = meter.create_counter(
            "typedflow.step.retries", "1", "how often a failed attempt is followed by another"
        )
        self._unhandled = meter.create_counter("typedflow.events.unhandled", "1", "events that no step takes")
        self.edit_time = meter.create_histogram(
            "typedflow.edit.duration", "s", "how long edits of the state took, by outcome"
        )
        self.edit_wait = meter.create_histogram("typedflow.edit.wait", "s", "how long edits waited for other writers")

    # -- runs

    def run_started(self, run: Execution) -> None:
        """Begin the span of the run, in the context of the one who started it; its steps are in the span's."""
        attributes = {
            "typedflow.workflow": run.plan.name,
            "typedflow.run.id": run.id,
            "typedflow.run.restored": run.elapsed_before > 0,
        }
        span = run._home.run(self.tracer.start_span, f"run {run.plan.name}", attributes=attributes)
        run._home.run(self._context.attach, run._home.run(self._trace.set_span_in_context, span))
        self._runs[run] = (span, self._trace.set_span_in_context(span))

    def run_ended(self, run: Execution, stop: StopEvent[Any], error: BaseException | None) -> None:
        """End its span."""
        span, _ = self._runs.pop(run, (None, None))
        for invocation, (of, waited) in tuple(self._retries.items()):
            if of is run:  # there will be no next attempt
                del self._retries[invocation]
                waited.end()
        outcome = _outcome(stop)
        self._run_time.record(run.elapsed, {"typedflow.workflow": run.plan.name, "typedflow.outcome": outcome})
        if span is None:  # it had started before
            return
        span.set_attribute("typedflow.outcome", outcome)
        span.set_attribute("typedflow.state.version", run.context.store.version)
        if isinstance(stop, WorkflowFailedEvent) and stop.step_name is not None:
            span.set_attribute("typedflow.failed_step", stop.step_name)
        self._end(span, error)

    def idle(self, run: Execution) -> None:
        """Mark in the run's span that it waits."""
        if run in self._runs:
            self._runs[run][0].add_event("waits for an answer or a retry")

    def unhandled(self, run: Execution, event: Event, step: str | None) -> None:
        """Count it, and mark it in the run's span."""
        attributes = {"typedflow.event": type(event).__name__, "typedflow.step": step or ""}
        self._unhandled.add(1, {"typedflow.workflow": run.plan.name, **attributes})
        if run in self._runs:
            self._runs[run][0].add_event("unhandled event", attributes)

    # -- steps

    def step_started(self, run: Execution, invocation: Invocation) -> None:
        """Begin the span of the attempt, which is current while the step runs."""
        waited = self._retries.pop(invocation, None)
        if waited is not None:
            waited[1].end()
        span = self.tracer.start_span(
            f"step {invocation.step}",
            attributes={
                "typedflow.workflow": run.plan.name,
                "typedflow.run.id": run.id,
                "typedflow.step": invocation.step,
                "typedflow.event": described(invocation.payload),
                "typedflow.invocation": invocation.id,
                "typedflow.attempt": invocation.failures + 1,
            },
        )
        token = self._context.attach(self._trace.set_span_in_context(span))
        self._steps[invocation] = (span, token, perf_counter())

    def step_ended(self, run: Execution, invocation: Invocation, result: object, error: BaseException | None) -> None:
        """End it."""
        if invocation not in self._steps:
            return
        span, token, began = self._steps.pop(invocation)
        self._context.detach(token)
        cancelled = isinstance(error, asyncio.CancelledError)
        outcome = "cancelled" if cancelled else "ok" if error is None else "failed"
        attributes = {
            "typedflow.workflow": run.plan.name,
            "typedflow.step": invocation.step,
            "typedflow.outcome": outcome,
        }
        self._step_time.record(perf_counter() - began, attributes)
        span.set_attribute("typedflow.outcome", outcome)
        if result is not None:
            span.set_attribute(
                "typedflow.returned", f"{len(result)} events" if isinstance(result, list) else type(result).__name__
            )
        self._end(span, None if cancelled else error)

    def retry_planned(self, run: Execution, invocation: Invocation, delay: float) -> None:
        """Begin the span of the wait; the next attempt ends it."""
        attributes = {"typedflow.workflow": run.plan.name, "typedflow.step": invocation.step}
        self._retried.add(1, attributes)
        _, parent = self._runs.get(run, (None, None))
        attributes["typedflow.run.id"] = run.id
        span = self.tracer.start_span(f"retry {invocation.step}", context=parent, attributes=attributes)
        span.set_attribute("typedflow.retry", invocation.failures)
        span.set_attribute("typedflow.retry.delay", delay)
        self._retries[invocation] = (run, span)

    def _end(self, span: Span, error: BaseException | None) -> None:
        if error is not None:
            span.record_exception(error)
            span.set_status(self._trace.StatusCode.ERROR, f"{type(error).__name__}: {error}")
        span.end()


def _outcome(stop: StopEvent[Any]) -> str:
    if isinstance(stop, WorkflowFailedEvent):
        return "failed"
    if isinstance(stop, WorkflowTimedOutEvent):
        return "timed out"
    return "cancelled" if isinstance(stop, WorkflowCancelledEvent) else "ok"


class TracedEdit(Edit[Any]):  # Any: of a store of any state
    """An edit with a span around it, from the wait for other writers to the commit."""

    __slots__ = ("_began", "_span", "_version")

    telemetry: Telemetry

    async def __aenter__(self) -> Any:
        self._ask()
        try:
            draft = await super().__aenter__()
        except BaseException as error:
            self._over("failed", error)
            raise
        self._served()
        return draft

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, trace)
        except BaseException as rejected:
            self._over("rejected", rejected)
            raise
        self._ended(error)

    def __enter__(self) -> Any:
        self._ask()
        try:
            draft = super().__enter__()
        except BaseException as error:
            self._over("failed", error)
            raise
        self._served()
        return draft

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        except BaseException as rejected:
            self._over("rejected", rejected)
            raise
        self._ended(error)

    def _ask(self) -> None:
        self._span = self.telemetry.tracer.start_span("edit")
        self._began = perf_counter()

    def _served(self) -> None:
        waited = perf_counter() - self._began
        self.telemetry.edit_wait.record(waited)
        self._span.set_attribute("typedflow.edit.waited", waited)
        self._version = self._store.version

    def _ended(self, error: BaseException | None) -> None:
        if error is not None:
            self._over("dropped", error)
        else:
            self._over("committed" if self._store.version != self._version else "unchanged", None)

    def _over(self, outcome: str, error: BaseException | None) -> None:
        self.telemetry.edit_time.record(perf_counter() - self._began, {"typedflow.outcome": outcome})
        self._span.set_attribute("typedflow.outcome", outcome)
        self._span.set_attribute("typedflow.state.version", self._store.version)
        self.telemetry._end(self._span, None if isinstance(error, asyncio.CancelledError) else error)
