"""What a step may look like."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn, Optional

from shop import Order, Packed, Paid

from typedflow import All, Collect, Context, Event, Resource, StartEvent, StopEvent, Take, Workflow, step


def connect() -> str:
    return "connection"


Connection = Annotated[str, Resource(connect)]


class Minimal(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


class ContextLast(Workflow):
    @step
    async def begin(self, ev: Order, ctx: Context) -> Optional[StopEvent[Any]]:
        return StopEvent()


class Resources(Workflow):
    @step
    async def begin(self, ev: Order, one: Annotated[str, Resource(connect)], two: Connection) -> StopEvent[str]:
        return StopEvent(result=one + two)


class Defaults(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, limit: int = 3) -> StopEvent:
        return StopEvent()


class OtherNames(Workflow):
    @step
    async def begin(this, order: Order, run: Context) -> StopEvent:  # noqa: N805
        return StopEvent()


class Lists(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def pay(self, ev: Paid) -> Packed | None:
        return Packed()

    @step
    async def end(self, evs: Annotated[list[Packed], Collect(Take(1))]) -> StopEvent:
        return StopEvent()


class CollectsAll(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid | Packed]:
        return [Paid()]

    @step
    async def end(self, ctx: Context, evs: Annotated[list[Paid | Packed], Collect(All())]) -> StopEvent:
        return StopEvent()


class AJoin(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> Paid:
        ctx.send_event(Packed())
        return Paid()

    @step
    async def end(self, paid: Paid, packed: Packed) -> StopEvent:
        return StopEvent()


class InAThread(Workflow):
    @step
    def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class NeverReturns(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def fail(self, ev: Order) -> NoReturn:
        raise RuntimeError


class Broad(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: Event) -> StopEvent | None:
        return None
