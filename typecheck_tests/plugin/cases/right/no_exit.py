"""A StopEvent can be come to from every step."""

from shop import Answer, Order, Packed, Paid, Question

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class Loop(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid | StopEvent:
        return Paid()


class ABranchEnds(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def log(self, ev: Paid) -> Paid | None:
        return None


class Asks(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Question:
        return StopEvent()

    @step
    async def again(self, ev: Answer) -> Question:
        return Question()


class Fails(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def again(self, ev: Paid) -> Paid:
        return Paid()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Unknown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def again(self, ctx: Context, ev: Paid) -> Paid:
        ctx.send_event(next_event(ev))
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


def next_event(ev: Paid) -> Event:
    return Packed(weight=ev.amount)


class Through(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def pay(self, ev: Paid) -> Packed:
        return Packed()

    @step
    def end(self, ev: Packed) -> Paid | StopEvent:
        return StopEvent()
