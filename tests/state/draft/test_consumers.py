"""Everything that takes a list, dict, set or model takes a draft and a committed value, and gives what the plain value
gives.
"""

from __future__ import annotations

import array
import bisect
import collections
import copy
import heapq
import itertools
import json
import operator
import pickle
import pprint
import random
import re
import struct
from collections.abc import Callable
from typing import Any

import orjson
import pydantic_core
import pytest
from pydantic import BaseModel, TypeAdapter

from typedflow.errors import StateReadOnlyError
from typedflow.state.draft import commit_value, open_draft


class Item(BaseModel):
    qty: int = 0


class State(BaseModel):
    number: int = 1
    numbers: list[int] = [3, 1, 2]
    items: list[Item] = [Item(qty=2), Item(qty=1)]
    byname: dict[str, Item] = {"a": Item()}
    counts: dict[str, int] = {"a": 1}
    members: set[int] = {1, 2}
    anything: Any = {"x": [1, {"y": 2}]}
    name: str = "abc"


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda value: pickle.loads(pickle.dumps(value, protocol))


def matched(value: Any) -> object:
    match value:
        case State(number=1, items=[Item(qty=first), *_], counts={"a": count}):
            return first, count
    return None


CONSUMERS: dict[str, Callable[[Any], Any]] = {
    "repr": repr,
    "str of a list": lambda v: str(v.items),
    "model_dump": lambda v: v.model_dump(),
    "model_dump_json": lambda v: v.model_dump_json(),
    "exclude_unset": lambda v: v.model_dump(exclude_unset=True),
    "exclude_defaults": lambda v: v.model_dump(exclude_defaults=True),
    "to_json": lambda v: pydantic_core.to_json([v.anything, v.items]),
    "json": lambda v: json.dumps([v.numbers, v.anything, v.counts]),
    "json with indent": lambda v: json.dumps(v.anything, indent=1),
    "orjson": lambda v: orjson.dumps([v.numbers, v.anything, v.counts]),
    "validate again": lambda v: State.model_validate(v) == v,
    "adapter": lambda v: TypeAdapter(list[Item]).validate_python(v.items),
    "schema": lambda v: type(v).model_json_schema(),
    "fields": lambda v: list(type(v).model_fields),
    "fields set": lambda v: v.model_fields_set,
    "model_copy": lambda v: v.model_copy(update={"number": 3}),
    "model_copy deep": lambda v: v.model_copy(deep=True),
    "type()": lambda v: type(v)(number=4),
    "type() of a list": lambda v: type(v.numbers)([1]),
    "model_construct": lambda v: type(v).model_construct(number=4),
    "__class__": lambda v: (v.__class__, v.numbers.__class__, v.byname.__class__, v.members.__class__),
    "names": lambda v: [type(x).__name__ for x in (v, v.numbers, v.byname, v.members, v.items[0])],
    "isinstance": lambda v: [isinstance(v, State), isinstance(v.numbers, list), isinstance(v.byname, dict)],
    "match": matched,
    "iterate a model": lambda v: dict(v),
    "equal both ways": lambda v: (v == State(), State() == v, v != State(), v.items == State().items),
    **{f"pickle {p}": pickled(p) for p in range(2, 6)},
    "pickle of parts": lambda v: pickle.loads(pickle.dumps((v.numbers, v.byname, v.members, v.anything))),
    "copy": copy.copy,
    "copy of parts": lambda v: [copy.copy(x) for x in (v.numbers, v.items, v.byname, v.members)],
    "deepcopy": copy.deepcopy,
    "deepcopy of parts": lambda v: copy.deepcopy((v.numbers, v.items, v.byname, v.members)),
    "sorted": lambda v: sorted(v.numbers),
    "slice": lambda v: v.numbers[::-1] + v.items[:1],
    "add": lambda v: (v.numbers + [1], [1] + v.numbers, v.numbers * 2, 2 * v.numbers),  # noqa: RUF005
    "unpack": lambda v: [*v.numbers, *v.items],
    "unpack into names": lambda v: (lambda a, b, c: (a, b, c))(*v.numbers),
    "unpack a dict": lambda v: {**v.byname},
    "keywords": lambda v: dict(**v.counts),
    "dict, list, tuple": lambda v: (dict(v.byname), list(v.items), tuple(v.items)),
    "views": lambda v: (list(v.byname.items()), list(v.byname.values()), list(v.byname.keys())),
    "views as text": lambda v: (repr(v.byname.items()), repr(v.byname.values()), repr(v.byname.keys())),
    "union of dicts": lambda v: (v.byname | {"b": Item()}, {"b": Item()} | v.byname),
    "fromkeys": lambda v: type(v.byname).fromkeys("ab"),
    "reversed": lambda v: (list(reversed(v.numbers)), list(reversed(v.items)), list(reversed(v.byname))),
    "in, index, count": lambda v: (3 in v.numbers, v.items.index(Item(qty=1)), v.numbers.count(1)),
    "compare": lambda v: (v.numbers < [4], v.byname == {"a": Item()}, v.members <= {1, 2, 3}),
    "set algebra": lambda v: (v.members | {4}, {1, 5} - v.members, v.members & {1}, v.members ^ {1}),
    "set methods": lambda v: (v.members.union([7]), frozenset(v.members), v.members.isdisjoint({9})),
    "heapq reads": lambda v: (heapq.nsmallest(2, v.numbers), list(heapq.merge(v.numbers, [1]))),
    "bisect": lambda v: bisect.bisect(v.numbers, 2),
    "itertools": lambda v: list(itertools.islice(itertools.chain(v.numbers, v.items, v.byname), 5)),
    "operator": lambda v: operator.itemgetter(0, -1)(v.numbers),
    "re": lambda v: re.findall("b", v.name),
    "format": lambda v: ("{a}".format(**v.counts), "{a}".format_map(v.counts), "%(a)s" % v.counts),  # noqa: UP031
    "join": lambda v: ",".join(map(str, v.numbers)),
    "struct": lambda v: struct.pack("3i", *v.numbers),
    "bytes and array": lambda v: (bytes(v.numbers), array.array("i", v.numbers)),
    "Counter": lambda v: collections.Counter(v.numbers),
    "ChainMap": lambda v: dict(collections.ChainMap(v.counts, {"z": 1})),
    "random": lambda v: random.Random(1).sample(v.numbers, 2),
    "pprint": lambda v: pprint.pformat(v.anything),
    "sum, min, max": lambda v: (sum(v.numbers), min(v.numbers), max(v.numbers)),
    "zip, enumerate, map": lambda v: (
        list(zip(v.numbers, v.items, strict=False)),
        list(enumerate(v.numbers)),
        list(map(str, v.items)),
    ),
    "eval in a dict": lambda v: eval("a", {}, v.counts),
    "hash": lambda v: pytest.raises(TypeError, hash, v).value.args[0].split("'")[0],  # noqa: RUF061
}


@pytest.mark.parametrize("name", CONSUMERS)
@pytest.mark.parametrize("form", ["draft", "committed"])
def test_a_consumer_sees_the_plain_value(form: str, name: str) -> None:
    committed = commit_value(State, State())
    value = open_draft(committed).draft if form == "draft" else committed
    expected, got = CONSUMERS[name](State()), CONSUMERS[name](value)
    assert got == expected
    assert repr(got) == repr(expected)


@pytest.mark.parametrize("form", ["draft", "committed"])
def test_numpy_takes_either(form: str) -> None:
    numpy = pytest.importorskip("numpy")
    committed = commit_value(State, State())
    value = open_draft(committed).draft if form == "draft" else committed
    assert numpy.array(value.numbers).tolist() == [3, 1, 2]


def test_copies_of_either_are_plain_and_free() -> None:
    committed = commit_value(State, State())
    for value in (committed, open_draft(committed).draft):
        for copied in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert [type(x) for x in (copied, copied.numbers, copied.items[0], copied.byname)] == [
                State,
                list,
                Item,
                dict,
            ]
            copied.items[0].qty = 5
            copied.items.append(Item())


def test_writers_in_c_that_pass_by_the_class_of_a_draft_are_noticed_at_the_commit() -> None:
    scope = open_draft(commit_value(State, State()))
    heapq.heapify(scope.draft.numbers)
    heapq.heappush(scope.draft.numbers, 0)
    list.append(scope.draft.items, Item(qty=7))
    dict.__setitem__(scope.draft.counts, "b", 2)
    committed = scope.commit()
    assert committed is not None
    assert sorted(committed.state.numbers) == [0, 1, 2, 3]
    assert committed.state.items[-1].qty == 7
    assert committed.state.counts == {"a": 1, "b": 2}


def test_an_item_swapped_for_another_past_the_class_is_noticed_beside_an_edit() -> None:
    scope = open_draft(commit_value(State, State()))
    scope.draft.counts["new"] = 1
    dict.__delitem__(scope.draft.counts, "a")
    dict.__setitem__(scope.draft.counts, "past", 0)
    committed = scope.commit()
    assert committed is not None
    assert committed.state.counts == {"new": 1, "past": 0}


def test_writers_that_ask_the_class_of_committed_state_are_refused() -> None:
    state = commit_value(State, State())
    writes: list[tuple[Callable[..., object], list[object]]] = [
        (bisect.insort, [2]),
        (random.shuffle, []),
        (operator.delitem, [0]),
        (operator.iadd, [[1]]),
    ]
    for write, arguments in writes:
        with pytest.raises(StateReadOnlyError):
            write(state.numbers, *arguments)
    assert state.numbers == [3, 1, 2]
