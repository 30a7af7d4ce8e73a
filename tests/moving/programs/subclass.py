"""Subclassing workflows: steps that are inherited, replaced and added; subclass routing; a check of a run by its id."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Base(Event):
    text: str


class Special(Base):
    pass


class MainWorkflow(Workflow):
    @step
    async def start(self, ev: StartEvent) -> Base | Special:
        return Special(text=ev.text) if ev.get("special") else Base(text=ev.text)

    @step(accept_event_subclasses=True)
    async def finish(self, ctx: Context, ev: Base) -> StopEvent:
        return StopEvent(result=f"{type(ev).__name__}: {ev.text}")


class Louder(MainWorkflow):
    @step(accept_event_subclasses=True)
    async def finish(self, ctx: Context, ev: Base) -> StopEvent:
        return StopEvent(result=ev.text.upper())


async def main() -> object:
    handler = MainWorkflow().run(text="a", run_id="mine")
    special = await MainWorkflow().run(text="b", special=True)
    return [handler.run_id, await handler, special, await Louder().run(text="c")]


EXPECTED = ["mine", "Base: a", "Special: b", "C"]
