"""What waits for several events gets all of them."""

from typing import Annotated

from shop import Order, Packed, Paid, Shipped
from typing_extensions import assert_type

from typedflow import Collect, Context, Event, StopEvent, Take, Workflow, step


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


class Join(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def end(self, one: Paid, other: Packed) -> StopEvent:
        return StopEvent()


class Collects(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(Paid())
        ctx.send_event(Packed())

    @step
    async def end(self, ctx: Context, ev: Paid | Packed) -> StopEvent[float] | None:
        both = ctx.collect_events(ev, [Paid, Packed])
        assert_type(both, list[Paid | Packed] | None)
        if both is None:
            return None
        paid, packed = both
        assert isinstance(paid, Paid)
        assert isinstance(packed, Packed)
        return StopEvent(result=paid.amount + packed.weight)


class CollectsMany(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        for _ in range(3):
            ctx.send_event(Paid(amount=1))

    @step
    async def end(self, ctx: Context, ev: Paid) -> StopEvent[int] | None:
        paid = ctx.collect_events(ev, [Paid] * 3)
        assert_type(paid, list[Paid] | None)
        events: list[Event] | None = ctx.collect_events(ev, [Paid, Paid])
        print(events)
        return StopEvent(result=sum(one.amount for one in paid)) if paid else None


class SaidToBe(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(skip_checks=["collect"])
    async def end(self, evs: list[Paid]) -> StopEvent:
        return StopEvent()


class Fans(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed]:
        return [Paid(), Packed()]

    @step
    async def work(self, ev: Paid | Packed) -> Shipped:
        return Shipped()

    @step
    async def end(self, ctx: Context, shipped: list[Shipped]) -> StopEvent:
        return StopEvent()
