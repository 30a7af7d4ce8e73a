"""What a step may look like."""

from __future__ import annotations

from typing import Annotated, Final, NoReturn, Optional

from shop import Batch, Order, Packed, Paid

from typedflow import All, Collect, Context, DictState, Event, Resource, StartEvent, StopEvent, Take, Workflow, step
from typedflow.resource import ResourceConfig


# twin: no event
class AnyStart(Workflow):
    @step
    async def begin(self, _: StartEvent) -> StopEvent:
        return StopEvent()


# twin: only a context
class ContextLast(Workflow):
    @step
    async def begin(self, ev: Order, run: Context) -> StopEvent:
        return StopEvent()


# twin: a value in place of the event
class Number(StartEvent):
    value: int = 0


class CarriesTheValue(Workflow):
    @step
    async def begin(self, number: Number) -> StopEvent[int]:
        return StopEvent(result=number.value)


# twin: the event without an annotation
class InAString(Workflow):
    @step
    async def begin(self, ev: "Order") -> "StopEvent":
        return StopEvent()


# twin: the result itself is returned
class ReturnsAStop(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


# twin: one of the results is no event
class ReturnsMaybeNothing(Workflow):
    @step
    def begin(self, ev: Order) -> Optional[StopEvent[str]]:
        return StopEvent(result="")


# twin: nothing is said of the result
class ReturnsNothing(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def log(self, ev: Order) -> None:
        print(ev.number)

    @step
    async def fail(self, ev: Order) -> NoReturn:
        raise RuntimeError


# twin: events are yielded
class SendsThem(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> None:
        for amount in range(ev.number):
            ctx.send_event(Paid(amount=amount))

    @step
    async def end(self, ev: Paid) -> StopEvent | None:
        return StopEvent() if ev.amount else None


# twin: one member of a union is no event
class AUnionOfEvents(Workflow):
    @step
    async def begin(self, ev: Order | Paid) -> Paid | StopEvent:
        return Paid() if isinstance(ev, Order) else StopEvent()


# twin: a parameter that nothing fills
class HasADefault(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, limit: int = 3) -> StopEvent:
        return StopEvent()


# twin: a keyword that nothing fills
def limit() -> int:
    return 3


class Injected(Workflow):
    @step
    def begin(self, ev: Order, *, limit: Annotated[int, Resource(limit)]) -> StopEvent[int]:
        return StopEvent(result=limit)


# twin: an event that ends the run is taken
class TakesAGenericEvent(Workflow):
    @step
    async def begin(self, ev: Order) -> Batch[int]:
        return Batch(items=[1])

    @step
    async def end(self, ev: Batch[int]) -> StopEvent[int]:
        return StopEvent(result=len(ev.items))


# twin: two contexts
class OneContext(Workflow):
    @step
    async def begin(this, ctx: Context, order: Order, *, numbers: Annotated[list[int], Resource(list)]) -> StopEvent:
        return StopEvent()


# twin: two lists
class OneList(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed]:
        return [Paid(), Packed()]

    @step
    async def end(self, ctx: Context, evs: Annotated[list[Paid | Packed], Collect(All())]) -> StopEvent:
        return StopEvent()


# twin: a list beside an event
class TwoEvents(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def end(self, paid: Paid, packed: Packed) -> StopEvent:
        return StopEvent()


# twin: a union in a join
class AUnionAlone(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | Packed:
        return Paid()

    @step
    async def end(self, either: Paid | Packed) -> StopEvent:
        return StopEvent()


# twin: Collect on a single event
class CollectsAList(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: Annotated[list[Paid], Collect(Take(2))]) -> StopEvent:
        return StopEvent()


# twin: whatever comes
class AnyEvent(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: Event) -> StopEvent | None:
        return None


# twin: a list of values
class AListOfEvents(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Packed]:
        return [Packed(weight=1.5)]

    @step
    async def end(self, ev: Packed) -> StopEvent[float] | None:
        return StopEvent(result=ev.weight)


# twin: a decorator with options
class Optioned(Workflow):
    @step(num_workers=2, timeout=1.5)
    def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a free function
class Free(Workflow):
    pass


@step(workflow=Free, num_workers=1)
async def free(ctx: Context, ev: Order) -> StopEvent:
    return StopEvent()


# twin: under an alias
Outcome = Optional[StopEvent[str]]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Outcome:
        return None


# twin: in a nested class
class Outer:
    class Nested(Workflow):
        class Begin(StartEvent):
            pass

        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return StopEvent()


# twin: a tuple of events
class AListOfTwoKinds(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid] | list[Packed] | None:
        return [Packed()]

    @step(num_workers=8)
    async def end(self, ev: Paid | Packed) -> StopEvent:
        return StopEvent()


# twin: any number of events
class ByPosition(Workflow):
    @step
    async def begin(self, ev: Order, /) -> StopEvent:
        return StopEvent()


# twin: another result than the class declares
class ThatResult(Workflow[DictState, int | str]):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent[str]:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent[bool]:
        return StopEvent(result=True)


# twin: no workers
class OneWorker(Workflow):
    @step(num_workers=1)
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(num_workers=2, timeout=1.5)
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a number in words
def workers() -> int:
    return 4


class Computed(Workflow):
    @step(num_workers=workers())
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(num_workers=-1 + 2)
    def end(self, ctx: Context, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: no time
SOON: Final = 0.5
seconds = 0
seconds = 2


class HasTime(Workflow):
    NONE: Final = None

    @step(timeout=SOON)
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(timeout=seconds)
    async def pay(self, ev: Paid) -> Packed:
        return Packed()

    @step(accept_event_subclasses=True, timeout=NONE)
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: an unknown check
class KnownChecks(Workflow):
    @step(skip_checks=["no-exit", "self-state"])
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(skip_checks=())
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: no workers of a free function
class FreeInTurn(Workflow):
    pass


@step(workflow=FreeInTurn, num_workers=1, timeout=None)
async def free_in_turn(ctx: Context, ev: Order) -> StopEvent:
    return StopEvent()


# twin: fewer than one
class AsManyAsSaid(Workflow):
    MOST: Final = 2

    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: Annotated[list[Paid], Collect(Take(MOST))]) -> StopEvent:
        return StopEvent()


# twin: a number and no cardinality
AllPaid = Annotated[list[Paid], Collect(All())]


class HasACardinality(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: AllPaid) -> StopEvent:
        return StopEvent()


# twin: a value and no factory
class Client:
    def __call__(self) -> str:
        return "called"


def connect() -> Client:
    return Client()


class MadeByACall(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        text: Annotated[str, Resource(connect())],
    ) -> StopEvent:
        return StopEvent()


# twin: kept for no known time
def open_file() -> str:
    return "open"


class ForAStep(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        text: Annotated[str, Resource(open_file, cache="step")],
        again: Annotated[str, Resource(open_file, True)],
    ) -> StopEvent:
        return StopEvent()


# twin: a file of another kind
class Json(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        settings: Annotated[dict[str, int], ResourceConfig("settings.json")],
    ) -> StopEvent:
        return StopEvent()


# twin: a class method
class OfTheObject(Workflow):
    @classmethod
    def made(cls, seconds: float) -> OfTheObject:
        return cls(timeout=seconds)

    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(num_workers=2)
    async def end(self, ctx: Context, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a static method
class HelpsItself(Workflow):
    @staticmethod
    def paid(ev: Order) -> Paid:
        return Paid(amount=ev.number)

    @step(timeout=1)
    async def begin(self, ev: Order) -> Paid:
        return self.paid(ev)

    @step
    def end(self, ctx: Context, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a class method of a mixin
class Beginning:
    @classmethod
    async def begin(cls, ev: Order) -> StopEvent:
        return StopEvent()


class Begun(Beginning, Workflow):
    @step
    async def first(self, ev: Order) -> StopEvent:
        return await self.begin(ev)


# twin: a property
class HasAProperty(Workflow):
    @property
    def answer(self) -> int:
        return 42

    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=self.answer)
