"""Who may run now: each step has as many places as it has workers, and a line of those who wait for one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain

from typedflow.engine.invocation import Invocation
from typedflow.engine.plan import StepPlan
from typedflow.engine.waits import Waiter, WaitingRoom

__all__ = ["Places"]


class Places:
    """The places of all steps of a run.

    `ready` holds the invocations that may start at once; `running[i]` counts those of step i that have started or are
    in `ready`; `backlog[i]` holds what waits for a free place of step i. An invocation that waits for an event leaves
    its place, and takes one again when it goes on.
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
        if invocation.waiting is None:
            invocation.waiting = set()
        invocation.waiting.add(waiter)
        if not invocation.away:
            invocation.away = True
            self._free(invocation.plan)

    def resume(self, waiter: Waiter) -> None:
        """The answer has come: the step goes on when there is a place for it."""
        invocation = waiter.invocation
        index = invocation.plan.index
        if not invocation.away:  # another wait of the same invocation was answered before
            waiter.wake()
        elif self.running[index] < invocation.plan.num_workers:
            self.running[index] += 1
            self._come_back(invocation)
            waiter.wake()
        else:
            self.backlog.setdefault(index, deque()).appendleft(waiter)

    def stop_waiting(self, waiter: Waiter) -> None:
        """The wait is over. One that was given up (timeout or cancellation) goes on at once, in a place of its own."""
        invocation = waiter.invocation
        if invocation.waiting is not None:
            invocation.waiting.discard(waiter)
        if waiter.woken:
            return
        index = invocation.plan.index
        if waiter in self.waiters:
            self.waiters.remove(waiter)
        elif waiter.answer is not None:
            self._take_out(waiter)
        if invocation.away:
            self.running[index] += 1
            self._come_back(invocation)

    def _come_back(self, invocation: Invocation) -> None:
        """It has a place again: its other waits that were answered need none of their own."""
        invocation.away = False
        for waiter in tuple(invocation.waiting or ()):
            if waiter.answer is not None and not waiter.woken:
                self._take_out(waiter)
                waiter.wake()

    def _take_out(self, waiter: Waiter) -> None:
        index = waiter.invocation.plan.index
        line = self.backlog.get(index)
        if line is not None and waiter in line:
            line.remove(waiter)
            if not line:
                del self.backlog[index]

    # -- going

    def leave_place(self, invocation: Invocation) -> None:
        """The attempt has ended, or one that was dropped is not to begin: its place is free, and waits that it left are over."""
        index = invocation.plan.index
        if invocation.waiting:
            for waiter in tuple(invocation.waiting):
                waiter.give_up()
        if invocation.away:  # a task of its own was still waiting
            invocation.away = False
        elif index in self.backlog:
            self._free(invocation.plan)
        else:
            self.running[index] -= 1

    def _free(self, plan: StepPlan) -> None:
        index = plan.index
        line = self.backlog.get(index)
        # Not a place over the number, of a wait given up.
        if line is not None and self.running[index] <= plan.num_workers:
            taken = False
            while line and not taken:
                taken = self._let_in(line.popleft())
            if not line:
                self.backlog.pop(index, None)
            if taken:
                return
        self.running[index] -= 1

    def _let_in(self, entry: Invocation | Waiter) -> bool:
        """Let the first in the line go on; whether it takes a place."""
        if isinstance(entry, Waiter):
            taken = entry.invocation.away
            entry.wake()
            self._come_back(entry.invocation)
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
