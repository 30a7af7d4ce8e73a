"""What a step keeps, it keeps in the state; what is set up once, in `__init__`."""

from shop import Cart, Order, Paid

from typedflow import Context, StopEvent, Workflow, step


class SetUp(Workflow):
    def __init__(self, limit: int) -> None:
        super().__init__(timeout=1.0)
        self.limit = limit

    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=self.limit)


class InTheState(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total += 1
        return StopEvent()


class Locals(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        count = 0
        count += 1
        me = [self]
        me[0] = self
        return StopEvent(result=count)


class NoStep(Workflow):
    seen: int = 0

    def reset(self) -> None:
        self.seen = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class OtherSelf(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        class Inner:
            def __init__(self) -> None:
                self.count = 1

        Inner().count = 2
        return StopEvent()


class SaidToBe(Workflow):
    calls: int = 0

    @step(skip_checks=["self-state"])
    async def begin(self, ev: Order) -> Paid:
        self.calls += 1
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        self.log(calls=self.calls)
        return StopEvent()

    def log(self, calls: int) -> None: ...
