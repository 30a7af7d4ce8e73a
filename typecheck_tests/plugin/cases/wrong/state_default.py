"""A field of the state without a default."""

from abc import ABC
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, RootModel
from shop import NeedsAName, Order

from typedflow import Context, DictState, StopEvent, Workflow, step

T = TypeVar("T")


# twin: a bare annotation
class Bare(BaseModel):
    count: int  # E: 5 state-default
    other: int = 0


class UsesBare(Workflow):
    @step
    async def begin(self, ctx: Context[Bare], ev: Order) -> StopEvent:
        return StopEvent()


# twin: dots
class Dots(BaseModel):
    dots: int = ...  # type: ignore[assignment]  # E: 5 state-default
    field_dots: int = Field(...)  # E: 5 state-default
    keyword_dots: int = Field(default=...)  # E: 5 state-default


class UsesDots(Workflow):
    @step
    async def begin(self, ctx: Context[Dots], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a Field without a default
class Fields(BaseModel):
    field: int = Field()  # E: 5 state-default
    only_bounds: int = Field(gt=0)  # E: 5 state-default
    no_factory: int = Field(default_factory=None)  # E: 5 state-default; 23 call-overload
    fine: int = Field(3)


class UsesFields(Workflow):
    @step
    async def begin(self, ctx: Context[Fields], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in Annotated
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


# twin: of a base
class Base(BaseModel):
    owner: str  # E: 5 state-default


class Derived(Base):
    count: int = 0


class Inherited(Workflow):
    @step
    async def begin(self, ctx: Context[Derived], ev: Order) -> StopEvent:
        return StopEvent()


# twin: of a model in another module
class Elsewhere(Workflow):
    @step
    async def begin(self, ctx: Context[NeedsAName], ev: Order) -> StopEvent:  # E: 32 state-default
        return StopEvent()


# twin: or None
class OptionalButRequired(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str | None  # E: 5 state-default


class Declared(Workflow[OptionalButRequired, int]):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


# twin: declared again
class HasOne(BaseModel):
    owner: str = ""
    count: int = 1


class RequiredAgain(HasOne):
    count: int  # E: 5 state-default


class UsesRequiredAgain(Workflow):
    @step
    async def begin(self, ctx: Context[RequiredAgain], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a generic model
class Box(BaseModel, Generic[T]):
    value: T  # E: 5 state-default


class UsesBox(Workflow):
    @step
    async def begin(self, ctx: Context[Box[int]], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a DictState
class HalfOpen(DictState):
    count: int  # E: 5 state-default


class UsesHalfOpen(Workflow):
    @step
    async def begin(self, ctx: "Context[HalfOpen]", ev: Order) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local(BaseModel):
        count: int  # E: 9 state-default

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context[Local], ev: Order) -> StopEvent:
            return StopEvent()

    Inner()


# twin: under an alias of a type
Count = int
Described = Annotated[
    PositiveInt,
    Field(description="how many"),
]


class UnderAnAlias(BaseModel):
    count: Count  # E: 5 state-default
    most: PositiveInt  # E: 5 state-default
    least: Described  # E: 5 state-default


class UsesAnAlias(Workflow):
    @step
    async def begin(self, ctx: Context[UnderAnAlias], ev: Order) -> StopEvent:
        return StopEvent()


# twin: from a mixin
class Named(BaseModel):
    name: str  # E: 5 state-default


class Sized(BaseModel):
    size: int = 0


class Both(Named, Sized):
    pass


class UsesBoth(Workflow):
    @step
    async def begin(self, ctx: Context[Both], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a step of a subclass
class Begins(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class Goes(Begins):
    class Now(BaseModel):
        count: int  # E: 9 state-default

    @step
    async def more(self, ctx: Context[Now], ev: Order) -> None: ...


# twin: a generic base
class Keeps(Workflow, Generic[T], open_steps=True):
    @step
    async def begin(self, ctx: Context[NeedsAName], ev: Order) -> StopEvent:  # E: 32 state-default
        return StopEvent()


class KeepsText(Keeps[str]):
    pass


# twin: a root
class Names(RootModel[list[str]]):
    pass


class Rooted(Workflow):
    @step
    async def begin(self, ctx: Context[Names], ev: Order) -> StopEvent:  # E: 32 state-default
        return StopEvent()


# twin: a base that is no model
class Labelled:
    name: str  # E: 5 state-default
    marked: Annotated[int, Field(gt=0), "words"]  # E: 5 state-default
    known: ClassVar[str]


class Headed(ABC, Labelled):
    title: "str | None"  # E: 5 state-default


class Displayed(Headed, BaseModel):
    count: int = 0


class Displays(Workflow):
    @step
    async def begin(self, ctx: Context[Displayed], ev: Order) -> StopEvent:
        return StopEvent()
