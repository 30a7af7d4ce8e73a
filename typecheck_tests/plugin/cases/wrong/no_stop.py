"""No step returns a StopEvent."""

from typing import Generic, Optional, TypeVar, Union

from shop import Mixin, Order, Packed, Paid, Question, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: nothing is returned
class NothingReturned(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> None: ...


# twin: the chain ends in nothing
class OnlyEvents(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid) -> None: ...


# twin: it ends with a question
class OnlyAQuestion(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Question:
        return Question()


# twin: the StopEvent is only sent
class OnlySent(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        ctx.send_event(StopEvent())  # E: 24 unhandled-event


# twin: the last event is of another base
class Done(Event):  # no StopEvent, by mistake
    result: int = 0


class NotAStop(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Done:  # E: 41 unhandled-event
        return Done()


# twin: the stop of a base is replaced
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


# twin: in a thread
class NeverReturns(Workflow):  # E: 1 no-stop
    @step
    def begin(self, ev: Order) -> None:
        raise RuntimeError


# twin: an old union
class OldUnion(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Optional[Union[Paid, Packed]]:
        return None

    @step
    async def end(self, ev: Union[Paid, Packed]) -> None: ...


# twin: a mixin brings the last step
class Mixed(Mixin, Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()

    @step
    async def shipped(self, ev: Shipped) -> None: ...


# twin: a fan-in is the last
class FannedIn(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: list[Paid]) -> None: ...


# twin: a generic base
class Gives(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: Order) -> E:
        raise NotImplementedError


class GivesPaid(Gives[Paid]):  # E: 1 no-stop
    @step
    async def end(self, ev: Paid) -> None: ...


# twin: a class in a function
def in_a_function() -> None:
    class Inner(Workflow):  # E: 5 no-stop
        @step
        async def begin(self, ev: Order) -> None: ...

    Inner()


# twin: only failures are answered
class Mends(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> None: ...

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> None: ...


# twin: a free function
class Free(Workflow):  # E: 1 no-stop
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


@step(workflow=Free)
async def free(ev: Paid) -> None: ...
