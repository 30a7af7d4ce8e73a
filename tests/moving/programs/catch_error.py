"""Error handling: a handler for one step, one for all others."""

from __future__ import annotations

from workflows import Context, Workflow, catch_error, step
from workflows.events import Event, StartEvent, StepFailedEvent, StopEvent


class Fetched(Event):
    body: str


class Fetches(Workflow):
    @step
    async def fetch(self, ev: StartEvent) -> Fetched:
        if ev.url == "bad":
            raise ConnectionError("no such host")
        return Fetched(body=ev.url)

    @step
    async def parse(self, ev: Fetched) -> StopEvent:
        if ev.body == "garbled":
            raise ValueError("cannot parse")
        return StopEvent(result=f"parsed {ev.body}")

    @catch_error(for_steps=["fetch"])
    async def no_network(self, ctx: Context, ev: StepFailedEvent) -> Fetched:
        return Fetched(body=f"cached ({ev.step_name}: {ev.exception})")

    @catch_error
    async def otherwise(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent(result=f"{ev.step_name} failed on {type(ev.input_event).__name__}: {ev.exception}")


async def main() -> object:
    w = Fetches()
    return [await w.run(url="good"), await w.run(url="bad"), await w.run(url="garbled")]


EXPECTED = [
    "parsed good",
    "parsed cached (fetch: no such host)",
    "parse failed on Fetched: cannot parse",
]
