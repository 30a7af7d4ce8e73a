"""The state is read anywhere, and changed in an edit."""

from pydantic import BaseModel
from shop import BigCart, Order

from typedflow import Context, StopEvent, Workflow, step


class Machine(BaseModel):
    state: BigCart = BigCart()


class Reads(Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        total = ctx.state.total
        items = sorted(ctx.state.items)
        items[0] = ""
        is_one = ctx.state.total == 1
        ctx.state.items.index("")
        if ctx.state.total != 1 or is_one:
            total += ctx.state.items.count("")
        copy = ctx.state.model_copy()
        copy.total = 3
        return StopEvent(result=total)

    @step
    async def change(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.total = 1
            state.items.append("")
        mine = await ctx.store.get_state()
        mine.total = 3
        await ctx.store.set_state(mine)
        return StopEvent(result=ctx.state.total)


def other_states(machine: Machine) -> None:
    machine.state.total = 3
    machine.state.items.append("")
    state = machine.state
    state.total = 1


def rebound(ctx: Context[BigCart]) -> None:
    state = ctx.state
    print(state.total)
    state = BigCart()
    state.total = 1


def keyword(ctx: Context[BigCart]) -> BigCart:
    return BigCart(total=ctx.state.total, items=ctx.state.items)


def compares(ctx: Context[BigCart], total: int) -> bool:
    return ctx.state.total == total and ctx.state.items == []


def walrus(ctx: Context[BigCart]) -> int:
    if (total := ctx.state.total) >= 1:
        return total
    return len([ctx.state.notes for _ in range(2)])


async def by_selector(ctx: Context[BigCart]) -> None:
    await ctx.store.at(lambda state: state.total).set(ctx.state.total + 1)
