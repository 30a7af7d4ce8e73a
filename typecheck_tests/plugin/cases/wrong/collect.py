"""A fan-in, a join or collect_events that can never be complete."""

from typing import Annotated, Generic, TypeVar

from shop import Answer, Batch, Order, Packed, Paid, Question, Shipped

from typedflow import Collect, Context, Event, StopEvent, Take, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: nothing fans out
class NothingFansOut(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, evs: list[Paid]) -> StopEvent:  # E: 35 collect
        return StopEvent()


# twin: nobody makes the element
class NobodyMakesTheElement(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    @step
    async def work(self, ev: Paid) -> None: ...

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:  # E: 35 collect
        return StopEvent()


# twin: one of a union
class OneOfAUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    @step
    async def work(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def end(self, evs: list[Packed | Shipped]) -> StopEvent:  # E: 44 collect
        return StopEvent()


# twin: they never meet
class NeverMeet(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid] | Shipped:
        return []

    @step
    async def work(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def join(self, one: Packed, other: Shipped) -> StopEvent:  # E: 31 collect
        return StopEvent()


# twin: it collects what it does not take
class CollectsWhatItDoesNotTake(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | Packed:
        return Paid()

    @step
    async def end(self, ctx: Context, ev: Paid) -> StopEvent | None:
        if ctx.collect_events(ev, [Paid, Packed]) is None:  # E: 42 collect
            return None
        return StopEvent()

    @step
    async def pack(self, ev: Packed) -> None: ...


# twin: it collects what nobody makes
class CollectsWhatNobodyMakes(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ctx: Context, ev: Paid) -> StopEvent | None:
        ctx.collect_events(
            ev,
            [
                Paid,
                Shipped,  # E: 17 collect
            ],
        )
        return StopEvent()


# twin: it comes from outside
class FromOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Question]:
        return [Question()]

    @step
    async def all(self, evs: list[Answer]) -> StopEvent:  # E: 35 collect
        return StopEvent()


# twin: several of one kind
class SeveralOfOneKind(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid(), Paid()]

    @step
    def end(self, ctx: Context, ev: Paid) -> StopEvent | None:
        return StopEvent() if ctx.collect_events(ev, [Packed] * 2) else None  # E: 55 collect


# twin: sent one by one
class SentOneByOne(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        for _ in range(3):
            ctx.send_event(Paid())

    @step
    async def end(self, evs: list[Paid]) -> StopEvent:  # E: 35 collect
        return StopEvent()


# twin: the first few
class TheFirst(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | Packed:
        return Paid()

    @step
    async def end(self, evs: Annotated[list[Paid | Packed], Collect(Take(2))]) -> StopEvent:  # E: 45 collect; 52 collect
        return StopEvent()


# twin: a list of a generic event
class OfAGeneric(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Batch[int]]:  # E: 46 unhandled-event
        return [Batch(items=[1])]

    @step
    async def end(self, evs: list[Batch[str]]) -> StopEvent:  # E: 35 collect
        return StopEvent()


# twin: a mixin fans in
class FansIn:
    @step
    async def end(self, evs: list[Paid]) -> StopEvent:  # E: 35 collect
        return StopEvent()


class Mixed(FansIn, Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


# twin: a generic base
class Gathers(Workflow, Generic[E], open_steps=True):
    @step
    async def end(self, evs: list[E]) -> StopEvent:  # E: 35 collect
        return StopEvent()


class GathersPaid(Gathers[Paid]):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()


@step(workflow=Free)
async def free(ctx: Context, evs: "list[Packed]") -> StopEvent:  # E: 35 collect
    return StopEvent()


# twin: under an alias
Many = list[Paid]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, evs: Many) -> StopEvent:  # E: 30 collect
        return StopEvent()


# twin: also from a failure
class MendedOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def work(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:  # E: 35 collect
        return StopEvent()

    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent) -> Packed:
        return Packed()


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> Local:
            return Local()

        @step
        async def end(self, evs: list[Local]) -> StopEvent:  # E: 39 collect
            return StopEvent()

    Inner()


# twin: a join of what one step returns
class OneOrTheOther(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | Packed:
        return Paid()

    @step
    async def end(self, paid: Paid, packed: Packed) -> StopEvent:  # E: 31 collect
        return StopEvent()
