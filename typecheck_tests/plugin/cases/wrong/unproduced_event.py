"""An event that a step takes and none makes."""

from __future__ import annotations

import asyncio
from typing import Union

from shop import Answer, Asking, Batch, Mixin, Order, Packed, Paid, Shipped

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class NobodyMakesIt(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()

    @step
    async def pay(self, ev: Paid) -> None: ...


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


Delivery = Packed | Shipped


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Delivery) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


class Inherited(Mixin, Workflow):  # E: 1 unproduced-event
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def pay(self, ev: Paid | Shipped) -> StopEvent:
        return StopEvent()


class InAString(Workflow):
    @step
    async def begin(self, ev: "Order") -> "Paid | StopEvent":
        return Paid()

    @step
    async def end(self, ctx: Context, ev: "Paid | Later") -> StopEvent:  # E: 43 unproduced-event
        return StopEvent()


class Later(Event):
    pass


class WaitsInTheBody(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        await ctx.wait_for_event(Paid)  # E: 34 unproduced-event
        return StopEvent()


class ABaseIsMade(Workflow):
    @step
    async def begin(self, ev: Order) -> Event:  # E: 41 unhandled-event
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


class ASubclassIsMade(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:  # E: 41 unhandled-event
        return Paid()

    @step
    async def end(self, ev: Event) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


class NoErrorHandler(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def mend(self, ev: StepFailedEvent) -> StopEvent:  # E: 30 unproduced-event
        return StopEvent()


class OtherParameter(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:  # E: 41 unhandled-event
        return Batch(items=[1])

    @step
    async def end(self, ev: Batch[str]) -> StopEvent:  # E: 29 unproduced-event
        return StopEvent()


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


class Requirement(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[str]:
        answer = await ctx.wait_for_event(Answer, requirements={"txt": "yes"})  # E: 65 unproduced-event
        return StopEvent(result=answer.text)


class SentByABase(Asking):
    @step
    async def end(self, ev: Paid | Packed) -> StopEvent[int]:  # E: 36 unproduced-event
        return StopEvent(result=1)


class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ev: Packed) -> StopEvent:  # E: 20 unproduced-event
    await asyncio.sleep(0)
    return StopEvent()


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
