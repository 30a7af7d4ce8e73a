"""A StopEvent can be come to from every step."""

from typing import Generic, NoReturn, TypeVar

from shop import Answer, Order, Packed, Packing, Paid, Question, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: a circle of two
class Circle(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def a(self, ev: Paid) -> Packed:
        return Packed()

    @step
    def b(self, ev: Packed) -> Paid | StopEvent:
        return Paid()


# twin: a step that goes round
class ABranchEnds(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed]:
        return [Paid(), Packed()]

    @step
    async def log(self, ev: Paid) -> Paid | None:
        return None

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: a step that goes round, or ends the only branch there is
class OrAnEnd(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:
        return StopEvent()


# twin: by sending
class Unknown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ctx: Context, ev: Paid) -> Paid:
        ctx.send_event(next_event(ev))
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


def next_event(ev: Paid) -> Event:
    return Packed(weight=ev.amount)


# twin: the whole run
class AnotherTakesItToo(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def a(self, ev: Paid) -> Shipped:
        return Shipped()

    @step
    async def b(self, ev: Shipped) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent | None:
        return StopEvent() if ev.amount else None


# twin: two circles
class Asks(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed] | StopEvent:
        return []

    @step
    async def a(self, ev: Paid) -> Question:
        return Question()

    @step
    async def b(self, ev: Packed | Answer) -> Paid:
        return Paid()


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
    ) -> StopEvent:
        return StopEvent()


# twin: a fan-out and its fan-in
class FansRound(Workflow):
    @step
    async def begin(self, ev: Order) -> Shipped:
        return Shipped()

    @step
    async def back(self, evs: list[Paid]) -> Shipped | StopEvent:
        return Shipped()

    @step
    async def out(self, ev: Shipped) -> list[Paid]:
        return [Paid()]


# twin: a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid:
        return ev

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def back(self, ev: Packed) -> Paid | StopEvent[float]:
        return StopEvent(result=ev.weight)


# twin: a generic base
class Repeats(Workflow, Generic[E], open_steps=True):
    @step
    async def again(self, ev: E) -> E:
        return ev


class RepeatsPaid(Repeats[Paid]):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()


@step(workflow=Free)
def free(ev: Paid) -> NoReturn:
    raise RuntimeError


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent | Local:
            return StopEvent()

        @step(skip_checks=["no-exit"])
        async def again(self, ev: Local) -> Local:
            return Local()

    Inner()


# twin: it takes what it is asked for
class ByBase(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step(accept_event_subclasses=True)
    async def again(self, ev: Event) -> Paid | Packed:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()
