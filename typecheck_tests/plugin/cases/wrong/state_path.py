"""A path that the state does not have, or a value of the wrong type."""

from functools import cached_property
from typing import Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict
from shop import BigCart, Cart, Order
from typing_extensions import TypedDict

from typedflow import Context, StopEvent, Workflow, step
from typedflow.state import StateStore

T = TypeVar("T")


class Address(BaseModel):
    street: str = ""
    city: str = ""


class User(BaseModel):
    name: str = ""
    address: Address | None = None
    tags: dict[str, Address] = {}
    pair: tuple[int, str] = (1, "")


class Shop(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: User = User()
    users: list[User] = []
    count: int = 0

    def total(self) -> int:
        return self.count


# twin: a field
class AField(Workflow):
    @step
    async def begin(self, ctx: Context[Shop], ev: Order) -> StopEvent:
        await ctx.store.get("cuont")  # E: 29 state-path
        return StopEvent()


# twin: a field of a field
async def a_field_of_a_field(ctx: Context[Shop]) -> None:
    await ctx.store.get("user.nmae")  # E: 25 state-path
    await ctx.store.get(path="user.nmae")  # E: 30 state-path


# twin: through what may be None
async def through_what_may_be_none(ctx: Context[Shop]) -> None:
    await ctx.store.get("user.address.town")  # E: 25 state-path


# twin: an item of a list
async def an_item_of_a_list(ctx: Context[Shop]) -> None:
    await ctx.store.get("users.first")  # E: 25 state-path
    await ctx.store.get("users.0.nam")  # E: 25 state-path


# twin: the end of the way
async def the_end_of_the_way(ctx: Context[Shop]) -> None:
    for digit in (await ctx.store.get("count.digits")) or "":  # E: 39 state-path
        print(digit)


# twin: a value of a dict
async def a_value_of_a_dict(ctx: Context[Shop]) -> None:
    city: str = await ctx.store.get("user.tags.home.cty")  # E: 37 state-path
    await ctx.store.set("user.tags.home.cty", city)  # E: 25 state-path


# twin: an element of a tuple
async def an_element_of_a_tuple(ctx: Context[Shop]) -> None:
    second: object = await ctx.store.get("user.pair.2", default=None)  # E: 42 state-path
    print(second)


# twin: a constant
WHERE: Final = "user.nmae"


async def a_constant(ctx: Context[Shop]) -> None:
    await ctx.store.get(WHERE)  # E: 25 state-path


# twin: with a default
async def with_a_default(ctx: Context[Shop]) -> None:
    await ctx.store.get("cuont", default=3)  # E: 25 state-path


# twin: a method
async def a_method(ctx: Context[Shop]) -> None:
    if await ctx.store.get("total"):  # E: 28 state-path
        await ctx.store.set("total", 1)  # E: 29 state-path


# twin: set
class Sets(Workflow):
    @step
    async def begin(self, ctx: Context[Shop], ev: Order) -> StopEvent:
        await self.helper(ctx)
        return StopEvent()

    async def helper(self, ctx: Context[Shop]) -> None:
        await ctx.store.set("cuont", 1)  # E: 29 state-path


# twin: a value of another type
async def a_value_of_another_type(ctx: Context[Shop]) -> None:
    await ctx.store.set("count", "1")  # E: 34 state-path
    await ctx.store.set("user.name", None)  # E: 38 state-path
    await ctx.store.set("user.address", User())  # E: 41 state-path
    await ctx.store.set("users", [Address()])  # E: 34 state-path
    await ctx.store.set("users.0.tags", {"a": 1})  # E: 41 state-path
    await ctx.store.set(value=1.5, path="count")  # E: 31 state-path


# twin: by another name
async def by_another_name(ctx: Context[Shop]) -> None:
    store = ctx.store
    await store.set("user.nam", "Ann")  # E: 21 state-path


# twin: from outside
class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()


async def from_outside() -> object:
    handler = Shopping().run(number=1)
    await handler
    return await handler.ctx.store.get("itmes.0")  # E: 40 state-path


# twin: what stands there is of another type
class OfAnotherType(Workflow):
    @step
    async def more(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        await ctx.store.get("note.a")  # E: 29 state-path
        return StopEvent(result=await ctx.store.get("notes.a"))  # E: 33 arg-type


# twin: a generic model
class Box(BaseModel, Generic[T]):
    inner: T | None = None


async def a_generic_model(ctx: Context[Box[Address]]) -> None:
    await ctx.store.get("inner.zip")  # E: 25 state-path
    await ctx.store.set("inner", 1)  # E: 34 state-path


# twin: a named tuple and a typed dict
class Point(NamedTuple):
    x: int
    y: float


class Typed(TypedDict):
    key: bytes


class Places(BaseModel):
    point: Point = Point(0, 0.0)
    typed: Typed = {"key": b""}


async def a_named_tuple_and_a_typed_dict(ctx: Context[Places]) -> None:
    await ctx.store.get("point.z")  # E: 25 state-path
    await ctx.store.get("typed.kye")  # E: 25 state-path


# twin: a store alone
async def a_store_alone(store: StateStore[Cart]) -> None:
    await store.set("total", [])  # E: 30 state-path


# twin: a derived state
class Admin(Shop):
    level: int = 1


async def a_derived_state(ctx: Context[Admin]) -> None:
    await ctx.store.get("levle")  # E: 25 state-path
    await ctx.store.get("user.home")  # E: 25 state-path


# twin: what is computed
class Sum(BaseModel):
    parts: list[int] = []

    @property
    def total(self) -> int:
        return sum(self.parts)

    @cached_property
    def size(self) -> int:
        return len(self.parts)


class Sums(BaseModel):
    one: Sum = Sum()


async def what_is_computed(ctx: Context[Sums]) -> None:
    await ctx.store.set("one.total", await ctx.store.get("one.total") + 1)  # E: 25 state-path
    await ctx.store.set("one.size", 3)  # E: 25 state-path


# twin: no path
WHOLE: Final = ""


async def no_path(ctx: Context[Cart], anything: Context) -> None:
    await ctx.store.set("", Cart())  # E: 25 state-path
    await anything.store.set(WHOLE, 3)  # E: 30 state-path


# twin: a selector that computes
async def a_selector_that_computes(ctx: Context[Cart]) -> None:
    print(await ctx.store.at(lambda s: s.total + 1).get())  # E: 30 state-path
    print(await ctx.store.at(lambda cart: cart.items[1:]).get())  # E: 30 state-path
    print(ctx.store.at(lambda s: s.items[0].upper()))  # E: 24 state-path
    print(ctx.store.at(lambda s: (s.items, s.total)))  # E: 24 state-path
    print(ctx.store.at(lambda s: s.items or 1))  # E: 24 state-path
