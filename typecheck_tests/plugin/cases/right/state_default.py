"""A state that can be made of nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Generic, Optional, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, RootModel, computed_field
from pydantic import Field as F
from shop import BigCart, Cart, NeedsAName, Order

from typedflow import Context, DictState, StopEvent, Workflow, step

T = TypeVar("T")
Count = Annotated[int, Field(default=0)]
SETTINGS: dict[str, Any] = {"default": 3}


def made() -> int:
    return 1


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    LIMIT: ClassVar[int]
    KIND: Final = "cart"
    plain: int = 0
    called: int = made()
    none: Optional[str] = None
    first: int = Field(0)
    keyword: int = Field(default=0, gt=-1)
    factory: list[int] = Field(default_factory=list)
    renamed: int = F(default=1)
    dotted: int = pydantic.Field(1)
    annotated: Annotated[int, Field(default=0)]
    annotated_twice: Annotated[int, "words", Field(gt=-1), Field(default_factory=made)]
    annotated_set: Annotated[int, Field(gt=-1)] = 0
    annotated_field: Annotated[int, Field(gt=-1)] = Field(default=0)
    written: "Annotated[datetime | None, F(default=None)]"
    aliased: Count
    _hidden: int
    _private: int = PrivateAttr(default=1)

    @computed_field  # type: ignore[prop-decorator]  # mypy issue 1362
    @property
    def double(self) -> int:
        return self.plain * 2

    def method(self) -> None: ...


class UsesEverything(Workflow):
    @step
    async def begin(self, ctx: Context[Everything], ev: Order) -> StopEvent:
        return StopEvent()


class Named(NeedsAName):
    name: str = "Ann"


class Mended(Workflow):
    @step
    async def begin(self, ctx: Context[Named], ev: Order) -> StopEvent:
        return StopEvent()


class TwoStates(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        return StopEvent()


class NeedsMore(BaseModel):
    name: str


class HasMore(NeedsMore):
    name: str = ""


class TheMostDerivedCounts(Workflow):
    @step
    async def begin(self, ctx: Context[NeedsMore], ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ctx: Context[HasMore], ev: Order) -> StopEvent:
        return StopEvent()


class Names(RootModel[list[str]]):
    root: list[str] = []


class Rooted(Workflow):
    @step
    async def begin(self, ctx: Context[Names], ev: Order) -> StopEvent:
        return StopEvent()


class Box(BaseModel, Generic[T]):
    value: T | None = None


class Boxed(Workflow):
    @step
    async def begin(self, ctx: Context[Box[int]], ev: Order) -> StopEvent:
        return StopEvent()


@dataclass
class Point:
    x: int = 0
    tags: list[str] = field(default_factory=list)


class WithADataclass(BaseModel):
    point: Point = Point()


class UsesAPoint(Workflow):
    @step
    async def begin(self, ctx: Context[WithADataclass], ev: Order) -> StopEvent:
        return StopEvent()


class AnyState(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ctx: Context[DictState], ev: Order) -> StopEvent:
        return StopEvent()


class Open(Workflow, open_steps=True):
    @step
    async def begin(self, ctx: Context[NeedsMore], ev: Order) -> StopEvent:
        return StopEvent()


class SaidToBe(Workflow):
    @step(skip_checks=["state-default"])
    async def begin(self, ctx: Context[NeedsMore], ev: Order) -> StopEvent:
        return StopEvent()


class Unpacked(BaseModel):
    count: int = Field(**SETTINGS)  # type: ignore[misc]  # mypy does not support it


class UsesUnpacked(Workflow):
    @step
    async def begin(self, ctx: Context[Unpacked], ev: Order) -> StopEvent:
        return StopEvent()
