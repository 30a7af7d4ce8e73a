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


# twin: by a method of its own
class ByAMethod(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total = 1
            await self.save(ctx, 0)
            self.add(state, "a")
        await self.save(ctx, 2)
        return StopEvent()

    async def save(self, ctx: Context[Cart], total: int) -> None:
        if not total:
            return
        await ctx.store.set("total", total)

    def add(self, state: Cart, text: str) -> None:
        state.items.append(text)


# twin: by a function of the module
async def put(store: StateStore[Cart], /, *texts: str) -> int:
    for text in texts:
        async with store.edit_state() as state:
            state.items.append(text)
    return 1


async def put_elsewhere(store: StateStore[Cart], context: Context[Cart]) -> None:
    context = Shopping().run(number=1).ctx
    await context.store.clear()
    store = context.store
    await store.clear()


async def put_later(store: StateStore[Cart]) -> None:
    await store.set("total", 1)


async def by_a_function_of_the_module(ctx: Context[Cart], store: StateStore[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = await put(ctx.store)
        await put_elsewhere(ctx.store, ctx)
        await put_later(store)
        later = asyncio.create_task(put_later(ctx.store))
    await later


# twin: two functions away
class Saves:
    async def save(self, ctx: Context[Cart]) -> None:
        await self.really(ctx)

    async def really(self, context: Context[Cart]) -> None:
        await context.store.clear()


class TwoFunctionsAway(Saves, Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state():
            await self.save(ctx)
        return StopEvent()

    async def really(self, context: Context[Cart]) -> None:
        print(context.state)


# twin: on every way
async def on_one_way(ctx: Context[Cart], flag: bool) -> None:
    if flag:
        await ctx.store.clear()
    elif ctx.state.total:
        async with ctx.store.edit_state() as state:
            state.total = 0
    else:
        print("nothing to do")


async def on_every_way(ctx: Context[Cart], flag: bool) -> None:
    store = ctx.store
    await store.clear()
    async with store.edit_state() as state:
        state.total = 2
        await on_one_way(ctx, False)
    await on_one_way(ctx, flag)


# twin: by a function in a thread
class InAThread(Workflow):
    @step
    def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        with ctx.store.edit_state() as state:
            state.total = self.counted(ctx)
        return StopEvent()

    def counted(self, ctx: Context[Cart]) -> int:
        def count() -> int:
            with ctx.store.edit_state() as state:
                state.total += 1
                return state.total

        return count() if ctx.state.items else 0
