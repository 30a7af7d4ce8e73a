"""One writer at a time."""

import asyncio

from shop import Cart, Order

from typedflow import Context, StopEvent, Workflow, step


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


async def two_stores(one: Context[Cart], other: Context[Cart]) -> None:
    async with one.store.edit_state() as state:
        state.total = 1
        await other.store.set("total", 2)
        async with other.store.edit_state() as more:
            more.total = 2


async def rebound(contexts: list[Context[Cart]]) -> None:
    ctx = contexts[0]
    async with ctx.store.edit_state() as state:
        state.total = 1
        for ctx in contexts[1:]:
            await ctx.store.clear()


async def later(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1

        async def after() -> None:
            await ctx.store.set("total", 2)

        task = asyncio.create_task(ctx.store.set("total", 3))
    await after()
    await task


class Settings(dict[str, int]):
    def edit_state(self) -> asyncio.Lock:
        return asyncio.Lock()

    async def set(self, name: str, value: int) -> None:
        self[name] = value


async def no_store(settings: Settings) -> None:
    async with settings.edit_state():
        await settings.set("a", 1)


async def changes_a_set(ctx: Context[Cart], seen: set[int]) -> None:
    async with ctx.store.edit_state() as state:
        seen.clear()
        state.items.clear()
