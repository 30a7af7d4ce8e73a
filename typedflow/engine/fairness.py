"""What a worker whose steps never suspend leaves to others: turns of the event loop, and the interpreter.

A turn of the loop is not enough for other threads. A thread that waits for the interpreter asks for it only after it has
waited for `sys.getswitchinterval()`, 5 ms, in which nobody let go of it (`take_gil` in CPython's `Python/ceval_gil.c`).
A loop that is always busy lets go once a turn, for the moment of an empty `select`: the waiting thread starts to wait
anew, is not awake before the loop goes on, and gets nothing, for as long as the loop is busy.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from sys import getswitchinterval
from types import coroutine

__all__ = ["SECONDS_PER_TURN", "STEPS_PER_TURN", "loop_turn", "turn"]

STEPS_PER_TURN = 32
"""A worker whose steps never suspend gives the loop a turn after so many steps,"""
SECONDS_PER_TURN = 0.001
"""or after so many seconds: timers, cancellation and other runs wait no longer than that, or than one step."""

REST = 0.0001
"""Seconds, once in a switch interval, for which a busy loop leaves the interpreter to other threads, if there are any."""


class _Rested(threading.local):
    at = 0.0


_rested = _Rested()


@coroutine
def loop_turn() -> Generator[None, None, None]:
    """Give the event loop one turn."""
    yield


@coroutine
def turn() -> Generator[None, None, None]:
    """Give the event loop one turn, and other threads theirs when it is time."""
    now = time.monotonic()
    if now - _rested.at > getswitchinterval():
        if threading.active_count() > 1:
            time.sleep(REST)
            now = time.monotonic()
        _rested.at = now
    yield
