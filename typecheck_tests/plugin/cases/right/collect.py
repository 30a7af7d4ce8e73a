"""What waits for several events gets all of them."""

from typing import Annotated, Generic, TypeVar

from shop import Answer, Batch, Order, Packed, Paid, Question, Shipped

from typedflow import Collect, Context, Event, StopEvent, Take, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: nothing fans out
class FanOut(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def work(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def end(self, evs: list[Packed]) -> StopEvent[int]:
        return StopEvent(result=len(evs))


# twin: nobody makes the element
class TwoLevels(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def more(self, ev: Paid) -> list[Packed]:
        return [Packed()]

    @step
    async def inner(self, evs: list[Packed]) -> Shipped:
        return Shipped()

    @step
    async def end(self, evs: list[Shipped]) -> StopEvent:
        return StopEvent()


# twin: one of a union
class BothOfAUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed]:
        return [Paid(), Packed()]

    @step
    async def work(self, ev: Paid) -> Shipped:
        return Shipped()

    @step
    async def end(self, evs: list[Packed | Shipped]) -> StopEvent:
        return StopEvent()


# twin: they never meet
class Join(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def end(self, one: Paid, other: Packed) -> StopEvent:
        return StopEvent()


# twin: it collects what it does not take
class Collects(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(Paid())
        ctx.send_event(Packed())

    @step
    async def end(self, ctx: Context, ev: Paid | Packed) -> StopEvent[float] | None:
        both: list[Event] | None = ctx.collect_events(ev, [Paid, Packed])  # elsewhere: mypy[list-item]
        if both is None:
            return None
        paid, packed = both
        assert isinstance(paid, Paid)
        assert isinstance(packed, Packed)
        return StopEvent(result=paid.amount + packed.weight)


# twin: it collects what nobody makes
class CollectsByBase(Workflow):
    class Special(Paid):
        pass

    @step
    async def begin(self, ev: Order) -> Special:
        return self.Special()

    @step(accept_event_subclasses=True)
    async def end(self, ctx: Context, ev: Paid) -> StopEvent | None:
        done = ctx.collect_events(
            ev,
            [
                CollectsByBase.Special,
                CollectsByBase.Special,
            ],
        )
        return StopEvent() if done else None


# twin: it comes from outside
class FromOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Question]:
        return [Question()]

    @step
    async def all(self, ctx: Context, ev: Answer) -> StopEvent[list[str]] | None:
        answers = ctx.collect_events(ev, [Answer, Answer])
        return None if answers is None else StopEvent(result=[answer.text for answer in answers])


# twin: several of one kind
class SeveralOfOneKind(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid(), Paid()]

    @step
    def end(self, ctx: Context, ev: Paid) -> StopEvent[int] | None:
        paid = ctx.collect_events(ev, [Paid] * 2, buffer_id="two")
        return StopEvent(result=sum(one.amount for one in paid)) if paid else None


# twin: sent one by one
class SentOneByOne(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        for _ in range(ev.number):
            ctx.send_event(Paid())

    @step
    async def end(self, ctx: Context, ev: Paid) -> StopEvent | None:
        number = 3
        return StopEvent() if ctx.collect_events(ev, [Paid for _ in range(number)]) else None


# twin: the first few
class TheFirst(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def work(self, ev: Paid) -> Packed | Shipped:
        return Packed()

    @step
    async def end(self, evs: Annotated[list[Packed | Shipped], Collect(Take(1))]) -> StopEvent:
        return StopEvent()


# twin: a list of a generic event
class OfAGeneric(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Batch[int]]:
        return [Batch(items=[1])]

    @step
    async def end(self, evs: list[Batch[int]]) -> StopEvent[int]:
        return StopEvent(result=sum(item for one in evs for item in one.items))


# twin: a mixin fans in
class FansIn:
    @step
    async def end(self, evs: list[Paid]) -> StopEvent:
        return StopEvent()


class Mixed(FansIn, Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid] | None:
        return [Paid()]


# twin: a generic base
class Gathers(Workflow, Generic[E], open_steps=True):
    @step
    async def end(self, evs: list[E]) -> StopEvent:
        return StopEvent()


class GathersPaid(Gathers[Paid]):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Packed]:
        return [Packed()]


@step(workflow=Free)
async def free(ctx: Context, evs: "list[Packed]") -> StopEvent:
    return StopEvent()


# twin: under an alias
Many = list[Paid]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Many:
        return [Paid()]

    @step
    async def end(self, evs: Many) -> StopEvent:
        return StopEvent()


# twin: also from a failure
class MendedInside(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def work(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["work"])
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

        @step(skip_checks=["collect"])
        async def end(self, evs: list[Local]) -> StopEvent:
            return StopEvent()

    Inner()


# twin: a join of what one step returns
class OneAndTheOther(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed(weight=1.0))
        return Paid()

    @step
    async def end(self, paid: Paid, packed: Packed) -> StopEvent:
        return StopEvent()
