"""Reading the elements of a draft one after another: drafted ahead in runs, and still as over a plain list or dict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from typedflow.state.draft import commit_value, open_draft
from typedflow.state.draft.registry import is_draft


class Leaf(BaseModel):
    x: int = 0


class Twig(BaseModel):
    y: int = 0


class Tree(BaseModel):
    leaves: list[Leaf] = []
    mixed: list[Leaf | Twig | list[int] | int] = []
    named: dict[str, Leaf] = {}


def tree(length: int = 200) -> Any:
    kinds: list[Callable[[int], Any]] = [lambda n: Leaf(x=n), lambda n: Twig(y=n), lambda n: [n], lambda n: n]
    return commit_value(
        Tree,
        Tree(
            leaves=[Leaf(x=n) for n in range(length)],
            mixed=[kinds[n % 4 if n % 7 else 0](n) for n in range(length)],
            named={str(n): Leaf(x=n) for n in range(length)},
        ),
    )


MEANWHILE: dict[str, Callable[[list[Any], int], None]] = {
    "nothing": lambda leaves, place: None,
    "append": lambda leaves, place: leaves.append(Leaf(x=-place)) if place % 50 == 3 else None,
    "insert behind": lambda leaves, place: leaves.insert(place + 5, Leaf(x=-place)) if place % 10 == 3 else None,
    "insert before": lambda leaves, place: leaves.insert(0, Leaf(x=-place)) if place in (3, 70) else None,
    "delete ahead": lambda leaves, place: leaves.__delitem__(slice(place + 1, place + 3)),
    "delete behind": lambda leaves, place: leaves.__delitem__(0) if place % 5 == 4 else None,
    "replace ahead": lambda leaves, place: leaves.__setitem__(min(place + 2, len(leaves) - 1), Leaf(x=-place)),
    "swap": lambda leaves, place: leaves.__setitem__(slice(place, place + 2), leaves[place : place + 2][::-1]),
    "reverse": lambda leaves, place: leaves.reverse() if place == 40 else None,
    "clear": lambda leaves, place: leaves.clear() if place == 40 else None,
}


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
def test_a_loop_that_changes_its_list_sees_what_it_sees_over_a_plain_one(meanwhile: Any) -> None:
    base = tree()
    scope = open_draft(base)
    plain = [Leaf(x=n) for n in range(200)]
    seen: list[list[int]] = []
    for leaves in (plain, scope.draft.leaves):
        seen.append([])
        for place, leaf in enumerate(leaves):
            seen[-1].append(leaf.x)
            leaf.x += 1000
            meanwhile(leaves, place)
    assert seen[0] == seen[1]
    committed = scope.commit()
    assert committed is not None
    assert committed.state.leaves == plain
    assert [leaf.x for leaf in base.leaves] == [*range(200)]


def test_what_was_drafted_ahead_and_not_written_goes_back_to_what_stood_there() -> None:
    base = tree()
    scope = open_draft(base)
    for leaf in scope.draft.leaves:
        if leaf.x == 90:
            leaf.x = -1
            break
    for leaf in scope.draft.named.values():
        if leaf.x == 90:
            leaf.x = -1
    committed = scope.commit()
    assert committed is not None
    assert [op["path"] for op in committed.patch] == ["/leaves/90/x", "/named/90/x"]
    pairs = [
        *zip(committed.state.leaves, base.leaves, strict=True),
        *zip(committed.state.named.values(), base.named.values(), strict=True),
    ]
    assert [place for place, (new, old) in enumerate(pairs) if new is not old] == [90, 290]


def test_elements_of_several_classes_are_drafted_each_as_its_own() -> None:
    base = tree()
    scope = open_draft(base)
    for element in scope.draft.mixed:
        assert isinstance(element, int) or is_draft(element)
        if isinstance(element, Leaf):
            element.x += 1
        elif isinstance(element, list):
            element.append(1)
    committed = scope.commit()
    assert committed is not None
    before = base.model_dump()["mixed"]
    expected = [
        {"x": one["x"] + 1} if isinstance(one, dict) and "x" in one else [*one, 1] if isinstance(one, list) else one
        for one in before
    ]
    assert committed.state.model_dump()["mixed"] == expected


def test_a_loop_that_ends_early_has_drafted_no_more_than_twice_what_it_read() -> None:
    scope = open_draft(tree())
    leaves: Any = scope.draft.leaves
    for count, _leaf in enumerate(leaves, 1):
        drafted = sum(map(is_draft, list.__iter__(leaves)))
        assert count <= drafted <= min(2 * count, count + 64)


def test_the_values_of_a_dict_may_be_replaced_while_they_are_read() -> None:
    scope = open_draft(tree(5))
    for key, leaf in scope.draft.named.items():
        scope.draft.named[key] = Leaf(x=leaf.x + 1)
    with pytest.raises(RuntimeError, match="changed size"):
        for _ in scope.draft.named.values():
            scope.draft.named["more"] = Leaf()
    committed = scope.commit()
    assert committed is not None
    assert [leaf.x for leaf in committed.state.named.values()] == [1, 2, 3, 4, 5, 0]
