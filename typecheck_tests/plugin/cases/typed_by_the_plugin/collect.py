"""What collect_events gives."""

from collections.abc import Sequence

from shop import Order, Packed, Paid, Shipped
from typing_extensions import assert_type

from typedflow import Context, Event, StopEvent, Workflow, step


class Collects(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(Paid())
        ctx.send_event(Packed())

    @step
    async def end(self, ctx: Context, ev: Paid | Packed) -> StopEvent[float] | None:
        both = ctx.collect_events(ev, [Paid, Packed])
        assert_type(both, list[Paid | Packed] | None)
        events: list[Event] | None = ctx.collect_events(ev, [Paid, Packed])
        print(events)
        if both is None:
            return None
        paid, packed = both
        assert isinstance(paid, Paid)
        assert isinstance(packed, Packed)
        return StopEvent(result=paid.amount + packed.weight)


class CollectsByPlace(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(Paid())
        ctx.send_event(Packed())

    @step
    async def end(self, ctx: Context, ev: Paid | Packed) -> StopEvent[float] | None:
        both = ctx.collect_events(ev, [Paid, Packed])
        if both is None:
            return None
        paid, packed = both
        assert_type(paid, Paid)
        assert_type(packed, Packed)
        assert_type(both[0], Paid)
        assert_type(both[-1], Packed)
        return StopEvent(result=paid.amount + packed.weight)


class CollectsMany(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        for _ in range(3):
            ctx.send_event(Paid(amount=1))
        ctx.send_event(Shipped())

    @step
    async def end(self, ctx: Context, ev: Paid | Shipped) -> StopEvent[int] | None:
        assert_type(ctx.collect_events(ev, (Paid, Shipped)), tuple[Paid, Shipped] | None)
        assert_type(ctx.collect_events(ev, (Paid,)), tuple[Paid] | None)
        assert_type(
            ctx.collect_events(ev, (Paid, Paid, Paid, Paid, Paid, Paid, Shipped)),
            tuple[Paid, Paid, Paid, Paid, Paid, Paid, Shipped] | None,
        )
        many: tuple[type[Paid], ...] = (Paid,) * 3
        assert_type(ctx.collect_events(ev, many), tuple[Paid, ...] | None)
        paid = ctx.collect_events(ev, [Paid] * 3)
        assert_type(paid, list[Paid] | None)
        assert_type(ctx.collect_events(ev, [Paid, Shipped] * 2), list[Paid | Shipped] | None)
        all_of_them: list[Event] | None = ctx.collect_events(ev, [Paid, Shipped] * len(many))
        print(all_of_them)
        threes = [Paid] * 3
        assert_type(ctx.collect_events(ev, threes), list[Paid] | None)
        either: list[type[Paid] | type[Shipped]] = [Paid, Shipped]
        assert_type(ctx.collect_events(ev, either), list[Paid | Shipped] | None)
        several: Sequence[type[Shipped]] = [Shipped]
        assert_type(ctx.collect_events(ev, several), list[Shipped] | None)
        events: list[Event] | None = ctx.collect_events(ev, [Paid, Paid])
        print(events)
        return StopEvent(result=sum(one.amount for one in paid)) if paid else None
