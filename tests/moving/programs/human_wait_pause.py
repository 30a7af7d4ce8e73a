"""Human in the loop over a restart with wait_for_event: the answer is sent before the restored step waits again."""

from __future__ import annotations

import json

from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class NumberWanted(InputRequiredEvent):
    prefix: str


class NumberGiven(HumanResponseEvent):
    response: str


class NumberWorkflow(Workflow):
    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state["begun"] = state.get("begun", 0) + 1
        answer = await ctx.wait_for_event(
            NumberGiven, waiter_event=NumberWanted(prefix="Enter a number: "), waiter_id="get_number"
        )
        return StopEvent(result=answer.response)


async def main() -> object:
    workflow = NumberWorkflow()
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            saved = json.dumps(handler.ctx.to_dict())
            await handler.cancel_run()
            break

    handler = workflow.run(ctx=Context.from_dict(workflow, json.loads(saved)))
    handler.ctx.send_event(NumberGiven(response="42"))
    asked_again = [event async for event in handler.stream_events() if isinstance(event, InputRequiredEvent)]
    return await handler, asked_again


EXPECTED = ("42", [])
