"""Defects 7 and 20 of llama-index-workflows 2.26.1: what a saved context costs, and what reading one does."""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from typing import Any

import pytest
from counting import Calls

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import ContextSerdeError


class Lap(Event):
    n: int


class Loop(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> Lap:
        return Lap(n=ev["laps"])

    @step
    async def lap(self, ctx: Context, ev: Lap) -> Lap | StopEvent[tuple[int, int, int]]:
        if ev.n:
            return Lap(n=ev.n - 1)
        gc.collect()
        used = tracemalloc.get_traced_memory()[0]
        with Calls() as made:
            saved = ctx.to_dict()
        return StopEvent(result=(len(json.dumps(saved)), made.count, used))


async def test_defect_07_a_save_after_many_steps_is_as_small_and_fast_as_after_few() -> None:
    tracemalloc.start()
    try:
        await Loop(timeout=None).run(laps=100)  # whatever is made once
        few = await Loop(timeout=None).run(laps=100)
        many = await Loop(timeout=None).run(laps=5_000)
    finally:
        tracemalloc.stop()
    assert many[0] <= few[0] + 20  # the digits of a few counters
    assert many[1] == few[1]
    assert many[2] < few[2] + 20_000  # bytes: nothing is kept for a finished step


def nested() -> type[Workflow]:
    class Local(Event):
        n: int

    class Flow(Workflow):
        class Inner(Event):
            n: int

        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Local | Inner:
            return Local(n=1)

        @step
        async def local(self, ev: Local) -> Inner:
            return Flow.Inner(n=ev.n + 1)

        @step
        async def inner(self, ev: Inner) -> StopEvent[int]:
            return StopEvent(result=ev.n + 1)

    return Flow


async def test_defect_20_events_of_local_and_nested_classes_are_restored() -> None:
    workflow = nested()()
    handler = workflow.run()
    handler.cancel()  # before its first step
    ctx_after_start = handler.ctx.to_dict()
    assert await workflow.run(ctx=Context.from_dict(workflow, json.loads(json.dumps(ctx_after_start)))) == 3


async def test_defect_20_reading_a_saved_context_imports_nothing() -> None:
    workflow = nested()()
    handler = workflow.run()
    handler.cancel()
    saved: Any = json.loads(json.dumps(handler.ctx.to_dict()))
    saved["invocations"][0]["payload"]["type"] = "antigravity.Event"
    sys.modules.pop("antigravity", None)
    with pytest.raises(ContextSerdeError, match=r"antigravity\.Event is no event of this workflow"):
        workflow.run(ctx=Context.from_dict(workflow, saved))
    saved["state"]["state"]["$model"] = "antigravity:State"
    with pytest.raises(ContextSerdeError):
        workflow.run(ctx=Context.from_dict(workflow, saved))
    assert "antigravity" not in sys.modules
