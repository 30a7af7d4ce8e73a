"""The log of commits: kept, watched and gone back in, for those who ask."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

import jsonpatch
import pytest
from pydantic import BaseModel, Field

from typedflow.errors import StateVersionError, WorkflowRuntimeError, WorkflowValidationError
from typedflow.state import Commit, StateStore, history
from typedflow.state.origin import current_origin


class Counter(BaseModel):
    count: int = 0
    tags: list[str] = Field(default_factory=list)


class Wider(Counter):
    more: int = 0


@dataclass
class Origin:
    step: str
    event: object = None


async def add(store: StateStore[Counter], times: int = 1) -> None:
    for _ in range(times):
        async with store.edit_state() as state:
            state.count += 1


async def test_a_commit_says_what_changed_who_did_it_and_when() -> None:
    store = StateStore(Counter, history=5)
    token = current_origin.set(Origin("pay", "an event"))
    await add(store)
    current_origin.reset(token)
    await store.set("tags", ["a"])
    first, second = store.history
    assert (first.version, first.step, first.event) == (1, "pay", "an event")
    assert first.patch == [{"op": "replace", "path": "/count", "value": 1}]
    assert (second.version, second.step, second.event) == (2, None, None)
    assert datetime.now(timezone.utc) - first.at < timedelta(seconds=5)
    assert (first.state.count, second.state.tags) == (1, ["a"])


async def test_without_history_and_watches_no_commit_is_even_described() -> None:
    store = StateStore(Counter)
    with patch.object(history.Commit, "__init__", side_effect=AssertionError("described")):
        await add(store, 3)
        await store.clear()
    assert store.history == ()


async def test_the_history_keeps_the_last_commits_and_the_states_around_them() -> None:
    store = StateStore(Counter, history=3)
    await add(store, 10)
    assert [commit.version for commit in store.history] == [8, 9, 10]
    assert [store.snapshot(version).count for version in (7, 8, 9, 10)] == [7, 8, 9, 10]
    with pytest.raises(StateVersionError, match="version 6 is not kept: versions 7 to 10 are kept"):
        store.snapshot(6)
    with pytest.raises(StateVersionError):
        store.snapshot(11)


async def test_the_state_before_the_first_commit_is_kept_too() -> None:
    store = StateStore(Counter, history=3)
    await add(store, 2)
    assert store.snapshot(0).count == 0


async def test_without_history_only_the_current_version_is_a_snapshot() -> None:
    store = StateStore(Counter)
    await add(store)
    assert store.snapshot(1) is store.state
    with pytest.raises(StateVersionError, match=r"no history is kept; StateStore\(\.\.\., history=n\)"):
        store.snapshot(0)
    with pytest.raises(StateVersionError):
        await store.undo(0)


async def test_undo_commits_an_older_state_again() -> None:
    store = StateStore(Counter, history=5)
    await add(store, 3)
    await store.undo(1)
    assert (store.state.count, store.version) == (1, 4)
    assert store.state is store.snapshot(1)
    assert store.history[-1].patch == [{"op": "replace", "path": "/count", "value": 1}]
    await store.undo(3)
    assert (store.state.count, store.version) == (3, 5)
    await store.undo(5)
    assert store.version == 5


async def test_a_state_replaced_as_a_whole_has_a_patch_that_replays() -> None:
    store: StateStore[Counter] = StateStore(Counter, history=9)
    await store.set_state(Counter(count=3, tags=["a"]))
    await store.set_state(Wider(count=4, more=1))
    await store.clear()
    await store.undo(1)
    document = Counter().model_dump(mode="json", round_trip=True)
    for commit in store.history:
        document = jsonpatch.apply_patch(document, commit.patch)
        assert document == commit.state.model_dump(mode="json", round_trip=True)


async def test_a_history_of_a_negative_length_is_refused() -> None:
    with pytest.raises(WorkflowValidationError, match="history=-1"):
        StateStore(Counter, history=-1)


async def test_a_watch_gives_the_commits_from_now_on() -> None:
    store = StateStore(Counter)
    await add(store)
    watch = store.watch()
    await add(store, 2)
    watch.close()
    assert [(commit.version, commit.patch) async for commit in watch] == [
        (2, [{"op": "replace", "path": "/count", "value": 2}]),
        (3, [{"op": "replace", "path": "/count", "value": 3}]),
    ]


async def test_a_reader_wakes_for_each_commit() -> None:
    store = StateStore(Counter)
    seen: list[int] = []

    async def read(ready: asyncio.Event) -> None:
        watch = store.watch()
        ready.set()
        async for commit in watch:
            seen.append(commit.version)

    ready = [asyncio.Event() for _ in range(3)]
    readers = [asyncio.create_task(read(event)) for event in ready]
    for event in ready:
        await event.wait()
    await add(store, 4)
    store.close_watches()
    await asyncio.wait_for(asyncio.gather(*readers), 1)
    assert sorted(seen) == sorted([1, 2, 3, 4] * 3)


async def test_a_slow_reader_never_holds_up_a_writer_and_sees_what_it_missed() -> None:
    store = StateStore(Counter)
    watch = store.watch(buffer=3)
    await asyncio.wait_for(add(store, 10), 1)
    assert (watch.lag, watch.missed) == (3, 7)
    watch.close()
    assert [commit.version async for commit in watch] == [8, 9, 10]
    assert watch.lag == 0


async def test_closing_one_watch_leaves_the_others() -> None:
    store = StateStore(Counter)
    one, other = store.watch(), store.watch()
    async with one:
        await add(store)
    await add(store)
    assert [commit.version async for commit in one] == [1]
    assert other.lag == 2


async def test_closing_ends_a_reader_that_waits() -> None:
    store = StateStore(Counter)
    watch = store.watch()
    waiting = asyncio.create_task(anext(watch))
    await asyncio.sleep(0)
    watch.close()
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, 1)
    assert watch.closed


async def test_a_cancelled_reader_loses_no_commit() -> None:
    store = StateStore(Counter)
    watch = store.watch()
    waiting = asyncio.create_task(anext(watch))
    await asyncio.sleep(0)
    await add(store)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await asyncio.wait_for(anext(watch), 1)).version == 1


async def test_a_second_reader_of_one_watch_is_refused() -> None:
    watch = StateStore(Counter).watch()
    first = asyncio.create_task(anext(watch))
    await asyncio.sleep(0)
    with pytest.raises(WorkflowRuntimeError, match="being read by another task"):
        await anext(watch)
    watch.close()
    with pytest.raises(StopAsyncIteration):
        await first


async def test_a_watch_that_nobody_holds_is_forgotten() -> None:
    store = StateStore(Counter)
    watch = store.watch()
    assert store._log.is_wanted
    del watch
    gc.collect()
    assert not store._log.is_wanted


async def test_a_patch_is_computed_when_it_is_read_and_then_lets_the_old_state_go() -> None:
    calls = 0

    def source() -> list[object]:
        nonlocal calls
        calls += 1
        return []

    commit = Commit(1, Counter(), source)  # type: ignore[arg-type]  # an empty patch of any kind
    assert calls == 0
    assert commit.patch is commit.patch
    assert calls == 1
    assert repr(commit) == "<Commit 1: 0 changes>"


async def test_a_watch_needs_a_buffer() -> None:
    with pytest.raises(WorkflowValidationError, match="buffer=0"):
        StateStore(Counter).watch(buffer=0)
