"""Edits are transactions: they commit validated, or not at all."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from pydantic import BaseModel, Field, model_validator

from typedflow.errors import (
    ContextStateError,
    EditTimeoutError,
    StateError,
    StatePathError,
    StateTypeError,
    StateValidationError,
)
from typedflow.state import DictState, InMemoryStateStore, StateStore
from typedflow.state.origin import current_origin


class Item(BaseModel):
    name: str = ""
    qty: int = Field(default=1, ge=0)


class Shop(BaseModel):
    count: int = 0
    items: list[Item] = Field(default_factory=list)
    tags: dict[str, int] = Field(default_factory=dict)
    lo: int = 0
    hi: int = 10

    @model_validator(mode="after")
    def ordered(self) -> Shop:
        if self.lo > self.hi:
            raise ValueError("lo is above hi")
        return self


class BigShop(Shop):
    floors: int = 1


class Needy(BaseModel):
    must: int


@dataclass
class Origin:
    step: str
    event: object = None


async def test_an_edit_commits_at_the_end_of_the_block() -> None:
    store = StateStore(Shop)
    async with store.edit_state() as state:
        state.count += 1
        assert store.state.count == 0
        assert await store.get("count") == 0
        assert (await store.get_state()).count == 0
    assert (store.state.count, store.version) == (1, 1)


async def test_an_exception_drops_everything() -> None:
    store = StateStore(Shop)
    before = store.state
    with pytest.raises(ZeroDivisionError):
        async with store.edit_state() as state:
            state.count = 5
            state.items.append(Item())
            state.count //= 0
    assert store.state is before
    assert store.version == 0


async def test_a_block_that_changes_nothing_makes_no_version() -> None:
    store = StateStore(Shop)
    before = store.state
    async with store.edit_state() as state:
        state.count += 1
        state.count -= 1
        state.items.append(Item())
        state.items.pop()
    assert store.version == 0
    assert store.state is before


async def test_a_value_is_coerced_at_commit() -> None:
    store = StateStore(Shop)
    async with store.edit_state() as state:
        state.count = "3"  # type: ignore[assignment]  # what pydantic coerces
    assert store.state.count == 3


async def test_an_invalid_edit_names_path_value_and_step_and_changes_nothing() -> None:
    store = StateStore(Shop(items=[Item()]))
    before = store.state
    token = current_origin.set(Origin("pay"))
    try:
        with pytest.raises(StateValidationError) as caught:
            async with store.edit_state() as state:
                state.count = 4
                state.items[0].qty = -1
    finally:
        current_origin.reset(token)
    assert store.state is before
    text = str(caught.value)
    for part in ("state.items.0.qty", "-1", "greater than or equal to 0", "(set by step 'pay')"):
        assert part in text
    [problem] = caught.value.problems
    assert (problem.path, problem.value, problem.step) == ("items.0.qty", -1, "pay")
    async with store.edit_state() as state:
        state.count = 1
    assert store.state.count == 1


async def test_an_invariant_may_be_broken_in_between() -> None:
    store = StateStore(Shop)
    async with store.edit_state() as state:
        state.lo = 20
        state.hi = 30
    assert (store.state.lo, store.state.hi) == (20, 30)
    with pytest.raises(StateValidationError, match="lo is above hi"):
        async with store.edit_state() as state:
            state.lo = 40
    assert store.state.lo == 20


async def test_an_unknown_attribute_raises_at_its_line() -> None:
    store = StateStore(Shop)
    with pytest.raises((AttributeError, ValueError), match="cuont"):
        async with store.edit_state() as state:
            state.cuont = 1  # type: ignore[attr-defined]  # the mistake
    assert store.version == 0


async def test_committed_state_cannot_be_changed_from_anywhere() -> None:
    outside = Item(name="a")
    store = StateStore(Shop(items=[outside]))
    outside.name = "changed"
    async with store.edit_state() as state:
        kept = state
    with pytest.raises(StateError):
        store.state.count = 1  # type: ignore[typedflow-state-read-only]  # the mistake under test
    with pytest.raises(StateError):
        store.state.items.append(Item())  # type: ignore[typedflow-state-read-only]  # the mistake under test
    copied = await store.get_state()
    copied.items[0].name = "changed"
    items = await store.get("items")
    items[0].name = "changed"
    items.append(Item())
    (await store.at(lambda s: s.items).get()).clear()
    with pytest.raises(StateError):
        kept.count = 7
    assert store.state == Shop(items=[Item(name="a")])


async def test_what_get_gives_can_be_changed_and_set_again() -> None:
    store = StateStore(DictState())
    rows = await store.get("rows", default=[])
    rows.append({"n": 1})
    await store.set("rows", rows)
    rows = await store.get("rows")
    rows[0]["n"] += 1
    assert await store.get("rows.0.n") == 1
    await store.set("rows", rows)
    rows.append("later")
    assert await store.get("rows") == [{"n": 2}]


async def test_the_same_store_serves_fifty_increments_with_an_await_inside() -> None:
    store = StateStore(Shop)

    async def increment() -> None:
        async with store.edit_state() as state:
            count = state.count
            await asyncio.sleep(0)
            state.count = count + 1

    await asyncio.gather(*(increment() for _ in range(50)))
    assert (store.state.count, store.version) == (50, 50)


# Each await point of an edit, and each way in which an edit can end there: `gate` is what the block awaits.
Gate = asyncio.Future[None]


async def waits_for_the_lock(store: StateStore[Shop], gate: Gate) -> None:
    async with store.edit_state() as state:
        state.count = 99


async def waits_in_the_block(store: StateStore[Shop], gate: Gate) -> None:
    async with store.edit_state() as state:
        state.count = 99
        await gate


async def waits_between_two_changes(store: StateStore[Shop], gate: Gate) -> None:
    async with store.edit_state() as state:
        state.items.append(Item())
        await gate
        state.count = 99


async def waits_in_a_block_of_another_store_inside(store: StateStore[Shop], gate: Gate) -> None:
    other = StateStore(Shop)
    async with store.edit_state() as state, other.edit_state():
        state.count = 99
        await gate


async def waits_for_a_child_task(store: StateStore[Shop], gate: Gate) -> None:
    async def child() -> None:
        await gate

    async with store.edit_state() as state:
        state.count = 99
        await asyncio.create_task(child())


async def waits_after_an_error_of_its_own(store: StateStore[Shop], gate: Gate) -> None:
    async with store.edit_state() as state:
        try:
            state.count = 99
            raise ValueError
        finally:
            await gate


@pytest.mark.parametrize("end", ["cancel", "timeout", "exception"])
@pytest.mark.parametrize(
    "edit",
    [
        waits_for_the_lock,
        waits_in_the_block,
        waits_between_two_changes,
        waits_in_a_block_of_another_store_inside,
        waits_for_a_child_task,
        waits_after_an_error_of_its_own,
    ],
)
async def test_an_edit_that_ends_at_an_await_leaves_the_state_as_it_was_and_the_next_writer_served(
    edit: Callable[[StateStore[Shop], Gate], Awaitable[None]], end: str
) -> None:
    if edit is waits_for_the_lock and end == "exception":
        return  # nothing of the user's runs while it waits
    store = StateStore(Shop)
    gate: Gate = asyncio.get_running_loop().create_future()
    release = asyncio.Event()
    holder = asyncio.create_task(hold(store, release)) if edit is waits_for_the_lock else None
    await asyncio.sleep(0)
    task = asyncio.create_task(asyncio.wait_for(edit(store, gate), 0.01 if end == "timeout" else None))
    for _ in range(5):
        await asyncio.sleep(0)
    following = asyncio.create_task(store.set("tags.next", 1))
    await asyncio.sleep(0)
    assert not following.done()

    if end == "cancel":
        task.cancel()
    elif end == "exception":
        gate.set_exception(RuntimeError("in the block"))
    with pytest.raises((asyncio.CancelledError, asyncio.TimeoutError, RuntimeError)):
        await task

    release.set()
    if holder is not None:
        await holder
    await asyncio.wait_for(following, 1)
    assert store.state == Shop(tags={"next": 1})
    assert store.version == 1


async def hold(store: StateStore[Shop], release: asyncio.Event) -> None:
    async with store.edit_state():
        await release.wait()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, asyncio.CancelledError, GeneratorExit])
async def test_an_exception_of_any_kind_after_an_await_drops_the_edit(error: type[BaseException]) -> None:
    store = StateStore(Shop)

    async def edit() -> None:
        async with store.edit_state() as state:
            state.count = 9
            await asyncio.sleep(0)
            raise error

    coroutine = edit()
    with pytest.raises(error):
        while True:
            coroutine.send(None)
    assert store.state.count == 0
    await asyncio.wait_for(store.set("count", 1), 1)


async def test_edit_state_gives_up_after_its_timeout() -> None:
    store = StateStore(Shop)
    entered, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with store.edit_state() as state:
            state.count = 1
            entered.set()
            await release.wait()

    holder = asyncio.create_task(hold())
    await entered.wait()
    with pytest.raises(EditTimeoutError, match=r"edit_state\(timeout=0\.01\)"):
        async with store.edit_state(timeout=0.01):
            raise AssertionError("not reached")
    release.set()
    await holder
    async with store.edit_state(timeout=0.01) as state:
        state.count += 1
    assert store.state.count == 2


def test_a_store_outlives_its_loop() -> None:
    store = StateStore(Shop)

    async def increments() -> None:
        async def one() -> None:
            async with store.edit_state() as state:
                await asyncio.sleep(0)
                state.count += 1

        await asyncio.gather(*(one() for _ in range(5)))

    asyncio.run(increments())
    asyncio.run(increments())
    assert store.state.count == 10


def test_a_loop_that_ends_in_the_middle_of_an_edit_leaves_the_store_usable() -> None:
    store = StateStore(Shop)

    async def hang() -> None:
        async def hold() -> None:
            async with store.edit_state() as state:
                state.count = 9
                await asyncio.sleep(3600)

        tasks = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in tasks)

    asyncio.run(hang())
    asyncio.run(store.set("count", 1))
    assert store.state.count == 1


async def test_a_block_can_be_entered_once() -> None:
    store = StateStore(Shop)
    edit = store.edit_state()
    async with edit:
        pass
    with pytest.raises(ContextStateError, match="entered once"):
        async with edit:
            pass
    await asyncio.wait_for(store.set("count", 1), 1)


async def test_set_state_replaces_by_the_same_type_or_a_subclass() -> None:
    store = StateStore(Shop)
    given = Shop(count=3, items=[Item()])
    await store.set_state(given)
    given.items.append(Item())
    assert store.state == Shop(count=3, items=[Item()])
    await store.set_state(BigShop(floors=2))
    assert store.state == BigShop(floors=2)
    assert isinstance(store.state, BigShop)
    assert store.state_type is Shop


async def test_set_state_merges_a_parent_type() -> None:
    store: StateStore[Shop] = StateStore(BigShop(floors=3, count=1))
    await store.set_state(Shop(count=5, items=[Item(name="a")]))
    assert store.state == BigShop(floors=3, count=5, items=[Item(name="a")])


async def test_set_state_refuses_any_other_type() -> None:
    store = StateStore(Shop)
    with pytest.raises(StateTypeError, match="State must be of type Shop or a parent type, got Item"):
        await store.set_state(Item())  # type: ignore[arg-type]  # the mistake
    with pytest.raises(StateTypeError, match="got dict"):
        await store.set_state({"count": 1})  # type: ignore[arg-type]  # the mistake
    assert store.version == 0


async def test_set_state_validates() -> None:
    store = StateStore(Shop)
    bad = Shop.model_construct(count="x", items=[], tags={}, lo=0, hi=1)
    with pytest.raises(StateValidationError, match=r"state\.count"):
        await store.set_state(bad)
    assert store.state == Shop()


async def test_setting_an_equal_state_makes_no_version() -> None:
    store = StateStore(Shop(count=1))
    before = store.state
    await store.set_state(Shop(count=1))
    await store.set("count", 1)
    await store.set_state(await store.get_state())
    assert store.version == 0
    assert store.state is before


async def test_equal_values_of_different_types_are_a_change() -> None:
    store = StateStore(DictState(flag=1))
    await store.set_state(DictState(flag=True))
    assert store.state.flag is True
    assert store.version == 1


async def test_set_is_validated_like_any_edit() -> None:
    store = StateStore(Shop(items=[Item()]))
    await store.set("items.0.qty", "4")  # type: ignore[typedflow-state-path]  # pydantic makes a number of it
    assert store.state.items[0].qty == 4
    with pytest.raises(StateValidationError, match=r"state\.items\.0\.qty"):
        await store.set("items.0.qty", -1)
    with pytest.raises(StatePathError, match="did you mean 'count'"):
        await store.set("cuont", 1)  # type: ignore[typedflow-state-path]  # the mistake under test
    with pytest.raises(StatePathError, match="Path cannot be empty"):
        await store.set("", Shop())  # type: ignore[typedflow-state-path]  # the mistake under test
    assert store.version == 1


async def test_set_creates_missing_dicts_in_a_dict_state() -> None:
    store = StateStore(DictState())
    await store.set("a.b.c", 1)
    await store.set("a.b.d", 2)
    assert await store.get("a") == {"b": {"c": 1, "d": 2}}
    assert store.version == 2


async def test_get_takes_a_default_for_what_is_missing_only() -> None:
    store = StateStore(Shop)
    assert await store.get("tags.a", default=None) is None
    assert await store.get("count", default=5) == 0
    with pytest.raises(StatePathError, match=r"Path 'tags.a' not found in state"):
        await store.get("tags.a")
    assert await store.get("") == store.state


async def test_clear_goes_back_to_the_defaults_of_the_current_type() -> None:
    store = StateStore(Shop(count=3))
    await store.clear()
    assert store.state == Shop()
    await store.set_state(BigShop(floors=4))
    await store.clear()
    assert store.state == BigShop()


async def test_clear_and_the_constructor_need_defaults() -> None:
    with pytest.raises(StateTypeError, match=r"State must have defaults for all fields: Needy .* without must"):
        StateStore(Needy)
    store = StateStore(Needy(must=1))
    with pytest.raises(StateTypeError, match="State must have defaults for all fields"):
        await store.clear()
    assert store.state == Needy(must=1)
    await asyncio.wait_for(store.set("must", 2), 1)


async def test_an_initial_state_that_is_invalid_is_refused() -> None:
    with pytest.raises(StateValidationError, match="count"):
        StateStore(Shop.model_construct(count="x", items=[], tags={}, lo=0, hi=1))


async def test_the_state_is_the_same_object_until_the_next_commit() -> None:
    store = StateStore(Shop(items=[Item()]))
    first = store.state
    assert store.state is first
    async with store.edit_state() as state:
        state.count = 1
    assert first.count == 0
    assert store.state is not first


async def test_a_state_that_nobody_holds_is_let_go_at_the_next_commit() -> None:
    store = StateStore(Shop(items=[Item()]))
    gone = []
    gc.disable()
    try:
        for _ in range(5):
            gone.append(weakref.ref(store.state))
            async with store.edit_state() as state:
                state.count += 1
                state.items[0].qty += 1
            del state
        assert [ref() for ref in gone] == [None] * 5
    finally:
        gc.enable()


def test_the_peer_name_of_the_store_is_kept() -> None:
    assert InMemoryStateStore is StateStore
