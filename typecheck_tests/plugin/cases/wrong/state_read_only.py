"""An assignment through ctx.state."""

from shop import BigCart, Order

from typedflow import Context, StopEvent, Workflow, step


class Assigns(Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        ctx.state.total = 1  # E: 9 state-read-only
        ctx.state.total += 1  # E: 9 state-read-only
        ctx.state.items[0] = ""  # E: 9 state-read-only
        ctx.state.notes["a"] = ""  # E: 9 state-read-only
        del ctx.state.items[0]  # E: 13 state-read-only
        ctx.state.items.append("")  # E: 9 state-read-only
        ctx.state.notes.update(a="")  # E: 9 state-read-only
        ctx.state.total, count = 1, 2  # E: 9 state-read-only
        state = ctx.state
        state.total = count  # E: 9 state-read-only
        for ctx.state.total in range(2):  # E: 13 state-read-only
            pass
        return StopEvent()


def helper(context: Context[BigCart]) -> None:
    context.state.total = 1  # E: 5 state-read-only
    context.store.state.total = 1  # E: 5 state-read-only


async def from_outside() -> None:
    handler = Assigns().run(number=1)
    await handler
    handler.ctx.state.total = 2  # E: 5 state-read-only
    if (
        handler.ctx.state.items.pop()  # E: 9 state-read-only
        and handler.done()
    ):
        pass


class AnyState(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        ctx.state.anything = 1  # E: 9 state-read-only
        ctx.state["key"] = 1  # E: 9 state-read-only
        return StopEvent()
