"""An event that a step makes and none takes."""

from typing import Optional, Union

from shop import Asking, Batch, Order, Packed, Paid, Shipped

from typedflow import Context, Event, StopEvent, Workflow, step


class NobodyTakesIt(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:  # E: 41 unhandled-event
        return StopEvent()


class OneOfAUnion(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
    ) -> (
        Packed
        | Paid  # E: 11 unhandled-event
        | None
    ):
        return None

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


class OldUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Optional[Union[StopEvent, Shipped]]:  # E: 67 unhandled-event
        return None


class FannedOut(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:  # E: 46 unhandled-event
        return []

    @step
    async def other(self, ctx: Context, ev: Order) -> StopEvent:
        return StopEvent()


class SentFromTheBody(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        event = Packed(weight=2.0)
        ctx.send_event(event)  # noted where the event is made: the line above
        ctx.send_event(Shipped())  # E: 24 unhandled-event
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


class SentByAHelper(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:  # E: 55 unhandled-event
        self.tell(ctx)
        return StopEvent()

    def tell(self, ctx: Context) -> None:
        ctx.send_event(Shipped())


class StopIsSent(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent | None:
        ctx.send_event(StopEvent(result=1))  # E: 24 unhandled-event
        return None


class OnlyTheBaseIsTaken(Workflow):
    class Special(Paid):
        pass

    @step
    async def begin(self, ev: Order) -> Special | Paid:  # E: 41 unhandled-event
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class OtherParameter(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int] | StopEvent:  # E: 41 unhandled-event
        return StopEvent()


class Overridden(Asking):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Shipped | StopEvent[int]:  # E: 55 unhandled-event; 5 override
        return Shipped()


class InheritedSend(Asking):  # E: 1 unhandled-event
    @step
    async def other(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


Made = Paid | Event


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Made:  # E: 53 unhandled-event
        return StopEvent()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()
