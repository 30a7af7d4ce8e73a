"""A state that is no pydantic model, or states that are not in one line."""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel
from shop import BigCart, Cart, Order, Packed
from typing_extensions import TypedDict

from typedflow import Context, DictState, StopEvent, Workflow, step

S = TypeVar("S", bound=BaseModel)


class Other(BaseModel):
    count: int = 0


# twin: a class
class Plain:
    count = 0


class AClass(Workflow):
    @step
    async def begin(self, ctx: Context[Plain], ev: Order) -> StopEvent:  # E: 32 state-type; 40 type-var; 40 type-var
        return StopEvent()


# twin: a dataclass
@dataclass
class Data:
    count: int = 0


class ADataclass(Workflow):
    @step
    async def begin(self, ctx: Context[Data], ev: Order) -> StopEvent:  # E: 32 state-type; 40 type-var
        return StopEvent()


# twin: a builtin
class ABuiltin(Workflow):
    @step
    async def begin(self, ctx: Context[dict[str, int]], ev: Order) -> StopEvent:  # E: 32 state-type; 40 type-var
        return StopEvent()


# twin: two models
class TwoModels(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[Other], ev: Packed) -> StopEvent:  # E: 30 state-type
        return StopEvent()


# twin: declared
class NotTheDeclaredOne(Workflow[Cart, int]):
    @step
    async def begin(self, ctx: Context[Other], ev: Order) -> StopEvent[int]:  # E: 32 state-type
        return StopEvent(result=1)


# twin: siblings
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


# twin: a step of a subclass
class Base(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def more(self, ctx: Context[Other], ev: Order) -> None: ...  # E: 31 state-type


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ctx: Context[Other], ev: Order) -> None: ...  # E: 21 state-type


# twin: under an alias
Ctx: TypeAlias = Context[Other]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Ctx, ev: Packed) -> StopEvent:  # E: 30 state-type
        return StopEvent()


# twin: a generic base
class Keeps(Workflow[S, int], Generic[S], open_steps=True):
    @step
    async def begin(self, ctx: Context[S], ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class KeepsACart(Keeps[Cart]):
    @step
    async def more(self, ctx: Context[Other], ev: Order) -> None: ...  # E: 31 state-type


# twin: a generic model
class Box(BaseModel, Generic[S]):
    inner: S | None = None


class TwoBoxes(Workflow):
    @step
    async def begin(self, ctx: Context[Box[Cart]], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[Box[Other]], ev: Packed) -> StopEvent:  # E: 30 state-type
        return StopEvent()


# twin: in a mixin
class Counts:
    @step
    async def count(self, ctx: Context[Other], ev: Order) -> None: ...  # E: 32 state-type


class Mixed(Counts, Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        return StopEvent()


# twin: beside a state without a schema
class Keys(DictState):
    count: int = 0


class BesideKeys(Workflow):
    @step
    async def begin(self, ctx: Context[Keys], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[Cart], ev: Packed) -> StopEvent:  # E: 30 state-type
        return StopEvent()


# twin: a typed dict
class Typed(TypedDict):
    count: int


class ATypedDict(Workflow):
    @step
    async def begin(self, ctx: Context[Typed], ev: Order) -> StopEvent:  # E: 40 type-var; 32 state-type
        return StopEvent()


# twin: a named tuple
class Pair(NamedTuple):
    one: int = 0


class ANamedTuple(Workflow[Pair, int]):  # E: 28 type-var
    @step
    async def begin(self, ctx: Context[Pair], ev: Order) -> StopEvent[int]:  # E: 40 type-var; 32 state-type
        return StopEvent(result=1)


# twin: a class in a function
def in_a_function() -> None:
    class Local(BaseModel):
        count: int = 0

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context[Local], ev: Order) -> StopEvent:  # E: 36 state-type
            return StopEvent()

        @step
        async def more(self, ctx: Context[Cart], ev: Order) -> None: ...

    Inner()
