"""A step with no way in from the start."""

from typing import Generic, TypeVar

from shop import Order, Packed, Packing, Paid, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: they wait for each other
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


# twin: it waits for itself
class Itself(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:  # E: 31 unreachable-step
        return Paid()


# twin: a circle of three
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


# twin: by sending
class BySending(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def again(self, ctx: Context, ev: Paid) -> StopEvent | None:  # E: 45 unreachable-step
        ctx.send_event(Paid())
        return None


# twin: a join
class AJoin(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def join(self, one: Paid, other: Packed) -> StopEvent | Packed:  # E: 44 unreachable-step
        return StopEvent()


# twin: beside a handler of failures
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


# twin: a subclass cuts it off
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


# twin: a fan-out that nobody starts
class AFanOut(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def out(self, ev: Shipped) -> list[Paid]:
        return [Paid()]

    @step
    async def back(self, evs: list[Paid]) -> Shipped:  # E: 36 unreachable-step
        return Shipped()


# twin: a base in another module
class Completed(Packing):  # E: 1 unreachable-step
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def pay(self, ev: Packed) -> Paid | None:
        return Paid()


# twin: a generic base
class Repeats(Workflow, Generic[E], open_steps=True):
    @step
    async def again(self, ev: E) -> E | StopEvent:  # E: 31 unreachable-step
        return ev


class RepeatsPaid(Repeats[Paid]):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: awaited by those who would make it
class Awaits(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def wait(self, ctx: Context, ev: Paid) -> Packed:
        await ctx.wait_for_event(Shipped)
        return Packed()

    @step
    async def ship(self, ev: Packed) -> Shipped | Paid:  # E: 30 unreachable-step
        return Shipped()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ev: Paid) -> "Paid | None":  # E: 20 unreachable-step
    return ev


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            return StopEvent()

        @step
        async def again(self, ev: Local) -> Local | None:  # E: 35 unreachable-step
            return None

    Inner()
