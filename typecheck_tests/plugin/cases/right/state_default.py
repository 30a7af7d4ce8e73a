"""A state that can be made of nothing."""

from abc import ABC
from typing import Annotated, Any, ClassVar, Final, Generic, Optional, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, PrivateAttr, RootModel
from pydantic import Field as F
from shop import BigCart, Cart, NeedsAName, Order

from typedflow import Context, DictState, StopEvent, Workflow, step

T = TypeVar("T")


def made() -> int:
    return 1


# twin: a bare annotation
class Bare(BaseModel):
    model_config = ConfigDict(extra="forbid")

    LIMIT: ClassVar[int]
    KIND: Final = "cart"
    _hidden: int
    _private: int = PrivateAttr(default=1)
    other: int = 0


class UsesBare(Workflow):
    @step
    async def begin(self, ctx: Context[Bare], ev: Order) -> StopEvent:
        return StopEvent()


# twin: dots
class Dots(BaseModel):
    plain: tuple[int, ...] = ()
    called: int = made()
    none: Optional[str] = None


class UsesDots(Workflow):
    @step
    async def begin(self, ctx: Context[Dots], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a Field without a default
class Fields(BaseModel):
    first: int = Field(0)
    keyword: int = Field(default=0, gt=-1)
    factory: list[int] = Field(default_factory=list)
    renamed: int = F(default=1)
    dotted: int = pydantic.Field(1)
    fine: int = Field(3)


class UsesFields(Workflow):
    @step
    async def begin(self, ctx: Context[Fields], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in Annotated
class Annotations(BaseModel):
    bounds: Annotated[int, Field(default=0, gt=-1)]
    described: Annotated[
        int,
        Field(description="how many"),
    ] = 0
    twice: Annotated[int, "words", Field(gt=-1), Field(default_factory=made)]
    field: Annotated[int, Field(gt=-1)] = Field(default=0)
    text: "Annotated[int | None, F(default=None)]"


class UsesAnnotations(Workflow):
    @step
    async def begin(self, ev: Order, ctx: Context[Annotations]) -> StopEvent:
        return StopEvent()


# twin: of a base
class NeedsMore(BaseModel):
    owner: str


class HasMore(NeedsMore):
    owner: str = ""


class TheMostDerivedCounts(Workflow):
    @step
    async def begin(self, ctx: Context[NeedsMore], ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ctx: Context[HasMore], ev: Order) -> StopEvent:
        return StopEvent()


# twin: of a model in another module
class Named(NeedsAName):
    name: str = "Ann"


class Mended(Workflow):
    @step
    async def begin(self, ctx: Context[Named], ev: Order) -> StopEvent:
        return StopEvent()


# twin: or None
class OrNone(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str | None = None


class Declared(Workflow[OrNone, int]):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


# twin: declared again
class HasOne(BaseModel):
    owner: str = ""
    count: int = 1


class NarrowedAgain(HasOne):
    count: PositiveInt = 2


class UsesNarrowedAgain(Workflow):
    @step
    async def begin(self, ctx: Context[NarrowedAgain], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a generic model
class Box(BaseModel, Generic[T]):
    value: T | None = None


class UsesBox(Workflow):
    @step
    async def begin(self, ctx: Context[Box[int]], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a DictState
class HalfOpen(DictState):
    count: int = 0


class UsesHalfOpen(Workflow):
    @step
    async def begin(self, ctx: "Context[HalfOpen]", ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ctx: Context, ev: Order) -> None: ...


# twin: a class in a function
def in_a_function() -> None:
    class Local(BaseModel):
        count: int

    class Inner(Workflow, open_steps=True):
        @step
        async def begin(self, ctx: Context[Local], ev: Order) -> StopEvent:
            return StopEvent()

    class SaidToBe(Workflow):
        @step(skip_checks=["state-default"])
        async def begin(self, ctx: Context[Local], ev: Order) -> StopEvent:
            return StopEvent()

    SaidToBe()
    print(Inner.__name__)


# twin: under an alias of a type
Count = Annotated[int, Field(default=0)]
Few = Annotated[
    Count,
    Field(lt=10),
]
Most = Annotated[PositiveInt, Field(default_factory=made)]


class UnderAnAlias(BaseModel):
    count: Count
    few: Few
    most: PositiveInt = 1
    least: Most


class UsesAnAlias(Workflow):
    @step
    async def begin(self, ctx: Context[UnderAnAlias], ev: Order) -> StopEvent:
        return StopEvent()


# twin: from a mixin
class HasAName(BaseModel):
    name: str = ""


class NeedsAll(BaseModel):
    name: str
    size: int


class Both(HasAName, NeedsAll):
    size: int = 0


class UsesBoth(Workflow):
    @step
    async def begin(self, ctx: Context[Both], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a step of a subclass
class Begins(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


class Goes(Begins):
    @step
    async def more(self, ctx: Context[BigCart], ev: Order) -> None: ...


# twin: a generic base
class Mine(NeedsAName):
    name: str = ""


class Keeps(Workflow, Generic[T], open_steps=True):
    @step
    async def begin(self, ctx: Context[NeedsAName], ev: Order) -> StopEvent:
        return StopEvent()


class KeepsText(Keeps[str]):
    @step
    async def more(self, ctx: Context[Mine], ev: Order) -> None: ...


# twin: a root
class Names(RootModel[list[str]]):
    root: list[str] = []


class MoreNames(Names):
    pass


class Rooted(Workflow):
    @step
    async def begin(self, ctx: Context[MoreNames], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a base that is no model
Tally = Annotated[int, Field(default=0)]


class Labelled:
    name: str = ""
    title: Annotated[str, Field(default="")]
    count: Tally
    later: str
    known: ClassVar[str]
    _private: str

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        self.made: str = ""


class Headed(ABC, Labelled):
    later: str = ""


class Displayed(Headed, BaseModel):
    model_config = ConfigDict(extra="allow")


class Displays(Workflow):
    @step
    async def begin(self, ctx: Context[Displayed], ev: Order) -> StopEvent:
        return StopEvent()
