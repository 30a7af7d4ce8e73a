"""Steps take start events of which neither derives from the other."""

from shop import Order, Paid

from typedflow import Context, StartEvent, StopEvent, Workflow, step


class Return(StartEvent):
    reason: str


class Express(Order):
    pass


class Two(Workflow):
    @step
    async def a_order(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def b_return(self, ev: Return) -> StopEvent:  # E: 34 start-types
        return StopEvent()


class OneStep(Workflow):
    @step
    async def begin(self, ev: Order | Return) -> StopEvent:  # E: 39 start-types
        return StopEvent()


class TheOddOne(Workflow):
    @step
    async def a(self, ev: Return) -> StopEvent:  # E: 27 start-types
        return StopEvent()

    @step
    async def b(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def c(self, ev: Order) -> StopEvent:
        return StopEvent()


class Base(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def other(self, ctx: Context, ev: Return) -> StopEvent:  # E: 45 start-types
        return StopEvent()


Starts = Return | Paid


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Starts) -> StopEvent:  # E: 29 start-types
        return StopEvent()


class Siblings(Workflow):
    class Slow(Order):
        pass

    @step
    async def begin(self, ev: Express) -> StopEvent:
        return StopEvent()

    @step
    async def other(self, ev: Slow) -> StopEvent:  # E: 31 start-types
        return StopEvent()


class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
def free(ev: "Return") -> StopEvent:  # E: 14 start-types
    return StopEvent()
