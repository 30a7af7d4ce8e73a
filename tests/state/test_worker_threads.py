"""Sync steps run in threads: they edit with a plain `with`, through the same queue."""

from __future__ import annotations

import asyncio
import threading

import pytest
from pydantic import BaseModel

from typedflow.errors import ContextStateError, EditTimeoutError
from typedflow.state import StateStore


class Counter(BaseModel):
    count: int = 0
    name: str = ""


def increment(store: StateStore[Counter]) -> None:
    with store.edit_state() as state:
        state.count += 1


async def test_threads_and_tasks_edit_one_store() -> None:
    store = StateStore(Counter)

    def thread() -> None:
        for _ in range(50):
            increment(store)

    async def task() -> None:
        for _ in range(25):
            async with store.edit_state() as state:
                count = state.count
                await asyncio.sleep(0)
                state.count = count + 1

    await asyncio.wait_for(
        asyncio.gather(*(asyncio.to_thread(thread) for _ in range(4)), *(task() for _ in range(4))), 30
    )
    assert (store.state.count, store.version) == (300, 300)


async def test_a_thread_waits_for_an_edit_of_a_task() -> None:
    store = StateStore(Counter)
    started = threading.Event()

    def thread() -> None:
        started.set()
        increment(store)

    loop = asyncio.get_running_loop()
    running = None
    async with store.edit_state() as state:
        running = loop.run_in_executor(None, thread)
        while not started.is_set():
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        state.count = 10
    await asyncio.wait_for(running, 5)
    assert store.state.count == 11


async def test_on_the_thread_of_a_loop_the_plain_form_says_what_to_write() -> None:
    store = StateStore(Counter)
    with pytest.raises(ContextStateError, match=r"async with store\.edit_state"), store.edit_state():
        raise AssertionError("not reached")
    await asyncio.wait_for(store.set("count", 1), 1)


def test_without_any_loop_the_plain_form_works() -> None:
    store = StateStore(Counter)
    increment(store)
    assert store.state.count == 1


async def test_a_thread_gives_up_after_its_timeout() -> None:
    store = StateStore(Counter)

    def thread() -> None:
        with store.edit_state(timeout=0.01):
            raise AssertionError("not reached")

    loop = asyncio.get_running_loop()
    async with store.edit_state():
        with pytest.raises(EditTimeoutError):
            await loop.run_in_executor(None, thread)


async def test_an_exception_in_a_thread_drops_its_edit() -> None:
    store = StateStore(Counter)

    def thread() -> None:
        with store.edit_state() as state:
            state.count = 9
            raise ValueError("dropped")

    with pytest.raises(ValueError, match="dropped"):
        await asyncio.to_thread(thread)
    assert store.state.count == 0
    await asyncio.wait_for(store.set("count", 1), 1)


async def test_a_commit_of_a_thread_wakes_a_watching_task() -> None:
    store = StateStore(Counter)
    watch = store.watch()
    waiting = asyncio.create_task(anext(watch))
    await asyncio.sleep(0)
    await asyncio.to_thread(increment, store)
    commit = await asyncio.wait_for(waiting, 5)
    assert commit.state.count == 1
