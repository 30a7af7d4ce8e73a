"""Every event that a step takes is made, or comes from outside."""

from __future__ import annotations

from typing import Optional, Union

import shop
from shop import Answer, Asking, Batch, Mixin, Order, Packed, Paid, Question, Shipped

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class Chain(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


class BothOfAUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Optional[Union[Packed, Paid]]:
        return Packed()

    @step
    async def end(self, ev: Union[Paid, Packed]) -> StopEvent:
        return StopEvent()


Delivery = Packed | Shipped


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Delivery:
        return Packed()

    @step
    async def end(self, ev: Delivery) -> StopEvent:
        return StopEvent()


class Mixed(Mixin, Workflow):
    @step
    async def begin(self, ev: Order) -> shop.Packed:
        return Packed()

    @step
    async def end(self, ev: shop.Shipped) -> StopEvent:
        return StopEvent()


class FromOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> Question:
        return Question(text="sure?")

    @step
    async def end(self, ev: Answer) -> StopEvent[str]:
        return StopEvent(result=ev.text)


class SentFromTheBody(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        for weight in range(3):
            ctx.send_event(Packed(weight=weight))

    @step
    async def end(self, ctx: Context, ev: Packed) -> StopEvent | None:
        return StopEvent() if ctx.collect_events(ev, [Packed] * 3) else None


class SentByAHelper(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        self.tell(ctx)
        tell(ctx, Shipped())

    def tell(self, ctx: Context) -> None:
        ctx.send_event(Packed())

    @step
    async def end(self, ev: Packed | Shipped) -> StopEvent:
        return StopEvent()


def tell(ctx: Context, event: Event) -> None:
    ctx.send_event(event)


class BySubclass(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | Packed:
        return Paid()

    @step(accept_event_subclasses=True)
    async def end(self, ev: Event) -> StopEvent:
        return StopEvent()


class GenericEvent(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:
        return Batch(items=[1])

    @step
    async def end(self, ev: Batch[int]) -> StopEvent[int]:
        return StopEvent(result=ev.items[0])


class Recovered(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> StopEvent:
        return StopEvent()


class SentByABase(Asking):
    @step
    async def end(self, ev: Paid) -> StopEvent[int]:
        return StopEvent(result=ev.amount)


class Waits(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[str]:
        answer = await ctx.wait_for_event(Answer, Question(text="?"), requirements={"text": "yes"})
        return StopEvent(result=answer.text)


class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()


@step(workflow=Free)
async def free(ev: Packed) -> StopEvent:
    return StopEvent()


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
