"""Human in the loop within one step: wait_for_event, with requirements and a waiter id."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Confirm(InputRequiredEvent):
    prefix: str
    user_name: str


class Confirmed(HumanResponseEvent):
    response: str
    user_name: str


async def dangerous_task(ctx: Context) -> str:
    question = "Are you sure you want to proceed? "
    answer = await ctx.wait_for_event(
        Confirmed,
        waiter_id=question,
        waiter_event=Confirm(prefix=question, user_name="Laurie"),
        requirements={"user_name": "Laurie"},
    )
    return "proceeds" if answer.response.strip().lower() == "yes" else "stops"


class Agent(Workflow):
    @step
    async def run_tool(self, ctx: Context, ev: StartEvent) -> StopEvent:
        return StopEvent(result=await dangerous_task(ctx))


async def main() -> object:
    handler = Agent().run()
    async for event in handler.stream_events():
        if isinstance(event, Confirm):
            handler.ctx.send_event(Confirmed(response="no", user_name="Somebody"))
            handler.ctx.send_event(Confirmed(response="yes", user_name=event.user_name))
    return await handler


EXPECTED = "proceeds"
