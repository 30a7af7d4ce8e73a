"""`store.at(lambda s: s.a.b)`: `get()` gives the type of the place, `set(v)` takes no other, a misspelt place is an error."""

from typing import Optional

from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from typedflow.state import Selection
from typing_extensions import assert_type


class Address(BaseModel):
    city: str = ""


class User(BaseModel):
    name: str = ""
    address: Address = Address()
    age: Optional[int] = None


class Shop(BaseModel):
    user: User = User()
    prices: dict[str, float] = {}
    orders: list[User] = []


class Flow(Workflow):
    @step
    async def right(self, ctx: Context[Shop], ev: StartEvent) -> StopEvent[int]:
        assert_type(ctx.store.at(lambda s: s.user.name), Selection[str])
        assert_type(await ctx.store.at(lambda s: s.user.name).get(), str)
        assert_type(await ctx.store.at(lambda s: s.user.address).get(), Address)
        assert_type(await ctx.store.at(lambda s: s.prices["tea"]).get(), float)
        assert_type(await ctx.store.at(lambda s: s.orders[0].address.city).get(), str)
        assert_type(await ctx.store.at(lambda s: s.user.age).get(), Optional[int])
        await ctx.store.at(lambda s: s.user.name).set("Ann")
        await ctx.store.at(lambda s: s.user.address).set(Address(city="Rome"))
        await ctx.store.at(lambda s: s.prices["tea"]).set(2.5)
        await ctx.store.at(lambda s: s.user.age).set(None)
        await ctx.store.at(lambda s: s.orders).set([User()])
        return StopEvent(result=3)

    @step
    async def wrong(self, ctx: Context[Shop], ev: StartEvent) -> StopEvent[int]:
        await ctx.store.at(lambda s: s.user.nmae).get()  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        await ctx.store.at(lambda s: s.orders[0].adress.city).get()  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        await ctx.store.at(lambda s: s.user.name).set(3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.store.at(lambda s: s.user.name).set(None)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.store.at(lambda s: s.prices["tea"]).set("dear")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.store.at(lambda s: s.user.address).set(User())  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.store.at(lambda s: s.orders).set([Address()])  # E: mypy[list-item] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        number: int = await ctx.store.at(lambda s: s.user.name).get()  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
        await ctx.store.at("user.name").get()  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.store.get(3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        return StopEvent(result=number)
