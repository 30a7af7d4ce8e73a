"""Dotted paths: what they reach, what they do not, and what they say then."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, PrivateAttr, computed_field

from typedflow.errors import StatePathError
from typedflow.state.dict_state import DictState
from typedflow.state.path import MISSING, Item, assign, join_path, lookup, parse_path


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Part:
    name: str
    _secret: int = 1

    @property
    def loud(self) -> str:
        return self.name.upper()


class Slotted:
    __slots__ = ("inside",)

    def __init__(self) -> None:
        self.inside = 3


class Address(BaseModel):
    city: str = "Ulm"
    zip: str = "89073"


class Open(BaseModel, extra="allow"):
    known: int = 1


class State(BaseModel):
    count: int = 0
    address: Address = Field(default_factory=Address)
    maybe: Address | None = None
    rows: list[dict[str, int]] = Field(default_factory=lambda: [{"n": 1}, {"n": 2}])
    by_number: dict[int, str] = Field(default_factory=lambda: {7: "seven"})
    nested: dict[str, dict[str, int]] = Field(default_factory=dict)
    point: Point = Point(1, 2)
    day: date = date(2026, 1, 31)
    slotted: Any = Field(default_factory=lambda: Slotted())
    part: Part = Field(default_factory=lambda: Part("bolt"))
    last: deque[int] = Field(default_factory=lambda: deque([1, 2, 3]))
    open: Open = Field(default_factory=Open)
    _private: int = PrivateAttr(default=5)

    @property
    def double(self) -> int:
        return self.count * 2

    @double.setter
    def double(self, value: int) -> None:
        self.count = value // 2

    @property
    def fixed(self) -> int:
        return 1

    @computed_field  # type: ignore[prop-decorator]  # mypy does not support decorators on properties
    @property
    def computed(self) -> int:
        return self.count + 1

    @cached_property
    def cached(self) -> int:
        return self.count + 2

    def method(self) -> int:
        return 3


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("count", 0),
        ("address.city", "Ulm"),
        ("rows.1.n", 2),
        ("rows.-1.n", 2),
        ("by_number.7", "seven"),
        ("point.y", 2),
        ("point.0", 1),
        ("part.name", "bolt"),
        ("part.loud", "BOLT"),
        ("last.-1", 3),
        ("open.known", 1),
        ("double", 0),
        ("computed", 1),
        ("cached", 2),
        ("day.year", 2026),
        ("slotted.inside", 3),
    ],
)
def test_a_path_reaches(path: str, value: object) -> None:
    assert lookup(State(), parse_path(path)) == value


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("cuont", "Path 'cuont' not found in state: the state has no 'cuont'; did you mean 'count'?"),
        ("address.ctiy", "Path 'address.ctiy' not found in state: 'address' has no 'ctiy'; did you mean 'city'?"),
        ("address.street", "Path 'address.street' not found in state: 'address' has no 'street'; it has city, zip"),
        ("maybe.city", "Path 'maybe.city' not found in state: 'maybe' is None"),
        ("rows.2.n", "Path 'rows.2.n' not found in state: 'rows' has 2 elements and no index '2'"),
        ("rows.-3", "Path 'rows.-3' not found in state: 'rows' has 2 elements and no index '-3'"),
        ("rows.first", "Path 'rows.first' not found in state: 'rows' has 2 elements and no index 'first'"),
        ("count.real.x", "Path 'count.real.x' not found in state: 'count.real' (int) has no 'x'"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ended(path: str, message: str) -> None:
    with pytest.raises(StatePathError) as caught:
        lookup(State(), parse_path(path))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "path",
    ["_private", "__class__", "__dict__", "method", "model_dump", "model_fields", "part._secret", "address.copy"],
)
def test_private_names_and_methods_are_out_of_reach(path: str) -> None:
    assert lookup(State(), parse_path(path), None) is None
    with pytest.raises(StatePathError):
        lookup(State(), parse_path(path))
    with pytest.raises(StatePathError):
        assign(State(), parse_path(path), 1)


def test_a_default_stands_in_for_whatever_is_missing() -> None:
    assert lookup(State(), parse_path("rows.9.n"), None) is None
    assert lookup(State(), parse_path("count"), 7) == 0


def test_the_empty_path_is_the_state_itself() -> None:
    state = State()
    assert lookup(state, parse_path("")) is state


def test_a_key_comes_before_a_method_or_an_attribute_of_a_dict_state() -> None:
    state = DictState(items=[1], keys={"get": 2})
    assert lookup(state, parse_path("items.0")) == 1
    assert lookup(state, parse_path("keys.get")) == 2


def test_a_dot_in_a_key_is_escaped() -> None:
    state = {"prices": {"acme.com": 1, "a\\b": 2, "": 3}}
    assert lookup(state, parse_path(r"prices.acme\.com")) == 1
    assert lookup(state, parse_path(r"prices.a\\b")) == 2
    assert lookup(state, parse_path("prices.")) == 3


def test_a_path_of_more_than_1000_segments_is_refused() -> None:
    assert len(parse_path(".".join("a" * 1000))) == 1000
    with pytest.raises(StatePathError, match="Path length exceeds 1000 segments"):
        parse_path(".".join("a" * 1001))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("count", 3),
        ("address.city", "Bonn"),
        ("rows.0.n", 9),
        ("rows.-1", {"n": 3}),
        ("rows.1.new", 3),
        ("by_number.7", "VII"),
        ("nested.a.b", 4),
        ("part.name", "nut"),
        ("last.0", 8),
        ("open.other", 5),
        ("double", 8),
    ],
)
def test_a_path_can_be_set(path: str, value: object) -> None:
    state = State()
    assign(state, parse_path(path), value)
    assert lookup(state, parse_path(path)) == value


def test_an_int_key_is_set_by_its_digits_and_not_doubled() -> None:
    state = State()
    assign(state, parse_path("by_number.7"), "VII")
    assert state.by_number == {7: "VII"}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "Path cannot be empty: set_state\\(\\) replaces the whole state"),
        ("cuont", "did you mean 'count'"),
        ("addres.city", "did you mean 'address'"),
        ("maybe.city", "'maybe' is None"),
        ("rows.2", "'rows' has 2 elements and no index '2'"),
        ("point.0", "'point' is a Point, which cannot be changed in place; set it as a whole"),
        ("fixed", "'fixed' of the state is a property without a setter"),
        ("computed", "'computed' of the state is a property without a setter"),
        ("count.x", "has no 'x'"),
    ],
)
def test_a_path_that_cannot_be_set_says_why(path: str, message: str) -> None:
    with pytest.raises(StatePathError, match=message):
        assign(State(), parse_path(path), 1)


def test_missing_dicts_are_created_on_the_way_in_a_dict_state() -> None:
    state = DictState()
    assign(state, parse_path("a.b.c"), 1)
    assert state.to_dict() == {"a": {"b": {"c": 1}}}


def test_an_item_is_a_key_of_any_type_and_never_an_attribute() -> None:
    assert lookup({(1, 2): "pair"}, (Item((1, 2)),)) == "pair"
    assert lookup({"7": "text", 7: "number"}, (Item(7),)) == "number"
    assert lookup(State(), (Item("count"),), None) is None


# A naive oracle: plain dicts and lists, walked by hand.
keys = st.text(alphabet=r"ab.\_-1", max_size=3)
trees = st.recursive(
    st.integers(),
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=12,
)


def places(tree: object, prefix: tuple[object, ...] = ()) -> dict[tuple[object, ...], object]:
    found = {prefix: tree}
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in pairs:
        found |= places(child, (*prefix, key))
    return found


@given(st.dictionaries(keys, trees, max_size=4))
def test_every_place_of_any_tree_is_found_by_its_joined_path(tree: dict[str, Any]) -> None:
    for place, value in places(tree).items():
        text = join_path(place)
        if place and text == "":
            continue  # a lone empty key: the empty text is the state itself
        assert lookup(tree, parse_path(text)) is value


@given(st.dictionaries(keys, trees, max_size=4), st.data())
def test_a_set_changes_one_place_and_nothing_else(tree: dict[str, Any], data: st.DataObject) -> None:
    candidates = [place for place in places(tree) if join_path(place)]
    if not candidates:
        return
    place = data.draw(st.sampled_from(candidates))
    before = places(tree)
    assign(tree, parse_path(join_path(place)), "new")
    after = places(tree)
    assert lookup(tree, parse_path(join_path(place))) == "new"
    for other, value in before.items():
        if other[: len(place)] != place and place[: len(other)] != other:
            assert after[other] is value
    assert set(after) == {each for each in before if each == place or each[: len(place)] != place}


@given(st.lists(keys, min_size=1, max_size=6))
def test_joining_and_parsing_are_inverse(segments: list[str]) -> None:
    text = join_path(segments)
    assert parse_path(text) == (tuple(segments) if text else ())


def test_missing_is_told_from_none() -> None:
    assert lookup({"a": None}, ("a",), MISSING) is None
