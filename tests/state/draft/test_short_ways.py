"""The short ways of a commit (one scalar, a chain of models) answer as the long way does."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from typedflow.errors import StateValidationError
from typedflow.state.draft import commit_value, open_draft
from typedflow.state.draft.place import RecordPlace
from typedflow.state.validation import plan_of


class Leaf(BaseModel):
    x: int = 0
    small: int = Field(default=1, lt=10)
    flag: bool = False


class Branch(BaseModel):
    leaf: Leaf = Leaf()
    name: str = "b"


@dataclasses.dataclass
class Box:
    leaf: Leaf = dataclasses.field(default_factory=Leaf)
    size: int = 1


class Tree(BaseModel):
    branch: Branch = Branch()
    box: Box = dataclasses.field(default_factory=Box)
    items: list[int] = []


class Ruled(BaseModel):
    leaf: Leaf = Leaf()

    @model_validator(mode="after")
    def positive(self) -> Ruled:
        if self.leaf.x < 0:
            raise ValueError("negative")
        return self


class Forest(BaseModel):
    ruled: Ruled = Ruled()
    tree: Tree = Tree()


def edited(base: Any, change: Any) -> Any:
    scope = open_draft(base)
    try:
        change(scope.draft)
        committed = scope.commit()
    finally:
        scope.close()
    return base if committed is None else committed.state


def set_at(path: str, value: Any) -> Any:
    *parents, name = path.split(".")

    def change(draft: Any) -> None:
        for parent in parents:
            draft = getattr(draft, parent)
        setattr(draft, name, value)

    return change


def forest() -> Any:
    return commit_value(Forest, Forest(tree=Tree(box=Box())))


def test_a_scalar_some_levels_down_becomes_one_new_chain_and_all_else_is_shared() -> None:
    base = forest()
    state = edited(base, set_at("tree.branch.leaf.x", 5))
    assert (state.tree.branch.leaf.x, base.tree.branch.leaf.x) == (5, 0)
    assert [state.ruled, state.tree.box, state.tree.items] == [base.ruled, base.tree.box, base.tree.items]
    assert state.ruled is base.ruled
    assert state.tree.box is base.tree.box
    with pytest.raises(Exception, match="committed state"):
        state.tree.branch.leaf.x = 6
    with pytest.raises(Exception, match="committed state"):
        state.tree.branch.name = "c"


@pytest.mark.parametrize("value", [0, "0", 0.0])
def test_what_is_the_same_after_validation_is_no_change_at_any_depth(value: object) -> None:
    base = forest()
    assert edited(base, set_at("tree.branch.leaf.x", value)) is base


@pytest.mark.parametrize(("value", "stored"), [(True, 1), ("3", 3), (2.0, 2), (10**30, 10**30)])
def test_a_scalar_of_another_class_is_coerced_by_pydantic(value: object, stored: int) -> None:
    state = edited(forest(), set_at("tree.branch.leaf.x", value))
    assert state.tree.branch.leaf.x == stored
    assert type(state.tree.branch.leaf.x) is int


@pytest.mark.parametrize(
    ("path", "value"),
    [("tree.branch.leaf.x", "no"), ("tree.branch.leaf.small", 10), ("ruled.leaf.x", -1), ("tree.branch.leaf", 3)],
)
def test_what_is_wrong_at_the_end_of_a_chain_is_named_by_its_path(path: str, value: object) -> None:
    base = forest()
    with pytest.raises(StateValidationError) as caught:
        edited(base, set_at(path, value))
    assert [problem.path for problem in caught.value.problems] == [path if path[0] == "t" else "ruled"]
    assert (base.tree.branch.leaf.x, base.ruled.leaf.x) == (0, 0)


def test_a_model_that_was_replaced_is_validated_in_full() -> None:
    base = forest()
    with pytest.raises(StateValidationError, match=r"tree\.branch\.leaf\.x"):
        edited(base, set_at("tree.branch.leaf", Leaf.model_construct(x="no", small=1, flag=False)))
    state = edited(base, set_at("tree.branch.leaf", Leaf(x=4)))
    assert state.tree.branch.leaf == Leaf(x=4)


def test_a_list_a_dataclass_and_a_draft_of_another_place_are_no_links_of_a_chain() -> None:
    base = forest()

    def list_for_model(draft: Any) -> None:
        draft.tree.branch = draft.tree.items

    with pytest.raises(StateValidationError, match=r"tree\.branch"):
        edited(base, list_for_model)
    assert edited(base, set_at("tree.box.size", 2)).tree.box.size == 2
    assert edited(base, set_at("tree.box.leaf.x", 2)).tree.box.leaf.x == 2

    def moved(draft: Any) -> None:
        leaf = draft.ruled.leaf
        leaf.x = 7
        draft.tree.branch.leaf = leaf

    state = edited(base, moved)
    assert (state.tree.branch.leaf.x, state.ruled.leaf.x) == (7, 7)


def test_a_draft_kept_from_an_edit_that_was_dropped_is_no_link() -> None:
    base = forest()
    dropped = open_draft(base)
    kept = dropped.draft.tree
    dropped.draft.tree.branch.leaf.x = 9
    dropped.close()
    assert edited(base, set_at("tree", kept)) is base


class Node(BaseModel):
    x: int = 0
    child: Node | None = None


class Root(BaseModel):
    node: Node = Node(child=Node())


def test_a_chain_that_comes_back_to_itself_is_rejected() -> None:
    base = commit_value(Root, Root())

    def loop(draft: Any) -> None:
        draft.node.child = draft.node

    with pytest.raises(StateValidationError, match="contains itself"):
        edited(base, loop)


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    x: int = 0
    flag: bool = False


def test_strict_integers_and_booleans_stay_strict() -> None:
    base = commit_value(Strict, Strict())
    assert edited(base, set_at("x", 2)).x == 2
    for path, value in (("x", True), ("x", "1"), ("flag", 1)):
        with pytest.raises(StateValidationError):
            edited(base, set_at(path, value))


class Twice(BaseModel):
    """A model that a schema names twice stands there as a reference."""

    first: Leaf = Leaf()
    second: Leaf = Leaf()
    leaves: list[Leaf] = []
    root: Node = Node()


def test_a_model_that_is_named_twice_in_a_schema_takes_the_short_ways_as_well() -> None:
    plan = plan_of(Twice)
    assert plan.links == {"first", "second", "root"}
    assert isinstance(plan.places["leaves"].items, RecordPlace)
    base = commit_value(Twice, Twice(leaves=[Leaf()], root=Node(child=Node(child=Node()))))
    assert edited(base, set_at("second.x", 3)).second.x == 3
    with pytest.raises(StateValidationError, match=r"root\.child\.child\.x"):
        edited(base, set_at("root.child.child.x", "no"))
