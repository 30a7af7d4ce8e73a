"""Managing events: a step that takes a trigger too, and collects only the results."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class MyEvent(Event):
    pass


class MyEventResult(Event):
    result: str


class GatherEvent(Event):
    pass


class MyWorkflow(Workflow):
    @step
    async def dispatch_step(self, ctx: Context, ev: StartEvent) -> MyEvent | GatherEvent:
        ctx.send_event(MyEvent())
        ctx.send_event(MyEvent())
        return GatherEvent()

    @step
    async def handle_my_event(self, ev: MyEvent) -> MyEventResult:
        return MyEventResult(result="result")

    @step
    async def gather(self, ctx: Context, ev: GatherEvent | MyEventResult) -> StopEvent | None:
        events = ctx.collect_events(ev, [MyEventResult, MyEventResult])
        if not events:
            return None
        return StopEvent(result=[event.result for event in events])


async def main() -> object:
    return await MyWorkflow().run()


EXPECTED = ["result", "result"]
