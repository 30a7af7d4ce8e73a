"""Defects 8 and 9 of llama-index-workflows 2.26.1: a state that changes behind one's back."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from typedflow import Context, StartEvent, StopEvent, Workflow, step
from typedflow.errors import ContextSerdeError, StateError, StateValidationError


class Order(BaseModel):
    count: int = 0
    rows: list[int] = []


class Renamed(BaseModel):
    number: int = 0
    rows: list[int] = []


class Removed(BaseModel):
    rows: list[int] = []


class Grown(Order):
    note: str = "new"


def flow(model: type[BaseModel]) -> Workflow:
    class Flow(Workflow):
        @step
        async def begin(self, ctx: Context[model], ev: StartEvent) -> StopEvent:  # type: ignore[valid-type]  # a class of run time
            return StopEvent()

    return Flow()


async def saved_order() -> dict[str, object]:
    workflow = flow(Order)
    ctx = Context(workflow)
    await ctx.store.set("count", 3)
    saved: dict[str, object] = json.loads(json.dumps(ctx.to_dict()))
    return saved


@pytest.mark.parametrize("later", [Renamed, Removed])
async def test_defect_08_a_field_that_is_gone_since_the_save_is_an_error_that_names_it(later: type[BaseModel]) -> None:
    with pytest.raises(ContextSerdeError, match="count"):
        Context.from_dict(flow(later), await saved_order())


async def test_defect_08_a_field_that_was_added_with_a_default_is_no_error() -> None:
    ctx = Context.from_dict(flow(Grown), await saved_order())
    assert ctx.state.model_dump() == {"count": 3, "rows": [], "note": "new"}


async def test_defect_08_a_saved_context_says_in_which_format_it_is() -> None:
    saved = await saved_order()
    assert saved["version"] == 1
    with pytest.raises(ContextSerdeError, match=r"saved in format 99, and this version of typedflow reads format 1"):
        Context.from_dict(flow(Order), {**saved, "version": 99})


async def test_defect_09_a_value_that_does_not_fit_is_rejected_by_set_edit_and_set_state() -> None:
    store = Context(flow(Order)).store
    with pytest.raises(StateValidationError, match="count"):
        await store.set("count", "many")
    with pytest.raises(StateValidationError, match="count"):
        async with store.edit_state() as state:
            state.count = "many"
    with pytest.raises(StateError):
        await store.set_state(Renamed())
    assert store.state == Order()


async def test_defect_09_what_get_gives_is_not_the_state() -> None:
    store = Context(flow(Order)).store
    await store.set("rows", [1])
    rows = await store.get("rows")
    rows.append(2)
    copy = await store.get_state()
    copy.rows.append(3)
    assert store.state == Order(rows=[1])
    with pytest.raises(StateError, match="edit_state"):
        store.state.rows.append(4)
    assert store.state == Order(rows=[1])
