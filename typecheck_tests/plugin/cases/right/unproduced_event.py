"""Every event that a step takes is made, or comes from outside."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Generic, Optional, TypeVar, Union

import shop
from shop import Answer, Asking, Batch, Mixin, Order, Packed, Packing, Paid, Question, Shipped
from shop import Packed as Boxed

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: a chain
class Chain(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: one of a union
class BothOfAUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Optional[Union[Packed, Paid]]:
        return Packed()

    @step
    async def end(self, ev: Union[Paid, Packed]) -> StopEvent:
        return StopEvent()


# twin: under an alias
Delivery = Packed | Shipped


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Delivery:
        return Packed()

    @step
    async def end(self, ev: Delivery) -> StopEvent:
        return StopEvent()


# twin: a mixin takes it
class Mixed(Mixin, Workflow):
    @step
    async def begin(self, ev: Order) -> shop.Packed:
        return Packed()

    @step
    async def end(self, ev: shop.Shipped) -> StopEvent:
        return StopEvent()


# twin: in a string, defined below
class InAString(Workflow):
    @step
    async def begin(self, ev: "Order") -> "Later | StopEvent":
        return Later()

    @step
    async def end(self, ctx: Context, ev: "Later | Order") -> StopEvent:
        return StopEvent()


class Later(Event):
    pass


# twin: awaited in the body
class Waits(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[str]:
        answer = await ctx.wait_for_event(Answer, Question(text="?"), requirements={"text": "yes"})
        return StopEvent(result=answer.text)


# twin: only its base is made
class BaseAndAll(Workflow):
    @step
    async def begin(self, ev: Order) -> Event | Paid:
        return Paid()

    @step(accept_event_subclasses=True)
    async def end(self, ev: Event) -> StopEvent:
        return StopEvent()


# twin: only a subclass is made
class BySubclass(Workflow):
    class Special(Paid):
        pass

    @step
    async def begin(self, ev: Order) -> Special:
        return self.Special()

    @step(accept_event_subclasses=True)
    async def end(self, ev: Paid) -> StopEvent[int]:
        return StopEvent(result=ev.amount)


# twin: a failure
class Recovered(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: a generic event
class GenericEvent(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:
        return Batch(items=[1])

    @step
    async def end(self, ev: Batch[int]) -> StopEvent[int]:
        return StopEvent(result=ev.items[0])


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Order) -> StopEvent | None:
            ctx.send_event(Local())
            return None

        @step
        async def end(self, ev: Local) -> StopEvent:
            return StopEvent()

    Inner()


# twin: sent by a base
class SentByABase(Asking):
    @step
    async def end(self, ev: Paid) -> StopEvent[int]:
        return StopEvent(result=ev.amount)


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()


@step(workflow=Free)
async def free(ev: Packed) -> StopEvent:
    return StopEvent()


# twin: beside a handler of failures
class MadeByAHandler(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: sent by a helper
class SentByAHelper(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        self.tell(ctx)
        tell(ctx, [Shipped(), Paid()])

    def tell(self, ctx: Context) -> None:
        ctx.send_event(Packed())

    @step
    async def end(self, ev: Packed | Shipped | Paid) -> StopEvent:
        return StopEvent()


def tell(ctx: Context, events: Iterable[Event]) -> None:
    for event in events:
        ctx.send_event(event)


# twin: a question is taken
class TakesTheAnswer(Workflow):
    @step
    async def begin(self, ev: Order) -> Question:
        return Question(text="sure?")

    @step
    async def answer(self, ev: Answer) -> StopEvent[str]:
        return StopEvent(result=ev.text)


# twin: only shown on the stream
class SentAndShown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent | None:
        shipped = Shipped()
        ctx.write_event_to_stream(shipped)
        ctx.send_event(shipped, step="end")
        return None

    @step
    async def end(self, ev: shop.Shipped) -> StopEvent:
        return StopEvent()


# twin: a generic base
class Ends(Workflow, Generic[E], open_steps=True):
    @step
    async def end(self, ev: E) -> StopEvent:
        return StopEvent()


class EndsWithPaid(Ends[Paid]):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


# twin: conditional definitions
class Conditional(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    if sys.version_info >= (3, 8):

        @step
        async def end(self, ev: Packed) -> StopEvent:
            return StopEvent()
    else:

        @step
        async def end(self, ev: Packed | Paid) -> StopEvent:
            return StopEvent()


# twin: a step of a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: an event of two names
class TwoNames(Workflow):
    @step
    async def begin(self, ev: Order) -> shop.Packed:
        return Boxed()

    @step
    async def end(self, ev: Boxed) -> StopEvent:
        return StopEvent()


# twin: a join
class AJoin(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def end(self, one: Paid, other: Packed) -> StopEvent:
        return StopEvent()


# twin: it is made by a step that is gone
class Makes(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class MakesByAnother(Makes):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    def more(self, ev: Order) -> list[Paid] | None:
        return None


# twin: awaited by who returns it
class WaitsForAnother(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        await ctx.wait_for_event(Paid)
        return StopEvent()

    @step
    async def pay(self, ev: Order) -> Paid:
        return Paid()


# twin: a generic event of anything
class OfAnything(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:
        return Batch[int](items=[1])

    @step
    async def end(self, ev: Paid | Batch[Any]) -> StopEvent:
        return StopEvent()

    @step
    async def pay(self, ev: Batch[Any]) -> Paid:
        return Paid()
