"""The run that cannot go on names the events that no step took, and keeps no more of them than it names."""

from __future__ import annotations

import asyncio

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.engine.untaken import KINDS, Untaken
from typedflow.errors import WorkflowStalledError

UNHANDLED = "unhandled-event"
HINT = (
    "\n    Return a StopEvent, or an event that a step takes, on every path; await background work inside the step "
    "that started it."
)


class ToolDone(Event):
    pass


class Note(Event):
    pass


class Part(Event):
    pass


async def _error_of(workflow: Workflow) -> str:
    with pytest.raises(WorkflowStalledError) as caught:
        await asyncio.wait_for(workflow.run(run_id="demo"), 2)
    return str(caught.value)


async def test_an_event_that_was_returned_and_not_taken_is_named_with_its_maker() -> None:
    class Acts(Workflow):
        @step
        async def act(self, ev: StartEvent) -> ToolDone | StopEvent:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return ToolDone()

    assert await _error_of(Acts(skip_checks=[UNHANDLED])) == (
        "Acts (run demo) cannot go on: no step is running, no event is queued, and no step has returned a StopEvent; "
        "taken by no step:\n  - 'ToolDone', made by step 'act'" + HINT
    )


async def test_what_was_made_several_times_is_counted_and_stands_where_it_was_made_last() -> None:
    class Sends(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent | None:
            ctx.send_event(Note())  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            ctx.send_event(ToolDone())  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            ctx.send_event(Note())
            return None

    assert (
        "; taken by no step:\n  - 'ToolDone', made by step 'begin'\n  - 'Note', made by step 'begin' (2 times)\n    Ret"
    ) in await _error_of(Sends(skip_checks=[UNHANDLED]))


async def test_what_of_a_fan_out_no_step_took_is_named_too() -> None:
    class Fans(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[ToolDone] | StopEvent:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return [ToolDone(), ToolDone(), ToolDone()]

    assert "'ToolDone', made by step 'begin' (3 times)" in await _error_of(Fans(skip_checks=[UNHANDLED]))


async def test_an_event_from_outside_is_named_as_such() -> None:
    sent = asyncio.Event()

    class Waits(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent | None:
            await sent.wait()
            return None

    handler = Waits().run()
    await asyncio.sleep(0)
    handler.ctx.send_event(ToolDone())
    sent.set()
    with pytest.raises(WorkflowStalledError, match=r"\n  - 'ToolDone', made by the outside\n"):
        await asyncio.wait_for(handler, 2)


async def test_who_waits_is_named_before_what_no_step_took() -> None:
    class Both(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Part | ToolDone:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            ctx.send_event(Part())
            return ToolDone()

        @step
        async def gather(self, ctx: Context, ev: Part) -> StopEvent | None:
            return StopEvent() if ctx.collect_events(ev, [Part] * 2) else None

    assert await _error_of(Both(skip_checks=[UNHANDLED])) == (
        "Both (run demo) cannot go on: no step is running, no event is queued, and no step has returned a StopEvent; "
        "still waiting:\n  - step 'gather' has collected Part and waits for more (ctx.collect_events)"
        "\n  taken by no step:\n  - 'ToolDone', made by step 'begin'" + HINT
    )


def test_of_many_kinds_the_last_are_kept_and_the_others_counted() -> None:
    untaken = Untaken()
    for number in range(KINDS + 3):
        kind = type(f"Kind{number}", (Event,), {"__module__": __name__})
        untaken.add(kind(), "begin")
        untaken.add(kind(), "begin")
    lines = list(untaken.lines())
    assert lines[0] == "6 others before"
    assert lines[1:] == [f"'Kind{number}', made by step 'begin' (2 times)" for number in range(3, KINDS + 3)]


def test_one_event_beside_those_that_are_named_is_one() -> None:
    untaken = Untaken()
    for number in range(KINDS + 1):
        untaken.add(Note(), f"step_{number}")
    assert next(iter(untaken.lines())) == "1 other before"
