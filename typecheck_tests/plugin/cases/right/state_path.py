"""Paths that the state has."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict
from shop import BigCart, Cart, Order
from typing_extensions import TypedDict

from typedflow import Context, DictState, StopEvent, Workflow, step
from typedflow.state import StateStore

T = TypeVar("T")
S = TypeVar("S", bound=BaseModel)


class Address(BaseModel):
    street: str = ""
    city: str = ""


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")

    known: int = 0


class User(BaseModel):
    name: str = ""
    address: Address | None = None
    tags: dict[str, Address] = {}
    readings: Mapping[int, float] = {}
    pair: tuple[int, str] = (1, "")
    row: tuple[int, ...] = ()
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
    count: int = 0


# twin: a field
class AField(Workflow):
    @step
    async def begin(self, ctx: Context[Shop], ev: Order) -> StopEvent[int]:
        return StopEvent(result=await ctx.store.get("count"))


# twin: a field of a field
async def a_field_of_a_field(ctx: Context[Shop]) -> str:
    name: str = await ctx.store.get("user.name")
    again: str = await ctx.store.get(path="user.name")
    return name + again


# twin: through what may be None
async def through_what_may_be_none(ctx: Context[Shop]) -> str:
    address: Address | None = await ctx.store.get("user.address")
    city: str = await ctx.store.get("user.address.city")
    return city if address is None else address.city


# twin: an item of a list
async def an_item_of_a_list(ctx: Context[Shop], key: str) -> None:
    last: User = await ctx.store.get("users.-1")
    await ctx.store.set(f"users.{key}.name", last.name)
    await ctx.store.set("users.0.tags", {})


# twin: the end of the way
async def the_end_of_the_way(ctx: Context[Shop]) -> None:
    await ctx.store.get("user.anything.at.all")
    await ctx.store.get("user.loose.unknown.more")
    await ctx.store.set("user.loose.unknown", object())


# twin: a value of a dict
async def a_value_of_a_dict(ctx: Context[Shop]) -> None:
    await ctx.store.get("user.tags.home.city")
    await ctx.store.get(r"user.tags.a\.b")
    await ctx.store.set("user.tags.home", Address(city="Oslo"))
    await ctx.store.set("user.readings", {1: 2})
    await ctx.store.set("user.readings.1", 2)


# twin: an element of a tuple
async def an_element_of_a_tuple(ctx: Context[Shop]) -> str:
    row: int = await ctx.store.get("user.row.7")
    text: str = await ctx.store.get("user.pair.1")
    return text * row


# twin: a constant
WHERE: Final = "user.name"


async def a_constant(ctx: Context[Shop]) -> None:
    await ctx.store.get(WHERE)
    name = "user.nobody"
    name = name.upper()
    await ctx.store.get(name)


# twin: with a default
async def with_a_default(ctx: Context[Shop]) -> str | None:
    name: str | None = await ctx.store.get("user.name", default=None)
    number: str | int = await ctx.store.get("user.name", 3)
    return name if number else None


# twin: a method
async def a_method(ctx: Context[Shop]) -> None:
    upper: str = await ctx.store.get("user.upper")
    size: int = await ctx.store.get("user.size")
    print(upper * size)


# twin: set
class Sets(Workflow):
    @step
    async def begin(self, ctx: Context[Shop], ev: Order) -> StopEvent:
        await self.helper(ctx)
        return StopEvent()

    async def helper(self, ctx: Context[Shop]) -> None:
        await ctx.store.set("count", 1)
        await ctx.store.at(lambda s: s.count).set(2)


# twin: a value of another type
async def a_value_of_another_type(ctx: Context[Shop], maybe: Address | None) -> None:
    await ctx.store.set("count", True)
    await ctx.store.set("user.name", "Ann")
    await ctx.store.set("user.address", maybe)
    await ctx.store.set("users", [])
    await ctx.store.set("user.anything", object())
    await ctx.store.set(value=[User()], path="users")


# twin: by another name
async def by_another_name(ctx: Context[Shop]) -> None:
    get, store = ctx.store.get, ctx.store
    await store.set("user.name", "Ann")
    await get("user.name")


# twin: from outside
class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


async def from_outside() -> str:
    handler = Shopping().run(number=1)
    await handler
    item: str = await handler.ctx.store.get("items.0")
    return item


# twin: what stands there is of another type
class OfItsType(Workflow):
    @step
    async def more(self, ctx: Context[BigCart], ev: Order) -> StopEvent[str]:
        return StopEvent(result=await ctx.store.get("notes.a"))


# twin: a generic model
class Box(BaseModel, Generic[T]):
    inner: T | None = None


async def a_generic_model(ctx: Context[Box[Address]]) -> None:
    await ctx.store.get("inner.city")
    await ctx.store.set("inner", None)


async def any_model(ctx: Context[S]) -> None:
    await ctx.store.get("what.ever")
    await ctx.store.set("what.ever", 1)


# twin: a named tuple and a typed dict
class Point(NamedTuple):
    x: int
    y: float


class Typed(TypedDict):
    key: bytes


@dataclass
class Data:
    value: int = 0


class Places(BaseModel):
    point: Point = Point(0, 0.0)
    typed: Typed = {"key": b""}
    data: Data = Data()
    either: Address | Point = Address()


async def a_named_tuple_and_a_typed_dict(ctx: Context[Places]) -> None:
    await ctx.store.get("point.y")
    await ctx.store.get("point.0")
    await ctx.store.get("typed.key")
    await ctx.store.get("data.value")
    await ctx.store.get("either.city")
    await ctx.store.set("typed", {"key": b"a"})


# twin: a store alone
async def a_store_alone(store: StateStore[Cart], any_store: StateStore) -> None:
    await store.set("total", 3)
    await any_store.set("total", [])


# twin: a derived state
class Admin(Shop):
    level: int = 1


class Keys(DictState):
    count: int = 0


async def a_derived_state(ctx: Context[Admin], keys: Context[Keys], plain: Context) -> None:
    await ctx.store.get("level")
    await ctx.store.get("user.name")
    await keys.store.get("count")
    await keys.store.get("other")
    await plain.store.set("what.ever", 3)


# twin: what is computed
class Sum(BaseModel):
    parts: list[int] = []

    @property
    def total(self) -> int:
        return sum(self.parts)

    @total.setter
    def total(self, total: int) -> None:
        self.parts = [total]

    @cached_property
    def size(self) -> int:
        return len(self.parts)


class Sums(BaseModel):
    one: Sum = Sum()


async def what_is_computed(ctx: Context[Sums]) -> None:
    await ctx.store.set("one.total", await ctx.store.get("one.total") + 1)
    await ctx.store.set("one.parts", [await ctx.store.get("one.size")])


# twin: no path
WHOLE: Final = ""


async def no_path(ctx: Context[Cart], anything: Context) -> None:
    print(await ctx.store.get(WHOLE))
    await ctx.store.set_state(Cart())
    await anything.store.set("a", 3)


# twin: a selector that computes
def first(cart: Cart) -> str:
    return cart.items[0]


async def a_selector_that_computes(ctx: Context[Cart], number: int) -> None:
    print(1 + await ctx.store.at(lambda s: s.total).get())
    print((await ctx.store.at(lambda cart: cart.items).get())[1:])
    print(ctx.store.at(lambda s: s.items[number + 1]))
    print(ctx.store.at(lambda s: first(s)), ctx.store.at(first), ctx.store.at(lambda s: s))
