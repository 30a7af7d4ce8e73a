"""Every event that a step makes is taken, ends the run, or asks the world outside."""

import asyncio
from typing import Any, Generic, Optional, TypeAlias, TypeVar, Union

import shop
from shop import Answer, Asking, Batch, Order, Packed, Packing, Paid, Question, Shipped

from typedflow import Context, Event, InputRequiredEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: it ends there
class StopsWithASubclass(Workflow):
    class Told(StopEvent):
        text: str

    @step
    async def begin(self, ev: Order) -> Told | StopEvent[int]:
        return self.Told(text="")


# twin: one of a union
class BothOfAUnion(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
    ) -> (
        Packed
        | Paid  # taken by another
        | None
    ):
        return None

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()

    @step
    async def pay(self, ev: Paid) -> None: ...


# twin: an old union
class OldUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Optional[Union[InputRequiredEvent, Question]]:
        return None

    @step
    async def end(self, ev: Answer) -> StopEvent:
        return StopEvent()


# twin: fanned out
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


# twin: sent from the body
class OnlyShown(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        event = Packed(weight=2.0)
        ctx.send_event(event)
        ctx.write_event_to_stream(Shipped())
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: sent by a helper
class SendsWhatCannotBeTold(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        for event in self.told():
            ctx.send_event(event)
        return StopEvent()

    def told(self) -> list[Event]:
        return [Packed()]


# twin: the StopEvent is sent
class QuestionIsSent(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent | None:
        ctx.send_event(Question(text="sure?"))
        return None

    @step
    async def answered(self, ev: Answer) -> StopEvent[int]:
        return StopEvent(result=1)


# twin: only its base is taken
class TakenByABase(Workflow):
    class Special(Paid):
        pass

    @step
    async def begin(self, ev: Order) -> Special | Paid:
        return Paid()

    @step(accept_event_subclasses=True, num_workers=2)
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a generic event
class GenericEvent(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int] | Batch[str]:
        return Batch[int](items=[1])

    @step
    async def end(self, ev: Batch[int] | Batch[str]) -> StopEvent:
        return StopEvent()


# twin: an overridden step
class Overridden(Asking):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int]:
        return StopEvent(result=ev.number)


# twin: sent by a base
class InheritedSend(Asking):
    @step
    async def pay(self, ev: Paid) -> StopEvent[int]:
        return StopEvent(result=ev.amount)


# twin: under an alias
Made: TypeAlias = Paid | Packed


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Made | None:
        return None

    @step
    async def end(self, ev: Made) -> StopEvent:
        return StopEvent()


# twin: an answer is made
class WaitsForIt(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> list[Paid | Packed]:
        return [Paid(), Packed()]

    @step
    async def ship(self, ev: Packed) -> Shipped:
        return Shipped()

    @step
    async def wait(self, ctx: Context, ev: Paid) -> StopEvent:
        await ctx.wait_for_event(Shipped)
        return StopEvent()


# twin: a step of a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> StopEvent | Paid:
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: a generic base
class Gives(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: Order) -> E | StopEvent:
        return StopEvent()


class GivesPaid(Gives[Paid]):
    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: either of two
class EitherIsSent(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        ctx.send_event(Packed() if ev.urgent else Shipped())
        return StopEvent()

    @step
    async def end(self, ev: Packed | Shipped) -> None: ...


# twin: sent in a loop
class SentInALoop(Workflow):
    @step
    def begin(self, ctx: Context, ev: Order) -> None:
        for weight in range(3):
            ctx.send_event(
                message=shop.Packed(weight=weight),
            )

    @step
    def end(self, ctx: Context, packed: Packed) -> StopEvent | None:
        return StopEvent() if ctx.collect_events(packed, [Packed] * 3) else None


# twin: a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> Paid | None:
        return None

    @step
    async def pay(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
def free(ctx: Context, ev: Order) -> "Question | None":
    ctx.write_event_to_stream(Packed())
    return None


# twin: sent by a lambda
class InALambda(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        asyncio.get_running_loop().call_soon(lambda: ctx.send_event(ev))
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local(InputRequiredEvent):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent | Local:
            return StopEvent()

    Inner()


# twin: one of several in a list
class OneOfAList(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        events: list[Event] = [Packed(weight=2.0), Shipped()]
        ctx.send_event(events[0])
        print(events[1])
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: a name that comes to hold another event
class Reassigned(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        event: Event = Packed(weight=2.0)
        ctx.send_event(event)
        event = Shipped()
        ctx.write_event_to_stream(event)
        return StopEvent()

    @step
    async def end(self, ev: Packed) -> None: ...


# twin: a generic event of anything
class OfAnything(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[Any]:
        return Batch[Any](items=[1])

    @step
    async def end(self, ev: Batch[int]) -> StopEvent:
        return StopEvent()


# twin: to a step by its name
class ByName(Workflow):
    NEXT = "pay"

    @step
    async def begin(self, ctx: Context, ev: Order) -> Packed:
        paid = Paid(amount=ev.number)
        ctx.send_event(paid, step="pay")
        ctx.send_event(paid, step=self.NEXT)
        if ev.urgent:
            ctx.send_event(ev, "begin")
        return Packed()

    @step
    async def pay(self, ctx: Context, ev: Paid) -> None:
        ctx.send_event(Packed(), step="end")

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()
