"""`edit_state()` yields the model of `Context[Model]`, and so do `ctx.state`, `get_state()` and the versions kept."""

from pydantic import BaseModel
from typedflow import Context, DictState, StartEvent, StopEvent, Workflow, step
from typedflow.state import StateStore
from typing_extensions import assert_type


class Address(BaseModel):
    city: str = ""


class Account(BaseModel):
    owner: str = ""
    cents: int = 0
    address: Address = Address()


class Typed(Workflow):
    @step
    async def edit(self, ctx: Context[Account], ev: StartEvent) -> StopEvent[int]:
        assert_type(ctx.store, StateStore[Account])
        async with ctx.store.edit_state() as state:
            assert_type(state, Account)
            assert_type(state.address.city, str)
            state.cents += 5
            state.cents = "5"  # E: mypy[assignment] pyright[reportAttributeAccessIssue] pyrefly[bad-assignment] ty[invalid-assignment]
            state.pence = 5  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        async with ctx.store.edit_state(timeout=1.5) as state:
            state.owner = "Ann"
        async with ctx.store.edit_state(timeout="1") as state:  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
            state.owner = "Ann"
        return StopEvent(result=ctx.state.cents)

    @step
    async def read(self, ctx: Context[Account], ev: StartEvent) -> StopEvent[int]:
        assert_type(ctx.state, Account)
        assert_type(ctx.state.address, Address)
        copy = await ctx.store.get_state()
        assert_type(copy, Account)
        copy.cents += 1
        await ctx.store.set_state(copy)
        await ctx.store.set_state(Address())  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.store.set_state("state")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        assert_type(ctx.store.version, int)
        assert_type(ctx.store.snapshot(3), Account)
        assert_type(ctx.store.history[-1].state, Account)
        assert_type(ctx.state.pence, int)  # E: mypy[assert-type,attr-defined] pyright[reportAssertTypeFailure,reportAttributeAccessIssue] pyrefly[assert-type,missing-attribute] ty[missing-attribute,type-assertion-failure]
        return StopEvent(result="five")  # E: mypy[arg-type] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    def edit_in_a_thread(self, ctx: Context[Account], ev: StartEvent) -> StopEvent[int]:
        with ctx.store.edit_state() as state:
            assert_type(state, Account)
            state.cents += 1
        return StopEvent(result=ctx.state.cents)


class Untyped(Workflow):
    @step
    async def edit(self, ctx: Context, ev: StartEvent) -> StopEvent:
        assert_type(ctx.state, DictState)
        assert_type(await ctx.store.get_state(), DictState)
        async with ctx.store.edit_state() as state:
            assert_type(state, DictState)
            if "count" not in state:
                state["count"] = 0
            state["count"] += 1
            state.count += 1
            state.update(count=3)
        assert_type(len(ctx.state), int)
        count = await ctx.store.get("count", default=0)
        await ctx.store.set("count", count + 1)
        for key in ctx.state:
            assert_type(key, str)
        return StopEvent(result=ctx.state.get("count"))
