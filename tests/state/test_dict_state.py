"""A state without a schema: a mapping whose keys are attributes too."""

from __future__ import annotations

import copy
import pickle

import pytest

from typedflow.state import DictState


class Mixed(DictState):
    n: int = 0


def test_keywords_attributes_and_items_are_the_same_values() -> None:
    state = DictState(count=1)
    state.count += 1
    state["count"] += 1
    state["name"] = "a"
    assert state.name == "a"
    assert state.to_dict() == {"count": 3, "name": "a"}


def test_a_missing_attribute_and_a_missing_key_raise_their_own_errors() -> None:
    state = DictState(count=1)
    with pytest.raises(AttributeError, match=r"'DictState' object has no attribute 'cuont' \(it has count\)"):
        state.cuont  # noqa: B018
    with pytest.raises(KeyError, match="cuont"):
        state["cuont"]
    with pytest.raises(KeyError, match="cuont"):
        del state["cuont"]
    assert not hasattr(state, "cuont")
    assert getattr(state, "cuont", 5) == 5


def test_keys_named_like_methods_live_beside_the_methods() -> None:
    state = DictState(items=[1])
    state["keys"] = 2
    assert state["items"] == [1]
    assert dict(state.items()) == {"items": [1], "keys": 2}
    assert state.to_dict() == {"items": [1], "keys": 2}
    with pytest.raises(AttributeError, match=r"write state\['items'\] = "):
        state.items = [2]  # type: ignore[assignment, method-assign]  # the mistake


def test_names_with_an_underscore_are_keys() -> None:
    state = DictState(_a=1)
    state["_b"] = 2
    assert state.to_dict() == {"_a": 1, "_b": 2}


def test_it_is_a_mapping_to_its_users() -> None:
    state = DictState(a=1, b=2)
    assert list(state) == list(state.keys()) == ["a", "b"]
    assert list(state.values()) == [1, 2]
    assert len(state) == 2
    assert "a" in state
    assert "c" not in state
    assert {**state.to_dict()} == dict(state.items())
    assert state.get("a") == 1
    assert state.get("c", 3) == 3
    assert state.setdefault("c", []) == []
    state.setdefault("c", None).append(1)
    assert state.pop("c") == [1]
    assert state.pop("c", None) is None
    with pytest.raises(KeyError):
        state.pop("c")
    state.update({"a": 5}, d=6)
    state.update([("e", 7)])
    assert state.to_dict() == {"a": 5, "b": 2, "d": 6, "e": 7}
    del state.a
    del state["b"]
    assert list(state) == ["d", "e"]


def test_keys_must_be_strings() -> None:
    with pytest.raises(TypeError, match="the keys of a DictState are strings, not int: 1"):
        DictState()[1] = 2  # type: ignore[index]  # the mistake


def test_it_is_always_true_and_equal_by_content() -> None:
    assert DictState()
    assert DictState(a=1) == DictState(a=1) != DictState(a=2)


def test_copies_and_pickles_keep_the_keys() -> None:
    state = DictState(a=[1], items=2)
    for copied in (copy.deepcopy(state), state.model_copy(), pickle.loads(pickle.dumps(state))):
        assert copied == state
    assert copy.deepcopy(state).a is not state.a
    assert state.model_dump() == {"a": [1], "items": 2}
    assert DictState.model_validate(state.model_dump()) == state


def test_a_subclass_may_declare_fields_which_are_keys_too() -> None:
    state = Mixed(extra=1)  # type: ignore[call-arg]  # extra fields are keys
    state["n"] = 4
    assert state.n == 4
    assert state.to_dict() == {"n": 4, "extra": 1}
    assert list(state) == ["n", "extra"]
    with pytest.raises(KeyError, match="declared field"):
        del state["n"]
