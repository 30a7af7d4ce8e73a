"""Defects 1, 2, 13, 16 and 22 of llama-index-workflows 2.26.1: how runs end, or do not."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowRuntimeError, WorkflowStalledError, WorkflowValidationError

PROMPTLY = 2.0
"""Seconds within which a run must have ended; its own timeout is far longer."""


class Note(Event):
    text: str = ""


async def test_defect_01_a_step_that_raises_cancelled_error_ends_the_run_at_once() -> None:
    class Cancels(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            raise asyncio.CancelledError("mine")

    with pytest.raises(WorkflowRuntimeError, match=r"step 'begin' was cancelled, and not by the run"):
        await asyncio.wait_for(Cancels(timeout=60).run(), PROMPTLY)


async def test_defect_02_waiting_for_a_handler_with_a_limit_leaves_the_run_alone() -> None:
    class Slow(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent[str]:
            await asyncio.sleep(0.2)
            return StopEvent(result="done")

    handler = Slow().run()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(handler, 0.02)
    assert not handler.is_done()
    assert await asyncio.wait_for(handler, PROMPTLY) == "done"


class Other(StartEvent):
    n: int = 0


class Simple(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=1)


async def test_defect_13_a_start_event_that_no_step_takes_is_an_error_at_once() -> None:
    with pytest.raises(WorkflowRuntimeError, match=r"no step of Simple takes the start event Other; pass a StartEvent"):
        Simple().run(start_event=Other())


async def test_defect_13_a_sent_stop_event_is_an_error_at_the_call() -> None:
    class Sends(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            ctx.send_event(StopEvent())  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowValidationError, match=r"Step 'begin' sends 'StopEvent', which ends the run only where"):
        Sends()
    with pytest.raises(WorkflowRuntimeError, match=r"StopEvent was sent, and that does not end a run: return it"):
        await asyncio.wait_for(Sends(timeout=60, skip_checks=["unhandled-event"]).run(), PROMPTLY)


async def test_defect_13_an_event_sent_after_the_end_is_said_to_be_dropped(caplog: pytest.LogCaptureFixture) -> None:
    handler = Simple().run()
    await handler
    with caplog.at_level(logging.WARNING, "typedflow"):
        handler.ctx.send_event(Note())
    assert "Note was sent after the end of the run and is dropped" in caplog.text


async def test_defect_13_an_event_that_nobody_takes_is_said_and_a_run_with_nothing_to_do_ends() -> None:
    class Loses(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent | Note | None:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            ctx.send_event(Note())
            return None

    with pytest.raises(WorkflowStalledError, match=r"no step has returned a StopEvent"):
        await asyncio.wait_for(Loses(timeout=60, skip_checks=["unhandled-event"]).run(), PROMPTLY)


async def test_defect_13_an_unhandled_event_is_logged_with_the_step_that_made_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Loses(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            ctx.send_event(Note())  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return StopEvent()

    with caplog.at_level(logging.WARNING, "typedflow"):
        await Loses(skip_checks=["unhandled-event"]).run()
    assert "Note, made by step 'begin', is taken by no step" in caplog.text


async def test_defect_16_a_stop_event_on_the_stream_does_not_end_its_readers() -> None:
    class Writes(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            ctx.write_event_to_stream(StopEvent(result=-1))
            await asyncio.sleep(0)
            ctx.write_event_to_stream(Note(text="after"))
            return StopEvent(result=1)

    handler = Writes().run()
    seen = [event async for event in handler.stream_events()]
    assert [type(event) for event in seen] == [StopEvent, Note, StopEvent]
    assert await handler == 1


async def test_defect_22_a_failure_that_nobody_awaits_or_reads_is_not_silent() -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            raise KeyError("lost")

    reported: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context))
    try:
        handler = Fails().run()
        while not handler.is_done():
            await asyncio.sleep(0)
        del handler
        for _ in range(3):
            await asyncio.sleep(0)
            gc.collect()
    finally:
        loop.set_exception_handler(None)
    (context,) = reported
    assert isinstance(context["exception"], KeyError)
    assert "Fails" in context["message"]
    assert "nobody awaited its handler" in context["message"]
