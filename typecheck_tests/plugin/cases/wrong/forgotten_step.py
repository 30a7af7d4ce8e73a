"""A method with the signature of a step and no @step."""

import sys
from collections.abc import Callable
from typing import Generic, TypeVar

from shop import Order, Packed, Paid
from typing_extensions import override

from typedflow import Context, Event, StopEvent, Workflow, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


class Base(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: the last of a chain
class Chain(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    async def end(self, ev: Paid) -> StopEvent:  # E: 15 forgotten-step
        return StopEvent()


# twin: the first
class TheFirst(Workflow):
    async def begin(self, ev: Order) -> Paid:  # E: 15 forgotten-step
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: it returns nothing
class WithAContext(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Packed:
        return StopEvent()

    async def log(self, ctx: Context, ev: Packed) -> None: ...  # E: 15 forgotten-step


# twin: in a thread
class InAThread(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    def work(self, ev: Paid) -> Packed | None:  # E: 9 forgotten-step
        return None

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:
        return StopEvent()


# twin: a fan-in
class AFanIn(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    async def end(self, evs: list[Paid]) -> StopEvent[int]:  # E: 15 forgotten-step
        return StopEvent(result=len(evs))


# twin: it overrides a step
class Overridden(Base):
    async def begin(self, ev: Order) -> Paid | StopEvent:  # type: ignore[override, unused-ignore]  # E: 15 forgotten-step
        return Paid()


# twin: it calls itself
class CallsItself(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    async def end(self, ev: Paid) -> StopEvent:  # E: 15 forgotten-step
        return await self.end(ev)


# twin: a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    async def mend(self, ctx: Context, ev: StepFailedEvent) -> StopEvent:  # E: 44 unproduced-event; 15 forgotten-step
        return StopEvent()


# twin: in a mixin
class Ends:
    async def end(self, ev: Paid) -> StopEvent:  # E: 15 forgotten-step
        return StopEvent()


class Mixed(Ends, Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()


# twin: in a generic base
class Takes(Workflow, Generic[E], open_steps=True):
    async def end(self, ev: E) -> StopEvent:  # E: 15 forgotten-step
        return StopEvent()


class TakesPaid(Takes[Paid]):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> Local | StopEvent:
            return StopEvent()

        async def end(self, ev: Local) -> StopEvent:  # E: 19 forgotten-step
            return StopEvent()

    Inner()


# twin: under a condition
class Conditional(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    if sys.version_info >= (3, 8):

        async def end(self, ev: "Paid") -> "StopEvent[int]":  # E: 19 forgotten-step
            return StopEvent(result=1)


# twin: two at once
class TwoAtOnce(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    def pay(self, ev: Order) -> Paid:  # E: 9 forgotten-step
        return Paid()

    def pack(self, ev: Order) -> Packed:  # E: 9 forgotten-step
        return Packed()

    def join(self, one: Paid, other: Packed) -> StopEvent:  # E: 9 forgotten-step
        return StopEvent()


# twin: under another decorator
Method = TypeVar("Method", bound=Callable[..., object])


def noted(method: Method) -> Method:
    return method


class Decorated(Base):
    @override
    async def begin(self, ev: Order) -> Paid | StopEvent:  # type: ignore[override, unused-ignore]  # E: 15 forgotten-step
        return Paid()


class Noted(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent | Paid:  # E: 53 unhandled-event
        return StopEvent()

    @noted
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: called in another way
class ByItsName(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        print(getattr(ev, "end", None), self.timeout)
        return Paid()

    def end(self, ev: Paid) -> StopEvent:  # E: 9 forgotten-step
        return StopEvent()
