"""state-path, run-arguments, state-read-only, nested-edit and the list of codes."""

from __future__ import annotations

import pytest

from typedflow.wiring import (
    CODES,
    Problem,
    RunField,
    Shape,
    late_change,
    nested_edit,
    resolve_path,
    run_arguments,
    state_read_only,
    unknown_codes,
    wrong_argument,
    wrong_value,
)
from typedflow.wiring.state_path import not_a_place, nothing_to_set

INT: Shape[type] = Shape("int", int)
STR: Shape[type] = Shape("str", str)
ADDRESS: Shape[type] = Shape("Address", object, fields={"city": lambda: (STR,)})
NOTHING: Shape[type] = Shape("None", type(None))
ANYTHING: Shape[type] = Shape("Any", object, open=True)


def _user() -> tuple[Shape[type], ...]:
    return (USER,)


USER: Shape[type] = Shape(
    "User", object, fields={"name": lambda: (STR,), "address": lambda: (ADDRESS, NOTHING), "friend": _user}
)
STATE: Shape[type] = Shape(
    "ShopState",
    object,
    fields={
        "count": lambda: (INT,),
        "user": _user,
        "users": lambda: (Shape("list[User]", list, item=lambda _: (USER,)),),
        "pair": lambda: (Shape("tuple[int, str]", tuple, item=lambda n: ((INT, STR)[n],), length=2),),
        "prices": lambda: (Shape("dict[str, int]", dict, value=lambda: (INT,)),),
        "free": lambda: (ANYTHING,),
    },
)

LEADS: dict[str, list[str]] = {
    "": ["ShopState"],
    "count": ["int"],
    "user.name": ["str"],
    "user.friend.friend.name": ["str"],
    "user.address.city": ["str"],
    "user.address": ["Address", "None"],
    "users.0.name": ["str"],
    "users.-1": ["User"],
    "pair.1": ["str"],
    "pair.-2": ["int"],
    "prices.any thing": ["int"],
    "free.a.0.b": ["Any"],
}

LEADS_NOWHERE: dict[str, tuple[str, str]] = {
    "cuont": ("State path 'cuont' does not exist: 'ShopState' has no field 'cuont'.", "Did you mean 'count'?"),
    "user.nmae": (
        "State path 'user.nmae' does not exist: 'User' at 'user' has no field 'nmae'.",
        "Did you mean 'user.name'?",
    ),
    "user.address.town": (
        "State path 'user.address.town' does not exist: 'Address' at 'user.address' has no field 'town'.",
        "The fields are 'city'.",
    ),
    "users.first": (
        "State path 'users.first' does not exist: 'list[User]' at 'users' is entered by a number, not by 'first'.",
        "Write an index, such as 'users.0'.",
    ),
    "pair.2": (
        "State path 'pair.2' does not exist: 'tuple[int, str]' at 'pair' has 2 items and none at 2.",
        "Use an index from 0 to 1.",
    ),
    "count.real": (
        "State path 'count.real' does not exist: 'int' at 'count' has no fields.",
        "End the path at 'count'.",
    ),
}

FIELDS = [RunField("topic", True), RunField("limit", False)]

RUNS: list[tuple[list[str], list[tuple[str, str]]]] = [
    (["topic"], []),
    (["topic", "limit"], []),
    (
        [],
        [
            (
                "Shop.run() lacks 'topic', which the start event 'Begin' requires.",
                "Write run(topic=...), or give 'topic' a default in 'Begin'.",
            )
        ],
    ),
    (
        ["topic", "limt"],
        [("Shop.run() has no 'limt': the start event 'Begin' has no such field.", "Did you mean 'limit'?")],
    ),
    (
        ["topic", "zz"],
        [
            (
                "Shop.run() has no 'zz': the start event 'Begin' has no such field.",
                "The fields of 'Begin' are 'topic' and 'limit'.",
            )
        ],
    ),
]


@pytest.mark.parametrize("path", LEADS)
def test_a_path_leads_to_what_the_model_has_there(path: str) -> None:
    found = resolve_path(path, STATE)
    assert not isinstance(found, Problem)
    assert [shape.name for shape in found] == LEADS[path]


@pytest.mark.parametrize("path", LEADS_NOWHERE)
def test_a_wrong_path_is_named_with_the_nearest_right_one(path: str) -> None:
    found = resolve_path(path, STATE)
    assert isinstance(found, Problem)
    assert (found.code, found.message, found.hint) == ("state-path", *LEADS_NOWHERE[path])


@pytest.mark.parametrize(("given", "expected"), RUNS)
def test_run_is_held_against_the_fields_of_the_start_event(given: list[str], expected: list[tuple[str, str]]) -> None:
    found = list(run_arguments("Shop", "Begin", FIELDS, given))
    assert [(problem.message, problem.hint) for problem in found] == expected


def test_a_plain_start_event_takes_any_name() -> None:
    assert list(run_arguments("Shop", "StartEvent", [], ["topic"], open=True)) == []


def test_a_start_event_without_fields_says_so() -> None:
    (found,) = run_arguments("Shop", "Begin", [], ["topic"])
    assert found.hint == "'Begin' has no fields; declare 'topic' on it."


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            wrong_value("count", "int", "str"),
            "[state-path] State path 'count' holds 'int', but the value given is 'str'.\n    Set a value "
            "of type 'int'.",
        ),
        (
            wrong_argument("Shop", "Begin", "limit", "int", "str"),
            "[run-arguments] Shop.run() got 'str' for 'limit', but the start event 'Begin' wants 'int'.\n"
            "    Pass a value of type 'int'.",
        ),
        (
            state_read_only("ctx.state.count", "go"),
            "[state-read-only] 'ctx.state.count' cannot be changed: ctx.state is the committed state, "
            "which is read-only.\n"
            "    Change it in an edit: async with ctx.store.edit_state() as state.",
        ),
        (
            not_a_place(),
            "[state-path] The selector of at() computes something: it takes a plain path into the state, attributes and "
            "[key] only.\n"
            "    Choose a place, as lambda s: s.orders[0].name, and compute with what get() gives, or in an edit.",
        ),
        (
            nothing_to_set(),
            "[state-path] State path '' cannot be set: it is the whole state.\n    Replace the whole state with set_state().",
        ),
        (
            late_change("state.count"),
            "[state-read-only] 'state.count' cannot be changed any more: the edit_state block that it is of has ended.\n"
            "    Change it inside the block, or open another one.",
        ),
        (
            nested_edit("set", "go"),
            "[nested-edit] 'set' is called inside an edit_state block of the same store in step 'go', "
            "where it would wait for itself.\n"
            "    Change the state that the block yields, or call it after the block.",
        ),
        (
            nested_edit("set", by="self.save"),
            "[nested-edit] 'set' is called by 'self.save' inside an edit_state block of the same store, "
            "where it would wait for itself.\n"
            "    Hand the state that the block yields to 'self.save', or call it after the block.",
        ),
    ],
)
def test_what_library_and_plugin_both_say_is_worded_once(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_every_code_of_the_design_is_listed_once() -> None:
    assert len(CODES) == 20
    assert all(description and not description.endswith(".") for description in CODES.values())


def test_an_unknown_code_is_answered_with_the_nearest() -> None:
    assert unknown_codes(["no-exits", "self-state", "zz"]) == ["'no-exits' (did you mean 'no-exit'?)", "'zz'"]
