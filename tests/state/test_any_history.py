"""Any sequence of edits, against an oracle: deep copies, edited plainly and validated in full."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import jsonpatch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError, model_validator

from typedflow.errors import StateError
from typedflow.state import StateStore


class Row(BaseModel):
    n: int = Field(default=0, le=5)


class Table(BaseModel):
    total: int = 0
    rows: list[Row] = Field(default_factory=list, max_length=4)
    names: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def total_is_not_too_low(self) -> Table:
        if self.total < len(self.rows):
            raise ValueError("fewer than there are rows")
        return self


def add_row(state: Table, value: int) -> None:
    state.rows.append(Row.model_construct(n=value))


def drop_row(state: Table, value: int) -> None:
    del state.rows[value]  # raises where there is none


def change_row(state: Table, value: int) -> None:
    state.rows[-1].n += value


def set_total(state: Table, value: int) -> None:
    state.total = value


def name(state: Table, value: int) -> None:
    state.names[f"n{value}"] = value


def swap(state: Table, value: int) -> None:
    state.rows.reverse()


def change(change: Callable[[Table, int], None]) -> st.SearchStrategy[tuple[str, Any, int]]:
    return st.tuples(st.just("edit"), st.just(change), st.integers(-1, 7))


operations = st.one_of(
    *(change(each) for each in (add_row, drop_row, change_row, set_total, name, swap)),
    st.tuples(st.just("total"), st.none(), st.integers(-1, 7)),
    st.tuples(st.just("clear"), st.none(), st.just(0)),
    st.tuples(st.just("replace"), st.none(), st.integers(0, 4)),
    st.tuples(st.just("undo"), st.none(), st.integers(0, 5)),
    st.tuples(st.just("raise"), st.just(set_total), st.integers(0, 7)),
)


async def run(store: StateStore[Table], kind: str, change: Any, value: int) -> None:
    if kind == "edit":
        async with store.edit_state() as state:
            change(state, value)
    elif kind == "raise":
        async with store.edit_state() as state:
            change(state, value)
            raise IndexError
    elif kind == "total":
        await store.set("total", value)
    elif kind == "clear":
        await store.clear()
    elif kind == "replace":
        await store.set_state(Table(total=9, rows=[Row(n=each) for each in range(value)]))
    else:
        await store.undo(max(store.version - value, 0))


def expect(states: list[Table], kind: str, change: Any, value: int) -> Table:
    """The next state by the plainest means. Raises where the edit has to be rejected."""
    old = states[-1]
    if kind == "clear":
        return Table()
    if kind == "replace":
        return Table(total=9, rows=[Row(n=each) for each in range(value)])
    if kind == "undo":
        return states[max(len(states) - 1 - value, 0)]
    if kind == "raise":
        raise IndexError
    new = old.model_copy(deep=True)
    (set_total if kind == "total" else change)(new, value)
    return Table.model_validate(new.model_dump())


@settings(deadline=None, max_examples=150)
@given(st.lists(operations, max_size=25))
def test_any_sequence_of_edits_gives_the_states_versions_and_patches_of_the_oracle(sequence: list[Any]) -> None:
    async def main() -> None:
        store = StateStore(Table, history=100)
        watch = store.watch(buffer=100)
        states = [Table()]
        for kind, change, value in sequence:
            before = store.state
            try:
                expected = expect(states, kind, change, value)
            except (IndexError, ValidationError):
                expected = None
            try:
                await run(store, kind, change, value)
            except (IndexError, StateError):
                assert expected is None
                assert store.state is before
            else:
                assert expected is not None
                if expected != states[-1]:
                    states.append(expected)
            assert store.state == states[-1]
            assert store.version == len(states) - 1
            assert not store._lock.is_held
        assert [store.snapshot(version) for version in range(len(states))] == states
        document = states[0].model_dump(mode="json")
        for commit, state in zip(store.history, states[1:], strict=True):
            document = jsonpatch.apply_patch(document, commit.patch)
            assert document == state.model_dump(mode="json")
        watch.close()
        assert [commit.version async for commit in watch] == [commit.version for commit in store.history]

    asyncio.run(main())


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(["add", "fail", "cancel"])),
        min_size=1,
        max_size=15,
    )
)
def test_any_concurrent_edits_count_exactly_those_that_committed(schedule: list[tuple[int, int, str]]) -> None:
    async def main() -> None:
        store = StateStore(Table)

        async def edit(before: int, inside: int, end: str) -> None:
            for _ in range(before):
                await asyncio.sleep(0)
            async with store.edit_state() as state:
                seen = state.total
                for _ in range(inside):
                    await asyncio.sleep(0)
                state.total = seen + 1
                if end == "fail":
                    raise KeyError

        tasks = [asyncio.create_task(edit(*each)) for each in schedule]
        for turn in range(4):
            await asyncio.sleep(0)
            for number, (task, (_, _, end)) in enumerate(zip(tasks, schedule, strict=True)):
                if end == "cancel" and number % 4 == turn:
                    task.cancel()
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert store.state.total == store.version == sum(result is None for result in results)
        assert not store._lock.is_held

    asyncio.run(main())
