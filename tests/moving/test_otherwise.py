"""What is the same call and does otherwise: the rows of the page's last table that the defects' tests do not show already."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest
from page import PAGE
from pydantic import BaseModel

from typedflow import (
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    Workflow,
    step,
)
from typedflow.errors import StateValidationError, WorkflowError, WorkflowTimeoutError

ROWS = {
    "await ctx.wait_for_event(...)": "test_a_step_that_waits_is_not_run_again",
    "workflow.validate()": "test_a_workflow_whose_steps_only_wait_asks_people",
    "two waits of one type in one step": "defect 04",
    "except Exception": "defect 10",
    "ctx.collect_events(...)": "test_what_is_beyond_a_batch_waits_for_the_next_one",
    "asyncio.wait_for(handler, 5)": "defect 02",
    "handler.stream_events()": "test_a_stream_can_be_read_again_from_the_start",
    "ctx.write_event_to_stream(StopEvent(...))": "defect 16",
    'await ctx.store.get("rows")': "defect 09",
    "await ctx.store.get_state()": "defect 09",
    "a step that fails inside": "test_an_edit_that_is_invalid_at_its_end_is_dropped",
    "an error of a step": "test_an_error_has_a_note_of_where_it_was",
    "a failed run that nobody awaits": "defect 22",
    "an event that no step takes": "defect 13",
    "a run that a step starts and does not await": "tests/subworkflows",
    "WorkflowTimeoutError": "test_a_timeout_is_a_timeout_error_and_all_errors_have_one_base",
    "a plain def step": "defect 03",
}


def test_each_row_of_the_table_has_a_test() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## The same call does otherwise")[2]
    rows = [row.split("|")[1].replace("`", "").strip() for row in table.splitlines() if row.startswith("| ")][1:]
    for row in rows:
        assert [start for start in ROWS if row.startswith(start)], row
    for test in ROWS.values():
        assert not test.startswith("test_") or test in globals()
    assert len(rows) == len(ROWS)


class Question(InputRequiredEvent):
    n: int = 0


class Answer(HumanResponseEvent):
    n: int


class Part(Event):
    n: int


def test_a_workflow_whose_steps_only_wait_asks_people() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            answer = await ctx.wait_for_event(Answer)
            return StopEvent(result=answer.n)

    assert Waits().validate()


async def test_a_step_that_waits_is_not_run_again() -> None:
    begun = []

    class Waits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            begun.append(1)
            return StopEvent(result=(await ctx.wait_for_event(Answer, waiter_event=Question())).n)

    handler = Waits().run()
    async for _ in handler.stream_events(only=Question):
        await asyncio.sleep(0)
        handler.ctx.send_event(Answer(n=3))
    assert await handler == 3
    assert len(begun) == 1


async def test_what_is_beyond_a_batch_waits_for_the_next_one() -> None:
    class Pairs(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Part | None:
            for n in range(4):
                ctx.send_event(Part(n=n))
            return None

        @step
        async def pair(self, ctx: Context, ev: Part) -> StopEvent[int] | None:
            pair = ctx.collect_events(ev, [Part, Part])
            if pair is not None:
                async with ctx.store.edit_state() as state:
                    state["pairs"] = [*state.get("pairs", []), [part.n for part in pair]]
                if len(ctx.state["pairs"]) == 2:
                    return StopEvent(result=len(ctx.state["pairs"]))
            return None

    handler = Pairs().run()
    assert await handler == 2
    assert sorted(n for pair in handler.ctx.state["pairs"] for n in pair) == [0, 1, 2, 3]


async def test_a_stream_can_be_read_again_from_the_start() -> None:
    class Writes(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            for n in range(3):
                ctx.write_event_to_stream(Part(n=n))
            return StopEvent()

    handler = Writes().run()
    async for _ in handler.stream_events():
        break
    first = [event async for event in handler.stream_events()]
    assert [event async for event in handler.stream_events()] == first
    assert [event.n async for event in handler.stream_events(only=Part)] == [0, 1, 2]


class Counted(BaseModel):
    count: int = 0


async def test_an_edit_that_is_invalid_at_its_end_is_dropped() -> None:
    class Edits(Workflow):
        @step
        async def begin(self, ctx: Context[Counted], ev: StartEvent) -> StopEvent[int]:
            with pytest.raises(StateValidationError):
                async with ctx.store.edit_state() as state:
                    state.count = "many"  # type: ignore[assignment]  # what is tested
            with pytest.raises(KeyError):
                async with ctx.store.edit_state() as state:
                    state.count = 5
                    raise KeyError
            return StopEvent(result=ctx.state.count)

    assert await Edits().run() == 0


async def test_an_error_has_a_note_of_where_it_was() -> None:
    class Fails(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            raise KeyError("lost")

    with pytest.raises(KeyError) as caught:
        await Fails().run(run_id="demo")
    (note,) = caught.value.__notes__  # type: ignore[attr-defined]  # an attribute from Python 3.11 on
    assert re.match(r"in step 'begin' on StartEvent of Fails \(run demo\), state version 0", note)


async def test_a_timeout_is_a_timeout_error_and_all_errors_have_one_base(caplog: pytest.LogCaptureFixture) -> None:
    class Slow(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            await asyncio.sleep(60)
            return StopEvent()

    caplog.set_level(logging.CRITICAL)
    with pytest.raises(TimeoutError) as caught:
        await Slow(timeout=0.01).run()
    assert isinstance(caught.value, WorkflowTimeoutError)
    assert isinstance(caught.value, WorkflowError)
