"""A writer of the store inside an edit of the same store."""

from shop import Cart, Order

from typedflow import Context, StopEvent, Workflow, step


class Nested(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total = 1
            await ctx.store.set("total", 2)  # E: 19 nested-edit
            await ctx.store.clear()  # E: 19 nested-edit
            await ctx.store.set_state(Cart())  # E: 19 nested-edit
            async with ctx.store.edit_state() as again:  # E: 24 nested-edit
                again.total = 3
        return StopEvent()


async def deeper(ctx: Context[Cart], flag: bool) -> None:
    async with ctx.store.edit_state():
        if flag:
            for _ in range(2):
                try:
                    await ctx.store.set("total", 2)  # E: 27 nested-edit
                finally:
                    await ctx.store.clear()  # E: 27 nested-edit


async def by_another_name(ctx: Context[Cart]) -> None:
    store = ctx.store
    async with store.edit_state() as state:
        state.total = 2
        await ctx.store.set("total", 2)  # E: 15 nested-edit
        await store.clear()  # E: 15 nested-edit


async def in_one_with(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state(), ctx.store.edit_state():  # E: 40 nested-edit
        pass


def in_a_thread(ctx: Context[Cart]) -> None:
    with ctx.store.edit_state(), ctx.store.edit_state() as state:  # E: 34 nested-edit
        state.total = 1


async def in_a_value(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.items.append(str(await ctx.store.set("total", 1)))  # E: 38 nested-edit; 32 func-returns-value
