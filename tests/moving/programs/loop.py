"""Branches and loops: a step that returns its own event."""

from __future__ import annotations

from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class LoopEvent(Event):
    num_loops: int


class LoopingWorkflow(Workflow):
    @step
    async def prepare_input(self, ev: StartEvent) -> LoopEvent:
        return LoopEvent(num_loops=ev.get("loops", 3))

    @step
    async def loop_step(self, ev: LoopEvent) -> LoopEvent | StopEvent:
        if ev.num_loops <= 0:
            return StopEvent(result="Done looping!")
        return LoopEvent(num_loops=ev.num_loops - 1)


async def main() -> object:
    return await LoopingWorkflow().run(), await LoopingWorkflow().run(loops=100)


EXPECTED = ("Done looping!", "Done looping!")
