"""`store.at(lambda s: ...)`: one place of the state, typed without a plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, Field

from typedflow.errors import StatePathError, StateValidationError
from typedflow.state import DictState, StateStore
from typedflow.state.path import Item
from typedflow.state.selector import select


class User(BaseModel):
    name: str = "Ann"
    get: int = 1  # a field may be called like a method of others


class State(BaseModel):
    user: User = Field(default_factory=User)
    rows: list[User] = Field(default_factory=lambda: [User()])
    prices: dict[str, int] = Field(default_factory=lambda: {"acme.com": 1})


async def test_a_place_is_read_and_set() -> None:
    store = StateStore(State)
    name = store.at(lambda s: s.user.name)
    await name.set("Bea")
    assert await name.get() == store.state.user.name == "Bea"
    await store.at(lambda s: s.rows[-1].name).set("Cy")
    assert store.state.rows[0].name == "Cy"
    await store.at(lambda s: s.prices["acme.com"]).set(2)
    await store.at(lambda s: s.prices["new.key"]).set(3)
    assert store.state.prices == {"acme.com": 2, "new.key": 3}
    await store.at(lambda s: s.user.get).set(5)
    assert store.version == 5


async def test_a_place_of_a_dict_state() -> None:
    store = StateStore(DictState(items=[1]))
    await store.at(lambda s: s["items"]).set([2])
    await store.at(lambda s: s.other).set(3)
    assert store.state.to_dict() == {"items": [2], "other": 3}


async def test_the_whole_state_can_be_read_and_is_set_by_set_state() -> None:
    store = StateStore(State)
    assert await store.at(lambda s: s).get() == State()
    with pytest.raises(StatePathError, match="set_state"):
        await store.at(lambda s: s).set(State())


async def test_set_is_validated_and_a_missing_place_is_named() -> None:
    store = StateStore(State)
    with pytest.raises(StateValidationError, match=r"state\.user\.name"):
        await store.at(lambda s: s.user.name).set(None)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(StatePathError, match="did you mean 'name'"):
        await store.at(lambda s: s.user.nmae).get()  # type: ignore[attr-defined]  # the mistake
    with pytest.raises(StatePathError, match=r"Path 'rows\.7\.name' not found"):
        await store.at(lambda s: s.rows[7].name).set("x")


def test_a_selector_is_a_path_of_names_and_items() -> None:
    assert select(lambda s: s.rows[0].name) == ("rows", Item(0), "name")  # type: ignore[attr-defined]  # any root


@pytest.mark.parametrize(
    "selector",
    [
        lambda s: s.user.name.upper(),
        lambda s: s.user.get + 1,
        lambda s: s.user.get == 1,
        lambda s: [row.name for row in s.rows],
        lambda s: s.rows[0:1],
        lambda s: s.user or 1,
        lambda s: f"{s.user.name}",
        lambda s: len(s.rows),
        lambda s: "acme.com" in s.prices,
        lambda s: 5,
        lambda s: None,
        lambda s: (s.user, s.rows),
        lambda s: s.__class__,
        lambda s: -s.user.get,
        lambda s: setattr(s, "user", 1),
    ],
)
def test_anything_but_a_path_is_refused(selector: Callable[[Any], Any]) -> None:
    with pytest.raises(StatePathError, match=r"at\(\) (takes|needs) a"):
        StateStore(State).at(selector)
