"""A path that the state does not have, or a value of the wrong type."""

from typing import Final

from pydantic import BaseModel, ConfigDict
from shop import BigCart, Cart, Order

from typedflow import Context, StopEvent, Workflow, step


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


WHERE: Final = "user.nmae"


class Paths(Workflow):
    @step
    async def begin(self, ctx: Context[Shop], ev: Order) -> StopEvent:
        await ctx.store.get("cuont")  # E: 29 state-path
        await ctx.store.get("user.nmae")  # E: 29 state-path
        await ctx.store.get("user.address.town")  # E: 29 state-path
        await ctx.store.get("users.first")  # E: 29 state-path
        await ctx.store.get("users.0.nam")  # E: 29 state-path
        await ctx.store.get("count.digits")  # E: 29 state-path
        await ctx.store.get("user.tags.home.cty")  # E: 29 state-path
        await ctx.store.get("user.pair.2")  # E: 29 state-path
        await ctx.store.get(WHERE)  # E: 29 state-path
        await ctx.store.get("cuont", default=3)  # E: 29 state-path
        await ctx.store.get("total")  # E: 29 state-path
        await ctx.store.get(path="user.nmae")  # E: 34 state-path
        return StopEvent()

    async def helper(self, ctx: Context[Shop]) -> None:
        await ctx.store.set("cuont", 1)  # E: 29 state-path
        await ctx.store.set("count", "1")  # E: 38 state-path
        await ctx.store.set("user.name", None)  # E: 42 state-path
        await ctx.store.set("user.address", User())  # E: 45 state-path
        await ctx.store.set("users", [Address()])  # E: 38 state-path
        await ctx.store.set("users.0.tags", {"a": 1})  # E: 45 state-path
        await ctx.store.set(value=1.5, path="count")  # E: 35 state-path
        store = ctx.store
        await store.set("user.nam", "Ann")  # E: 25 state-path


async def from_outside() -> str:
    handler = Shopping().run(number=1)
    await handler
    return await handler.ctx.store.get("itmes.0")  # E: 40 state-path; 5 no-any-return


class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        return StopEvent(result=await ctx.store.get("notes.a"))  # E: 33 arg-type
