"""A run can end."""

from typing import Generic, TypeVar

from shop import Bill, Order, Packed, Paid

from typedflow import Context, StopEvent, Workflow, step

R = TypeVar("R")


class Plain(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class Typed(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[dict[str, int]] | None:
        return StopEvent(result={})


class Subclass(Workflow):
    @step
    async def begin(self, ev: Order) -> Bill:
        return Bill(total=1)


class Inherited(Plain):
    @step
    async def more(self, ctx: Context, ev: Order) -> None: ...


class InAThread(Workflow):
    @step
    def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class Later(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | Packed:
        return Paid()

    @step
    async def pay(self, ev: Paid) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent | None:
        return StopEvent()


class Base(Workflow, Generic[R], open_steps=True):
    @step
    async def begin(self, ev: Order) -> StopEvent[R]:
        raise NotImplementedError
