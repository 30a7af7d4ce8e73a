"""Who may run now: each step has as many places as it has workers, and a line of those who wait for one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain

from typedflow.engine.invocation import Invocation
from typedflow.engine.waits import Waiter, WaitingRoom

__all__ = ["Places"]


class Places:
    """The places of all steps of a run.

    `ready` holds the invocations that may start at once; `running[i]` counts those of step i that have started or are in `ready`;
    `backlog[i]` holds what waits for a free place of step i. An invocation that waits for an event leaves its place, and
    takes one again when it goes on.
    """

    __slots__ = ("backlog", "ready", "retrying", "running", "waiters")

    def __init__(self, steps: int) -> None:
        self.ready: deque[Invocation] = deque()
        self.running = [0] * steps
        self.backlog: dict[int, deque[Invocation | Waiter]] = {}
        self.retrying: dict[int, Invocation] = {}
        self.waiters = WaitingRoom()

    # -- coming

    def line_up(self, invocation: Invocation) -> None:
        """Start the invocation when its step has a free place: now, or in its turn."""
        index = invocation.plan.index
        if self.running[index] < invocation.plan.num_workers:
            self.running[index] += 1
            self.ready.append(invocation)
        else:
            self.backlog.setdefault(index, deque()).append(invocation)

    def retry(self, invocation: Invocation) -> None:
        """The delay is over: the invocation goes to the front of its step's line."""
        del self.retrying[invocation.id]
        invocation.replayed = 0
        invocation.waits = 0
        index = invocation.plan.index
        if self.running[index] < invocation.plan.num_workers:
            self.running[index] += 1
            self.ready.append(invocation)
        else:
            self.backlog.setdefault(index, deque()).appendleft(invocation)

    # -- waiting

    def wait(self, waiter: Waiter) -> None:
        """The invocation waits and leaves its place to the next one, unless another wait of its has done so."""
        self.waiters.add(waiter)
        invocation = waiter.invocation
        if not invocation.away:
            invocation.away = True
            self._free(invocation.plan.index)

    def resume(self, waiter: Waiter) -> None:
        """The answer has come: the step goes on when there is a place for it."""
        invocation = waiter.invocation
        index = invocation.plan.index
        if not invocation.away:  # another wait of the same invocation was answered before
            waiter.wake()
        elif self.running[index] < invocation.plan.num_workers:
            self.running[index] += 1
            invocation.away = False
            waiter.wake()
        else:
            self.backlog.setdefault(index, deque()).appendleft(waiter)

    def stop_waiting(self, waiter: Waiter) -> None:
        """The wait is over. One that was given up (timeout or cancellation) goes on at once, in a place of its own."""
        if waiter.woken:
            return
        invocation = waiter.invocation
        index = invocation.plan.index
        if waiter in self.waiters:
            self.waiters.remove(waiter)
        elif waiter.answer is not None:
            line = self.backlog[index]
            line.remove(waiter)
            if not line:
                del self.backlog[index]
        if invocation.away:
            invocation.away = False
            self.running[index] += 1

    # -- going

    def leave_place(self, invocation: Invocation) -> None:
        """The invocation has ended, or one that was dropped is not to begin: its place is free."""
        index = invocation.plan.index
        if invocation.away:  # it ended in the middle of a wait, which a task of its own goes on with
            invocation.away = False
        elif index in self.backlog:
            self._free(index)
        else:
            self.running[index] -= 1

    def _free(self, index: int) -> None:
        line = self.backlog.get(index)
        if line is not None:
            taken = False
            while line and not taken:
                taken = self._let_in(line.popleft())
            if not line:
                del self.backlog[index]
            if taken:
                return
        self.running[index] -= 1

    def _let_in(self, entry: Invocation | Waiter) -> bool:
        """Let the first in the line go on; whether it takes a place."""
        if isinstance(entry, Waiter):
            taken, entry.invocation.away = entry.invocation.away, False
            entry.wake()
            return taken
        if entry.dropped:
            return False
        self.ready.append(entry)
        return True

    # -- looking

    def queued(self) -> Iterator[Invocation]:
        """What has not started: the ready ones first, then the waiting lines, then what waits for its next attempt."""
        for entry in chain(self.ready, *self.backlog.values(), self.retrying.values()):
            if isinstance(entry, Invocation) and not entry.dropped:
                yield entry
