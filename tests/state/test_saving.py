"""A saved state comes back as what it was, or saving or restoring says which path does not."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    SecretStr,
    computed_field,
    create_model,
    model_validator,
)

from typedflow.errors import ContextSerdeError
from typedflow.state import DictState, StateStore, load_state, save_state
from typedflow.state.chunked import ChunkedList


class Color(Enum):
    RED = 1


class Level(IntEnum):
    HIGH = 2


class Shape(BaseModel):
    name: str = ""


class Circle(Shape):
    radius: int = 1


class Square(Shape):
    radius: int = 1  # as a Circle, so that only the class tells them apart


@dataclass
class Part:
    name: str
    size: int = 1


class Tags(RootModel[list[str]]):
    root: list[str] = Field(default_factory=list)


class Aliased(BaseModel):
    inner: int = Field(default=0, alias="innerValue")


class Swapped(BaseModel):
    a: int = Field(default=1, alias="b")
    b: int = Field(default=2, alias="c")


class Order(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    number: int = 0
    when: datetime = datetime(2026, 1, 31, tzinfo=timezone.utc)
    parts: list[Part] = Field(default_factory=lambda: [Part("a", 2)])
    shapes: dict[str, Shape] = Field(default_factory=lambda: {"x": Shape(name="s")})
    either: Shape | Circle = Field(default_factory=Circle)
    seen: set[int] = Field(default_factory=lambda: {1, 2})
    pair: tuple[int, str] = (1, "a")
    color: Color = Color.RED
    raw: bytes = b"text"
    ratio: float = float("inf")
    amount: Decimal = Decimal("1.10")
    tags: Tags = Field(default_factory=lambda: Tags(["t"]))
    aliased: Aliased = Field(default_factory=lambda: Aliased(innerValue=3))
    swapped: Swapped = Field(default_factory=lambda: Swapped(b=5, c=6))
    by_number: dict[int, Shape] = Field(default_factory=lambda: {3: Shape(name="three")})
    handle: Any = Field(default=None, exclude=True)
    _cache: int = PrivateAttr(default=0)

    @computed_field  # type: ignore[prop-decorator]  # mypy does not support decorators on properties
    @property
    def label(self) -> str:
        return f"#{self.number}"


def through_json(state: BaseModel) -> Any:
    return json.loads(json.dumps(save_state(state), allow_nan=False))


def test_a_typed_state_comes_back_as_it_was() -> None:
    state = Order(number=7, ratio=float("-inf"))
    assert load_state(through_json(state), Order) == state


class Entry(BaseModel):
    text: str = ""


class Journal(BaseModel):
    entries: ChunkedList[Entry] = []
    by_day: dict[str, ChunkedList[int]] = {}


async def test_a_list_in_chunks_is_saved_as_the_list_that_it_is() -> None:
    store = StateStore(Journal)
    assert StateStore.from_dict(store.to_dict(), Journal).state == Journal()
    async with store.edit_state() as state:
        state.entries.extend(Entry(text=str(number)) for number in range(1500))
        state.by_day["monday"] = [1, 2]
    again = StateStore.from_dict(json.loads(json.dumps(store.to_dict())), Journal)
    assert again.state == store.state
    async with again.edit_state() as state:
        state.entries[1400].text = "changed"
    assert load_state(through_json(again.state), Journal).entries[1400].text == "changed"


def test_an_excluded_field_is_not_saved_and_comes_back_with_its_default() -> None:
    state = Order(handle=object())
    payload = through_json(state)
    assert "handle" not in payload["state"]["data"]
    assert load_state(payload, Order).handle is None


def test_strict_models_and_forbidden_extras_come_back_too() -> None:
    class Strict(BaseModel):
        model_config = ConfigDict(strict=True, extra="forbid")
        when: date = date(2026, 1, 31)
        seen: set[int] = {1}
        pair: tuple[int, ...] = (1, 2)

        @computed_field  # type: ignore[prop-decorator]  # as above
        @property
        def label(self) -> str:
            return "x"

    assert load_state(through_json(Strict()), Strict) == Strict()


class Extra(BaseModel, extra="allow"):
    known: int = 0


class Holder(BaseModel):
    shape: Shape = Field(default_factory=Shape)
    shapes: list[Shape] = Field(default_factory=list)
    choice: Circle | Shape = Field(default_factory=Circle)
    like: Circle | Square = Field(default_factory=Circle)
    anything: Any = None
    secret: SecretStr = SecretStr("")
    doubled: Annotated[int, BeforeValidator(lambda value: value * 2)] = 0
    extra: Extra = Field(default_factory=Extra)


@pytest.mark.parametrize(
    ("state", "path", "reason"),
    [
        (Holder(shape=Circle()), "state.shape", "a test_saving:Circle would come back as a test_saving:Shape"),
        (Holder(shapes=[Shape(), Circle()]), "state.shapes.1", "would come back as a test_saving:Shape"),
        (
            Holder(choice=Shape()),
            "state.choice",
            "come back as a test_saving:Circle; declare the field as a discriminated",
        ),
        (Holder(like=Square()), "state.like", "would come back as a test_saving:Circle"),
        (Holder(anything={1}), "state.anything", "a set would come back as a list"),
        (Holder(anything={"a": [date(2026, 1, 1)]}), "state.anything.a.0", "come back as a str"),
        (Holder(anything=Shape()), "state.anything", "would come back as a dict"),
        (Holder(secret=SecretStr("x")), "state.secret", "would come back as SecretStr"),
        (Holder(doubled=4), "state.doubled", "8 would come back as 16"),
        (Holder(extra=Extra(more=(1, 2))), "state.extra.more", "would come back as a list"),  # type: ignore[call-arg]  # it allows extra fields
        (Holder(anything=lambda: 1), "state.anything", "function cannot be serialized"),
        (Holder(anything={"a": [1, object()]}), "state.anything.a.1", "a value of type object cannot be"),
        (Holder(anything=b"\xff"), "state.anything", "cannot be serialized"),
        (Holder(anything=float("nan")), "state.anything", "a float would come back as a"),
        (DictState(f=lambda: 1), "state.f", "a value of type function cannot be saved"),
        (DictState(a={"b": [1, object()]}), "state.a.b.1", "a value of type object cannot be saved"),
        (DictState(a=Holder(shape=Circle())), "state.a.shape", "would come back as a test_saving:Shape"),
        (DictState(d=defaultdict(lambda: 1)), "state.d", "its default factory"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_come_back_as_something_else_is_refused_by_path(state: BaseModel, path: str, reason: str) -> None:
    reason = reason.replace("test_saving:", f"{__name__}:")
    with pytest.raises(ContextSerdeError) as caught:
        save_state(state)
    heading, *lines = str(caught.value).split("\n  ")
    assert heading == f"The state ({type(state).__name__}) cannot be saved:"
    assert len(lines) == 1
    assert lines[0].startswith(f"{path}: ")
    assert reason in lines[0]


def test_every_path_that_cannot_be_saved_is_named() -> None:
    with pytest.raises(ContextSerdeError) as caught:
        save_state(Holder(shape=Circle(), shapes=[Circle()], doubled=1))
    assert [line.split(": ")[0].strip() for line in str(caught.value).split("\n")[1:]] == [
        "state.shape",
        "state.shapes.0",
        "state.doubled",
    ]
    with pytest.raises(ContextSerdeError) as caught:
        save_state(DictState(a=object(), b=[1, object()], c=2))
    assert [line.split(": ")[0].strip() for line in str(caught.value).split("\n")[1:]] == ["state.a", "state.b.1"]


def test_an_exact_union_or_a_discriminator_keeps_the_class() -> None:
    class Dog(BaseModel):
        kind: Literal["dog"] = "dog"

    class Cat(BaseModel):
        kind: Literal["cat"] = "cat"

    class Pets(BaseModel):
        pet: Annotated[Dog | Cat, Field(discriminator="kind")] = Field(default_factory=Dog)
        shape: Shape | Circle = Field(default_factory=Shape)

    for state in (Pets(pet=Cat(), shape=Circle(radius=4)), Pets(shape=Shape(name="s"))):
        assert load_state(through_json(state), Pets) == state


def test_a_serializer_that_writes_aliases_is_read_by_aliases() -> None:
    from pydantic import model_serializer

    class Own(BaseModel):
        first: int = Field(default=0, alias="1st")

        @model_serializer
        def save(self) -> dict[str, int]:
            return {"1st": self.first}

    state = Own.model_validate({"1st": 4})
    assert load_state(through_json(state), Own) == state


# Restoring into a model that has changed since.


def model(name: str = "State", /, **fields: Any) -> type[BaseModel]:
    return create_model(name, **fields)


OLD = model(count=(int, 0), name=(str, ""), rows=(list[Shape], Field(default_factory=list)))


def restore_into(new: type[BaseModel], **values: Any) -> BaseModel:
    return load_state(through_json(OLD(**values)), new)


def test_a_field_added_since_takes_its_default() -> None:
    new = create_model("State", __base__=OLD, added=(int, 5))
    assert restore_into(new, count=1) == new(count=1, added=5)


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (
            model(count=(int, 0), rows=(list[Shape], [])),
            ["state.name: unknown field, which would be dropped"],
        ),
        (
            model(counter=(int, 0), name=(str, ""), rows=(list[Shape], [])),
            ["state.count: unknown field, which would be dropped (did it become 'counter'?)"],
        ),
        (
            model(counter=(int, ...), rows=(list[Shape], [])),
            [
                "state.counter: Field required",
                "state.count: unknown field, which would be dropped (did it become 'counter'?)",
                "state.name: unknown field, which would be dropped",
            ],
        ),
        (
            model(count=(int, 0), name=(int, 0), rows=(list[Shape], [])),
            [
                "state.name: Input should be a valid integer, unable to parse string as an integer "
                "(saved value: 'ann')",
            ],
        ),
        (
            model(count=(int, 0), name=(str, ""), rows=(GenericAlias(list, model("Shape", title=(str, ""))), [])),
            ["state.rows.0.name: unknown field, which would be dropped"],
        ),
        (
            model(
                count=(date, ...),
                name=(str, ""),
                rows=(GenericAlias(list, model("Shape", title=(str, ...))) | None, []),
                key=(int, 1),
            ),
            [
                "state.rows.0.title: Field required",
                "state.rows.0.name: unknown field, which would be dropped",
            ],
        ),
        (
            model(count=(int, 0), name=(str, ""), rows=(set[str], Field(default_factory=set))),
            ["state.rows.0: Input should be a valid string (saved value: {'name': 'r'})"],
        ),
    ],
    ids=["removed", "renamed", "renamed, required", "retyped", "nested removed", "nested required", "other container"],
)
def test_what_does_not_fit_any_more_is_named(new: type[BaseModel], lines: list[str]) -> None:
    with pytest.raises(ContextSerdeError) as caught:
        restore_into(new, count=0, name="ann", rows=[Shape(name="r")])
    heading, *found = str(caught.value).split("\n  ")
    assert heading.startswith("The saved state does not fit State any more")
    assert found == lines


def test_a_place_is_named_by_its_keys_and_not_by_pydantics_tags() -> None:
    class Dog(BaseModel):
        kind: Literal["dog"] = "dog"
        legs: int = 4

    class Cat(BaseModel, extra="forbid"):
        kind: Literal["cat"] = "cat"

    def both() -> list[Dog | Cat]:
        return [Dog(), Cat()]

    class Pets(BaseModel):
        pets: list[Annotated[Dog | Cat, Field(discriminator="kind")]] = Field(default_factory=both)
        number: int | str = 0

    payload = through_json(Pets())
    data = payload["state"]["data"]
    data["pets"][0]["legs"] = "four"
    data["pets"][1]["lives"] = 9
    data["number"] = []
    with pytest.raises(ContextSerdeError) as caught:
        load_state(payload, Pets)
    assert str(caught.value).split("\n  ")[1:] == [
        "state.pets.0.legs: Input should be a valid integer, unable to parse string as an integer (saved value: 'four')",
        "state.pets.1.lives: unknown field, which would be dropped",
        "state.number: Input should be a valid integer (saved value: [])",
        "state.number: Input should be a valid string (saved value: [])",
    ]


def test_a_forbidden_field_is_named_once() -> None:
    new = create_model("State", __config__=ConfigDict(extra="forbid"), count=(int, 0), rows=(list[Shape], []))
    with pytest.raises(ContextSerdeError) as caught:
        restore_into(new, count=4)
    assert str(caught.value).split("\n  ")[1:] == ["state.name: unknown field, which would be dropped"]


class HoldsDict(BaseModel):
    inner: DictState = Field(default_factory=DictState)


def test_a_dict_state_inside_a_typed_state_is_held_to_what_json_can_hold() -> None:
    state = HoldsDict(inner=DictState(a=[1, "b"]))
    assert load_state(through_json(state), HoldsDict) == state
    with pytest.raises(ContextSerdeError, match=r"state\.inner\.a: a set would come back as a list"):
        save_state(HoldsDict(inner=DictState(a={1})))


def test_loading_leaves_the_payload_alone() -> None:
    payload = through_json(OLD(count=1))
    text = json.dumps(payload)
    load_state(payload, create_model("Renamed", __base__=OLD))
    assert json.dumps(payload) == text


def test_a_field_lost_from_the_payload_is_told_from_one_added_since() -> None:
    payload = through_json(OLD(count=1, rows=[Shape(name="r")]))
    del payload["state"]["data"]["name"]
    del payload["state"]["data"]["rows"][0]["name"]
    with pytest.raises(ContextSerdeError) as caught:
        load_state(payload, OLD)
    assert set(str(caught.value).split("\n  ")[1:]) == {
        "state.name: missing, though it was saved once; it would be set to its default",
        "state.rows.0.name: missing, though it was saved once; it would be set to its default",
    }


def test_a_renamed_model_is_held_to_the_fields_that_it_was_saved_with() -> None:
    payload = through_json(OLD(count=1))
    del payload["state"]["data"]["name"]
    renamed = create_model("Renamed", __base__=OLD)
    with pytest.raises(ContextSerdeError, match=r"does not fit Renamed any more \(it was saved as .*:State\)"):
        load_state(payload, renamed)


def test_an_old_name_kept_as_an_alias_is_a_migration() -> None:
    new = model(
        counter=(int, Field(default=0, validation_alias=AliasChoices("counter", "count"))),
        name=(str, ""),
        rows=(list[Shape], []),
    )
    assert restore_into(new, count=4).model_dump() == {"counter": 4, "name": "", "rows": []}
    assert restore_into(new, count=0).model_dump() == {"counter": 0, "name": "", "rows": []}


def test_a_before_validator_that_reads_the_old_name_is_a_migration() -> None:
    class State(BaseModel):
        counter: int = 0
        name: str = ""
        rows: list[Shape] = []

        @model_validator(mode="before")
        @classmethod
        def migrate(cls, data: Any) -> Any:
            if "count" in data:
                data["counter"] = data.pop("count")
            return data

    assert restore_into(State, count=4) == State(counter=4)
    assert restore_into(State, count=0) == State(counter=0)


def test_a_removed_field_kept_as_excluded_may_go() -> None:
    new = model(count=(int, 0), name=(Any, Field(default=None, exclude=True)), rows=(list[Shape], []))
    assert restore_into(new, count=4, name="x").model_dump() == {"count": 4, "rows": []}


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (None, "not a saved state"),
        ([], "not a saved state"),
        ({}, "not a saved state"),
        ({"format": 1, "state": {}}, "not the saved form of a model"),
        ({"format": 2, "state": {}}, "Cannot load a state saved in format 2; this version reads format 1"),
        ({"format": 1, "state": {"data": 5}}, "state: "),
        ({"format": 1, "state": {"data": {}, "extra": {"a": {"$what": 1}}}}, "state.a: saved by a newer version"),
        ({"format": 1, "state": {"data": {}, "extra": {"a": {"$date": "soon"}}}}, "state.a: not the saved form"),
        ({"format": 1, "state": {"data": {}, "extra": {"a": {"$tuple": 3}}}}, "state.a: not the saved form"),
        ({"format": 1, "state": {"data": {}, "extra": {"a": {"$set": [[1]]}}}}, "state.a: not the saved form"),
        ({"format": 1, "state": {"data": {}, "extra": {"a": {"$model": 3}}}}, "state.a: 3 is not the name of a class"),
    ],
)
def test_a_payload_of_another_shape_is_refused(payload: Any, message: str) -> None:
    with pytest.raises(ContextSerdeError) as caught:
        load_state(payload, DictState)
    assert message in str(caught.value)


# Values of any type, in a DictState.

DICT = DictState(
    text="a",
    items=[1, 2.5, None, True],
    nested={"a": {"b": [(1, 2), {3}]}},
    numbers={1: "one", (2, 3): "pair"},
    dollar={"$set": [1]},
    when=datetime(2026, 1, 31, 12, tzinfo=timezone.utc),
    day=date(2026, 1, 31),
    at=time(12, 30),
    span=timedelta(days=1, microseconds=3),
    raw=b"\xff",
    array=bytearray(b"\xfe"),
    frozen=frozenset({1}),
    color=Color.RED,
    level=Level.HIGH,
    money=Decimal("1.10"),
    id=UUID(int=5),
    path=Path("a/b"),
    recent=deque([1, 2], 5),
    counts=Counter("aab"),
    ordered=OrderedDict([("b", 1), ("a", 2)]),
    groups=defaultdict(list, {"a": [1]}),
    order=Order(number=3),
    shapes=[Circle(radius=3), Square(), Shape()],
    state=DictState(inner={1}),
    wave=1 + 2j,
    infinite=float("inf"),
    empty_tuple=(),
)


def same(left: Any, right: Any) -> bool:  # Any: of the same type once that is checked
    if type(left) is not type(right):
        return False
    if isinstance(left, DictState):
        return same(left.to_dict(), right.to_dict())
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple | deque):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def test_a_dict_state_of_everything_comes_back_with_every_type() -> None:
    restored = load_state(through_json(DICT), DictState)
    assert same(restored, DICT)
    assert restored.recent.maxlen == 5
    assert restored.groups.default_factory is list


def test_a_committed_dict_state_is_saved_as_plain_values() -> None:
    store = StateStore(DICT)
    restored = load_state(through_json(store.state), DictState)
    assert same(restored, DICT)


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(), st.dates(),
    st.datetimes(), st.timedeltas(), st.decimals(allow_nan=False), st.uuids(), st.sampled_from(Color),
)  # fmt: skip
hashable = st.deferred(lambda: st.one_of(scalars, st.tuples(scalars, scalars), st.frozensets(scalars, max_size=3)))
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.sets(hashable, max_size=3),
        st.dictionaries(st.text(), inner, max_size=3),
        st.dictionaries(hashable, inner, max_size=3),
        st.builds(deque, st.lists(inner, max_size=3)),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), anything, max_size=4))
def test_any_values_in_a_dict_state_come_back_equal_and_of_the_same_types(values: dict[str, Any]) -> None:
    state = DictState.model_validate(values)
    assert same(load_state(through_json(state), DictState), state)


@settings(deadline=None)
@given(
    st.builds(
        Order,
        number=st.integers(),
        when=st.datetimes(),
        parts=st.lists(st.builds(Part, name=st.text(), size=st.integers()), max_size=3),
        shapes=st.dictionaries(st.text(), st.builds(Shape, name=st.text()), max_size=3),
        either=st.one_of(st.builds(Circle, radius=st.integers()), st.builds(Shape, name=st.text())),
        seen=st.sets(st.integers()),
        raw=st.binary().filter(lambda value: value.isascii()),
        ratio=st.floats(allow_nan=False),
        amount=st.decimals(allow_nan=False, allow_infinity=False),
        by_number=st.dictionaries(st.integers(), st.builds(Shape, name=st.text()), max_size=3),
    )
)
def test_any_typed_state_comes_back_equal(state: Order) -> None:
    assert load_state(through_json(state), Order) == state


def test_a_class_is_found_among_imported_modules_and_given_types_only() -> None:
    payload = through_json(DictState(shape=Circle()))
    text = json.dumps(payload)
    for name, reason in {
        "wsgiref.util:FileWrapper": "the class 'wsgiref.util:FileWrapper' is not imported",
        "nosuchmodule:X": "the class 'nosuchmodule:X' is not imported",
        "builtins:dict": "'builtins:dict' is not a subclass of BaseModel",
        "os:system": "'os:system' is not a subclass of BaseModel",
        "os:path.join": "'os:path.join' is not a subclass of BaseModel",
    }.items():
        sys.modules.pop("wsgiref.util", None)
        with pytest.raises(ContextSerdeError, match=f"state.shape: {reason}"):
            load_state(json.loads(text.replace(f"{__name__}:Circle", name)), DictState)
        assert "wsgiref.util" not in sys.modules


def test_a_local_class_has_to_be_given() -> None:
    class Local(BaseModel):
        n: int = 1

    state = DictState(local=Local(n=3))
    with pytest.raises(
        ContextSerdeError, match=r"state\.local: the class .*Local could not be found again by its name"
    ):
        save_state(state)
    payload = save_state(state, types=[Local])
    with pytest.raises(ContextSerdeError, match=r"state\.local: the class .*Local' is not imported"):
        load_state(payload, DictState)
    assert load_state(payload, DictState, types=[Local]) == state


def test_a_model_inside_a_dict_state_is_held_to_its_fields_too() -> None:
    payload = through_json(DictState(shapes=[Circle(radius=2)]))
    data = payload["state"]["extra"]["shapes"][0]["data"]
    data["colour"] = "red"
    del data["radius"]
    with pytest.raises(ContextSerdeError) as caught:
        load_state(payload, DictState)
    assert set(str(caught.value).split("\n  ")[1:]) == {
        "state.shapes.0.colour: unknown field, which would be dropped",
        "state.shapes.0.radius: missing, though it was saved once; it would be set to its default",
    }


class Mixed(DictState):
    n: int = 0


def test_a_dict_state_with_declared_fields_comes_back() -> None:
    state = Mixed(n=3, extra={1})  # type: ignore[call-arg]  # extra fields are keys
    restored = load_state(through_json(state), Mixed)
    assert restored == state
    assert restored.extra == {1}


def test_a_store_comes_back_with_its_version() -> None:
    async def main() -> None:
        store = StateStore(Order(either=Circle(radius=4)))
        await store.set("number", 4)
        restored = StateStore.from_dict(json.loads(json.dumps(store.to_dict())), Order)
        assert (restored.state, restored.version) == (store.state, 1)
        await restored.set("number", 5)
        assert restored.version == 2

    asyncio.run(main())
