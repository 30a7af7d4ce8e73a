"""A fan-in, a join or collect_events that can never be complete."""

from shop import Order, Packed, Paid, Shipped

from typedflow import Context, StopEvent, Workflow, step


class NothingFansOut(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, evs: list[Paid]) -> StopEvent:  # E: 35 collect
        return StopEvent()


class NobodyMakesTheElement(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    @step
    async def work(self, ev: Paid) -> None: ...

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:  # E: 35 collect
        return StopEvent()


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


class FromOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def all(self, evs: list[Order]) -> StopEvent:  # E: 35 collect
        return StopEvent()
