"""One start event, or a line of them."""

from shop import Order, Paid

from typedflow import Context, StartEvent, StopEvent, Workflow, step


class Express(Order):
    fee: int = 0


class One(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def other(self, ctx: Context, ev: Order) -> None: ...


class InLine(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def express(self, ev: Express) -> StopEvent:
        return StopEvent()


class BaseAndAll(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @step
    async def express(self, ev: Express) -> StopEvent:
        return StopEvent()


class OrAnother(Workflow):
    @step
    async def begin(self, ev: Express | Paid) -> Paid | StopEvent:
        return StopEvent()


class Derived(One):
    @step
    async def express(self, ev: Express) -> StopEvent:
        return StopEvent()


class Same(Workflow):
    @step
    async def begin(self, ev: "Order") -> StopEvent:
        return StopEvent()

    @step
    def free(self, order: Order) -> None: ...
