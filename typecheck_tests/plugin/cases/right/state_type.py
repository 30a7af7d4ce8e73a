"""States that are models, of one line of inheritance."""

from typing import Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, RootModel
from pydantic.dataclasses import dataclass
from shop import BigCart, Cart, Order, Packed
from typing_extensions import TypedDict

from typedflow import Context, DictState, StopEvent, Workflow, step

S = TypeVar("S", bound=BaseModel)


class Other(BaseModel):
    count: int = 0


# twin: a class
class Plain:
    count = 0


class WithPlain(Plain, BaseModel):
    pass


class AClass(Workflow):
    @step
    async def begin(self, ctx: Context[WithPlain], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a dataclass
@dataclass
class Data:
    count: int = 0


class WithData(BaseModel):
    data: Data = Data()


class ADataclass(Workflow):
    @step
    async def begin(self, ctx: Context[WithData], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a builtin
class Numbers(RootModel[dict[str, int]]):
    root: dict[str, int] = {}


class ABuiltin(Workflow):
    @step
    async def begin(self, ctx: Context[Numbers], ev: Order) -> StopEvent:
        return StopEvent()


# twin: two models
class InLine(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[BigCart], ev: Packed) -> StopEvent:
        return StopEvent()


class AnyStateBesideAModel(Workflow):
    @step
    async def begin(self, ctx: Context[BaseModel], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Context[BigCart], ev: Packed) -> StopEvent:
        return StopEvent()


class AnyState(Workflow):
    @step
    async def begin(self, ctx: Context[BaseModel], ev: Order) -> StopEvent:
        print(ctx.state.model_dump())
        return StopEvent()


# twin: declared
class Declared(Workflow[BigCart, int]):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)

    @step
    async def more(self, ctx: Context[Cart], ev: Order) -> None: ...


# twin: siblings
class GrandParent(Workflow):
    class One(Cart):
        more: int = 0

    class Another(One):
        most: str = ""

    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
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
    async def more(self, ctx: Context[BigCart], ev: Order) -> None: ...


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ctx: Context, ev: Order) -> None: ...


# twin: under an alias
Ctx: TypeAlias = Context[Cart]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ctx: Ctx, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: a generic base
class Keeps(Workflow[S, int], Generic[S], open_steps=True):
    @step
    async def begin(self, ctx: Context[S], ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class KeepsACart(Keeps[Cart]):
    @step
    async def more(self, ctx: Context[Cart], ev: Order) -> None: ...


# twin: a generic model
class Box(BaseModel, Generic[S]):
    inner: S | None = None


class OneBox(Workflow):
    @step
    async def begin(self, ctx: Context[Box[Cart]], ev: Order) -> Packed:
        return Packed()

    @step
    async def end(self, ev: Packed, ctx: Context[Box[Cart]]) -> StopEvent:
        return StopEvent()


# twin: in a mixin
class Counts:
    @step
    async def count(self, ctx: Context[Cart], ev: Order) -> None: ...


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
    async def end(self, ctx: Context[DictState], ev: Packed) -> StopEvent:
        return StopEvent()


# twin: a typed dict
class Typed(TypedDict):
    count: int


class WithATypedDict(BaseModel):
    typed: Typed = {"count": 0}


class ATypedDict(Workflow):
    @step
    async def begin(self, ctx: Context[WithATypedDict], ev: Order) -> StopEvent[int]:
        return StopEvent(result=ctx.state.typed["count"])


# twin: a named tuple
class Pair(NamedTuple):
    one: int = 0


class WithAPair(BaseModel):
    pair: Pair = Pair()


class ANamedTuple(Workflow[WithAPair, int]):
    @step
    async def begin(self, ctx: Context[WithAPair], ev: Order) -> StopEvent[int]:
        return StopEvent(result=ctx.state.pair.one)


# twin: a class in a function
def in_a_function() -> None:
    class Local(Cart):
        count: int = 0

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context[Local], ev: Order) -> StopEvent:
            return StopEvent()

        @step
        async def more(self, ctx: Context[Cart], ev: Order) -> None: ...

    Inner()
