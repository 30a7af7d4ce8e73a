"""A state that is no pydantic model, or states that are not in one line."""

from dataclasses import dataclass
from typing import TypedDict

from pydantic import BaseModel
from shop import Cart, Order, Packed

from typedflow import Context, StopEvent, Workflow, step


class Plain:
    count = 0


class Typed(TypedDict):
    count: int


@dataclass
class Data:
    count: int = 0


class Other(BaseModel):
    count: int = 0


class AClass(Workflow):
    @step
    async def begin(self, ctx: Context[Plain], ev: Order) -> StopEvent:  # E: 32 state-type; 40 type-var; 40 type-var
        return StopEvent()


class ADataclass(Workflow):
    @step
    async def begin(self, ctx: Context[Data], ev: Order) -> StopEvent:  # E: 32 state-type; 40 type-var
        return StopEvent()


class ABuiltin(Workflow):
    @step
    async def begin(self, ctx: Context[dict[str, int]], ev: Order) -> StopEvent:  # E: 32 state-type; 40 type-var
        return StopEvent()


class TwoModels(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[Other], ev: Packed) -> StopEvent:  # E: 30 state-type
        return StopEvent()


class NotTheDeclaredOne(Workflow[Cart, int]):
    @step
    async def begin(self, ctx: Context[Other], ev: Order) -> StopEvent[int]:  # E: 32 state-type
        return StopEvent(result=1)


class Siblings(Workflow):
    class One(Cart):
        more: int = 0

    class Another(Cart):
        more: str = ""

    @step
    async def begin(self, ctx: Context[One], ev: Order) -> Packed:  # E: 32 state-type
        return Packed()

    @step
    async def end(self, ev: Packed, ctx: "Context[Another]") -> StopEvent:
        return StopEvent()


class Base(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def more(self, ctx: Context[Other], ev: Order) -> None: ...  # E: 31 state-type


class Free(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ctx: Context[Other], ev: Order) -> None: ...  # E: 21 state-type
