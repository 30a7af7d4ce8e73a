"""The writers' lock: first come, first served, for tasks and for threads."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import Protocol

from typedflow.errors import EditTimeoutError

__all__ = ["FifoLock", "Waiter", "wake"]


_KEY = "key"


class FifoLock:
    """A mutual exclusion lock that serves tasks and threads strictly in the order in which they asked.

    It belongs to no event loop: tasks of one loop, then of another, and worker threads may all use it. A waiter that is
    cancelled or times out leaves the queue; one that is cancelled just when it was handed the lock passes it on.

    `asyncio.Lock` would be bound to one loop, closed to threads, and twice as slow when nobody waits: here that costs
    one test-and-set (`try_acquire`) and its undoing.

    >>> lock = FifoLock()
    >>> lock.try_acquire(), lock.try_acquire()
    (True, False)
    >>> lock.release(); lock.is_held
    False
    """

    __slots__ = ("_key", "_mutex", "_queue")

    def __init__(self) -> None:
        # Whoever takes the key out of the list holds the lock. A flag whose test-and-set no other thread can split, as a
        # `threading.Lock` that is only tried would be, at a third of the time.
        self._key = [_KEY]
        self._queue: deque[Waiter] = deque()
        # Guards the queue, and who is granted the lock. Reentrant, since a garbage collection inside it may close a
        # coroutine that waits for this very lock.
        self._mutex = threading.RLock()

    @property
    def is_held(self) -> bool:
        return not self._key

    @property
    def waiting(self) -> int:
        """How many writers are queued."""
        return len(self._queue)

    def try_acquire(self) -> bool:
        """Take the lock if it is free and nobody waits for it."""
        if self._queue:
            return False
        try:
            self._key.pop()
        except IndexError:
            return False
        return True

    async def acquire(self, timeout: float | None = None) -> None:
        """Wait for the lock, at most `timeout` seconds. Raises `EditTimeoutError`; cancellation leaves no trace."""
        if self.try_acquire():
            return
        waiter = _TaskWaiter()
        self._enqueue(waiter)
        expiry = None
        if timeout is not None:
            expiry = waiter.loop.call_later(max(timeout, 0), self._expire, waiter, timeout)
        try:
            await waiter.future
        except BaseException:
            if self._withdraw(waiter):
                self.release()  # it had been handed to us in the same moment
            raise
        finally:
            if expiry is not None:
                expiry.cancel()

    def acquire_from_thread(self, timeout: float | None = None) -> None:
        """Block this thread for the lock, at most `timeout` seconds. Raises `EditTimeoutError`."""
        if self.try_acquire():
            return
        waiter = _ThreadWaiter()
        self._enqueue(waiter)
        try:
            served = waiter.event.wait(timeout)
        except BaseException:  # KeyboardInterrupt
            if self._withdraw(waiter):
                self.release()
            raise
        if not served and not self._withdraw(waiter):
            assert timeout is not None, "without a timeout the wait ends only when served"
            raise _too_late(timeout, len(self._queue))

    def release(self) -> None:
        """Hand the lock to the writer that has waited longest, or open it."""
        if self._queue:
            with self._mutex:
                self._hand_over()
            return
        self._key.append(_KEY)
        if self._queue:  # another thread queued between the two lines above and did not find the key
            with self._mutex:
                if self._queue and self._take():
                    self._hand_over()

    def _take(self) -> bool:
        try:
            self._key.pop()
        except IndexError:
            return False
        return True

    def _enqueue(self, waiter: Waiter) -> None:
        with self._mutex:
            self._queue.append(waiter)
            if self._take():  # released while we were on our way
                self._hand_over()

    def _hand_over(self) -> None:
        """With the key taken and the mutex held: the first waiter who can still be reached owns the lock."""
        while self._queue:
            waiter = self._queue.popleft()
            waiter.granted = True
            if waiter.notify():
                return
            waiter.granted = False
        self._key.append(_KEY)

    def _withdraw(self, waiter: Waiter) -> bool:
        """Take the waiter out of the queue; True if it owns the lock already."""
        with self._mutex:
            if not waiter.granted and waiter in self._queue:
                self._queue.remove(waiter)
            return waiter.granted

    def _expire(self, waiter: _TaskWaiter, timeout: float) -> None:
        if not self._withdraw(waiter) and not waiter.future.done():
            waiter.future.set_exception(_too_late(timeout, len(self._queue)))


class Waiter(Protocol):
    """Somebody in the queue. `granted` says that the lock is theirs, whether or not they have noticed yet."""

    granted: bool

    def notify(self) -> bool:
        """Tell them. False if they can no longer be told."""


class _TaskWaiter:
    __slots__ = ("future", "granted", "loop")

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[None] = self.loop.create_future()
        self.granted = False

    def notify(self) -> bool:
        # A future that is cancelled already counts as told: its task will find `granted` and pass the lock on.
        return wake(self.future)


class _ThreadWaiter:
    __slots__ = ("event", "granted")

    def __init__(self) -> None:
        self.event = threading.Event()
        self.granted = False

    def notify(self) -> bool:
        self.event.set()
        return True


def wake(future: asyncio.Future[None]) -> bool:
    """Resolve the future from whichever thread this is; False if its loop is closed."""
    loop = future.get_loop()
    if loop.is_closed():
        return False
    if asyncio._get_running_loop() is loop:
        _resolve(future)
        return True
    try:
        loop.call_soon_threadsafe(_resolve, future)
    except RuntimeError:  # closed in this moment
        return False
    return True


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _too_late(timeout: float, behind: int) -> EditTimeoutError:
    queue = f" ({behind} more writers still wait)" if behind else ""
    return EditTimeoutError(
        f"edit_state(timeout={timeout:g}): other writers held the state for the whole time{queue}; "
        "keep slow awaits out of edit_state blocks, or allow more time"
    )
