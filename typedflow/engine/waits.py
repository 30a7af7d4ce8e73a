"""Steps that wait for an event from outside: each stays where it is and leaves its worker's place to others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from typedflow.engine.invocation import Invocation
from typedflow.engine.plan import StepPlan, nearness, origin_of
from typedflow.events import Event

__all__ = ["Waiter", "WaitingRoom"]


class Waiter:
    """One call of `wait_for_event`: which class of event, with which values in which fields."""

    __slots__ = ("_future", "answer", "id", "invocation", "kind", "number", "requirements", "subclasses", "woken")

    def __init__(
        self, id: str, invocation: Invocation, kind: type[Event], requirements: Mapping[str, object], subclasses: bool
    ) -> None:
        self.id = id
        self.invocation = invocation
        self.number = invocation.waits
        """Which wait of its attempt this is, from 0."""
        self.kind = kind
        self.requirements = dict(requirements)
        self.subclasses = subclasses
        self.answer: Event | None = None
        self.woken = False
        self._future: asyncio.Future[None] | None = None

    @property
    def given_up(self) -> bool:
        """Whether its time is up or it was cancelled, though the step has not been told yet."""
        return self._future is not None and self._future.done()

    def matches(self, event: Event) -> bool:
        """Whether `event` is of a class that goes to a step asking for this one, and has the required values."""
        if type(event) is not self.kind and nearness(type(event), self.kind, self.subclasses) < 0:
            return False
        return all(getattr(event, name, None) == value for name, value in self.requirements.items())

    async def wait(self, timeout: float | None) -> Event:
        """Suspend until the answer has come and the step has a worker again. Raises `asyncio.TimeoutError`.

        An answer that came in time counts, even if the step has to wait longer for its worker. (`asyncio.wait_for`
        would drop such an answer, and on Python 3.11 it forgets a cancellation that comes together with the answer.)
        """
        loop = asyncio.get_running_loop()
        self._future = loop.create_future()
        timer = None if timeout is None else loop.call_later(timeout, self._expire, timeout)
        try:
            await self._future
        finally:
            if timer is not None:
                timer.cancel()
        assert self.answer is not None
        return self.answer

    def _expire(self, timeout: float) -> None:
        if self.answer is None and self._future is not None and not self._future.done():
            message = f"step '{self.invocation.step}' waited {timeout:g} s for {self.kind.__name__}, and none came"
            if self.requirements:
                message += f" with {self.requirements}"
            self._future.set_exception(asyncio.TimeoutError(message))

    def give_up(self) -> None:
        """The step is over: whoever waits is cancelled."""
        if self._future is not None:
            self._future.cancel()

    def wake(self) -> None:
        """Let the step go on."""
        self.woken = True
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class WaitingRoom:
    """All waiters of a run, by the class that they wait for and by step: an event looks only at those that it may be for.

    A parametrised generic is kept with its generic form, since an event of either may be meant for it.
    """

    __slots__ = ("_by_kind",)

    def __init__(self) -> None:
        self._by_kind: dict[type, dict[StepPlan, dict[Waiter, None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_kind)

    def __contains__(self, waiter: object) -> bool:
        return isinstance(waiter, Waiter) and waiter in self._by_kind.get(_family(waiter.kind), {}).get(
            waiter.invocation.plan, ()
        )

    def __iter__(self) -> Iterator[Waiter]:
        return (waiter for steps in self._by_kind.values() for waiters in steps.values() for waiter in waiters)

    def add(self, waiter: Waiter) -> None:
        """A waiter comes; it is served after those that came before it."""
        steps = self._by_kind.setdefault(_family(waiter.kind), {})
        steps.setdefault(waiter.invocation.plan, {})[waiter] = None

    def remove(self, waiter: Waiter) -> None:
        """A waiter goes."""
        family = _family(waiter.kind)
        steps = self._by_kind[family]
        waiters = steps[waiter.invocation.plan]
        del waiters[waiter]
        if not waiters:
            del steps[waiter.invocation.plan]
            if not steps:
                del self._by_kind[family]

    def answered(self, event: Event, only: StepPlan | None) -> dict[StepPlan, Waiter]:
        """Those that get `event`: in each step (or in `only` one) the one that has waited longest. They leave the room."""
        served: dict[StepPlan, Waiter] = {}
        for kind in type(event).__mro__:
            for step, waiters in self._by_kind.get(kind, {}).items():
                if step in served or only not in (None, step):
                    continue
                first = next((waiter for waiter in waiters if not waiter.given_up and waiter.matches(event)), None)
                if first is not None:
                    served[step] = first
        for waiter in served.values():
            waiter.answer = event
            self.remove(waiter)
        return served


def _family(kind: type[Event]) -> type:
    return origin_of(kind) or kind
