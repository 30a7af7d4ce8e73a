"""What some checker does not find raises at run time, where the class is defined or the value is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import pytest

from typedflow import Collect, Context, Event, Resource, StartEvent, StopEvent, Take, Workflow, step
from typedflow.errors import WorkflowRuntimeError, WorkflowValidationError


class Done(Event):
    number: int


class Begin(StartEvent):
    by: int


class OtherBegin(StartEvent):
    to: int


class Flow(Workflow):
    start_event = Begin

    @step
    async def begin(self, ev: Begin) -> StopEvent[int]:
        return StopEvent(result=ev.by)


def takes_only_a_context() -> None:
    class _(Workflow):
        @step
        async def begin(self, ctx: Context) -> StopEvent[int]:  # type: ignore[typedflow-step-signature]  # this is what the test is about
            raise NotImplementedError


def takes_an_int() -> None:
    class _(Workflow):
        @step
        async def begin(self, ev: int) -> StopEvent[int]:  # type: ignore[typedflow-step-signature]  # this is what the test is about
            raise NotImplementedError


def takes_from_another_factory() -> None:
    class W(Workflow):
        @step
        async def begin(
            self,
            ev: StartEvent,
            number: Annotated[str, Resource(_make_number)],  # type: ignore[typedflow-resource-type]  # this is what the test is about
        ) -> StopEvent[int]:
            raise NotImplementedError

    W()


def _make_number() -> int:
    return 3


def deletes_a_field() -> None:
    del Done(number=3).number


def sets_an_unknown_field() -> None:
    Done(number=3).weight = 3  # type: ignore[attr-defined]  # this is what the test is about


@pytest.mark.parametrize(
    ("slip", "error", "told"),
    [
        (takes_only_a_context, WorkflowValidationError, "takes no event"),
        (takes_an_int, WorkflowValidationError, "which is no event"),
        (takes_from_another_factory, WorkflowValidationError, "resource-type"),
        (lambda: Collect(2), TypeError, r"Collect\(Take\(2\)\)"),  # type: ignore[arg-type]  # this is what the test is about
        (lambda: Take("2"), ValueError, "integer n of at least 1"),  # type: ignore[arg-type]  # this is what the test is about
        (lambda: Resource(3), TypeError, "not the value itself"),  # type: ignore[arg-type]  # this is what the test is about
        (lambda: Resource(_make_number, cache="ever"), ValueError, "'workflow', 'run' or 'step'"),  # type: ignore[arg-type]  # this is what the test is about
        (deletes_a_field, TypeError, "events are frozen"),
        (sets_an_unknown_field, TypeError, "events are frozen"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_a_checker_does_not_find_raises(slip: Callable[[], object], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        slip()


async def test_a_start_event_that_no_step_takes_raises() -> None:
    with pytest.raises(WorkflowRuntimeError, match="OtherBegin"):
        Flow().run(start_event=OtherBegin(to=3))  # type: ignore[call-overload]  # this is what the test is about
