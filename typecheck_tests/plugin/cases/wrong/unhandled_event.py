"""An event that a step makes and none takes."""

import asyncio
from typing import Any, Generic, Optional, TypeVar, Union

import shop
from shop import Answer, Asking, Batch, Order, Packed, Packing, Paid, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: it ends there
class NobodyTakesIt(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:  # E: 41 unhandled-event
        return StopEvent()


# twin: one of a union
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


# twin: an old union
class OldUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Optional[Union[StopEvent, Shipped]]:  # E: 67 unhandled-event
        return None


# twin: fanned out
class FannedOut(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:  # E: 46 unhandled-event
        return []

    @step
    async def other(self, ctx: Context, ev: Order) -> StopEvent:
        return StopEvent()


# twin: sent from the body
class SentFromTheBody(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        event = Packed(weight=2.0)
        ctx.send_event(event)  # noted where the event is made: the line above
        ctx.send_event(Shipped())  # E: 24 unhandled-event
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: sent by a helper
class SentByAHelper(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:  # E: 55 unhandled-event
        self.tell(ctx)
        return StopEvent()

    def tell(self, ctx: Context) -> None:
        ctx.send_event(Shipped())


# twin: the StopEvent is sent
class StopIsSent(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent | None:
        ctx.send_event(StopEvent(result=1))  # E: 24 unhandled-event
        return None


# twin: only its base is taken
class OnlyTheBaseIsTaken(Workflow):
    class Special(Paid):
        pass

    @step
    async def begin(self, ev: Order) -> Special | Paid:  # E: 41 unhandled-event
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a generic event
class OtherParameter(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int] | StopEvent:  # E: 41 unhandled-event
        return StopEvent()


# twin: an overridden step
class Overridden(Asking):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Shipped | StopEvent[int]:  # E: 55 unhandled-event; 5 override
        return Shipped()


# twin: sent by a base
class InheritedSend(Asking):  # E: 1 unhandled-event
    @step
    async def other(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


# twin: under an alias
Made = Paid | Event


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Made:  # E: 53 unhandled-event
        return StopEvent()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: an answer is made
class AnswersItself(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent | Answer:  # E: 67 unhandled-event
        return Answer(text="yes")


# twin: a step of a base in another module
class Completed(Packing):  # E: 1 unhandled-event
    @step
    async def begin(self, ev: Order) -> StopEvent | Paid:
        return Paid()


# twin: a generic base
class Gives(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: Order) -> E | StopEvent:  # E: 41 unhandled-event
        return StopEvent()


class GivesPaid(Gives[Paid]):
    pass


# twin: either of two
class EitherIsSent(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        ctx.send_event(Packed() if ev.urgent else Shipped())  # E: 51 unhandled-event
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: sent in a loop
class SentInALoop(Workflow):
    @step
    def begin(self, ctx: Context, ev: Order) -> StopEvent:
        for weight in range(3):
            ctx.send_event(
                message=shop.Packed(weight=weight),  # E: 25 unhandled-event
            )
        return StopEvent()


# twin: a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> Paid | None:  # E: 50 unhandled-event
        return None


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
def free(ctx: Context, ev: Order) -> "Shipped | None":  # E: 38 unhandled-event
    ctx.send_event(Packed())  # E: 20 unhandled-event
    return None


# twin: sent by a lambda
class InALambda(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        asyncio.get_running_loop().call_soon(lambda: ctx.send_event(Shipped()))  # E: 69 unhandled-event
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent | Local:  # E: 57 unhandled-event
            return StopEvent()

    Inner()


# twin: one of several in a list
class OneOfAList(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        events: list[Event] = [Packed(weight=2.0), Shipped()]  # E: 52 unhandled-event
        ctx.send_event(events[0])
        ctx.send_event(events[1])
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: a name that comes to hold another event
class Reassigned(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        event: Event = Packed(weight=2.0)
        ctx.send_event(event)
        event = Shipped()  # E: 17 unhandled-event
        ctx.send_event(event)
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: a generic event of anything
class OfAnything(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Batch[Any]:  # E: 53 unhandled-event
        return Batch[Any](items=[1])


# twin: to a step by its name
class ByName(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Packed:
        paid = Paid(amount=ev.number)
        ctx.send_event(paid, step="pya")  # E: 35 unhandled-event
        ctx.send_event(ev, "begins")  # E: 28 unhandled-event
        return Packed()

    @step
    async def pay(self, ctx: Context, ev: Paid) -> None:
        ctx.send_event(Packed(), step="pay")  # E: 39 unhandled-event

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()
