"""A `collections.Counter` in a state: a real one in an edit, and one that refuses every write once committed."""

from __future__ import annotations

import copy
import json
import operator
import pickle
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

import jsonpatch
import pytest
from pydantic import BaseModel, ConfigDict, Field

from typedflow.errors import DraftClosedError, StateReadOnlyError, StateValidationError
from typedflow.state import DictState, StateStore
from typedflow.state.draft import commit_value, current, open_draft
from typedflow.state.draft.registry import is_draft, is_read_only
from typedflow.state.saving import load_state, save_state

from .zoo import Item, canon, leaks


class Votes(BaseModel):
    counter: Counter[str] = Counter()
    few: Annotated[Counter[str], Field(max_length=3)] = Counter()
    anything: Any = None


class StrictVotes(BaseModel):
    model_config = ConfigDict(strict=True)
    counter: Counter[str] = Counter()


def votes() -> Votes:
    return Votes(counter=Counter("abbccc"), anything={"deep": [Counter("xyy")]})


PLACES: list[Callable[[Any], Counter[str]]] = [lambda state: state.counter, lambda state: state.anything["deep"][0]]
WRITES: dict[str, Callable[[Counter[str]], object]] = {
    "update by elements": lambda c: c.update("ab"),
    "update by a mapping": lambda c: c.update({"a": 2, "new": 1}),
    "update by keywords": lambda c: c.update(a=2, z=1),
    "update by nothing": lambda c: c.update(),
    "update by itself": lambda c: c.update(c),
    "subtract elements": lambda c: c.subtract("aab"),
    "subtract a mapping": lambda c: c.subtract({"b": 5, "other": 1}),
    "an item set": lambda c: operator.setitem(c, "a", 9),
    "an item added to": lambda c: operator.setitem(c, "new", c["new"] + 1),
    "an item deleted": lambda c: operator.delitem(c, "a"),
    "a missing item deleted": lambda c: operator.delitem(c, "nowhere"),
    "pop": lambda c: c.pop("a"),
    "pop with a default": lambda c: c.pop("nowhere", 7),
    "pop of a missing key": lambda c: c.pop("nowhere"),
    "popitem": lambda c: c.popitem(),
    "setdefault": lambda c: c.setdefault("new", 4),
    "setdefault of a key": lambda c: c.setdefault("a", 4),
    "clear": lambda c: c.clear(),
    "clear and count again": lambda c: (c.clear(), c.update({"z": 3})),  # type: ignore[func-returns-value]  # in a lambda
    "+=": lambda c: c.__iadd__(Counter("az")),
    "-=": lambda c: c.__isub__(Counter("ab")),
    "|=": lambda c: c.__ior__(Counter(a=9)),
    "&=": lambda c: c.__iand__(Counter(a=1, c=1)),
}
READS: dict[str, Callable[[Counter[str]], object]] = {
    "repr": repr,
    "str in a list": lambda c: str([c]),
    "class": lambda c: (c.__class__, type(c).__name__, isinstance(c, Counter), isinstance(c, dict)),
    "a missing key": lambda c: (c["nowhere"], "nowhere" in c, c.get("nowhere"), c.get("nowhere", 5), len(c)),
    "most_common": lambda c: (c.most_common(), c.most_common(2)),
    "elements": lambda c: list(c.elements()),
    "total": lambda c: sum(c.values()),
    "views": lambda c: (repr(c.keys()), repr(c.values()), repr(c.items())),
    "operators": lambda c: (c + Counter("a"), c - Counter("ab"), c | Counter("z"), c & Counter("ab"), +c, -c),
    "operators from the other side": lambda c: (Counter("a") + c, Counter("dd") - c, Counter("z") | c, {"z": 1} | c),
    "classes of results": lambda c: [type(x) for x in (c + c, c - c, c | c, c & c, +c, -c, c.copy(), copy.copy(c))],
    "comparisons": lambda c: (c == Counter("abbccc"), c == {"a": 1}, c <= Counter("abbcccd"), c > Counter("a"), c != c),
    "equal both ways": lambda c: (Counter("abbccc") == c, dict(c) == c, Counter(a=1, b=2, c=3, d=0) == c),
    "rebuilt by its class": lambda c: type(c)("zz"),
    "a dict of it": lambda c: (dict(c), {**c}, [*c], list(reversed(c))),
    "counted again": Counter,
    "copied": lambda c: (c.copy(), copy.copy(c), copy.deepcopy(c)),
    "pickled": lambda c: [pickle.loads(pickle.dumps(c, protocol)) for protocol in range(2, 6)],
    "json": json.dumps,
    "hash": hash,
    "fromkeys": lambda c: type(c).fromkeys("ab"),
}


def outcome(function: Callable[[Counter[str]], object], value: Counter[str]) -> str:
    try:
        return repr(function(value))
    except Exception as error:
        return repr(error)


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("form", ["draft", "committed"])
def test_reading_it_gives_what_a_plain_counter_gives(form: str, name: str) -> None:
    committed = commit_value(Votes, votes())
    value = open_draft(committed).draft if form == "draft" else committed
    assert outcome(READS[name], value.counter) == outcome(READS[name], Counter("abbccc"))
    assert outcome(READS[name], value.anything["deep"][0]) == outcome(READS[name], Counter("xyy"))
    assert canon(committed) == canon(commit_value(Votes, votes()))


@pytest.mark.parametrize("name", WRITES)
def test_a_committed_counter_refuses_the_write(name: str) -> None:
    state = commit_value(Votes, votes())
    for counter in (state.counter, state.anything["deep"][0]):
        if name != "update by nothing":
            with pytest.raises(StateReadOnlyError, match=r"Counter.*edit_state"):
                WRITES[name](counter)
    assert canon(state) == canon(commit_value(Votes, votes()))


@pytest.mark.parametrize("name", WRITES)
def test_a_write_in_an_edit_does_what_it_does_to_a_plain_counter_and_its_patch_replays(name: str) -> None:
    base, plain = commit_value(Votes, votes()), votes()
    scope = open_draft(base)
    for of in PLACES:
        assert outcome(WRITES[name], of(scope.draft)) == outcome(WRITES[name], of(plain))
        assert repr(of(scope.draft)) == repr(of(plain))
    committed = scope.commit()
    scope.close()
    state = base if committed is None else committed.state
    assert canon(state) == canon(commit_value(Votes, plain))
    assert leaks(state) == []
    assert canon(base) == canon(commit_value(Votes, votes()))
    if committed is not None:
        dumps = [each.model_dump(mode="json", round_trip=True) for each in (base, state)]
        assert jsonpatch.apply_patch(dumps[0], committed.patch) == dumps[1]


def test_the_patch_of_a_counter_is_as_small_as_the_edit() -> None:
    scope = open_draft(commit_value(Votes, votes()))
    scope.draft.anything["deep"][0].update("xz")
    committed = scope.commit()
    assert committed is not None
    assert (
        committed.patch
        == [  # as for other mappings; that of a field may be replaced as a whole by an older pydantic
            {"op": "replace", "path": "/anything/deep/0/x", "value": 2},
            {"op": "add", "path": "/anything/deep/0/z", "value": 1},
        ]
    )


def test_an_edit_that_counts_nothing_is_no_new_version_and_a_count_of_zero_is_one() -> None:
    base = commit_value(Votes, votes())
    scope = open_draft(base)
    scope.draft.counter.update("a")
    scope.draft.counter.subtract("a")
    assert (scope.draft.counter["nowhere"], scope.draft.counter.most_common(1)) == (0, [("c", 3)])
    assert scope.commit() is None
    scope = open_draft(base)
    scope.draft.counter["nowhere"] += 0
    committed = scope.commit()
    assert committed is not None
    assert "nowhere" in committed.state.counter


def test_a_draft_that_is_dropped_or_kept_is_the_committed_counter_again() -> None:
    base = commit_value(Votes, votes())
    scope = open_draft(base)
    kept = scope.draft.counter
    kept.update("zzz")
    scope.close()
    assert kept == base.counter
    assert "z" not in kept
    with pytest.raises(DraftClosedError):
        kept.update("a")
    with pytest.raises(DraftClosedError):
        kept += Counter("a")


@pytest.mark.parametrize("write", [lambda c: c.update({"a": "many"}), lambda c: operator.setitem(c, 1, 1)])
@pytest.mark.parametrize("model", [Votes, StrictVotes])
def test_a_count_that_is_no_number_and_a_key_of_another_type_are_rejected_by_path(
    model: type[Any], write: Callable[[Any], object]
) -> None:
    base = commit_value(model, model())
    scope = open_draft(base)
    write(scope.draft.counter)
    with pytest.raises(StateValidationError, match=r"state\.counter\."):
        scope.commit()
    assert base.counter == Counter()


def test_a_counter_that_grows_too_long_is_rejected() -> None:
    scope = open_draft(commit_value(Votes, votes()))
    scope.draft.few.update("abcd")
    with pytest.raises(StateValidationError, match="at most 3"):
        scope.commit()


def test_a_strict_model_takes_the_counter_of_another_place() -> None:
    scope = open_draft(commit_value(StrictVotes, StrictVotes()))
    scope.draft.counter = commit_value(Votes, votes()).counter
    scope.draft.counter.update("a")
    committed = scope.commit()
    assert committed is not None
    assert committed.state.counter == Counter("aabbccc")


def test_what_a_counter_of_any_values_holds_is_drafted_and_committed_too() -> None:
    held: Any = Counter({"rows": [1]})
    held["item"] = Item()
    scope = open_draft(commit_value(Votes, Votes(anything=held)))
    scope.draft.anything["rows"].append(2)
    scope.draft.anything.get("item").qty = 5
    assert [is_draft(value) for value in scope.draft.anything.values()] == [True, True]
    committed = scope.commit()
    assert committed is not None
    assert committed.state.anything == Counter({"rows": [1, 2], "item": Item(qty=5)})
    assert all(is_read_only(value) for value in committed.state.anything.values())
    assert leaks(committed.state) == []


def test_writers_in_c_that_pass_by_the_class_of_a_draft_are_noticed_at_the_commit() -> None:
    scope = open_draft(commit_value(Votes, votes()))
    dict.__setitem__(scope.draft.counter, "past", 1)
    committed = scope.commit()
    assert committed is not None
    assert committed.state.counter["past"] == 1


def test_a_count_swapped_for_another_past_the_class_is_noticed_beside_an_edit() -> None:
    scope = open_draft(commit_value(Votes, votes()))
    counter = scope.draft.counter
    counter["new"] = 1
    dict.__delitem__(counter, "a")
    dict.__setitem__(counter, "past", 0)
    committed = scope.commit()
    assert committed is not None
    assert dict(committed.state.counter) == {"b": 2, "c": 3, "new": 1, "past": 0}


def test_copies_and_pickles_are_plain_and_free_to_change() -> None:
    base = commit_value(Votes, votes())
    scope = open_draft(base)
    copies = [current(scope.draft), *(copy.deepcopy(state) for state in (base, scope.draft))]
    copies += [pickle.loads(pickle.dumps(state)) for state in (base, scope.draft)]
    for copied in copies:
        assert type(copied.counter) is Counter
        copied.counter.update("q")
        assert "q" not in base.counter


def test_a_committed_counter_is_dumped_without_a_warning() -> None:
    state = commit_value(Votes, votes())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert state.model_dump()["counter"] == Counter("abbccc")
        assert json.loads(state.model_dump_json()) == json.loads(votes().model_dump_json())


def test_it_is_saved_and_restored_with_and_without_a_schema() -> None:
    state = commit_value(Votes, Votes(counter=Counter("abb")))
    restored = load_state(save_state(state), Votes)
    assert (restored.counter, type(restored.counter)) == (Counter("abb"), Counter)
    free = commit_value(DictState, DictState(seen=Counter("abb")))
    assert is_read_only(free.seen)
    assert load_state(json.loads(json.dumps(save_state(free))), DictState).seen == Counter("abb")


async def test_the_store_reads_and_sets_a_count_by_its_path() -> None:
    store = StateStore(Votes(counter=Counter("abb")))
    assert await store.get("counter.b") == 2
    await store.set("counter.b", 5)
    await store.set("counter.z", 1)
    assert store.state.counter == Counter(a=1, b=5, z=1)
    await store.at(lambda s: s.counter["b"]).set(6)
    assert await store.at(lambda s: s.counter["b"]).get() == 6
    with pytest.raises(StateReadOnlyError, match="Counter"):
        PLACES[0](store.state).update("b")
    draft = await store.get_state()
    draft.counter.update("b")
    assert store.state.counter["b"] == 6
    await store.set_state(draft)
    assert store.state.counter["b"] == 7
