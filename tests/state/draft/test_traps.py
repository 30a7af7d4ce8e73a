"""The ten traps of the research page, each by its name."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

import jsonpatch
import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)

from typedflow.errors import StateValidationError
from typedflow.state.draft import commit_value, open_draft

from .zoo import canon, leaks


class Item(BaseModel):
    qty: Annotated[int, Field(ge=0)] = 0


class Special(Item):
    note: str = "kept"


def edited(base: Any, change: Any) -> Any:
    """The state after an edit, and its patch."""
    scope = open_draft(base)
    try:
        change(scope.draft)
        committed = scope.commit()
    finally:
        scope.close()
    assert committed is not None
    patched = jsonpatch.apply_patch(base.model_dump(mode="json", round_trip=True), committed.patch)
    assert patched == committed.state.model_dump(mode="json", round_trip=True)
    return committed.state


class Holder(BaseModel):
    item: Item = Item()
    items: list[Item] = []
    anything: Any = None
    count: int = 0


def test_trap_1_a_corrupt_instance_inside_a_valid_looking_one_is_caught() -> None:
    corrupt = Item.model_construct(qty="corrupt")
    for change in (
        lambda state: setattr(state, "item", corrupt),
        lambda state: state.items.append(corrupt),
        lambda state: setattr(state, "anything", {"deep": [corrupt]}),
        lambda state: setattr(state, "items", [{"qty": 1}, corrupt]),
    ):
        with pytest.raises(StateValidationError, match="qty"):
            edited(commit_value(Holder, Holder()), change)
    with pytest.raises(StateValidationError, match=r"state\.items\.0\.qty"):
        commit_value(Holder, Holder.model_construct(items=[corrupt]))


class Range(BaseModel):
    lo: int = 0
    hi: int = 1
    seen: list[int] = []

    @model_validator(mode="after")
    def ordered(self) -> Range:
        if self.lo > self.hi or len(self.seen) > 2:
            raise ValueError("not a range")
        return self


def test_trap_2_a_two_field_change_is_judged_at_its_end_and_an_append_is_judged_too() -> None:
    base = commit_value(Range, Range())

    def move(state: Range) -> None:
        state.lo = 5  # above hi for a moment
        state.hi = 6

    assert edited(base, move).lo == 5
    with pytest.raises(StateValidationError, match="not a range"):
        edited(base, lambda state: setattr(state, "lo", 9))
    with pytest.raises(StateValidationError, match="not a range"):
        edited(base, lambda state: state.seen.extend([1, 2, 3]))
    assert (base.lo, base.hi, base.seen) == (0, 1, [])


def test_trap_3_and_4_an_instance_is_revalidated_as_its_own_class_and_keeps_its_fields() -> None:
    base = commit_value(Holder, Holder())
    state = edited(base, lambda state: state.__setattr__("count", 1) or state.__setattr__("anything", Special(qty=2)))
    assert state.anything == Special(qty=2, note="kept")
    assert type(commit_value(Holder, Holder(item=Special())).item).__name__ == "Special"


class Doubling(BaseModel):
    amount: Annotated[int, BeforeValidator(lambda value: value * 2)] = 1
    other: int = 0


def test_trap_5_a_before_validator_does_not_run_again_on_what_it_made() -> None:
    base = commit_value(Doubling, Doubling.model_construct(amount=1, other=0))
    before = base.amount
    state = edited(base, lambda state: setattr(state, "other", 3))
    assert state.amount == before
    assert edited(state, lambda state: setattr(state, "amount", 5)).amount == 10


class Sorting(BaseModel):
    items: list[Item] = []
    count: int = 0

    @model_validator(mode="after")
    def tidy(self) -> Sorting:
        self.items.sort(key=lambda item: item.qty)
        for rank, item in enumerate(self.items):
            item.qty = rank
        return self


def test_trap_6_a_validator_that_changes_nested_values_does_not_reach_the_previous_snapshot() -> None:
    base = commit_value(Sorting, Sorting.model_construct(items=[Item(qty=7), Item(qty=3)], count=0))
    before = canon(base)
    assert [item.qty for item in base.items] == [0, 1]
    state = edited(base, lambda state: state.items.append(Item(qty=0)))
    assert [item.qty for item in state.items] == [0, 1, 2]
    assert canon(base) == before


class Barrier(BaseModel):
    numbers: Annotated[list[int], AfterValidator(sorted)] = []


def test_trap_7_the_patch_of_a_value_behind_a_barrier_replays_to_the_same_state() -> None:
    base = commit_value(Barrier, Barrier(numbers=[1, 5, 9]))
    assert edited(base, lambda state: state.numbers.append(0)).numbers == [0, 1, 5, 9]


class Limited(BaseModel):
    limit: int = 10
    used: int = 5

    @field_validator("used")
    @classmethod
    def within(cls, value: int, info: ValidationInfo) -> int:
        if value > info.data["limit"]:
            raise ValueError("above the limit")
        return value


def test_trap_8_a_validator_that_reads_info_data_runs_when_only_the_other_field_changes() -> None:
    with pytest.raises(StateValidationError, match=r"state\.used: Value error, above the limit"):
        edited(commit_value(Limited, Limited()), lambda state: setattr(state, "limit", 3))


class Keyed(BaseModel):
    byname: dict[str, Item] = {}


def test_trap_9_merging_a_draft_dict_in_c_gives_values_that_can_be_edited() -> None:
    def merge(state: Keyed) -> None:
        for merged in (dict(state.byname), {**state.byname}, state.byname | {}, {} | state.byname):
            merged["a"].qty += 1

    base = commit_value(Keyed, Keyed(byname={"a": Item()}))
    assert edited(base, merge).byname["a"].qty == 4
    assert base.byname["a"].qty == 0


class Frozen(BaseModel, frozen=True):
    name: str = "n"


class Members(BaseModel):
    keyed: dict[Frozen, int] = {}
    members: set[Frozen] = set()
    fixed: frozenset[Frozen] = frozenset()


def test_trap_10_dict_keys_and_set_members_are_never_drafted() -> None:
    key = Frozen()
    base = commit_value(Members, Members(keyed={key: 1}, members={key}, fixed=frozenset({key})))

    def change(state: Members) -> None:
        for members in (state.keyed, state.members, state.fixed):
            assert [member is stored for member, stored in zip(members, members, strict=True)] == [True]
            assert key in members
        state.keyed[key] += 1
        state.members.add(Frozen(name="m"))

    state = edited(base, change)
    assert state.keyed[key] == 2
    assert state.members == {key, Frozen(name="m")}


def _as_it_is(value: Any) -> Any:
    return value


@pytest.mark.parametrize("first", ["guarded", "free"])
@pytest.mark.parametrize(
    ("kind", "made", "change"),
    [
        (defaultdict[str, list[Item]], lambda: defaultdict(list, a=[Item()]), lambda v: v.update(new=[])),
        (defaultdict[str, list[Item]], lambda: defaultdict(list, a=[Item()]), lambda v: v["a"].append(Item(qty=1))),
        (Annotated[dict[str, list[int]], AfterValidator(_as_it_is)], lambda: {"a": [1]}, lambda v: v.update(new=[2])),
        (Annotated[list[list[int]], BeforeValidator(_as_it_is)], lambda: [[1], [2]], lambda v: v[0].append(3)),
        (Annotated[list[Item], AfterValidator(_as_it_is)], lambda: [Item(), Item()], lambda v: v.append(Item())),
    ],
)
def test_what_a_function_has_validated_is_committed_without_drafts_at_a_second_place_too(
    first: str, kind: Any, made: Any, change: Any
) -> None:
    fields: Any = {"guarded": (kind, Field(default_factory=made)), "free": (Any, None)}
    model = create_model("State", **dict(sorted(fields.items(), reverse=first == "guarded")))

    def edit(draft: Any) -> None:
        change(draft.guarded)
        draft.free = [draft.guarded]

    state = edited(commit_value(model, model()), edit)
    assert leaks(state) == []
    assert state.free == [state.guarded]
