"""The types that paths lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict
from shop import Order
from typing_extensions import TypedDict, assert_type

from typedflow import Context, DictState, StopEvent, Workflow, step

T = TypeVar("T")


class Address(BaseModel):
    street: str = ""
    city: str = ""


class Point(NamedTuple):
    x: int
    y: float


class Typed(TypedDict):
    key: bytes


@dataclass
class Data:
    value: int = 0


class Color(Enum):
    RED = "red"


class Leaves(BaseModel):
    when: datetime | None = None
    price: Decimal = Decimal(0)
    color: Color = Color.RED
    folder: Path = Path()
    data: Data = Data()
    thing: object = None
    days: dict[str, date] = {}


async def leaves(ctx: Context[Leaves]) -> Decimal:
    assert_type(await ctx.store.get("when"), datetime | None)
    assert_type(await ctx.store.get("color"), Color)
    assert_type(await ctx.store.get("folder"), Path)
    assert_type(await ctx.store.get("data"), Data)
    assert_type(await ctx.store.get("data.value"), Any)
    assert_type(await ctx.store.get("days.monday"), date)
    assert_type(await ctx.store.get("thing"), Any)
    await ctx.store.set("when", "2026-01-01T12:00:00")  # pydantic makes a datetime of it
    return await ctx.store.get("price")


class Box(BaseModel, Generic[T]):
    inner: T | None = None


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")

    known: int = 0


class User(BaseModel):
    name: str = ""
    address: Address | None = None
    home: Address = Address()
    tags: dict[str, Address] = {}
    readings: Mapping[int, float] = {}
    pair: tuple[int, str] = (1, "")
    row: tuple[int, ...] = ()
    point: Point = Point(0, 0.0)
    typed: Typed = {"key": b""}
    data: Data = Data()
    box: Box[int] = Box[int]()
    either: Address | Point = Address()
    loose: Loose = Loose()
    anything: Any = None

    @property
    def upper(self) -> str:
        return self.name.upper()

    @cached_property
    def size(self) -> int:
        return len(self.name)


class Shop(BaseModel):
    user: User = User()
    users: list[User] = []


class Admin(Shop):
    level: int = 1


NAME: Final = "user.name"


class Paths(Workflow):
    @step
    async def begin(self, ctx: Context[Shop], ev: Order) -> StopEvent:
        get = ctx.store.get
        assert_type(await ctx.store.get("user.name"), str)
        assert_type(await ctx.store.get("user"), User)
        assert_type(await ctx.store.get("users"), list[User])
        assert_type(await ctx.store.get("users.0.name"), str)
        assert_type(await ctx.store.get("users.-1"), User)
        assert_type(await ctx.store.get("user.address"), Address | None)
        assert_type(await ctx.store.get("user.address.city"), str)
        assert_type(await ctx.store.get("user.tags.home.city"), str)
        assert_type(await ctx.store.get("user.readings.3"), float)
        assert_type(await ctx.store.get("user.pair.1"), str)
        assert_type(await ctx.store.get("user.row.7"), int)
        assert_type(await ctx.store.get("user.point.y"), float)
        assert_type(await ctx.store.get("user.point.0"), int)
        assert_type(await ctx.store.get("user.typed.key"), bytes)
        assert_type(await ctx.store.get("user.box.inner"), int | None)
        assert_type(await ctx.store.get("user.upper"), str)
        assert_type(await ctx.store.get("user.size"), int)
        assert_type(await ctx.store.get(NAME), str)
        assert_type(await ctx.store.get("user.name", default=None), str | None)
        assert_type(await ctx.store.get("user.name", 3), str | int)
        assert_type(await ctx.store.get("user.either.city"), str)
        assert_type(await ctx.store.get("user.data.value"), Any)
        assert_type(await ctx.store.get("user.loose.known"), int)
        assert_type(await ctx.store.get("user.loose.unknown.more"), Any)
        assert_type(await ctx.store.get("user.anything.at.all"), Any)
        assert_type(await get("user.name"), Any)  # mypy gives a plugin no say in a method that is kept in a variable
        name: str = "user.nobody"
        assert_type(await ctx.store.get(name), Any)
        assert_type(await ctx.store.get(r"user.tags.a\.b"), Any)
        return StopEvent()


class Keys(DictState):
    count: int = 0


class AnyKey(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        assert_type(await ctx.store.get("what.ever"), Any)
        await ctx.store.set("what.ever", 3)
        return StopEvent()


class DeclaredKey(Workflow):
    @step
    async def begin(self, ctx: Context[Keys], ev: Order) -> StopEvent:
        assert_type(await ctx.store.get("count"), int)
        assert_type(await ctx.store.get("other"), Any)
        return StopEvent()


async def generic(ctx: Context[T]) -> None:  # type: ignore[type-var]  # a state that is not known is asked nothing
    await ctx.store.get("what.ever")
    await ctx.store.set("what.ever", 1)


async def inherited(ctx: Context[Admin]) -> None:
    assert_type(await ctx.store.get("level"), int)
    assert_type(await ctx.store.get("user.home.street"), str)
