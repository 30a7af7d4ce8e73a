"""An event that a step takes and none makes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Generic, TypeVar, Union

import shop
from shop import Asking, Batch, Mixin, Order, Packed, Packing, Paid, Question, Shipped
from shop import Packed as Boxed

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: a chain
class NobodyMakesIt(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()

    @step
    async def pay(self, ev: Paid) -> None: ...


# twin: one of a union
class OneOfAUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(
        self,
        ev: Union[
            Paid,
            Packed,  # E: 13 unproduced-event
        ],
    ) -> StopEvent:
        return StopEvent()


# twin: under an alias
Delivery = Packed | Shipped


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Delivery) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


# twin: a mixin takes it
class Inherited(Mixin, Workflow):  # E: 1 unproduced-event
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def pay(self, ev: Paid | Shipped) -> StopEvent:
        return StopEvent()


# twin: in a string, defined below
class InAString(Workflow):
    @step
    async def begin(self, ev: "Order") -> "Paid | StopEvent":
        return Paid()

    @step
    async def end(self, ctx: Context, ev: "Paid | Later") -> StopEvent:  # E: 43 unproduced-event
        return StopEvent()


class Later(Event):
    pass


# twin: awaited in the body
class WaitsInTheBody(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        await ctx.wait_for_event(Paid)  # E: 34 unproduced-event
        return StopEvent()


# twin: only its base is made
class ABaseIsMade(Workflow):
    @step
    async def begin(self, ev: Order) -> Event:  # E: 41 unhandled-event
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


# twin: only a subclass is made
class ASubclassIsMade(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:  # E: 41 unhandled-event
        return Paid()

    @step
    async def end(self, ev: Event) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


# twin: a failure
class NoErrorHandler(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def mend(self, ev: StepFailedEvent) -> StopEvent:  # E: 30 unproduced-event
        return StopEvent()


# twin: a generic event
class OtherParameter(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:  # E: 41 unhandled-event
        return Batch(items=[1])

    @step
    async def end(self, ev: Batch[str]) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            return StopEvent()

        @step
        async def end(self, ev: Local) -> StopEvent:  # E: 33 unproduced-event
            return StopEvent()

    Inner()


# twin: sent by a base
class SentByABase(Asking):
    @step
    async def end(self, ev: Paid | Packed) -> StopEvent[int]:  # E: 36 unproduced-event
        return StopEvent(result=1)


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ev: Packed) -> StopEvent:  # E: 20 unproduced-event
    await asyncio.sleep(0)
    return StopEvent()


# twin: beside a handler of failures
class Handled(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ev: Paid) -> StopEvent:  # E: 30 unproduced-event
        return StopEvent()


# twin: sent by a helper
class SentByAHelper(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        self.tell(ctx)
        tell(ctx)

    def tell(self, ctx: Context) -> None:
        ctx.send_event(Packed())

    @step
    async def end(self, ev: Packed | Shipped | Paid) -> StopEvent:  # E: 48 unproduced-event
        return StopEvent()


def tell(ctx: Context) -> None:
    ctx.send_event(Shipped())


# twin: a question is taken
class TakesTheQuestion(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def answer(self, ev: Question) -> StopEvent:  # E: 32 unproduced-event
        return StopEvent()


# twin: only shown on the stream
class OnlyShown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        ctx.write_event_to_stream(Shipped())
        return StopEvent()

    @step
    async def end(self, ev: shop.Shipped) -> None: ...  # E: 29 unproduced-event


# twin: a generic base
class Ends(Workflow, Generic[E], open_steps=True):
    @step
    async def end(self, ev: E) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


class EndsWithPaid(Ends[Paid]):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: conditional definitions
class Conditional(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    if sys.version_info >= (3, 8):

        @step
        async def end(self, ev: Packed | Paid) -> StopEvent:  # E: 42 unproduced-event
            return StopEvent()
    else:

        @step
        async def end(self, ev: Packed) -> StopEvent:
            return StopEvent()


# twin: a step of a base in another module
class Completed(Packing):  # E: 1 unproduced-event
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: an event of two names
class TwoNames(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid | Boxed) -> StopEvent:  # E: 36 unproduced-event
        return StopEvent()


# twin: a join
class AJoin(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, one: Paid, other: Packed) -> StopEvent:  # E: 43 unproduced-event
        return StopEvent()


# twin: it is made by a step that is gone
class Makes(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


class MakesNoMore(Makes):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: awaited by who returns it
class WaitsForItself(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        await ctx.wait_for_event(Paid)  # E: 34 unproduced-event
        return Paid()


# twin: a generic event of anything
class OfAnything(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid | Batch[Any]) -> StopEvent:  # E: 36 unproduced-event
        return StopEvent()
