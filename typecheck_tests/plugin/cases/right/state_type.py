"""States that are models, of one line of inheritance."""

from typing import Generic, TypeAlias, TypeVar

from pydantic import BaseModel
from shop import BigCart, Cart, Order, Packed

from typedflow import Context, DictState, StopEvent, Workflow, step

S = TypeVar("S", bound=BaseModel)
Ctx: TypeAlias = Context[Cart]


class One(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Ctx, ev: Packed) -> StopEvent:
        return StopEvent()


class InLine(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[BigCart], ev: Packed) -> StopEvent:
        return StopEvent()


class BareContext(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context, ev: Packed) -> StopEvent:
        return StopEvent()


class NoContext(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


class Declared(Workflow[Cart, int]):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class Generic1(Workflow[S, int], Generic[S], open_steps=True):
    @step
    async def begin(self, ctx: Context[S], ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class Concrete(Generic1[Cart]):
    @step
    async def more(self, ctx: Context[Cart], ev: Order) -> None: ...


class Keys(DictState):
    count: int = 0


class OpenKeys(Workflow):
    @step
    async def begin(self, ctx: Context[Keys], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[DictState], ev: Packed) -> StopEvent:
        return StopEvent()
