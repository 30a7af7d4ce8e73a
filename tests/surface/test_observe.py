"""Log records that say which step they belong to, lines for the eye, and OpenTelemetry."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from pydantic import BaseModel, Field

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.engine import observer
from typedflow.errors import StateValidationError, WorkflowCancelledByUser
from typedflow.observe import LogContext, install_log_context, instrument, uninstall_log_context, uninstrument
from typedflow.retry_policy import ConstantDelayRetryPolicy
from typedflow.state import store
from typedflow.state.edit import Edit
from typedflow.testing import virtual_time

logger = logging.getLogger("mine")


class Task(Event):
    n: int


class Count(BaseModel):
    n: int = Field(default=0, ge=0)


class Busy(Workflow):
    """Logs, edits, fails once, sends something that nobody takes."""

    @step
    async def begin(self, ctx: Context[Count], ev: StartEvent) -> Task:
        logger.warning("beginning")
        async with ctx.store.edit_state() as state:
            state.n += 1
        return Task(n=1)

    @step(retry_policy=ConstantDelayRetryPolicy(delay=5))
    async def work(self, ctx: Context[Count], ev: Task) -> StopEvent[int]:
        logger.warning("working")
        if not ctx.retry_info().retry_number:
            raise ConnectionError("busy")
        return StopEvent(result=ev.n)


# -- log records


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(run)s %(step)s %(event)s %(attempt)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


EXPECTED = [
    "r1 begin StartEvent 1: beginning",
    "r1 work Task 1: working",
    "r1 work Task 2: working",
    "- - - -: outside",
]


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler = Kept()
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@virtual_time
async def test_with_the_filter_on_a_handler_its_records_say_run_step_event_and_attempt(kept: Kept) -> None:
    kept.addFilter(LogContext())
    await Busy().run(run_id="r1")
    logger.warning("outside")
    assert kept.lines == EXPECTED


@virtual_time
async def test_once_installed_every_record_of_the_process_says_it(kept: Kept) -> None:
    install_log_context()
    install_log_context()
    try:
        await Busy().run(run_id="r1")
        logger.warning("outside")
    finally:
        uninstall_log_context()
    assert kept.lines == EXPECTED
    assert not hasattr(logging.getLogRecordFactory()("n", 20, "f", 1, "m", (), None), "run")


async def test_records_of_a_step_in_a_thread_and_of_its_child_tasks_say_it_too(kept: Kept) -> None:
    class Threaded(Workflow):
        @step
        def work(self, ev: StartEvent) -> Task:
            logger.warning("in a thread")
            return Task(n=1)

        @step
        async def more(self, ev: Task) -> StopEvent:
            async def child() -> None:
                logger.warning("in a task")

            await asyncio.gather(child(), asyncio.to_thread(logger.warning, "in a thread of its own"))
            return StopEvent()

    kept.addFilter(LogContext())
    await Threaded().run(run_id="r1")
    assert kept.lines[0] == "r1 work StartEvent 1: in a thread"
    assert sorted(kept.lines[1:]) == ["r1 more Task 1: in a task", "r1 more Task 1: in a thread of its own"]


@virtual_time
async def test_what_the_library_itself_logs_says_it_without_being_asked(caplog: pytest.LogCaptureFixture) -> None:
    class Sending(Workflow):
        @step
        async def send(self, ctx: Context, ev: StartEvent) -> StopEvent:
            ctx.send_event(Task(n=1))  # type: ignore[typedflow-unhandled-event]  # hence skip_checks
            return StopEvent()

    await Sending(skip_checks=["unhandled-event"]).run(run_id="r2")
    (record,) = [record for record in caplog.records if record.name == "typedflow"]
    assert vars(record)["run"] == "r2"
    assert vars(record)["step"] == "send"
    assert "Task" in record.getMessage()


# -- verbose


@virtual_time
async def test_a_verbose_workflow_prints_a_line_for_all_that_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    await Busy(verbose=True).run(run_id="r1")
    assert capsys.readouterr().out.splitlines() == [
        "[Busy (run r1)] started",
        "[begin:1] started from StartEvent",
        "[begin:1] complete with Task",
        "[work:2] started from Task",
        "[work:2] failed with ConnectionError: busy",
        "[work:2] tried again in 5 s",
        "[Busy (run r1)] waits",
        "[work:2] started from Task (attempt 2)",
        "[work:2] complete with StopEvent",
        "[Busy (run r1)] ended with StopEvent after 5.000 s",
    ]


@virtual_time
async def test_the_lines_go_to_the_logger_where_that_is_listened_to(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "typedflow.verbose"):
        await Busy(verbose=True).run(run_id="r1")
    assert "[begin:1] started from StartEvent" in caplog.messages
    assert capsys.readouterr().out == ""


# -- OpenTelemetry


class Seen:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider(metric_readers=[self.reader])

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def metrics(self) -> dict[str, list[tuple[dict[str, Any], Any]]]:
        data = self.reader.get_metrics_data()
        assert data is not None
        return {
            metric.name: [(dict(point.attributes or {}), point) for point in metric.data.data_points]
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def seen() -> Iterator[Seen]:
    found = Seen()
    instrument(tracer_provider=found.tracers, meter_provider=found.meters)
    yield found
    uninstrument()


@virtual_time
async def test_a_run_its_steps_its_edits_and_its_retries_are_spans_within_each_other(seen: Seen) -> None:
    await Busy().run(run_id="r1")
    assert [span.name for span in seen.spans] == [
        "edit", "step begin", "step work", "retry work", "step work", "run Busy",
    ]  # fmt: skip
    (run,) = seen.named("run Busy")
    assert run.parent is None
    assert run.attributes is not None
    assert run.attributes["typedflow.run.id"] == "r1"
    assert run.attributes["typedflow.outcome"] == "ok"
    assert run.attributes["typedflow.state.version"] == 1
    (begin,), (edit,), (retry,) = seen.named("step begin"), seen.named("edit"), seen.named("retry work")
    for child, parent in [(begin, run), (edit, begin), (retry, run), *((one, run) for one in seen.named("step work"))]:
        assert child.parent is not None
        assert child.parent.span_id == parent.context.span_id
    first, second = seen.named("step work")
    assert first.attributes is not None
    assert second.attributes is not None
    assert first.attributes["typedflow.event"] == "Task"
    assert (first.attributes["typedflow.attempt"], second.attributes["typedflow.attempt"]) == (1, 2)
    assert first.status.status_code is StatusCode.ERROR
    assert first.events[0].name == "exception"
    assert second.status.status_code is StatusCode.UNSET
    assert retry.attributes is not None
    assert retry.attributes["typedflow.retry.delay"] == 5.0


@virtual_time
async def test_a_run_within_a_span_is_its_child_and_spans_in_steps_are_children_of_the_step(seen: Seen) -> None:
    tracer = seen.tracers.get_tracer("mine")

    class Inner(Workflow):
        @step
        def work(self, ev: StartEvent) -> StopEvent:  # in a thread
            with tracer.start_as_current_span("mine"):
                return StopEvent()

    class Outer(Workflow):
        @step
        async def call(self, ev: StartEvent) -> StopEvent:
            await Inner().run()
            return StopEvent()

    with tracer.start_as_current_span("request"):
        await Outer().run()
    chain = ["mine", "step work", "run Inner", "step call", "run Outer", "request"]
    spans = {span.name: span for span in seen.spans}
    for child, parent in pairwise(chain):
        assert spans[child].parent is not None
        assert spans[child].parent.span_id == spans[parent].context.span_id  # type: ignore[union-attr]  # just checked
    assert not trace.get_current_span().get_span_context().is_valid


@virtual_time
async def test_failures_and_cancellations_show_in_the_spans(seen: Seen) -> None:
    class Ending(Workflow):
        @step
        async def work(self, ev: StartEvent) -> StopEvent:
            if ev["how"] == "fails":
                raise ValueError("no")
            await asyncio.sleep(60)
            return StopEvent()

    with pytest.raises(ValueError):
        await Ending().run(how="fails")
    (run,) = seen.named("run Ending")
    assert run.attributes is not None
    assert (run.attributes["typedflow.outcome"], run.attributes["typedflow.failed_step"]) == ("failed", "work")
    assert run.status.status_code is StatusCode.ERROR
    seen.exporter.clear()
    handler = Ending().run(how="hangs")
    await asyncio.sleep(1)
    await handler.cancel_run()
    with pytest.raises(WorkflowCancelledByUser):
        await handler
    (work,), (run,) = seen.named("step work"), seen.named("run Ending")
    assert work.attributes is not None
    assert run.attributes is not None
    assert work.attributes["typedflow.outcome"] == run.attributes["typedflow.outcome"] == "cancelled"
    seen.exporter.clear()
    with pytest.raises(TimeoutError):
        await Ending(timeout=5).run(how="hangs")
    assert seen.named("run Ending")[0].attributes["typedflow.outcome"] == "timed out"  # type: ignore[index]  # not None


@virtual_time
async def test_a_run_that_ends_while_a_retry_is_due_leaves_no_span_open(seen: Seen) -> None:
    class Failing(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(delay=50))
        async def work(self, ev: StartEvent) -> StopEvent:
            raise ValueError

    with pytest.raises(TimeoutError):
        await Failing(timeout=10).run()
    assert [span.name for span in seen.spans] == ["step work", "retry work", "run Failing"]


async def test_an_edit_says_what_became_of_it(seen: Seen) -> None:
    edits = store.StateStore(Count)
    async with edits.edit_state() as state:
        state.n = 1
    async with edits.edit_state():
        pass
    with pytest.raises(KeyError):
        async with edits.edit_state() as state:
            raise KeyError
    with pytest.raises(StateValidationError):
        async with edits.edit_state() as state:
            state.n = -1
    await edits.set("n", 3)
    await asyncio.to_thread(_edit_in_thread, edits)
    outcomes = [(span.attributes or {})["typedflow.outcome"] for span in seen.named("edit")]
    assert outcomes == ["committed", "unchanged", "dropped", "rejected", "committed", "committed"]


def _edit_in_thread(edits: store.StateStore[Count]) -> None:
    with edits.edit_state() as state:
        state.n += 1


@virtual_time
async def test_runs_steps_retries_and_edits_are_measured(seen: Seen) -> None:
    await Busy().run()
    metrics = seen.metrics()
    ((attributes, point),) = metrics["typedflow.run.duration"]
    assert attributes == {"typedflow.workflow": "Busy", "typedflow.outcome": "ok"}
    assert (point.count, point.sum) == (1, 5.0)
    steps = {(a["typedflow.step"], a["typedflow.outcome"]): p.count for a, p in metrics["typedflow.step.duration"]}
    assert steps == {("begin", "ok"): 1, ("work", "failed"): 1, ("work", "ok"): 1}
    assert metrics["typedflow.step.retries"][0][1].value == 1
    assert metrics["typedflow.edit.duration"][0][1].count == 1
    assert metrics["typedflow.edit.wait"][0][1].count == 1


def test_without_instrument_nothing_observes_and_nothing_is_loaded() -> None:
    assert observer.everywhere == ()
    assert store.edit_type is Edit
    code = (
        "import sys, typedflow, typedflow.observe\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'tenacity'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_uninstrument_gives_everything_back(seen: Seen) -> None:
    instrument(tracer_provider=seen.tracers, meter_provider=seen.meters)  # again: the first one is replaced
    assert len(observer.everywhere) == 1
    uninstrument()
    assert observer.everywhere == ()  # type: ignore[comparison-overlap]  # mypy does not see what uninstrument() does
    assert store.edit_type is Edit
    uninstrument()


def test_without_opentelemetry_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from typedflow.observe import instrument\n"
        "try: instrument()\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'typedflow[otel]'" in done.stdout
