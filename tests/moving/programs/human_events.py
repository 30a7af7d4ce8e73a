"""Human in the loop with two steps: one asks, another takes the answer."""

from __future__ import annotations

from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class NumberWanted(InputRequiredEvent):
    prefix: str


class NumberGiven(HumanResponseEvent):
    response: str


class HumanInTheLoopWorkflow(Workflow):
    @step
    async def step1(self, ev: StartEvent) -> NumberWanted:
        return NumberWanted(prefix="Enter a number: ")

    @step
    async def step2(self, ev: NumberGiven) -> StopEvent:
        return StopEvent(result=ev.response)


async def main() -> object:
    workflow = HumanInTheLoopWorkflow()
    shown = []
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            shown.append(event.prefix)
            handler.ctx.send_event(NumberGiven(response="42"))
    return shown, await handler, workflow.validate()


EXPECTED = (["Enter a number: "], "42", True)
