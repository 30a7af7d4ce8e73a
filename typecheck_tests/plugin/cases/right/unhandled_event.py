"""Every event that a step makes is taken, ends the run, or asks the world outside."""

from typing import TypeAlias

from shop import Answer, Asking, Batch, Order, Packed, Paid, Question, Shipped

from typedflow import Context, Event, InputRequiredEvent, StopEvent, Workflow, step


class StopsAnyhow(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class StopsWithASubclass(Workflow):
    class Told(StopEvent):
        text: str

    @step
    async def begin(self, ev: Order) -> Told | StopEvent[int]:
        return self.Told(text="")


class Asks(Workflow):
    @step
    async def begin(self, ev: Order) -> InputRequiredEvent | Question:
        return Question()

    @step
    async def end(self, ev: Answer) -> StopEvent:
        return StopEvent()


class OnlyShown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        ctx.write_event_to_stream(Shipped())
        return StopEvent()


class FansOut(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Packed]:
        return [Packed()]

    @step
    async def work(self, ev: Packed) -> Shipped | Paid:
        return Shipped()

    @step
    async def end(self, evs: list[Shipped | Paid]) -> StopEvent[int]:
        return StopEvent(result=len(evs))


class SendsWhatCannotBeTold(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        for event in self.told():
            ctx.send_event(event)
        return StopEvent()

    def told(self) -> list[Event]:
        return [Packed()]


class TakenByABase(Workflow):
    class Special(Paid):
        pass

    @step
    async def begin(self, ev: Order) -> Special:
        return self.Special()

    @step(accept_event_subclasses=True, num_workers=2)
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class TakenByAWaiter(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def wait(self, ctx: Context, ev: Paid) -> Shipped | StopEvent:
        await ctx.wait_for_event(Shipped)
        return StopEvent()


class Generic(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:
        return Batch(items=[1])

    @step
    async def end(self, ev: Batch[int]) -> StopEvent:
        return StopEvent()


Made: TypeAlias = Paid | Packed


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Made | None:
        return None

    @step
    async def end(self, ev: Made) -> StopEvent:
        return StopEvent()


class Overridden(Asking):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int]:
        return StopEvent(result=ev.number)
