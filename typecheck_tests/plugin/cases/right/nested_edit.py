"""One writer at a time."""

import asyncio
from contextlib import AsyncExitStack

from shop import Cart, Order

from typedflow import Context, StopEvent, Workflow, step
from typedflow.state import StateStore


class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in a step
class InTurn(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total = 1
        await ctx.store.set("total", 2)
        async with ctx.store.edit_state() as state:
            state.total += await ctx.store.get("total")
            print(ctx.store.version, ctx.state.total, await ctx.store.get_state())
        return StopEvent()


# twin: the whole state
async def the_whole_state(ctx: Context[Cart], seen: set[int]) -> None:
    async with ctx.store.edit_state() as state:
        seen.clear()
        state.items.clear()
    await ctx.store.set_state(Cart())


# twin: a block in a block
async def two_stores(one: Context[Cart], other: Context[Cart]) -> None:
    async with one.store.edit_state() as state:
        state.total = 1
        await other.store.set("total", 2)
        async with other.store.edit_state() as more:
            more.total = 2


# twin: deeper
async def rebound(contexts: list[Context[Cart]]) -> None:
    ctx = contexts[0]
    async with ctx.store.edit_state() as state:
        state.total = 1
        for ctx in contexts[1:]:
            await ctx.store.clear()


# twin: by another name
async def another_store(ctx: Context[Cart], other: Context[Cart]) -> None:
    store = ctx.store
    async with store.edit_state() as state:
        state.total = 2
    store = other.store
    async with store.edit_state() as state:
        state.total = 2
        await ctx.store.clear()


# twin: in one with
async def in_one_with(one: Context[Cart], other: Context[Cart]) -> None:
    async with one.store.edit_state(), other.store.edit_state():
        pass


# twin: in a thread
def in_a_thread(ctx: Context[Cart]) -> None:
    with ctx.store.edit_state() as state:
        state.total = 1
    with ctx.store.edit_state() as state:
        state.total = 1


# twin: in a value
async def later(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1

        async def after() -> None:
            await ctx.store.set("total", 2)

        task = asyncio.create_task(ctx.store.set("total", 3))
    await after()
    await task


# twin: by a selector
async def by_a_selector(ctx: Context[Cart], other: Context[Cart]) -> None:
    place = ctx.store.at(lambda s: s.total)
    async with ctx.store.edit_state() as state:
        state.total = await ctx.store.at(lambda s: s.total).get()
        await other.store.at(lambda s: s.total).set(1)
    await place.set(2)


# twin: an older version
async def an_older_version(store: StateStore[Cart]) -> None:
    async with store.edit_state() as state:
        state.total = store.snapshot(0).total
    await store.undo(0)


# twin: from outside
async def from_outside() -> None:
    one, other = Shopping().run(number=1), Shopping().run(number=2)
    async with one.ctx.store.edit_state(timeout=1.0) as state:
        state.total = 1
        await other.ctx.store.set(
            "total",
            2,
        )


# twin: in a function in a step
class Inner(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async def change(ctx: Context[Cart]) -> None:
            await ctx.store.clear()

        async with AsyncExitStack() as stack:
            state = await stack.enter_async_context(ctx.store.edit_state())
            state.total = 1
        await change(ctx)
        return StopEvent()


# twin: on its own store
class Settings(dict[str, int]):
    def edit_state(self) -> asyncio.Lock:
        return asyncio.Lock()

    async def set(self, name: str, value: int) -> None:
        self[name] = value

    async def keep(self) -> None:
        async with self.edit_state():
            await self.set("a", 1)


# twin: awaited with others
async def awaited_with_others(ctx: Context[Cart], other: Context[Cart], seconds: float) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1
        await asyncio.gather(
            other.store.set("total", 2),
            ctx.store.get("total"),
        )
        await asyncio.wait_for(asyncio.sleep(0), seconds)
    await asyncio.wait_for(ctx.store.clear(), seconds)


# twin: a place under a name
async def a_place_under_a_name(ctx: Context[Cart], other: Context[Cart]) -> None:
    place, item = ctx.store.at(lambda s: s.total), other.store.at(lambda s: s.items[0])
    async with ctx.store.edit_state() as state:
        state.total = await place.get()
        await item.set("b")
    await place.set(1)
