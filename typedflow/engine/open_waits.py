"""The waits that were open when a run was saved: an answer may come before the restored step has got to its wait again.

    handler = workflow.run(ctx=Context.from_dict(workflow, saved))
    await handler.send_event(Answer(...))

At that moment no step waits yet, for each runs again from its start. The answer is put by for the wait that it is meant
for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from typedflow.events import Event, event_key

if TYPE_CHECKING:
    from typedflow.engine.plan import StepPlan
    from typedflow.engine.waits import Waiter

__all__ = ["OpenWait", "OpenWaits", "open_wait_of"]

Json = dict[str, Any]  # Any: JSON data, throughout this file


class OpenWait:
    """One of them: the `number`-th wait of an invocation, for events of the class with that key.

    `requirements` are JSON data, None where they could not be saved: any event of the class is then taken for the
    answer, until the step says which one it wants. `answer` is the event that has been put by.
    """

    __slots__ = ("answer", "invocation", "key", "number", "requirements", "step")

    def __init__(self, invocation: int, step: StepPlan, number: int, key: str, requirements: Json | None) -> None:
        self.invocation = invocation
        self.step = step
        self.number = number
        self.key = key
        self.requirements = requirements
        self.answer: Event | None = None

    def wants(self, event: Event) -> bool:
        """Whether `event` may be the answer."""
        kinds = type(event).__mro__ if self.step.subclasses else (type(event),)
        if all(event_key(kind) != self.key for kind in kinds if issubclass(kind, Event)):
            return False
        required = self.requirements or {}
        return all(_jsonable(getattr(event, name, None)) == value for name, value in required.items())


class OpenWaits:
    """All of them. What is put by for a wait that the step does not come to again counts as taken by nobody."""

    __slots__ = ("_report", "_waits")

    def __init__(self, report: Callable[[Event, str | None], None]) -> None:
        self._report = report
        self._waits: list[OpenWait] = []

    def __iter__(self) -> Iterator[OpenWait]:
        return iter(self._waits)

    def __bool__(self) -> bool:
        return bool(self._waits)

    def add(self, wait: OpenWait) -> None:
        """A wait was open."""
        self._waits.append(wait)

    def put_by(self, event: Event, only: StepPlan | None, served_already: Collection[StepPlan]) -> set[StepPlan]:
        """Keep `event` for the first open wait that wants it of each step that is not served already; those steps."""
        served: set[StepPlan] = set()
        for wait in self._waits:
            step = wait.step
            if step in served or step in served_already or only not in (None, step):
                continue
            if wait.answer is None and wait.wants(event):
                wait.answer = event
                served.add(step)
        return served

    def answer_for(self, waiter: Waiter) -> Event | None:
        """What has been put by for a step that has come to its wait again; the wait is then an ordinary one."""
        for wait in self._waits:
            if (wait.invocation, wait.number) == (waiter.invocation.id, waiter.number):
                self._waits.remove(wait)
                if wait.answer is not None and not waiter.matches(wait.answer):
                    self._report(wait.answer, None)
                    return None
                return wait.answer
        return None

    def forget(self, invocation: int) -> None:
        """The invocation is over."""
        for wait in [wait for wait in self._waits if wait.invocation == invocation]:
            self._waits.remove(wait)
            if wait.answer is not None:
                self._report(wait.answer, None)


def open_wait_of(waiter: Waiter) -> OpenWait:
    """What is saved of a waiter."""
    try:
        saved = to_jsonable_python(waiter.requirements)
    except PydanticSerializationError:
        saved = None
    return OpenWait(waiter.invocation.id, waiter.invocation.plan, waiter.number, event_key(waiter.kind), saved)


def _jsonable(value: object) -> object:
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError:
        return value
