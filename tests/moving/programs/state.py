"""Managing state without a model: get, set, edit_state, over several steps."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class SetupEvent(Event):
    query: str


class StateFlow(Workflow):
    @step
    async def start(self, ctx: Context, ev: StartEvent) -> SetupEvent:
        await ctx.store.set("some_database", {"items": ["value1", "value2", "value3"]})
        return SetupEvent(query="What")

    @step
    async def query(self, ctx: Context, ev: SetupEvent) -> StopEvent:
        data = await ctx.store.get("some_database")
        first = await ctx.store.get("some_database.items.0")
        nothing = await ctx.store.get("nothing.here", default=None)
        async with ctx.store.edit_state() as state:
            state["count"] = state.get("count", 0) + 1
            state.count += 1
        try:
            await ctx.store.get("nothing")
        except ValueError as error:
            missing = type(error) is not None
        return StopEvent(result=[data["items"], first, nothing, await ctx.store.get("count"), missing])


async def main() -> object:
    handler = StateFlow().run()
    result = await handler
    state = await handler.ctx.store.get_state()
    return result, state["count"], state.count, "count" in state


EXPECTED = ([["value1", "value2", "value3"], "value1", None, 2, True], 2, 2, True)
