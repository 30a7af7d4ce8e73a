"""The rows of the design's table "State: what happens when", and the sentences beside it, at the level of drafts."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError, computed_field

from typedflow.errors import DraftClosedError, StateReadOnlyError, StateValidationError
from typedflow.state.draft import Committed, DraftScope, commit_value, current, open_draft, original, private_copy
from typedflow.state.draft.leaf_place import LeafPlace

from .zoo import Item, Pair, canon, leaks


class State(BaseModel):
    count: int = 0
    text: str = ""
    items: list[Item] = [Item(), Item(qty=1)]
    byname: dict[str, Item] = {}
    pair: Pair = Pair()
    one: Item | None = None
    two: Item | None = None
    anything: Any = None
    _hidden: list[int] = PrivateAttr(default_factory=list)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's documented form
    @property
    def total(self) -> int:
        return sum(item.qty for item in self.items)

    @cached_property
    def cached(self) -> int:
        return self.count * 10

    def add(self, qty: int) -> None:
        self.items.append(Item(qty=qty))


@pytest.fixture
def base() -> State:
    return commit_value(State, State())


def commit(scope: DraftScope[State]) -> State:
    committed = scope.commit()
    scope.close()
    assert isinstance(committed, Committed)
    assert leaks(committed.state) == []
    return committed.state


def test_a_closed_scope_drops_everything_and_kept_drafts_read_what_is_committed(base: State) -> None:
    scope = open_draft(base)
    draft, items = scope.draft, scope.draft.items
    draft.count, items[0].qty = 5, 9
    items.append(Item())
    scope.close()
    assert (draft.count, draft.items[0].qty, len(items)) == (0, 0, 2)
    assert canon(base) == canon(commit_value(State, State()))


def test_writing_what_stands_there_already_is_no_change(base: State) -> None:
    scope = open_draft(base)
    draft = scope.draft
    draft.count = 0
    draft.items.append(Item())
    draft.items.pop()
    draft.items[0].qty += 0
    draft.items = [Item(), Item(qty=1)]
    draft.byname["x"] = Item()
    del draft.byname["x"]
    draft.pair = Pair()
    assert scope.commit() is None


def test_true_is_a_change_where_one_stood(base: State) -> None:
    scope = open_draft(base)
    scope.draft.anything = 1
    one = commit(scope)
    scope = open_draft(one)
    scope.draft.anything = True
    assert commit(scope).anything is True


def test_a_number_in_a_string_is_committed_as_a_number(base: State) -> None:
    scope = open_draft(base)
    scope.draft.count = "3"  # type: ignore[assignment]  # on purpose
    assert commit(scope).count == 3


class StrictState(BaseModel):
    model_config = ConfigDict(strict=True)
    count: int = 0


def test_a_strict_model_rejects_a_number_in_a_string() -> None:
    scope = open_draft(commit_value(StrictState, StrictState()))
    scope.draft.count = "3"  # type: ignore[assignment]  # on purpose
    with pytest.raises(StateValidationError, match=r"state\.count: Input should be a valid integer, got '3'"):
        scope.commit()


def test_an_invariant_may_be_broken_in_between(base: State) -> None:
    scope = open_draft(base)
    scope.draft.pair.lo = 20
    scope.draft.pair.hi = 30
    assert commit(scope).pair.lo == 20


class Fixed(BaseModel):
    model_config = ConfigDict(frozen=True)
    n: int = 0
    names: list[str] = []


class WithFixed(BaseModel):
    fixed: Fixed = Fixed()


def test_an_unknown_or_frozen_attribute_raises_at_its_line(base: State) -> None:
    scope = open_draft(base)
    with pytest.raises(ValueError, match='"State" object has no field "cuont"'):
        scope.draft.cuont = 1  # type: ignore[attr-defined]  # on purpose
    frozen = open_draft(commit_value(WithFixed, WithFixed()))
    with pytest.raises(ValidationError, match="frozen"):
        frozen.draft.fixed.n = 1  # on purpose
    frozen.draft.fixed.names.append("x")  # frozen is about attributes, as in pydantic
    committed = frozen.commit()
    assert committed is not None
    assert committed.state.fixed.names == ["x"]


def test_an_invalid_commit_names_path_and_value_of_every_problem_and_changes_nothing(base: State) -> None:
    scope = open_draft(base)
    scope.draft.items[1].qty = -1
    scope.draft.count = "x"  # type: ignore[assignment]  # on purpose
    with pytest.raises(StateValidationError) as caught:
        scope.commit()
    scope.close()
    problems = {problem.path: problem for problem in caught.value.problems}
    assert set(problems) == {"items.1.qty", "count"}
    assert (problems["items.1.qty"].value, problems["count"].type) == (-1, "int_parsing")
    assert "state.items.1.qty: Input should be greater than or equal to 0, got -1" in str(caught.value)
    assert canon(base) == canon(commit_value(State, State()))


def test_an_instance_from_outside_is_copied(base: State) -> None:
    outside, box = Item(qty=1), [1]
    scope = open_draft(base)
    scope.draft.one, scope.draft.anything = outside, {"box": box}
    state = commit(scope)
    outside.qty, box[0] = 99, 99
    assert (state.one, state.anything) == (Item(qty=1), {"box": [1]})


def test_the_same_object_at_two_places_is_one_during_the_edit_and_two_afterwards(base: State) -> None:
    scope = open_draft(base)
    scope.draft.one = scope.draft.two = Item()
    scope.draft.one.qty = 4
    state = commit(scope)
    assert state.two == Item(qty=4)
    scope = open_draft(state)
    assert scope.draft.one is not None
    scope.draft.one.qty = 5
    state = commit(scope)
    assert (state.one, state.two) == (Item(qty=5), Item(qty=4))


def test_a_draft_moved_and_a_draft_at_two_places_end_well(base: State) -> None:
    scope = open_draft(base)
    moved = scope.draft.items.pop(0)
    scope.draft.byname["a"] = scope.draft.byname["b"] = moved
    moved.qty = 8
    state = commit(scope)
    assert (state.byname, state.items) == ({"a": Item(qty=8), "b": Item(qty=8)}, [Item(qty=1)])


@pytest.mark.parametrize("kind", ["plain list", "plain dict", "draft", "model"])
def test_a_cycle_is_rejected_with_its_location(base: State, kind: str) -> None:
    scope = open_draft(base)
    if kind == "plain list":
        ring: Any = [1]
        ring.append(ring)
        scope.draft.anything = {"ring": ring}
    elif kind == "plain dict":
        ring = {}
        ring["self"] = ring
        scope.draft.anything = {"ring": ring}
    else:
        scope.draft.anything = {"ring": []}
        scope.draft.anything["ring"].append(scope.draft if kind == "model" else scope.draft.anything)
    with pytest.raises(StateValidationError, match=r"state\.anything\.ring.*contains itself"):
        scope.commit()


def test_a_kept_draft_reads_what_was_committed_and_refuses_writes(base: State) -> None:
    scope = open_draft(base)
    draft, untouched = scope.draft, scope.draft.items[1]
    draft.count = "7"  # type: ignore[assignment]  # on purpose
    draft.add(3)
    commit(scope)
    assert (draft.count, draft.items[-1].qty, untouched.qty) == (7, 3, 1)
    writes: list[Callable[[], object]] = [
        lambda: setattr(draft, "count", 1),
        lambda: draft.items.append(Item()),
        lambda: setattr(untouched, "qty", 2),
        lambda: delattr(draft, "count"),
        lambda: draft.byname.update(a=Item()),
    ]
    for write in writes:
        with pytest.raises(DraftClosedError, match="edit_state"):
            write()


def test_committed_state_refuses_every_change_and_names_edit_state() -> None:
    given = State(byname={"a": Item()}, anything={"s": {1}, "l": [1], "m": Item()})
    state = commit_value(State, given)
    writes: list[Callable[[], object]] = [
        lambda: setattr(state, "count", 1),
        lambda: setattr(state, "_hidden", [1]),
        lambda: state.items.append(Item()),
        lambda: state.items.sort(),  # type: ignore[call-arg]  # refused before anything is compared
        lambda: state.items.__setitem__(0, Item()),
        lambda: setattr(state.items[0], "qty", 1),
        lambda: state.byname.pop("a"),
        lambda: state.byname.setdefault("b", Item()),
        lambda: state.anything["s"].add(2),
        lambda: state.anything["l"].insert(0, 1),
        lambda: setattr(state.anything["m"], "qty", 1),
        lambda: state._hidden.append(1),
        lambda: state.add(1),
    ]
    before = canon(state)
    for write in writes:
        with pytest.raises(StateReadOnlyError, match="edit_state"):
            write()
    assert canon(state) == before
    given.items.append(Item())
    given.anything["l"].append(2)
    assert canon(state) == before


def test_the_default_factory_of_a_defaultdict_is_content() -> None:
    class Lazy(BaseModel):
        rows: defaultdict[str, list[int]] = defaultdict(list)
        anything: Any = None

    base = commit_value(Lazy, Lazy(anything=defaultdict(int, a=1)))
    for mapping in (base.rows, base.anything):
        with pytest.raises(StateReadOnlyError, match=r"defaultdict.*default_factory.*edit_state"):
            mapping.default_factory = str
    dropped = open_draft(base)
    kept = dropped.draft.anything
    kept.default_factory = str
    assert kept["new"] == ""
    dropped.close()
    assert kept.default_factory is int
    with pytest.raises(DraftClosedError, match="default_factory"):
        kept.default_factory = str
    scope = open_draft(base)
    scope.draft.rows.default_factory = list
    assert scope.commit() is None
    scope = open_draft(base)
    scope.draft.anything.default_factory = float
    scope.draft.rows.default_factory = None
    committed = scope.commit()
    scope.close()
    assert committed is not None
    state = committed.state
    assert (state.anything.default_factory, state.anything["new"], state.rows.default_factory) == (float, 0.0, None)
    assert (base.anything.default_factory, base.rows.default_factory) == (int, list)


def test_cached_properties_are_never_stale_private_attributes_are_versioned(base: State) -> None:
    assert base.cached == 0
    scope = open_draft(base)
    draft = scope.draft
    assert draft.cached == 0
    draft.count = 2
    assert (draft.cached, draft.total) == (20, 1)
    draft._hidden.append(1)
    state = commit(scope)
    assert (state.cached, state._hidden, base._hidden, base.cached) == (20, [1], [], 0)
    scope = open_draft(state)
    scope.draft._hidden.append(2)
    assert (commit(scope)._hidden, state._hidden) == ([1, 2], [1])


def test_handles_are_shared_and_other_objects_are_copied_when_read(base: State) -> None:
    class Bag:
        def __init__(self) -> None:
            self.things: list[int] = []

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Bag) and self.things == other.things

        __hash__ = None  # type: ignore[assignment]  # mutable

    lock, bag = threading.Lock(), Bag()
    scope = open_draft(base)
    scope.draft.anything = [lock, bag]
    state = commit(scope)
    assert state.anything[0] is lock
    assert state.anything[1] is not bag
    scope = open_draft(state)
    scope.draft.anything[1].things.append(1)
    changed = commit(scope)
    assert (changed.anything[1].things, state.anything[1].things) == ([1], [])


def test_what_did_not_change_is_shared_with_the_previous_version(base: State) -> None:
    scope = open_draft(base)
    scope.draft.items[0].qty = 5
    state = commit(scope)
    assert state.items[1] is base.items[1]
    assert state.byname is base.byname
    assert state.pair is base.pair


def test_an_edit_that_changes_nothing_copies_and_validates_nothing(
    base: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[object] = []
    plain = LeafPlace.settle
    monkeypatch.setattr(LeafPlace, "settle", lambda *args: (validated.append(args[1]), plain(*args))[1])  # type: ignore[func-returns-value]  # in a lambda
    scope = open_draft(base)
    assert (scope.draft.count, scope.commit(), validated) == (0, None, [])
    assert len(scope.drafts) == 2  # the state itself and its private list
    scope = open_draft(base)
    scope.draft.items[1].qty += 1
    scope.draft.text = "t"
    commit(scope)
    assert len(validated) <= 2  # the two fields that changed, and nothing else


def test_original_reads_the_committed_value_and_current_copies_the_draft(base: State) -> None:
    scope = open_draft(base)
    draft = scope.draft
    draft.items[0].qty = 3
    assert original(draft) is base
    assert original(draft.items) is base.items
    assert original(draft.items[0]).qty == 0
    now = current(draft)
    assert type(now) is State
    now.items[0].qty = 100
    assert draft.items[0].qty == 3


def test_a_private_copy_may_be_changed_and_set_and_never_reaches_the_committed_state(base: State) -> None:
    copied = private_copy(base)
    copied.items[0].qty = 6
    copied.count = "4"  # type: ignore[assignment]  # on purpose
    state = commit_value(State, copied)
    assert (state.count, state.items[0].qty, base.items[0].qty) == (4, 6, 0)
    assert state.items[1] is base.items[1]
    copied.items[0].qty = 7
    assert state.items[0].qty == 6


def test_a_draft_in_a_child_task_is_the_same_draft(base: State) -> None:
    scope = open_draft(base)

    async def child() -> None:
        scope.draft.count += 1

    async def parent() -> None:
        await asyncio.gather(child(), child())

    asyncio.run(parent())
    assert commit(scope).count == 2


def test_a_models_subclass_hook_does_not_hear_of_the_twins() -> None:
    heard: list[str] = []

    class Registry(BaseModel):
        n: int = 0

        def __init_subclass__(cls, **named: Any) -> None:
            heard.append(cls.__name__)

    class User(Registry):
        pass

    scope = open_draft(commit_value(User, User()))
    scope.draft.n = 1
    assert scope.commit() is not None
    assert heard == ["User"]


class Animal(BaseModel):
    name: str = ""


class Bird(Animal):
    wings: int = 2


class Cage(BaseModel):
    animal: Animal | Bird = Animal()


def test_a_union_of_a_model_and_its_subclass_is_dumped_by_the_class_of_the_value() -> None:
    scope = open_draft(commit_value(Cage, Cage()))
    scope.draft.animal = Bird(name="b")
    committed = scope.commit()
    assert committed is not None
    assert committed.state.model_dump() == {"animal": {"name": "b", "wings": 2}}
    assert committed.patch == [{"op": "replace", "path": "/animal", "value": {"name": "b", "wings": 2}}]
    assert '"wings":2' in committed.state.model_dump_json()


def test_a_dict_with_two_keys_of_one_json_name_is_replaced_as_a_whole() -> None:
    class Anything(BaseModel):
        anything: Any = None

    scope = open_draft(commit_value(Anything, Anything(anything={3: 3, "3": 3, "k": 1})))
    scope.draft.anything[3] = {}
    committed = scope.commit()
    assert committed is not None
    assert committed.patch == [{"op": "replace", "path": "/anything", "value": {"3": 3, "k": 1}}]
