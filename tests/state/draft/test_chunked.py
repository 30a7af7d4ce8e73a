"""Chunked lists do what lists do, copy a chunk at a time, and keep every version."""

from __future__ import annotations

import copy
import json
import pickle
import random
from collections.abc import Callable
from typing import Annotated, Any

import jsonpatch
import pytest
from pydantic import BaseModel, Field

from typedflow.errors import StateReadOnlyError, StateValidationError
from typedflow.state.chunked import ChunkedList
from typedflow.state.draft import commit_value, open_draft
from typedflow.state.draft.chunks import SIZE


class Entry(BaseModel):
    qty: Annotated[int, Field(ge=0)] = 0


class Log(BaseModel):
    numbers: ChunkedList[int] = []
    entries: ChunkedList[Entry] = []


def full(length: int = 3000) -> Log:
    return commit_value(Log, Log(numbers=list(range(length)), entries=[Entry(qty=n) for n in range(length)]))


def dump(state: Log) -> Any:
    return state.model_dump(mode="json", round_trip=True)


OPERATIONS: list[Any] = [
    lambda log, i: log.numbers.append(7),
    lambda log, i: log.numbers.insert(i, 8),
    lambda log, i: log.numbers.pop(i),
    lambda log, i: log.numbers.__setitem__(i, "9"),
    lambda log, i: log.numbers.__delitem__(slice(i, i + 3)),
    lambda log, i: log.numbers.__setitem__(slice(i, i + 3), [1, 2]),
    lambda log, i: log.numbers.extend(range(SIZE + 5)),
    lambda log, i: log.numbers.reverse(),
    lambda log, i: log.numbers.sort(key=str),
    lambda log, i: log.numbers.remove(log.numbers[i]),
    lambda log, i: setattr(log.entries[i], "qty", 5),
    lambda log, i: log.entries.append(Entry(qty=3)),
    lambda log, i: log.entries.insert(i, Entry(qty=4)),
    lambda log, i: log.entries.pop(i),
    lambda log, i: [setattr(entry, "qty", 1) for entry in log.entries[i : i + 3]],  # type: ignore[func-returns-value]  # in a lambda
    lambda log, i: [setattr(entry, "qty", 2) for entry in log.entries],  # type: ignore[func-returns-value]  # in a lambda
    lambda log, i: setattr(log, "numbers", [1, "2"]) if i % 9 == 0 else None,
]


def test_random_edits_agree_with_a_plain_list_and_their_patches_replay() -> None:
    rng, state = random.Random(3), full()
    for step in range(200):
        plain, scope = copy.deepcopy(state), open_draft(state)
        for _ in range(rng.randrange(1, 4)):
            operation, index = rng.choice(OPERATIONS), rng.randrange(0, max(1, len(plain.numbers) - 900))
            for log in (plain, scope.draft):
                try:
                    operation(log, index)
                except IndexError:
                    assert index >= len(log.entries) or index >= len(log.numbers)
        committed = scope.commit()
        scope.close()
        after = committed.state if committed else state
        expected = Log.model_validate(plain.model_dump(warnings=False))
        assert dump(after) == dump(expected)
        assert after.numbers == expected.numbers
        if committed and step % 5 == 0:
            assert jsonpatch.apply_patch(dump(state), committed.patch) == dump(after)
        state = after


def test_one_change_copies_one_chunk_and_every_version_stays() -> None:
    state = full()
    versions = [state]
    for number in (0, 1500, 2999):
        scope = open_draft(versions[-1])
        scope.draft.numbers[number] += 1
        committed = scope.commit()
        scope.close()
        assert committed is not None
        versions.append(committed.state)
        assert len(committed.patch) == 1
        chunks: Any = committed.state.numbers
        before: Any = versions[-2].numbers
        assert sum(one is not other for one, other in zip(chunks._chunks, before._chunks, strict=True)) == 1
    assert [version.numbers[1500] for version in versions] == [1500, 1500, 1501, 1501]


def test_problems_name_the_index_in_the_whole_list() -> None:
    scope = open_draft(full())
    scope.draft.entries[2500].qty = -1
    scope.draft.numbers[2000] = "z"  # type: ignore[call-overload]  # on purpose
    with pytest.raises(StateValidationError) as caught:
        scope.commit()
    assert {problem.path for problem in caught.value.problems} == {"entries.2500.qty", "numbers.2000"}


def test_committed_chunks_refuse_writes_and_copies_are_plain_lists() -> None:
    state = full(10)
    writes: list[Callable[[], object]] = [
        lambda: state.numbers.append(1),
        lambda: setattr(state.entries[0], "qty", 1),
        state.numbers.clear,
    ]
    for write in writes:
        with pytest.raises(StateReadOnlyError):
            write()
    assert type(copy.deepcopy(state).numbers) is type(pickle.loads(pickle.dumps(state)).numbers) is list
    assert (state.numbers == list(range(10)), state.numbers[-2:], repr(state.numbers)) == (
        True,
        [8, 9],
        repr(list(range(10))),
    )
    assert Log.model_validate_json(state.model_dump_json()) == copy.deepcopy(state)


def test_it_is_no_list_to_json_and_says_so() -> None:
    with pytest.raises(TypeError):
        json.dumps(full(3).numbers)
    assert json.dumps([*full(3).numbers]) == "[0, 1, 2]"


def test_an_index_is_found_whatever_was_added_or_removed_since_the_last_one() -> None:
    base = full(SIZE + 100)
    scope = open_draft(base)
    numbers, plain = scope.draft.numbers, [*range(SIZE + 100)]
    changes: list[Callable[[Any], None]] = [
        lambda both: both.insert(SIZE + 50, -1),  # in the last chunk, whose beginning stays where it was
        lambda both: both.insert(3, -2),
        lambda both: both.append(-3),
        lambda both: both.extend(range(2 * SIZE)),
        lambda both: both.__delitem__(-1),
        lambda both: both.__delitem__(0),
        lambda both: both.__delitem__(slice(SIZE, None)),
        lambda both: both.append(-4),
    ]
    for change in changes:
        assert numbers[5] == plain[5]
        change(numbers)
        change(plain)
        assert [numbers[place] for place in range(len(plain))] == plain
    committed = scope.commit()
    assert committed is not None
    assert [committed.state.numbers[place] for place in range(len(plain))] == plain
