"""A free function becomes a step of the one workflow that it names, however early it names it."""

from __future__ import annotations

from typing import Any

import pytest

from typedflow import Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowValidationError


class Half(Event):
    value: int


class Halved(Event):
    value: int


class Brings:
    """A value that makes a step of the class in whose body it is put, which is not yet complete then."""

    def __set_name__(self, owner: type[Workflow[Any, Any]], name: str) -> None:
        @step(workflow=owner)
        async def halve(ev: Half) -> Halved:
            return Halved(value=ev.value // 2)


class Calculates(Workflow, open_steps=True):
    halving = Brings()

    @step
    async def begin(self, ev: StartEvent) -> Half:
        return Half(value=ev["value"])

    @step
    async def end(self, ev: Halved) -> StopEvent[int]:
        return StopEvent(result=ev.value)


async def test_a_step_that_the_body_of_the_class_adds_is_one_of_its_own_and_of_no_other() -> None:
    class Other(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent[str]:
            return StopEvent(result="ran")

    assert await Calculates().run(value=8) == 4
    assert await Other().run() == "ran"


async def test_a_subclass_has_the_steps_that_were_added_to_its_base() -> None:
    class Further(Calculates, open_steps=True): ...

    assert await Further().run(value=6) == 3


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(WorkflowValidationError, match="workflow 'Calculates' has a step 'halve' already"):
        Brings().__set_name__(Calculates, "again")
