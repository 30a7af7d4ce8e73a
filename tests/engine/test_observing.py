"""Internal events: what the engine says about itself to those who ask."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowRuntimeError
from typedflow.events import InternalDispatchEvent, StepState, StepStateChanged, UnhandledEvent


class Begin(StartEvent):
    n: int = 1


class Task(Event):
    n: int


class Lost(Event):
    n: int = 0


class Two(Workflow):
    @step
    async def begin(self, ev: Begin) -> Task | Lost:  # type: ignore[typedflow-unhandled-event]  # a way out that the test leaves open
        return Task(n=ev.n)

    @step
    async def turn(self, ev: Task) -> Task | StopEvent[int]:
        return StopEvent(result=0) if ev.n == 0 else Task(n=ev.n - 1)


async def test_internal_events_tell_of_each_step_and_are_hidden_from_others() -> None:
    handler = Two(skip_checks=["unhandled-event"]).run(n=0)
    everything = handler.stream_events(expose_internal=True)

    async def told() -> list[tuple[str, StepState, str | None]]:
        return [
            (event.name, event.step_state, event.output_event_name)
            async for event in everything
            if isinstance(event, StepStateChanged)
        ]

    async def plain() -> list[type[Event]]:
        return [type(event) async for event in handler.stream_events()]

    inside, outside = await asyncio.gather(told(), plain())
    assert inside == [
        ("begin", StepState.RUNNING, None),
        ("begin", StepState.NOT_RUNNING, "Task"),
        ("turn", StepState.RUNNING, None),
        ("turn", StepState.NOT_RUNNING, "StopEvent"),
    ]
    assert outside == [StopEvent]


async def test_an_event_that_nobody_takes_is_told() -> None:
    class Loses(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Lost] | StopEvent:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return [Lost(n=1)]

    handler = Loses(disable_validation=True).run()
    told = [
        event async for event in handler.stream_events(expose_internal=True) if isinstance(event, InternalDispatchEvent)
    ]
    assert [(e.event_type, e.step_name) for e in told if isinstance(e, UnhandledEvent)] == [("Lost", "begin")]


async def test_a_loop_keeps_nothing_per_turn() -> None:
    workflow = Two(timeout=None, skip_checks=["unhandled-event"])

    async def peak(turns: int) -> int:
        gc.collect()
        tracemalloc.start()
        await workflow.run(n=turns)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    await peak(100)
    assert await peak(6000) - await peak(1000) < 5000  # less than a byte a turn


async def test_statistics_count_steps_failures_commits_and_seconds() -> None:
    class Flaky:
        def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
            return 0.0 if attempts < 3 else None

    class Counted(Workflow):
        @step(retry_policy=Flaky())
        async def begin(self, ctx: Context, ev: Begin) -> Task:
            if ctx.retry_info().retry_number < 2:
                raise ValueError("not yet")
            await ctx.store.set("seen", 1)
            return Task(n=ev.n)

        @step
        async def turn(self, ev: Task) -> Task | StopEvent[int]:
            await asyncio.sleep(0.001)
            return StopEvent(result=0) if ev.n == 0 else Task(n=ev.n - 1)

    handler = Counted(stats=True).run(n=3)
    await handler
    stats = handler.stats()
    assert (stats.steps["begin"].attempts, stats.steps["begin"].failures, stats.retries) == (3, 2, 2)
    assert (stats.steps["turn"].attempts, stats.steps["turn"].failures) == (4, 0)
    assert stats.steps["turn"].seconds >= 0.004
    assert stats.steps["turn"].longest <= stats.steps["turn"].seconds <= stats.seconds
    assert 0 < stats.seconds_in_engine < stats.seconds
    assert (stats.commits, stats.attempts) == (1, 7)
    assert str(stats).splitlines()[1].startswith("turn ")


async def test_statistics_that_nobody_asked_for_are_not_kept() -> None:
    handler = Two(skip_checks=["unhandled-event"]).run(n=0)
    await handler
    with pytest.raises(WorkflowRuntimeError, match="keeps no statistics: make the workflow with stats=True"):
        handler.stats()


async def test_the_commits_of_a_run_can_be_watched_until_it_ends() -> None:
    class Edits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
            for n in range(ev.n):
                await ctx.store.set("count", n)
                await asyncio.sleep(0)
            return StopEvent()

    handler = Edits().run(n=3)
    commits = [commit async for commit in handler.stream_commits()]
    assert [(commit.version, commit.step, commit.patch) for commit in commits] == [
        (1, "begin", [{"op": "add", "path": "/count", "value": 0}]),
        (2, "begin", [{"op": "replace", "path": "/count", "value": 1}]),
        (3, "begin", [{"op": "replace", "path": "/count", "value": 2}]),
    ]
