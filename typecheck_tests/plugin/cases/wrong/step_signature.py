"""What no step can look like."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from shop import Order, Packed, Paid

from typedflow import Collect, Context, StopEvent, Take, Workflow, step


class NoEvent(Workflow):
    @step
    async def begin(self) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


class OnlyAContext(Workflow):
    @step
    async def begin(self, ctx: Context) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


class NoEventClass(Workflow):
    @step
    async def begin(self, ev: int) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


class NotAnnotated(Workflow):
    @step
    async def begin(self, ev) -> StopEvent:  # type: ignore[no-untyped-def]  # E: 27 step-signature
        return StopEvent()


class ReturnsNoEvent(Workflow):
    @step
    async def begin(self, ev: Order) -> int:  # E: 41 step-signature
        return 1


class ReturnsAlsoNoEvent(Workflow):
    @step
    def begin(self, ev: Order) -> StopEvent | str:  # E: 35 step-signature
        return ""


class NoReturnAnnotation(Workflow):
    @step
    async def begin(self, ev: Order):  # type: ignore[no-untyped-def]  # E: 15 step-signature
        return StopEvent()


class Yields(Workflow):
    @step
    async def begin(self, ev: Order) -> AsyncIterator[Paid]:  # E: 41 step-signature
        yield Paid()


class OneMemberIsNoEvent(Workflow):
    @step
    async def begin(self, ev: Order | str) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


class OneParameterTooMany(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, limit: int) -> StopEvent:  # E: 59 step-signature
        return StopEvent()


class TakesAStop(Workflow):
    @step
    async def begin(self, ev: Order | StopEvent[int]) -> StopEvent:  # E: 39 step-signature
        return StopEvent()


class TwoContexts(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, more: Context) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


class TwoLists(Workflow):
    @step
    async def begin(self, evs: list[Paid], more: list[Packed]) -> StopEvent:  # E: 15 step-signature
        return StopEvent()


class AListBesideAnEvent(Workflow):
    @step
    async def begin(self, evs: list[Paid], ev: Packed) -> StopEvent:  # E: 32 step-signature
        return StopEvent()


class AJoinOfUnions(Workflow):
    @step
    async def begin(self, one: Order, other: Paid | Packed) -> StopEvent:  # E: 46 step-signature
        return StopEvent()


class CollectsNoList(Workflow):
    @step
    async def begin(self, ev: Annotated[Order, Collect(Take(2))]) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


class TakesAnything(Workflow):
    @step
    async def begin(self, ev: Any) -> StopEvent:  # E: 31 step-signature
        return StopEvent()


class ListOfNoEvents(Workflow):
    @step
    async def begin(self, ev: Order) -> list[int]:  # E: 41 step-signature
        return []


class Optioned(Workflow):
    @step(num_workers=2)
    async def begin(self, ev: str) -> None:  # E: 31 step-signature
        ...


class Free(Workflow, open_steps=True):
    pass


@step(workflow=Free)  # E: 2 arg-type
async def free(number: float) -> StopEvent:  # E: 24 step-signature
    return StopEvent()
