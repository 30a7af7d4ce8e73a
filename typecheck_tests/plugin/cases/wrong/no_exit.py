"""A step with no way out to a StopEvent."""

from typing import Generic, TypeVar

from shop import Order, Packed, Packing, Paid, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: a circle of two
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


# twin: a step that goes round
class Itself(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid:  # E: 40 no-exit
        return Paid()


# twin: a step that goes round, or ends the only branch there is
class OrNothing(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid | None:  # E: 40 no-exit
        return None


# twin: by sending
class BySending(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        return StopEvent()

    @step
    async def again(self, ctx: Context, ev: Paid) -> Paid:  # E: 54 no-exit
        ctx.send_event(Paid(amount=1))
        return Paid()


# twin: the whole run
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


# twin: two circles
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


# twin: a subclass closes the way out
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


# twin: a fan-out and its fan-in
class FansRound(Workflow):
    @step
    async def begin(self, ev: Order) -> Shipped | StopEvent:
        return Shipped()

    @step
    async def back(self, evs: list[Paid]) -> Shipped:  # E: 46 no-exit
        return Shipped()

    @step
    async def out(self, ev: Shipped) -> list[Paid]:
        return [Paid()]


# twin: a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid:  # E: 40 no-exit
        return ev

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> Paid:
        return Paid()


# twin: a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def back(self, ev: Packed) -> Paid:  # E: 41 no-exit
        return Paid()


# twin: a generic base
class Repeats(Workflow, Generic[E], open_steps=True):
    @step
    async def again(self, ev: E) -> E:  # E: 37 no-exit
        return ev


class RepeatsPaid(Repeats[Paid]):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()


@step(workflow=Free)
def free(ev: Paid) -> "Paid":  # E: 23 no-exit
    return ev


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent | Local:
            return StopEvent()

        @step
        async def again(self, ev: Local) -> Local:  # E: 45 no-exit
            return Local()

    Inner()


# twin: it takes what it is asked for
class ByBase(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step(accept_event_subclasses=True)
    async def again(self, ev: Event) -> Paid | Packed:  # E: 41 no-exit
        return Packed()
