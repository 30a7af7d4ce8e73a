"""What Python 3.12 writes, none of it wrong: `type` aliases and `class W[T]`, wherever steps, events and states may have them."""

from typing import Annotated, Any, assert_type

from pydantic import BaseModel

from typedflow import Collect, Context, Event, Resource, StartEvent, StopEvent, Take, Workflow, step


class Counter(BaseModel):
    count: int = 0


class Named(Counter):
    name: str = ""


class Begin(StartEvent):
    n: int


class Part(Event):
    n: int


class Late(Event):
    n: int


type Ending = StopEvent[int]
type PartOrEnd = Part | Ending
type Parts = list[Part]
type State = Counter
type Either[E: Event] = E | Late
type Forward = "Part | Later"
type Two = Annotated[list[Part], Collect(Take(2))]


class Later(Event):
    n: int


def connect() -> str:
    return "bank"


type Bank = Annotated[str, Resource(connect)]


class AliasOfAUnion(Workflow):
    @step
    async def begin(self, ev: Begin) -> PartOrEnd:
        return Part(n=ev.n) if ev.n else StopEvent(result=0)

    @step
    async def end(self, ev: Part) -> Ending:
        return StopEvent(result=ev.n)


async def alias_of_a_union() -> None:
    assert_type(await AliasOfAUnion().run(n=1), int)


class AliasOfAList(Workflow):
    @step
    async def begin(self, ev: Begin) -> Parts:
        return [Part(n=ev.n), Part(n=2)]

    @step
    async def end(self, evs: Parts) -> Ending:
        return StopEvent(result=len(evs))


class AliasOfAState(Workflow):
    @step
    async def begin(self, ctx: Context[State], ev: Begin) -> Ending:
        assert_type(await ctx.store.get("count"), int)
        return StopEvent(result=ctx.state.count)


class GenericAlias(Workflow):
    @step
    async def begin(self, ev: Begin) -> Either[Part]:
        return Part(n=ev.n) if ev.n else Late(n=1)

    @step
    async def end(self, ev: Either[Part]) -> Ending:
        return StopEvent(result=ev.n)


class ForwardAlias(Workflow):
    @step
    async def begin(self, ev: Begin) -> Forward:
        return Part(n=ev.n) if ev.n else Later(n=1)

    @step
    async def end(self, ev: Forward) -> Ending:
        return StopEvent(result=ev.n)


class AliasOfACollect(Workflow):
    @step
    async def begin(self, ev: Begin) -> Parts:
        return [Part(n=ev.n), Part(n=2)]

    @step
    async def end(self, evs: Two) -> Ending:
        return StopEvent(result=len(evs))


class AliasOfAResource(Workflow):
    @step
    async def begin(self, ev: Begin, bank: Bank) -> StopEvent[str]:
        return StopEvent(result=bank)


class Generic[S: Counter](Workflow[S, int], open_steps=True):
    @step
    async def begin(self, ctx: Context[S], ev: Begin) -> Part:
        async with ctx.store.edit_state() as state:
            state.count += ev.n
        return Part(n=ev.n)


class Concrete(Generic[Named]):
    @step
    async def end(self, ctx: Context[Named], ev: Part) -> Ending:
        assert_type(await ctx.store.get("name"), str)
        return StopEvent(result=ev.n)


async def concrete() -> None:
    handler = Concrete().run(n=1)
    assert_type(handler.ctx.state, Named)
    assert_type(await handler, int)
    assert_type(Context(Concrete()).state, Named)


class Page[T](BaseModel):
    items: list[T] = []
    last: T | None = None


class GenericState(Workflow):
    @step
    async def begin(self, ctx: Context[Page[int]], ev: Begin) -> Ending:
        await ctx.store.set("last", ev.n)
        assert_type(await ctx.store.get("items.0"), int)
        return StopEvent(result=ctx.state.last or 0)


class Wrapped[T](Event):
    value: T


class GenericEvent(Workflow):
    @step
    async def begin(self, ev: Begin) -> Wrapped[int]:
        return Wrapped[int](value=ev.n)

    @step
    async def end(self, ev: Wrapped[int]) -> Ending:
        return StopEvent(result=ev.value)


class GenericStop[T](StopEvent[T]):
    note: str = ""


class StopsGeneric(Workflow):
    @step
    async def begin(self, ev: Begin) -> GenericStop[int]:
        return GenericStop[int](result=ev.n)


class GenericMethod(Workflow):
    @step
    async def begin(self, ev: Begin) -> Ending:
        return StopEvent(result=self.same(ev.n))

    def same[T](self, value: T) -> T:
        return value


def inside[T](value: T) -> None:
    class Inside(Workflow):
        @step
        async def begin(self, ev: Begin) -> Ending:
            return StopEvent(result=ev.n)

    Inside().run(n=1)


class Starts[T](StartEvent):
    value: T
    more: list[T] = []


class GenericStart[T](Workflow[Page[T], Any]):
    @step
    async def begin(self, ctx: Context[Page[T]], ev: Starts[T]) -> StopEvent[T]:
        return StopEvent(result=ev.value)


class StartsWithInt(GenericStart[int]):
    pass


class Text(Starts[str]):
    pass


class StartsWithText(Workflow):
    @step
    async def begin(self, ev: Text) -> StopEvent[str]:
        return StopEvent(result=ev.value)


async def generic_start() -> None:
    assert_type(await StartsWithInt().run(value=1, more=[2]), int)
    assert_type(await GenericStart[str]().run(value="x"), str)
    assert_type(GenericStart[str]().run(value="x").ctx.state, Page[str])
    assert_type(Context(GenericStart[str]()).state, Page[str])
    assert_type(await StartsWithText().run(value="x", more=["y"]), str)


class Free(Workflow):
    pass


@step(workflow=Free)
async def begin(ctx: Context[State], ev: Begin) -> PartOrEnd:
    return Part(n=ev.n)


@step(workflow=Free)
async def end(ev: Part) -> Ending:
    return StopEvent(result=ev.n)
