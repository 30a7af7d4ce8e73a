"""A step with no way out to a StopEvent."""

from shop import Order, Packed, Paid, Shipped

from typedflow import Context, Event, StopEvent, Workflow, step


class Circle(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def a(self, ev: Paid) -> Packed:  # E: 36 no-exit
        return Packed()

    @step
    async def b(self, ev: Packed) -> Paid:
        return Paid()


class Itself(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid:  # E: 40 no-exit
        return Paid()


class BySending(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        return StopEvent()

    @step
    async def again(self, ctx: Context, ev: Paid) -> Paid:  # E: 54 no-exit
        ctx.send_event(Paid(amount=1))
        return Paid()


class TheWholeRun(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def a(self, ev: Paid) -> Shipped:  # E: 36 no-exit
        return Shipped()

    @step
    async def b(self, ev: Shipped) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Order) -> StopEvent:
        return StopEvent()


class TwoCircles(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed] | StopEvent:
        return []

    @step
    async def a(self, ev: Paid) -> Paid:  # E: 36 no-exit
        return Paid()

    @step
    async def b(self, ev: Packed) -> Packed:  # E: 38 no-exit
        return Packed()


class Base(Workflow):
    class More(Event):
        pass

    @step
    async def begin(self, ev: Order) -> StopEvent | More:
        return self.More()

    @step
    async def more(self, ev: More) -> StopEvent | More:
        return self.More()


class Overridden(Base):
    @step
    async def more(
        self, ev: Base.More
    ) -> Base.More:  # E: 10 no-exit
        return ev
