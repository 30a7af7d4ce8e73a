"""Every step is reached from the start, or from outside."""

from typing import Generic, TypeVar

from shop import Answer, Order, Packed, Packing, Paid, Question, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: they wait for each other
class EachOther(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    @step
    async def pack(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def pay(self, ev: Packed) -> Paid | StopEvent:
        return Paid()


# twin: it waits for itself
class Loop(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:
        return Paid()


# twin: a circle of three
class FromOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def a(self, ev: Answer) -> Packed:
        return Packed()

    @step
    async def b(self, ev: Packed) -> Shipped:
        return Shipped()

    @step
    async def c(self, ev: Shipped) -> Question | StopEvent:
        return Question()


# twin: by sending
class BySending(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        notify(ctx)
        return StopEvent()

    @step
    async def again(self, ctx: Context, ev: Paid) -> StopEvent | None:
        ctx.send_event(Paid())
        return None


def notify(*contexts: Context) -> None:
    for ctx in contexts:
        ctx.send_event(Paid())


# twin: a join
class AJoin(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def join(self, one: Paid, other: Packed) -> StopEvent | Packed:
        return StopEvent()


# twin: beside a handler of failures
class ByFailing(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:
        return Paid()

    @catch_error(for_steps=["begin", "again"])
    async def mend(self, ev: StepFailedEvent) -> Paid:
        return Paid()


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


class Goes(Base):
    @step
    async def begin(self, ev: Order) -> Base.More:
        return self.More()


# twin: a fan-out that nobody starts
class AFanOut(Workflow):
    @step
    async def begin(self, ev: Order) -> Shipped:
        return Shipped()

    @step
    async def out(self, ev: Shipped) -> list[Paid]:
        return [Paid()]

    @step
    async def back(self, evs: list[Paid]) -> Shipped | StopEvent:
        return StopEvent()


# twin: a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> StopEvent | Packed:
        return Packed()

    @step
    async def pay(self, ev: Packed) -> Paid | StopEvent:
        return Paid()


# twin: a generic base
class Repeats(Workflow, Generic[E], open_steps=True):
    @step
    async def again(self, ev: E) -> E | StopEvent:
        return ev


class RepeatsTheStart(Repeats[Order]):
    pass


# twin: awaited by those who would make it
class Awaits(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed]:
        return [Paid(), Packed()]

    @step
    async def wait(self, ctx: Context, ev: Paid) -> StopEvent:
        await ctx.wait_for_event(Shipped)
        return StopEvent()

    @step
    async def ship(self, ev: Packed) -> Shipped:
        return Shipped()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free, skip_checks=["unreachable-step"])
async def free(ev: Paid) -> "Paid | None":
    return ev


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Order) -> StopEvent:
            ctx.send_event(event := Local())
            print(event)
            return StopEvent()

        @step
        async def again(self, ev: Local) -> Local | None:
            return None

    Inner()
