"""Streaming events: progress on the stream, read while the run goes on; and what the engine says of itself."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StepState, StepStateChanged, StopEvent


class FirstEvent(Event):
    first_output: str


class SecondEvent(Event):
    second_output: str
    response: str


class ProgressEvent(Event):
    msg: str


async def generator():
    for word in ("the", "first", "chapter"):
        yield word


class MyWorkflow(Workflow):
    @step
    async def step_one(self, ctx: Context, ev: StartEvent) -> FirstEvent:
        ctx.write_event_to_stream(ProgressEvent(msg="Step one is happening"))
        return FirstEvent(first_output="First step complete.")

    @step
    async def step_two(self, ctx: Context, ev: FirstEvent) -> SecondEvent:
        words = []
        async for word in generator():
            ctx.write_event_to_stream(ProgressEvent(msg=word))
            words.append(word)
        return SecondEvent(second_output="Second step complete.", response=" ".join(words))

    @step
    async def step_three(self, ctx: Context, ev: SecondEvent) -> StopEvent:
        ctx.write_event_to_stream(ProgressEvent(msg="Step three is happening"))
        return StopEvent(result=ev.response)


async def main() -> object:
    handler = MyWorkflow(timeout=30, verbose=False).run(first_input="Start the workflow.")
    messages = []
    async for ev in handler.stream_events():
        if isinstance(ev, ProgressEvent):
            messages.append(ev.msg)
    final_result = await handler

    handler = MyWorkflow().run()
    states = []
    async for ev in handler.stream_events(expose_internal=True):
        if isinstance(ev, StepStateChanged) and ev.step_state is StepState.RUNNING:
            states.append(ev.name)
    return messages, final_result, states


EXPECTED = (
    ["Step one is happening", "the", "first", "chapter", "Step three is happening"],
    "the first chapter",
    ["step_one", "step_two", "step_three"],
)
