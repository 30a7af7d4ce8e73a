"""Human in the loop over a restart: the context is saved as JSON while the person thinks."""

from __future__ import annotations

import json

from workflows import Context, Workflow, step
from workflows.context import JsonSerializer
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class NumberWanted(InputRequiredEvent):
    prefix: str


class NumberGiven(HumanResponseEvent):
    response: str


class NumberWorkflow(Workflow):
    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> NumberWanted:
        await ctx.store.set("asked", 1)
        return NumberWanted(prefix="Enter a number: ")

    @step
    async def answer(self, ctx: Context, ev: NumberGiven) -> StopEvent:
        return StopEvent(result=f"{ev.response} after {await ctx.store.get('asked')}")


async def main() -> object:
    workflow = NumberWorkflow()
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            saved = json.dumps(handler.ctx.to_dict(serializer=JsonSerializer()))
            await handler.cancel_run()
            break

    restored = Context.from_dict(workflow, json.loads(saved), serializer=JsonSerializer())
    was_running = restored.is_running
    handler = workflow.run(ctx=restored)
    handler.ctx.send_event(NumberGiven(response="42"))
    async for _ in handler.stream_events():
        continue
    return was_running, await handler


EXPECTED = (True, "42 after 1")
