"""The state that a store begins with, and what is said where there can be none."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

import pytest
from pydantic import BaseModel, StringConstraints

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import StateValidationError
from typedflow.state import StateStore


def test_a_default_that_does_not_fit_is_said_to_be_one() -> None:
    class Account(BaseModel):
        tenant: Annotated[str, StringConstraints(pattern="^t")] = ""
        cents: int = 0

    with pytest.raises(StateValidationError) as caught:
        StateStore(Account)
    assert str(caught.value) == (
        "No first state of Account can be made, because its defaults do not fit:\n"
        "  state.tenant: String should match pattern '^t', got ''"
    )
    assert [(one.path, one.step) for one in caught.value.problems] == [("tenant", None)]
    wrong = Account.model_construct(tenant="t1", cents="many")
    with pytest.raises(
        StateValidationError, match=r"No first state of Account .* the one given is not valid:\n  state.cents: "
    ):
        StateStore(wrong)


async def test_no_step_is_blamed_for_a_default_that_does_not_fit() -> None:
    class Account(BaseModel):
        tenant: Annotated[str, StringConstraints(pattern="^t")] = ""

    class Reads(Workflow):
        @step
        async def begin(self, ctx: Context[Account], ev: StartEvent) -> StopEvent[str]:
            return StopEvent(result=ctx.state.tenant)

    with pytest.raises(StateValidationError, match="its defaults do not fit") as caught:
        await Reads().run()
    assert "set by" not in str(caught.value)


T = TypeVar("T", bound=BaseModel)


class Held(BaseModel, Generic[T]):
    data: list[T] = []


class Plan(BaseModel):
    name: str = "free"


class Ready(Event):
    pass


class Holds(Workflow[Held[T], str], Generic[T], open_steps=True):
    @step
    async def begin(self, ctx: Context[Held[T]], ev: StartEvent) -> Ready:
        return Ready()


class HoldsPlans(Holds[Plan]):
    @step
    async def end(self, ctx: Context[Held[Plan]], ev: Ready) -> StopEvent[str]:
        async with ctx.store.edit_state() as state:
            state.data.append(Plan(name="paid"))
        with pytest.raises(StateValidationError, match=r"state.data.1: .* got 'no plan'"):
            async with ctx.store.edit_state() as state:
                state.data.append("no plan")  # type: ignore[arg-type]  # the mistake under test
        return StopEvent(result=ctx.state.data[0].name)


async def test_the_state_of_a_generic_base_is_the_one_that_the_subclass_says() -> None:
    handler = HoldsPlans().run()
    assert await handler == "paid"
    assert handler.ctx.store.state_type is Held[Plan]
    again = Context.from_dict(HoldsPlans(), handler.ctx.to_dict())
    assert again.state == Held[Plan](data=[Plan(name="paid")])
