"""A method with the signature of a step and no @step."""

from shop import Order, Packed, Paid

from typedflow import Context, StopEvent, Workflow, step


class Chain(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    async def end(self, ev: Paid) -> StopEvent:  # E: 15 forgotten-step
        return StopEvent()


class TheFirst(Workflow):
    async def begin(self, ev: Order) -> Paid:  # E: 15 forgotten-step
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class WithAContext(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Packed:
        return StopEvent()

    async def log(self, ctx: Context, ev: Packed) -> None: ...  # E: 15 forgotten-step


class InAThread(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    def work(self, ev: Paid) -> Packed | None:  # E: 9 forgotten-step
        return None

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:
        return StopEvent()


class AFanIn(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    async def end(self, evs: list[Paid]) -> StopEvent[int]:  # E: 15 forgotten-step
        return StopEvent(result=len(evs))


class Overridden(Chain):
    async def begin(self, ev: Order) -> Paid:  # type: ignore[override]  # E: 15 forgotten-step
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:  # type: ignore[override]
        return StopEvent()


class CallsItself(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    async def end(self, ev: Paid) -> StopEvent:  # E: 15 forgotten-step
        return await self.end(ev)
