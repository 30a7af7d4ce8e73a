"""The state that a store begins with, and what is said where there can be none."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel, StringConstraints

from typedflow import Context, StartEvent, StopEvent, Workflow, step
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
