"""Testing: a workflow run to its end, with what it showed counted by type."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StepStateChanged, StopEvent
from workflows.testing import WorkflowTestRunner


class Greeting(Event):
    text: str


class GreetingWorkflow(Workflow):
    @step
    async def greet(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(Greeting(text=f"hello {ev.name}"))
        return StopEvent(result=f"hello {ev.name}!")


async def main() -> object:
    runner = WorkflowTestRunner(GreetingWorkflow())
    result = await runner.run(
        start_event=StartEvent(name="Adam"), expose_internal=True, exclude_events=[StepStateChanged]
    )
    return (
        str(result.result),
        [type(event).__name__ for event in result.collected if isinstance(event, Greeting | StopEvent)],
        result.event_types.get(Greeting, 0),
    )


EXPECTED = ("hello Adam!", ["Greeting", "StopEvent"], 1)
