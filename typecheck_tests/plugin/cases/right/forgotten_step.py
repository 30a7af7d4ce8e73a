"""Methods that are no steps, and do not look like one."""

import abc
import functools
import sys
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from shop import Order, Packed, Paid
from typing_extensions import override

from typedflow import Context, Event, StopEvent, Workflow, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)


# twin: the last of a chain
class Called(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return await self.end(Paid())

    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: the first
class Abstract(Workflow, abc.ABC):
    @abc.abstractmethod
    async def begin(self, ev: Order) -> StopEvent: ...


# twin: it returns nothing
class OnlyLooks(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    def shown(self, ev: Packed) -> None: ...

    def looks(self, ev: Event) -> str:
        return str(ev)

    def anything(self, ev: Any) -> Any:
        return ev

    def makes(self) -> Paid:
        return Paid()


# twin: in a thread
class HandedOn(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=len(list(map(self.work, [Paid()]))))

    def work(self, ev: Paid) -> Packed | None:
        return None


# twin: a fan-in
class OfAList(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return []

    @step
    async def end(self, evs: list[Paid]) -> StopEvent[int]:
        return StopEvent(result=len(evs))

    def total(self, evs: list[Paid]) -> int:
        return sum(one.amount for one in evs)

    def at_most(self, evs: list[Paid], limit: int) -> list[Paid]:
        return evs[:limit]


# twin: it overrides a step
class Base(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class Overridden(Base):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return await super().begin(ev)


# twin: it calls itself
class CalledByAHelper(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed | StopEvent:
        return StopEvent() if self.looks(Paid()) else Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()

    def looks(self, ev: Paid) -> bool:
        return self.again(ev).weight > 0

    def again(self, ev: Paid) -> Packed:
        return self.again(ev) if ev.amount else Packed()


# twin: a handler of failures
class Tells(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    async def mend(self, ctx: Context, ev: StepFailedEvent, attempt: int) -> StopEvent:
        return StopEvent()


# twin: in a mixin
class Ends:
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class Mixed(Ends, Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def ends(self, ev: Paid) -> StopEvent:
        return await super().end(ev)


# twin: in a generic base
class Takes(Workflow, Generic[E], open_steps=True):
    @staticmethod
    def static(ev: Paid) -> Packed:
        return Packed()

    @classmethod
    def of_class(cls, ev: Paid) -> Packed:
        return Packed()

    @property
    def last(self) -> Paid:
        return Paid()

    def same(self, ev: E) -> E:
        return ev


class TakesPaid(Takes[Paid]):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        print(self.same)
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local(Event):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            async def inner(ev: Local) -> Packed:
                return Packed()

            await inner(Local())
            return StopEvent()

    Inner()


# twin: under a condition
class Conditional(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    if sys.version_info >= (3, 8):

        @step
        async def end(self, ev: "Paid") -> "StopEvent[int]":
            return StopEvent(result=1)
    else:

        @step
        async def end(self, ev: Paid) -> StopEvent[int]:
            return StopEvent(result=0)


# twin: two at once
class HandsThemOver(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        first = self.pay
        return self.join(first(ev), list(map(self.pack, [ev]))[0])

    def pay(self, ev: Order) -> Paid:
        return Paid()

    def pack(self, ev: Order) -> Packed:
        return Packed()

    def join(self, one: Paid, other: Packed) -> StopEvent:
        return StopEvent()


# twin: under another decorator
def counted(method: Callable[[Any, Order], Paid]) -> Callable[[Any, Order], int]:
    def count(this: Any, ev: Order) -> int:
        return method(this, ev).amount

    return count


class Decorated(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @counted
    def pay(self, ev: Order) -> Paid:
        return Paid()

    @functools.lru_cache
    def join(self, one: Paid, other: Packed) -> StopEvent:
        return StopEvent()


Method = TypeVar("Method", bound=Callable[..., object])
BY_NAME: list[Callable[..., object]] = []


def noted(method: Method) -> Method:
    BY_NAME.append(method)
    return method


class Noted(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent(result=[method(self, ev) for method in BY_NAME])

    @noted
    def pay(self, ev: Order) -> Paid:
        return Paid()


class Derived(Decorated):
    @step
    @override
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: called in another way
class ByItsName(Workflow):
    def __init__(self) -> None:
        super().__init__()
        self.ways = [self.pay]

    @step
    async def begin(self, ev: Order) -> StopEvent:
        paid = self.ways[0](ev)
        packed: Packed = getattr(self, "pack")(self.__same(paid))
        return ByItsName.end(self, packed)

    def pay(self, ev: Order) -> Paid:
        return Paid()

    def __same(self, ev: Paid) -> Paid:
        return ev

    def pack(self, ev: Paid) -> Packed:
        return Packed()

    def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


class ByATable(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[list[object]]:
        word = type(ev).__name__.lower()
        handler = getattr(self, f"on_{word}")
        other = getattr(self, "as_" + word)
        return StopEvent(result=[self.WAYS["paid"](self, Paid()), handler(ev), other(ev)])

    def pay(self, ev: Paid) -> Packed:
        return Packed()

    def on_order(self, ev: Order) -> Packed:
        return Packed()

    def as_order(self, ev: Order) -> Paid:
        return Paid()

    WAYS: ClassVar[dict[str, Callable[[Any, Paid], Packed]]] = {"paid": pay}


class WithTheTable(ByATable):
    @step
    async def begin(self, ev: Order) -> StopEvent[list[object]]:
        return await super().begin(ev)
