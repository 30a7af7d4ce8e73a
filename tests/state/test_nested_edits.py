"""A writer inside an edit of the same store raises at once, where it would wait for itself."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import copy_context

import pytest
from pydantic import BaseModel

from typedflow.errors import NestedEditError
from typedflow.state import Edit, StateStore


class Counter(BaseModel):
    count: int = 0


async def edits(store: StateStore[Counter]) -> None:
    async with store.edit_state() as state:
        state.count += 1


async def edits_in_a_thread(store: StateStore[Counter]) -> None:
    def edit() -> None:
        with store.edit_state() as state:
            state.count += 1

    await asyncio.to_thread(edit)


WRITERS: list[Callable[[StateStore[Counter]], Awaitable[None]]] = [
    edits,
    edits_in_a_thread,
    lambda store: store.set("count", 1),
    lambda store: store.set_state(Counter(count=1)),
    lambda store: store.clear(),
    lambda store: store.undo(0),
    lambda store: store.at(lambda s: s.count).set(1),
]
NAMES = ["edit", "thread", "set", "set_state", "clear", "undo", "at"]


@pytest.mark.parametrize("writer", WRITERS, ids=NAMES)
async def test_a_writer_in_the_same_task_raises(writer: Callable[[StateStore[Counter]], Awaitable[None]]) -> None:
    store = StateStore(Counter)
    async with store.edit_state() as state:
        state.count = 5
        with pytest.raises(NestedEditError, match="writer called inside edit_state"):
            await asyncio.wait_for(writer(store), 1)
    assert store.state.count == 5


@pytest.mark.parametrize("writer", WRITERS, ids=NAMES)
async def test_a_writer_in_a_child_task_raises(writer: Callable[[StateStore[Counter]], Awaitable[None]]) -> None:
    store = StateStore(Counter)

    async def call() -> None:
        await writer(store)

    async with store.edit_state() as state:
        state.count = 5
        with pytest.raises(NestedEditError):
            await asyncio.wait_for(asyncio.create_task(call()), 1)
    assert store.state.count == 5


async def test_a_writer_in_a_grandchild_or_behind_another_store_raises() -> None:
    store, other = StateStore(Counter), StateStore(Counter)

    async def child() -> None:
        async with other.edit_state():
            await asyncio.gather(store.set("count", 1))

    async with store.edit_state():
        with pytest.raises(NestedEditError):
            await asyncio.wait_for(asyncio.create_task(child()), 1)
    await asyncio.wait_for(other.set("count", 1), 1)


async def test_another_store_may_be_edited_inside() -> None:
    store, other = StateStore(Counter), StateStore(Counter)
    async with store.edit_state() as state, other.edit_state() as inner:
        state.count, inner.count = 1, 2
    assert (store.state.count, other.state.count) == (1, 2)


async def test_sibling_edits_of_one_step_simply_queue() -> None:
    store = StateStore(Counter)
    await asyncio.gather(*(edits(store) for _ in range(20)))
    assert store.state.count == 20


async def test_a_child_task_that_outlives_the_block_may_write_afterwards() -> None:
    store = StateStore(Counter)
    go = asyncio.Event()

    async def later() -> None:
        await go.wait()
        await store.set("count", 7)

    async with store.edit_state() as state:
        task = asyncio.create_task(later())
        state.count = 1
    go.set()
    await asyncio.wait_for(task, 1)
    assert store.state.count == 7


async def test_after_a_block_the_same_task_may_write_however_the_block_ended() -> None:
    store = StateStore(Counter)
    with pytest.raises(ValueError, match="dropped"):
        async with store.edit_state():
            raise ValueError("dropped")
    await edits(store)
    async with store.edit_state():
        with pytest.raises(NestedEditError):
            await edits(store)  # type: ignore[typedflow-nested-edit]  # the mistake under test
    await edits(store)
    assert store.state.count == 2


async def test_a_block_that_ends_in_another_context_than_it_began_in_is_closed_all_the_same() -> None:
    store = StateStore(Counter)

    @asynccontextmanager
    async def editing() -> AsyncIterator[Counter]:
        async with store.edit_state() as state:
            yield state

    manager = editing()
    state = await asyncio.create_task(manager.__aenter__())
    state.count = 3
    await asyncio.create_task(manager.__aexit__(None, None, None))
    assert store.state.count == 3
    await asyncio.wait_for(edits(store), 1)


async def test_a_block_leaves_the_context_of_its_task_as_it_was() -> None:
    store = StateStore(Counter)
    before = copy_context()
    await edits(store)
    assert copy_context() == before


async def test_a_chain_of_tasks_each_started_in_an_edit_keeps_no_old_edit_alive() -> None:
    store = StateStore(Counter)

    async def link(gate: asyncio.Event, left: int) -> None:
        await gate.wait()
        following = asyncio.Event()
        async with store.edit_state() as state:
            state.count += 1
            if left:
                tasks.append(asyncio.create_task(link(following, left - 1)))
        following.set()

    gate = asyncio.Event()
    gate.set()
    tasks = [asyncio.create_task(link(gate, 30))]
    while tasks:
        await tasks.pop()
    assert store.state.count == 31
    gc.collect()
    assert sum(isinstance(each, Edit) for each in gc.get_objects()) <= 1
