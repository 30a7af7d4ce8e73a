"""What no step can look like."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from shop import Order, Packed, Paid

from typedflow import Collect, Context, DictState, Resource, StopEvent, Take, Workflow, step
from typedflow.resource import ResourceConfig


# twin: no event
class NoEvent(Workflow):
    @step
    async def begin(self) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


# twin: only a context
class OnlyAContext(Workflow):
    @step
    async def begin(self, ctx: Context) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


# twin: a value in place of the event
class NoEventClass(Workflow):
    @step
    async def begin(self, ev: int) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


# twin: the event without an annotation
class NotAnnotated(Workflow):
    @step
    async def begin(self, ev) -> StopEvent:  # type: ignore[no-untyped-def]  # E: 27 step-signature
        return StopEvent()


# twin: the result itself is returned
class ReturnsNoEvent(Workflow):
    @step
    async def begin(self, ev: Order) -> int:  # E: 41 step-signature
        return 1


# twin: one of the results is no event
class ReturnsAlsoNoEvent(Workflow):
    @step
    def begin(self, ev: Order) -> StopEvent | str:  # E: 35 step-signature
        return ""


# twin: nothing is said of the result
class NoReturnAnnotation(Workflow):
    @step
    async def begin(self, ev: Order):  # type: ignore[no-untyped-def]  # E: 15 step-signature
        return StopEvent()


# twin: events are yielded
class Yields(Workflow):
    @step
    async def begin(self, ev: Order) -> AsyncIterator[Paid]:  # E: 41 step-signature
        yield Paid()


# twin: one member of a union is no event
class OneMemberIsNoEvent(Workflow):
    @step
    async def begin(self, ev: Order | str) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


# twin: a parameter that nothing fills
class OneParameterTooMany(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, limit: int) -> StopEvent:  # E: 59 step-signature
        return StopEvent()


# twin: a keyword that nothing fills
class OneKeywordTooMany(Workflow):
    @step
    def begin(self, ev: Order, *, limit: int) -> StopEvent:  # E: 42 step-signature
        return StopEvent()


# twin: an event that ends the run is taken
class TakesAStop(Workflow):
    @step
    async def begin(self, ev: Order | StopEvent[int]) -> StopEvent:  # E: 39 step-signature
        return StopEvent()


# twin: two contexts
class TwoContexts(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, more: Context) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


# twin: two lists
class TwoLists(Workflow):
    @step
    async def begin(self, evs: list[Paid], more: list[Packed]) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


# twin: a list beside an event
class AListBesideAnEvent(Workflow):
    @step
    async def begin(self, evs: list[Paid], ev: Packed) -> StopEvent:  # E: 32 step-signature
        return StopEvent()


# twin: a union in a join
class AJoinOfUnions(Workflow):
    @step
    async def begin(self, one: Order, other: Paid | Packed) -> StopEvent:  # E: 46 step-signature
        return StopEvent()


# twin: Collect on a single event
class CollectsNoList(Workflow):
    @step
    async def begin(self, ev: Annotated[Order, Collect(Take(2))]) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


# twin: whatever comes
class TakesAnything(Workflow):
    @step
    async def begin(self, ev: Any) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


# twin: a list of values
class ListOfNoEvents(Workflow):
    @step
    async def begin(self, ev: Order) -> list[int]:  # E: 41 step-signature
        return []


# twin: a decorator with options
class Optioned(Workflow):
    @step(num_workers=2)
    async def begin(self, ev: str) -> None:  # E: 31 step-signature
        ...


# twin: a free function
class Free(Workflow, open_steps=True):
    pass


@step(workflow=Free)
async def free(number: float) -> StopEvent:  # E: 24 step-signature
    return StopEvent()


# twin: under an alias
Text = str


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Text | None:  # E: 41 step-signature
        return None


# twin: in a nested class
class Outer:
    class Nested(Workflow):
        class Begin:
            pass

        @step
        async def begin(self, ev: Begin) -> StopEvent:  # E: 35 step-signature
            return StopEvent()


# twin: a tuple of events
class ATuple(Workflow):
    @step
    async def begin(self, ev: Order) -> tuple[Paid, Packed]:  # E: 41 step-signature
        return Paid(), Packed()


# twin: any number of events
class Starred(Workflow):
    @step
    async def begin(self, *evs: Order) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


# twin: another result than the class declares
class AnotherResult(Workflow[DictState, int]):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent[str]:  # E: 48 step-signature
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent[bool]:
        return StopEvent(result=True)


# twin: no workers
class NoWorkers(Workflow):
    @step(num_workers=0)  # E: 6 step-signature
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(num_workers=-1, timeout=1.5)  # E: 6 step-signature
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: a number in words
class InWords(Workflow):
    @step(num_workers="4")  # E: 6 step-signature
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(num_workers=True)  # E: 6 step-signature
    def end(self, ctx: Context, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: no time
AT_ONCE: Final = 0


class NoTime(Workflow):
    IN_THE_PAST: Final = -2.5

    @step(timeout=AT_ONCE)  # E: 6 step-signature
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(accept_event_subclasses=True, timeout=IN_THE_PAST)  # E: 6 step-signature
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: an unknown check
class UnknownCheck(Workflow):
    @step(skip_checks=["no-exits"])  # E: 6 step-signature
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step(skip_checks="no-exit")  # E: 6 step-signature
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: no workers of a free function
class FreeAtOnce(Workflow):
    pass


@step(workflow=FreeAtOnce, num_workers=0)  # E: 2 step-signature
async def free_at_once(ctx: Context, ev: Order) -> StopEvent:
    return StopEvent()


# twin: fewer than one
class FewerThanOne(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: Annotated[list[Paid], Collect(Take(-1))]) -> StopEvent:  # E: 30 step-signature
        return StopEvent()


# twin: a number and no cardinality
TwoPaid = Annotated[list[Paid], Collect(2)]  # type: ignore[arg-type]  # as the checkers say that look in there


class NoCardinality(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: TwoPaid) -> StopEvent:  # E: 30 step-signature
        return StopEvent()


# twin: a value and no factory
class Client:
    pass


def connect() -> Client:
    return Client()


class NoFactory(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        client: Annotated[Client, Resource(connect())],  # E: 17 step-signature
    ) -> StopEvent:
        return StopEvent()


# twin: kept for no known time
def open_file() -> str:
    return "open"


class Forever(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        text: Annotated[str, Resource(open_file, cache="forever")],  # E: 15 step-signature
    ) -> StopEvent:
        return StopEvent()


# twin: a file of another kind
class Yaml(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        settings: Annotated[dict[str, int], ResourceConfig("settings.yaml")],  # E: 19 step-signature
    ) -> StopEvent:
        return StopEvent()


# twin: a class method
class OfTheClass(Workflow):
    @step
    @classmethod
    async def begin(cls, ev: Order) -> Paid:  # E: 15 step-signature
        return Paid()

    @classmethod
    @step(num_workers=2)
    async def end(cls, ctx: Context, ev: Paid) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


# twin: a static method
class OfNobody(Workflow):
    @step(timeout=1)
    @staticmethod
    async def begin(ev: Order) -> Paid:  # E: 15 step-signature
        return Paid()

    @staticmethod
    @step
    def end(ctx: Context, ev: Paid) -> StopEvent:  # E: 9 step-signature
        return StopEvent()


# twin: a class method of a mixin
class Beginning:
    @classmethod
    @step
    async def begin(cls, ev: Order) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


class Begun(Beginning, Workflow):
    pass


# twin: a property
class AsAProperty(Workflow):
    @property
    @step
    async def begin(self, ev: Order) -> StopEvent:  # E: 15 step-signature
        return StopEvent()
