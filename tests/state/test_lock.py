"""The writers' lock: order, exclusion, and that nothing can lose it."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Coroutine

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from typedflow.errors import EditTimeoutError
from typedflow.state.lock import FifoLock


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_writers_are_served_in_the_order_in_which_they_came() -> None:
    lock, order = FifoLock(), []

    async def writer(number: int) -> None:
        await lock.acquire()
        order.append(number)
        await asyncio.sleep(0)
        lock.release()

    await asyncio.gather(*(writer(number) for number in range(50)))
    assert order == list(range(50))
    assert not lock.is_held


async def test_a_newcomer_does_not_overtake_a_waiter_that_was_just_handed_the_lock() -> None:
    lock = FifoLock()
    await lock.acquire()
    waiter = asyncio.create_task(lock.acquire())
    await settle()
    lock.release()
    assert not lock.try_acquire()
    await waiter
    lock.release()
    assert lock.try_acquire()


async def test_a_cancelled_waiter_leaves_the_queue() -> None:
    lock = FifoLock()
    await lock.acquire()
    waiter = asyncio.create_task(lock.acquire())
    await settle()
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert lock.waiting == 0
    lock.release()
    assert not lock.is_held


async def test_a_waiter_cancelled_just_when_it_is_handed_the_lock_passes_it_on() -> None:
    lock = FifoLock()
    await lock.acquire()
    first, second = asyncio.create_task(lock.acquire()), asyncio.create_task(lock.acquire())
    await settle()
    lock.release()  # now it belongs to the first, which has not run yet
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert first.cancelled() or await asyncio.gather(first, return_exceptions=True)
    assert lock.is_held
    lock.release()
    assert not lock.is_held


async def test_a_waiter_cancelled_just_before_it_is_handed_the_lock_passes_it_on() -> None:
    lock = FifoLock()
    await lock.acquire()
    first, second = asyncio.create_task(lock.acquire()), asyncio.create_task(lock.acquire())
    await settle()
    first.cancel()
    lock.release()
    await asyncio.wait_for(second, 1)
    lock.release()
    assert not lock.is_held


async def test_a_timeout_raises_and_leaves_the_queue() -> None:
    lock = FifoLock()
    await lock.acquire()
    with pytest.raises(EditTimeoutError, match=r"timeout=0\.01.*other writers held the state"):
        await lock.acquire(0.01)
    assert lock.waiting == 0
    lock.release()
    await lock.acquire(0.01)


async def test_a_timeout_of_zero_tries_once() -> None:
    lock = FifoLock()
    await lock.acquire(0)
    with pytest.raises(EditTimeoutError):
        await lock.acquire(0)
    lock.release()
    assert not lock.is_held


async def test_a_waiter_that_is_served_in_time_does_not_time_out_later() -> None:
    lock = FifoLock()
    await lock.acquire()
    waiter = asyncio.create_task(lock.acquire(0.02))
    await settle()
    lock.release()
    await waiter
    await asyncio.sleep(0.04)
    assert lock.is_held
    lock.release()


def test_one_loop_after_another_may_use_it() -> None:
    lock = FifoLock()

    async def contend() -> None:
        await asyncio.gather(*(hold() for _ in range(3)))

    async def hold() -> None:
        await lock.acquire()
        await asyncio.sleep(0)
        lock.release()

    asyncio.run(contend())
    asyncio.run(contend())
    assert not lock.is_held


def test_a_waiter_whose_loop_was_closed_is_passed_over() -> None:
    lock = FifoLock()
    assert lock.try_acquire()
    dead = asyncio.new_event_loop()
    waiter = dead.create_task(lock.acquire())
    dead.run_until_complete(asyncio.sleep(0))
    dead.close()
    assert lock.waiting == 1
    lock.release()
    assert not lock.is_held
    waiter._log_destroy_pending = False  # type: ignore[attr-defined]  # the test is about exactly that


def test_a_waiter_that_is_garbage_collected_frees_its_place() -> None:
    lock = FifoLock()
    assert lock.try_acquire()
    loop = asyncio.new_event_loop()
    try:
        coroutine: Coroutine[object, object, None] = lock.acquire()

        async def step() -> None:
            coroutine.send(None)

        loop.run_until_complete(step())
        assert lock.waiting == 1
        coroutine.close()
        gc.collect()
        assert lock.waiting == 0
    finally:
        loop.close()


def test_threads_and_tasks_share_one_queue() -> None:
    lock, inside, highest, done = FifoLock(), 0, 0, 0

    def enter() -> None:
        nonlocal inside, highest
        inside += 1
        highest = max(highest, inside)

    def leave() -> None:
        nonlocal inside, done
        inside -= 1
        done += 1
        lock.release()

    def thread() -> None:
        for _ in range(200):
            lock.acquire_from_thread()
            enter()
            leave()

    async def task() -> None:
        for _ in range(100):
            await lock.acquire()
            enter()
            await asyncio.sleep(0)
            leave()

    async def main() -> None:
        await asyncio.gather(*(asyncio.to_thread(thread) for _ in range(4)), *(task() for _ in range(4)))

    asyncio.run(asyncio.wait_for(main(), 30))
    assert (done, highest, lock.is_held) == (1200, 1, False)


def test_a_thread_times_out() -> None:
    lock = FifoLock()
    assert lock.try_acquire()
    with pytest.raises(EditTimeoutError):
        lock.acquire_from_thread(0.01)
    assert lock.waiting == 0


def test_threads_are_served_in_order() -> None:
    lock, order, threads = FifoLock(), [], []
    assert lock.try_acquire()

    def writer(number: int) -> None:
        lock.acquire_from_thread()
        order.append(number)
        lock.release()

    for number in range(10):
        thread = threading.Thread(target=writer, args=(number,))
        thread.start()
        threads.append(thread)
        deadline = time.monotonic() + 5
        while lock.waiting <= number and time.monotonic() < deadline:
            time.sleep(0.0005)
    lock.release()
    for thread in threads:
        thread.join(5)
    assert order == list(range(10))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),  # turns of the loop before it asks
            st.integers(0, 4),  # turns that it holds the lock
            st.one_of(st.none(), st.integers(0, 8)),  # the turn in which it is cancelled
            st.sampled_from([None, None, 0.0, 0.001]),  # its timeout
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_schedule_keeps_order_and_exclusion_and_ends_with_a_free_lock(
    schedule: list[tuple[int, int, int | None, float | None]],
) -> None:
    lock = FifoLock()
    asked: list[int] = []
    served: list[int] = []
    inside = 0

    async def writer(number: int, before: int, held: int, timeout: float | None) -> None:
        nonlocal inside
        for _ in range(before):
            await asyncio.sleep(0)
        asked.append(number)
        await lock.acquire(timeout)
        try:
            inside += 1
            assert inside == 1
            served.append(number)
            for _ in range(held):
                await asyncio.sleep(0)
        finally:
            inside -= 1
            lock.release()

    async def main() -> None:
        tasks = [
            asyncio.create_task(writer(number, before, held, timeout))
            for number, (before, held, _, timeout) in enumerate(schedule)
        ]
        for turn in range(10):
            for task, (_, _, cancelled_in, _) in zip(tasks, schedule, strict=True):
                if cancelled_in == turn:
                    task.cancel()
            await asyncio.sleep(0)
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        for result in results:
            assert result is None or isinstance(result, asyncio.CancelledError | EditTimeoutError), result

    asyncio.run(main())
    assert served == [number for number in asked if number in served]
    assert not lock.is_held
    assert lock.waiting == 0
