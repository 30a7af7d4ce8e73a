"""The same, each wrong in one place."""

from typing import Annotated, Any

from pydantic import BaseModel

from typedflow import Collect, Context, Event, Resource, StartEvent, StopEvent, Take, Workflow, step


class Counter(BaseModel):
    count: int = 0


class Named(Counter):
    name: str = ""


class Lacking(BaseModel):
    needed: int  # E: 5 state-default


class Begin(StartEvent):
    n: int


class Part(Event):
    n: int


class Lost(Event):
    n: int


type Ending = StopEvent[int]
type LostOrEnd = Lost | Ending
type Losts = list[Lost]
type State = Lacking
type Either[E: Event] = E | Lost
type Forward = "Part | Later"
type NoEvent = int
type Two = Annotated[list[Part], Collect(Take(2))]


class Later(Event):
    n: int


def connect() -> int:
    return 1


type Bank = Annotated[str, Resource(connect)]


class AliasOfAUnion(Workflow):
    @step
    async def begin(self, ev: Begin) -> LostOrEnd:  # E: 41 unhandled-event
        return StopEvent(result=0)


class AliasOfAList(Workflow):
    @step
    async def begin(self, ev: Begin) -> Losts | Part:  # E: 41 unhandled-event
        return []

    @step
    async def end(self, evs: Part) -> Ending:
        return StopEvent(result=evs.n)


class LackingAlias(Workflow):
    @step
    async def begin(self, ctx: Context[State], ev: Begin) -> Ending:
        return StopEvent(result=ctx.state.needed)


class GenericAlias(Workflow):
    @step
    async def begin(self, ev: Begin) -> Part:
        return Part(n=ev.n)

    @step
    async def end(self, ev: Either[Part]) -> Ending:  # E: 29 unproduced-event
        return StopEvent(result=ev.n)


class ForwardAlias(Workflow):
    @step
    async def begin(self, ev: Begin) -> Part:
        return Part(n=ev.n)

    @step
    async def end(self, ev: Forward) -> Ending:  # E: 29 unproduced-event
        return StopEvent(result=ev.n)


def malformed() -> None:
    class AliasOfNoEvent(Workflow):
        @step
        async def begin(self, ev: Begin, n: NoEvent) -> Ending:  # E: 45 step-signature
            return StopEvent(result=n)


class AliasOfACollect(Workflow):
    @step
    async def begin(self, ev: Begin) -> Ending:
        return StopEvent(result=1)

    @step
    async def end(self, evs: Two) -> Ending:  # E: 30 collect
        return StopEvent(result=len(evs))


class AliasOfAResource(Workflow):
    @step
    async def begin(self, ev: Begin, bank: Bank) -> StopEvent[str]:  # E: 44 resource-type
        return StopEvent(result=bank)


class Generic[S: Counter](Workflow[S, int], open_steps=True):
    @step
    async def begin(self, ctx: Context[S], ev: Begin) -> Part:
        await ctx.store.set("cuont", 1)  # E: 29 state-path
        return Part(n=ev.n)


class Concrete(Generic[Named]):
    @step
    async def end(self, ctx: Context[Named], ev: Either[Part]) -> Ending:  # E: 50 unproduced-event
        ctx.state.name = "a"  # E: 9 state-read-only
        return StopEvent(result=ev.n)


class Closed[S: Counter](Workflow[S, int]):
    @step
    async def begin(self, ctx: Context[S], ev: Begin) -> Part | Ending:  # E: 58 unhandled-event
        self.kept = 1  # E: 9 self-state
        return Part(n=ev.n)


class Page[T](BaseModel):
    items: list[T] = []
    last: T | None = None
    needed: T  # E: 5 state-default


class LackingGenericState(Workflow):
    @step
    async def begin(self, ctx: Context[Page[int]], ev: Begin) -> Ending:
        await ctx.store.set("last", "no")  # E: 37 state-path
        await ctx.store.get("itms.0")  # E: 29 state-path
        return StopEvent(result=ctx.state.last or 0)


class Wrapped[T](Event):
    value: T


class GenericEvent(Workflow):
    @step
    async def begin(self, ev: Begin) -> Wrapped[int]:  # E: 41 unhandled-event
        return Wrapped[int](value=ev.n)

    @step
    async def end(self, ev: Wrapped[str]) -> StopEvent[str]:  # E: 29 unproduced-event
        return StopEvent(result=ev.value)


class Starts[T](StartEvent):
    value: T


class GenericStart[T](Workflow[Any, Any]):
    @step
    async def begin(self, ev: Starts[T]) -> StopEvent[T]:
        return StopEvent(result=ev.value)


class StartsWithInt(GenericStart[int]):
    pass


async def runs() -> None:
    StartsWithInt().run(value="x")  # E: 31 run-arguments
    StartsWithInt().run(valu=1)  # E: 5 run-arguments; 30 run-arguments
    GenericStart[str]().run(value=1)  # E: 35 run-arguments
    Concrete().run(m=1)  # E: 5 run-arguments; 22 run-arguments


def inside[T](value: T) -> None:
    class Inside(Workflow):
        @step
        async def begin(self, ev: Begin) -> LostOrEnd:  # E: 45 unhandled-event
            return StopEvent(result=ev.n)

    Inside().run(n=1)
