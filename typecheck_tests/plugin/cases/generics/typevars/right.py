"""Generic workflows, events and states, written with `TypeVar`, none of them wrong."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from typing_extensions import assert_type

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

T = TypeVar("T")
KeyT = TypeVar("KeyT")


class Page(BaseModel, Generic[T]):
    items: list[T] = []
    last: T | None = None


class Starts(StartEvent, Generic[T]):
    value: T
    more: list[T] = []


class Named(Starts[T], Generic[KeyT, T]):  # its arguments in another order than its base's
    key: KeyT


class Text(Starts[str]):
    pass


class Wrapped(Event, Generic[T]):
    value: T


class OfTheObject(Workflow[Page[T], Any], Generic[T]):
    @step
    async def begin(self, ctx: Context[Page[T]], ev: Starts[T]) -> StopEvent[T]:
        async with ctx.store.edit_state() as state:
            state.last = ev.value
        return StopEvent(result=ev.value)


class OfTheClass(OfTheObject[int]):
    pass


class InTwoSteps(Workflow, Generic[T]):
    @step
    async def begin(self, ev: Starts[T]) -> Wrapped[T]:
        return Wrapped[T](value=ev.value)

    @step
    async def end(self, ev: Wrapped[T]) -> StopEvent[T]:
        return StopEvent(result=ev.value)


class InTwoStepsOfInts(InTwoSteps[int]):
    pass


class Inherited(Workflow):
    @step
    async def begin(self, ev: Text) -> StopEvent[str]:
        return StopEvent(result=ev.value)


class Reordered(Workflow):
    @step
    async def begin(self, ev: Named[str, int]) -> StopEvent[int]:
        return StopEvent(result=ev.value)


class WithoutArguments(Workflow):
    @step
    async def begin(self, ev: Starts[Any]) -> StopEvent[int]:
        return StopEvent(result=1)


async def runs() -> None:
    assert_type(await OfTheObject[str]().run(value="x", more=["y"]), str)
    assert_type(await OfTheClass().run(value=1, more=[2]), int)
    assert_type(OfTheClass().run_sync(value=1), int)
    assert_type(await InTwoSteps[str]().run(value="x"), str)
    assert_type(await InTwoStepsOfInts().run(value=1), int)
    assert_type(await Inherited().run(value="x", more=["y"]), str)
    assert_type(await Reordered().run(value=1, more=[2], key="x"), int)
    assert_type(await WithoutArguments().run(value="x"), int)


async def states() -> None:
    assert_type(OfTheObject[str]().run(value="x").ctx.state, Page[str])
    assert_type(OfTheClass().run(value=1).ctx.state, Page[int])
    assert_type(Context(OfTheObject[str]()).state, Page[str])
    assert_type(Context(OfTheClass()).state, Page[int])
    assert_type(await Context(OfTheClass()).store.get("last"), "int | None")


def any_run(workflow: OfTheObject[T], value: T) -> T:
    return workflow.run_sync(value=value)
