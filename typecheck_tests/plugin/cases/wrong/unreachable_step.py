"""A step with no way in from the start."""

from shop import Order, Packed, Paid, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class EachOther(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def pack(self, ev: Paid) -> Packed:  # E: 30 unreachable-step
        return Packed()

    @step
    async def pay(self, ev: Packed) -> Paid | StopEvent:
        return Paid()


class Itself(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:  # E: 31 unreachable-step
        return Paid()


class Three(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def a(self, ev: Paid) -> Packed:  # E: 27 unreachable-step
        return Packed()

    @step
    async def b(self, ev: Packed) -> Shipped:
        return Shipped()

    @step
    async def c(self, ev: Shipped) -> Paid | StopEvent:
        return Paid()


class BySending(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def again(self, ctx: Context, ev: Paid) -> StopEvent | None:  # E: 45 unreachable-step
        ctx.send_event(Paid())
        return None


class AJoin(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def join(self, one: Paid, other: Packed) -> StopEvent | Packed:  # E: 44 unreachable-step
        return StopEvent()


class AHandler(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:  # E: 31 unreachable-step
        return Paid()

    @catch_error(for_steps=["again"])
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Base(Workflow):
    class More(Event):
        pass

    @step
    async def begin(self, ev: Order) -> StopEvent | More:
        return StopEvent()

    @step
    async def more(self, ev: More) -> StopEvent:
        return StopEvent()


class Cut(Base):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ev: Base.More) -> StopEvent | Base.More:  # E: 30 unreachable-step; 5 override
        return StopEvent()
