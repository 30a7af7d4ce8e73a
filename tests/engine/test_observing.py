"""Internal events: what the engine says about itself to those who ask."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

from typedflow import Event, StartEvent, StopEvent, Workflow, step
from typedflow.events import InternalDispatchEvent, StepState, StepStateChanged, UnhandledEvent


class Begin(StartEvent):
    n: int = 1


class Task(Event):
    n: int


class Lost(Event):
    n: int = 0


class Two(Workflow):
    @step
    async def begin(self, ev: Begin) -> Task | Lost:
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
        async def begin(self, ev: Begin) -> list[Lost] | StopEvent:
            return [Lost(n=1)]

    handler = Loses(disable_validation=True).run()
    told = [event async for event in handler.stream_events(expose_internal=True) if isinstance(event, InternalDispatchEvent)]
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
