"""A workflow that runs another one within a step, and takes it as an argument so that it can be replaced."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Step2Event(Event):
    query: str


class ReflectionStop(StopEvent):
    improved: str


class ReflectionFlow(Workflow):
    @step
    async def sub_start(self, ev: StartEvent) -> ReflectionStop:
        return ReflectionStop(improved=f"Improved {ev.query}")


class MainWorkflow(Workflow):
    def __init__(self, reflection: Workflow, **kwargs):
        super().__init__(**kwargs)
        self.reflection = reflection

    @step
    async def start(self, ctx: Context, ev: StartEvent) -> Step2Event:
        found = await self.reflection.run(query=ev.query)
        return Step2Event(query=found.improved)

    @step
    async def step_two(self, ctx: Context, ev: Step2Event) -> StopEvent:
        return StopEvent(result=ev.query)


async def main() -> object:
    w = MainWorkflow(ReflectionFlow(), timeout=10, verbose=False)
    return await w.run(query="Initial query")


EXPECTED = "Improved Initial query"
