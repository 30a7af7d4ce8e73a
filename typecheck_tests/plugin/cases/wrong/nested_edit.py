"""A writer of the store inside an edit of the same store."""

import asyncio

from shop import Cart, Order

from typedflow import Context, StopEvent, Workflow, step
from typedflow.state import StateStore


class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in a step
class Nested(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total = 1
            await ctx.store.set("total", 2)  # E: 19 nested-edit
        return StopEvent()


# twin: the whole state
async def the_whole_state(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1
        await ctx.store.clear()  # E: 15 nested-edit
        await ctx.store.set_state(Cart())  # E: 15 nested-edit


# twin: a block in a block
async def a_block_in_a_block(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1
        async with ctx.store.edit_state() as again:  # E: 20 nested-edit
            again.total = 3


# twin: deeper
async def deeper(ctx: Context[Cart], flag: bool) -> None:
    async with ctx.store.edit_state():
        if flag:
            for _ in range(2):
                try:
                    await ctx.store.set("total", 2)  # E: 27 nested-edit
                finally:
                    await ctx.store.clear()  # E: 27 nested-edit


# twin: by another name
async def by_another_name(ctx: Context[Cart]) -> None:
    store = ctx.store
    async with store.edit_state() as state:
        state.total = 2
        await ctx.store.set("total", 2)  # E: 15 nested-edit
        await store.clear()  # E: 15 nested-edit


# twin: in one with
async def in_one_with(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state(), ctx.store.edit_state():  # E: 40 nested-edit
        pass


# twin: in a thread
def in_a_thread(ctx: Context[Cart]) -> None:
    with ctx.store.edit_state(), ctx.store.edit_state() as state:  # E: 34 nested-edit
        state.total = 1


# twin: in a value
async def in_a_value(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.items.append(str(await ctx.store.set("total", 1)))  # E: 38 nested-edit; 32 func-returns-value


# twin: by a selector
async def by_a_selector(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1
        await ctx.store.at(lambda s: s.total).set(2)  # E: 15 nested-edit


# twin: an older version
async def an_older_version(store: StateStore[Cart]) -> None:
    async with store.edit_state() as state:
        if state.total:
            await store.undo(0)  # E: 19 nested-edit


# twin: from outside
async def from_outside() -> None:
    handler = Shopping().run(number=1)
    async with handler.ctx.store.edit_state(timeout=1.0) as state:
        state.total = 1
        await handler.ctx.store.set(  # E: 15 nested-edit
            "total",
            2,
        )


# twin: in a function in a step
class Inner(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async def change() -> None:
            async with ctx.store.edit_state():
                match ev.number:
                    case 1:
                        await ctx.store.clear()  # E: 31 nested-edit
                    case _:
                        pass

        await change()
        return StopEvent()


# twin: on its own store
class Keeper:
    def __init__(self, ctx: Context[Cart]) -> None:
        self.ctx = ctx

    async def keep(self) -> None:
        async with self.ctx.store.edit_state() as state:
            state.total = 1
            await self.ctx.store.set("total", 1)  # E: 19 nested-edit


# twin: awaited with others
async def awaited_with_others(ctx: Context[Cart], seconds: float) -> None:
    async with ctx.store.edit_state() as state:
        state.total = 1
        await asyncio.gather(
            ctx.store.set("total", 2),  # E: 13 nested-edit
            ctx.store.clear(),  # E: 13 nested-edit
        )
        await asyncio.wait_for(ctx.store.clear(), seconds)  # E: 32 nested-edit


# twin: a place under a name
async def a_place_under_a_name(ctx: Context[Cart]) -> None:
    place = ctx.store.at(lambda s: s.items[0])
    async with ctx.store.edit_state() as state:
        state.items.append("a")
        await place.set("b")  # E: 15 nested-edit


# twin: by a method of its own
class ByAMethod(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total = 1
            await self.save(ctx, 2)  # E: 19 nested-edit
            if ev.urgent:
                print(await self.save(total=3, ctx=ctx))  # E: 29 nested-edit; 23 func-returns-value
        return StopEvent()

    async def save(self, ctx: Context[Cart], total: int) -> None:
        if total > 9:
            print("many")
        store = ctx.store
        await store.set("total", total)


# twin: by a function of the module
async def put(store: StateStore[Cart], /, *texts: str) -> int:
    try:
        async with store.edit_state() as state:
            state.items.extend(texts)
    finally:
        print("done")
    return 1


async def by_a_function_of_the_module(ctx: Context[Cart], flag: bool) -> None:
    async with ctx.store.edit_state() as state:
        state.total = await put(ctx.store, "a")  # E: 29 nested-edit
        if flag:
            await asyncio.gather(
                put(ctx.store),  # E: 17 nested-edit
                put(ctx.store, "b", "c"),  # E: 17 nested-edit
            )


# twin: two functions away
class Saves:
    async def save(self, ctx: Context[Cart]) -> None:
        for number in range(await self.really(ctx)):
            print(number)

    async def really(self, context: Context[Cart]) -> int:
        async with asyncio.Lock():
            await context.store.clear()
        return 1


class TwoFunctionsAway(Saves, Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state():
            await self.save(ctx)  # E: 19 nested-edit
        return StopEvent()


# twin: on every way
async def on_either_way(ctx: Context[Cart], flag: bool) -> None:
    if flag:
        await ctx.store.clear()
    elif ctx.state.total:
        await ctx.store.set("total", 0)
    else:
        async with ctx.store.edit_state() as state:
            state.total = 1


async def on_every_way(ctx: Context[Cart], flag: bool) -> None:
    store = ctx.store
    async with store.edit_state() as state:
        state.total = 2
        await on_either_way(ctx, flag)  # E: 15 nested-edit


# twin: by a function in a thread
class InAThread(Workflow):
    @step
    def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        with ctx.store.edit_state() as state:
            state.total = self.counted(ctx)  # E: 27 nested-edit
        return StopEvent()

    @staticmethod
    def nothing(ctx: Context[Cart]) -> None: ...

    def counted(self, ctx: Context[Cart]) -> int:
        self.nothing(ctx)
        with ctx.store.edit_state() as state:
            state.total += 1
            return state.total
