"""A list whose elements were read as drafts, and which was then shortened in the same edit."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from typedflow.state.store import StateStore


class Item(BaseModel, frozen=True):
    name: str


class Queue(BaseModel):
    items: list[Item] = []


@pytest.mark.parametrize("added", [0, 1, 4])
@pytest.mark.parametrize("taken", [0, 1, 2, 5])
@pytest.mark.parametrize("at", ["front", "back"])
async def test_what_is_left_and_what_is_added_is_committed(at: str, taken: int, added: int) -> None:
    names = ["a", "b", "c"]
    store = StateStore(Queue(items=[Item(name=name) for name in names]))
    new = [f"n{number}" for number in range(added)]
    async with store.edit_state() as state:
        assert [item.name for item in state.items[:]] == names
        if at == "front":
            del state.items[:taken]
        else:
            del state.items[max(0, 3 - taken) :]
        state.items += [Item(name=name) for name in new]
    left = names[taken:] if at == "front" else names[: max(0, 3 - taken)]
    assert [item.name for item in store.state.items] == [*left, *new]
