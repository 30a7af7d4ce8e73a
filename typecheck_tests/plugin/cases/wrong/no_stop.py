"""No step returns a StopEvent."""

from shop import Order, Packed, Paid, Question, Shipped

from typedflow import Context, Event, StopEvent, Workflow, step


class NothingReturned(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> None: ...


class OnlyEvents(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid) -> None: ...


class OnlyAQuestion(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Question:
        return Question()


class OnlySent(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(StopEvent())  # E: 24 unhandled-event


class Done(Event):  # no StopEvent, by mistake
    result: int = 0


class NotAStop(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Done:  # E: 41 unhandled-event
        return Done()


class Base(Workflow, open_steps=True):
    @step
    async def begin(self, ev: Order) -> Packed | StopEvent:
        return StopEvent()


class StopIsGone(Base):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Packed | Shipped:  # E: 5 override
        return Packed()

    @step
    async def end(self, ev: Packed | Shipped) -> None: ...


class NeverReturns(Workflow):  # E: 1 no-stop
    @step
    def begin(self, ev: Order) -> None:
        raise RuntimeError
