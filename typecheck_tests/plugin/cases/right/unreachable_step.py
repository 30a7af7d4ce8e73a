"""Every step is reached from the start, or from outside."""

from shop import Answer, Order, Packed, Paid, Question, Shipped

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class Loop(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:
        return Paid()


class FromOutside(Workflow):
    @step
    async def begin(self, ev: Order) -> Question:
        return Question()

    @step
    async def answered(self, ev: Answer) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent | Question:
        return StopEvent()


class ByFailing(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> StopEvent:
        return StopEvent()


class BySending(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(Paid())

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class Unknown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        notify(ctx)
        return StopEvent()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:
        return Paid()


def notify(*contexts: Context) -> None:
    for ctx in contexts:
        ctx.send_event(Paid())


class AJoin(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def join(self, one: Paid, other: Packed) -> StopEvent:
        return StopEvent()


class SaidToBe(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step(skip_checks=["unreachable-step"])
    async def again(self, ev: Shipped) -> Shipped | StopEvent:
        return Shipped()
