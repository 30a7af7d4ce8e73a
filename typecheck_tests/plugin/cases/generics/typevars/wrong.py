"""The same, each wrong in one place."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

T = TypeVar("T")
KeyT = TypeVar("KeyT")


class Page(BaseModel, Generic[T]):
    items: list[T] = []
    last: T | None = None


class Lacking(BaseModel, Generic[T]):
    needed: T  # E: 5 state-default


class Starts(StartEvent, Generic[T]):
    value: T
    more: list[T] = []


class Named(Starts[T], Generic[KeyT, T]):
    key: KeyT


class Text(Starts[str]):
    pass


class Wrapped(Event, Generic[T]):
    value: T


class OfTheObject(Workflow[Page[T], Any], Generic[T]):
    @step
    async def begin(self, ctx: Context[Page[T]], ev: Starts[T]) -> StopEvent[T]:
        await ctx.store.get("itms")  # E: 29 state-path
        return StopEvent(result=ev.value)


class OfTheClass(OfTheObject[int]):
    pass


class TakesAnother(Workflow):
    @step
    async def begin(self, ev: Starts[int]) -> Wrapped[int]:  # E: 47 unhandled-event
        return Wrapped[int](value=ev.value)

    @step
    async def end(self, ev: Wrapped[str]) -> StopEvent[str]:  # E: 29 unproduced-event
        return StopEvent(result=ev.value)


class LackingState(Workflow, Generic[T]):
    @step
    async def begin(self, ctx: Context[Lacking[int]], ev: Starts[T]) -> StopEvent[T]:
        return StopEvent(result=ev.value)


class Inherited(Workflow):
    @step
    async def begin(self, ev: Text) -> StopEvent[str]:
        return StopEvent(result=ev.value)


class Reordered(Workflow):
    @step
    async def begin(self, ev: Named[str, int]) -> StopEvent[int]:
        return StopEvent(result=ev.value)


async def runs() -> None:
    OfTheObject[str]().run(value=1)  # E: 34 run-arguments
    OfTheClass().run(value="x")  # E: 28 run-arguments
    OfTheClass().run_sync(value=1, more=["x"])  # E: 41 run-arguments
    OfTheClass().run(valu=1)  # E: 5 run-arguments; 27 run-arguments
    Inherited().run(value=1)  # E: 27 run-arguments
    Reordered().run(value="x", key="x")  # E: 27 run-arguments
    Reordered().run(value=1, key=1)  # E: 34 run-arguments


async def states() -> None:
    await Context(OfTheClass()).store.set("last", "x")  # E: 51 state-path
    await Context(OfTheObject[str]()).store.set("last", 1)  # E: 57 state-path
    await Context(OfTheObject[str]()).store.get("lst")  # E: 49 state-path
