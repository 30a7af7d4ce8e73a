"""A field of the state without a default."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from shop import NeedsAName, Order

from typedflow import Context, DictState, StopEvent, Workflow, step

T = TypeVar("T")


class Bare(BaseModel):
    count: int  # E: 5 state-default
    other: int = 0


class UsesBare(Workflow):
    @step
    async def begin(self, ctx: Context[Bare], ev: Order) -> StopEvent:
        return StopEvent()


class Fields(BaseModel):
    dots: int = ...  # type: ignore[assignment]  # E: 5 state-default
    field: int = Field()  # E: 5 state-default
    field_dots: int = Field(...)  # E: 5 state-default
    keyword_dots: int = Field(default=...)  # E: 5 state-default
    only_bounds: int = Field(gt=0)  # E: 5 state-default
    no_factory: int = Field(default_factory=None)  # E: 5 state-default; 23 call-overload
    fine: int = Field(3)


class UsesFields(Workflow):
    @step
    async def begin(self, ctx: Context[Fields], ev: Order) -> StopEvent:
        return StopEvent()


class Annotations(BaseModel):
    bounds: Annotated[int, Field(gt=0)]  # E: 5 state-default
    described: Annotated[  # E: 5 state-default
        int,
        Field(description="how many"),
    ]
    dots: Annotated[int, Field(default=...)]  # E: 5 state-default
    text: "Annotated[int, 'words']"  # E: 5 state-default
    fine: Annotated[int, Field(default=3)]


class UsesAnnotations(Workflow):
    @step
    async def begin(self, ev: Order, ctx: Context[Annotations]) -> StopEvent:
        return StopEvent()


class Base(BaseModel):
    owner: str  # E: 5 state-default


class Derived(Base):
    count: int = 0


class Inherited(Workflow):
    @step
    async def begin(self, ctx: Context[Derived], ev: Order) -> StopEvent:
        return StopEvent()


class Elsewhere(Workflow):
    @step
    async def begin(self, ctx: Context[NeedsAName], ev: Order) -> StopEvent:  # E: 32 state-default
        return StopEvent()


class OptionalButRequired(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str | None  # E: 5 state-default


class Declared(Workflow[OptionalButRequired, int]):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


class Redeclared(Base):
    owner: str = ""
    count: int = 1


class RequiredAgain(Redeclared):
    count: int  # E: 5 state-default


class UsesRequiredAgain(Workflow):
    @step
    async def begin(self, ctx: Context[RequiredAgain], ev: Order) -> StopEvent:
        return StopEvent()


class Box(BaseModel, Generic[T]):
    value: T  # E: 5 state-default


class UsesBox(Workflow):
    @step
    async def begin(self, ctx: Context[Box[int]], ev: Order) -> StopEvent:
        return StopEvent()


class HalfOpen(DictState):
    count: int  # E: 5 state-default


class UsesHalfOpen(Workflow):
    @step
    async def begin(self, ctx: "Context[HalfOpen]", ev: Order) -> StopEvent:
        return StopEvent()


def in_a_function() -> None:
    class Local(BaseModel):
        count: int  # E: 9 state-default

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context[Local], ev: Order) -> StopEvent:
            return StopEvent()
