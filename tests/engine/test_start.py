"""What `run()` takes and how it says no."""

from __future__ import annotations

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowRuntimeError, WorkflowValidationError


class Begin(StartEvent):
    by: int
    note: str = ""


class Counter(Workflow):
    @step
    async def begin(self, ev: Begin) -> StopEvent[int]:
        return StopEvent(result=ev.by)


class Plain(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result=f"{ev['topic']} {ev.get('size', 3)} {ev.get('nothing')}")


async def test_a_plain_start_event_takes_any_field() -> None:
    assert await Plain().run(topic="ships") == "ships 3 None"


async def test_the_start_event_may_be_given_as_it_is() -> None:
    assert await Counter().run(start_event=Begin(by=2)) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"bye": 3},
            "[run-arguments] Counter.run() has no 'bye': the start event 'Begin' has no such field.\n    Did you mean 'by'?\n"
            "[run-arguments] Counter.run() lacks 'by', which the start event 'Begin' requires.\n"
            "    Write run(by=...), or give 'by' a default in 'Begin'.",
        ),
        (
            {"by": "many"},
            "[run-arguments] Counter.run() got 'many' for 'by', which 'Begin' does not accept: Input should be a valid integer, "
            "unable to parse string as an integer.\n    Pass what the fields of 'Begin' ask for.",
        ),
    ],
)
async def test_wrong_fields_are_named_before_anything_runs(fields: dict[str, object], message: str) -> None:
    with pytest.raises(WorkflowValidationError) as caught:
        Counter().run(**fields)
    assert str(caught.value) == message
    assert {problem.code for problem in caught.value.problems} == {"run-arguments"}


async def test_a_start_event_that_no_step_takes_is_refused_at_once() -> None:
    class Foreign(StartEvent):
        pass

    with pytest.raises(WorkflowRuntimeError, match="no step of Counter takes the start event Foreign; pass a Begin"):
        Counter().run(start_event=Foreign())  # type: ignore[typedflow-run-arguments]  # the mistake under test


async def test_a_start_event_and_fields_together_are_refused() -> None:
    with pytest.raises(
        WorkflowRuntimeError, match=r"given start_event and also by; put them into the event, Begin\(...\)"
    ):
        Counter().run(start_event=Begin(by=1), by=2)  # type: ignore[call-overload]  # the mistake under test


async def test_what_is_no_start_event_is_refused() -> None:
    class Other(Event):
        pass

    with pytest.raises(WorkflowRuntimeError, match=r"start_event is to be a Begin, not Other\(\) \(Other\)"):
        Counter().run(start_event=Other())  # type: ignore[call-overload]  # the mistake under test


def test_a_start_event_may_not_have_a_field_that_run_keeps_for_itself() -> None:
    class Taken(StartEvent):
        ctx: int

    class Clash(Workflow):
        @step
        async def begin(self, ev: Taken) -> StopEvent:  # type: ignore[typedflow-run-arguments]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowValidationError, match=r"'Taken' has a field 'ctx', which run\(\) keeps for itself"):
        Clash()


def test_wiring_problems_are_all_listed_when_the_first_object_is_made() -> None:
    class Lost(Event):
        pass

    class Never(Event):
        pass

    class Broken(Workflow):
        @step
        async def begin(self, ev: Begin) -> Lost:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return Lost()

        @step
        async def wait(self, ev: Never) -> StopEvent:  # type: ignore[typedflow-unproduced-event]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowValidationError) as caught:
        Broken()
    codes = [problem.code for problem in caught.value.problems]
    assert "unproduced-event" in codes
    assert "unhandled-event" in codes
    assert str(caught.value).startswith(f"workflow 'Broken' has {len(codes)} problems:\n")


def test_an_open_workflow_is_judged_when_it_is_complete() -> None:
    class Half(Event):
        pass

    class Root(Workflow, open_steps=True):
        @step
        async def begin(self, ev: Begin) -> Half:  # type: ignore[typedflow-unhandled-event]  # so it is in Lacking, below
            return Half()

    class Whole(Root):
        @step
        async def end(self, ev: Half) -> StopEvent:
            return StopEvent()

    class Lacking(Root):  # type: ignore[typedflow-no-stop]  # the mistake under test
        pass

    Whole.check()
    Root.check()
    with pytest.raises(WorkflowValidationError, match="unhandled-event"):
        Lacking.check()


def test_a_check_can_be_skipped_by_its_code_and_an_unknown_code_is_refused() -> None:
    class Lost(Event):
        pass

    class Loose(Workflow):
        @step
        async def begin(self, ev: Begin) -> Lost | StopEvent:  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowValidationError):
        Loose()
    Loose(skip_checks=["unhandled-event"])
    Loose(disable_validation=True)
    with pytest.raises(WorkflowValidationError, match=r"skip_checks names .*unhandeld-event.*: there is no such check"):
        Loose(skip_checks=["unhandeld-event"])


def test_the_constructor_may_be_forgotten_by_a_subclass() -> None:
    class Own(Counter):
        def __init__(self) -> None:
            self.name = "own"

    assert Own().timeout == 45.0


def test_adding_a_free_step_after_the_check_is_seen() -> None:
    class Grows(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return StopEvent()

    class Extra(Event):
        pass

    Grows.check()

    @step(workflow=Grows)
    async def lost(ctx: Context, ev: Extra) -> StopEvent:
        return StopEvent()

    with pytest.raises(WorkflowValidationError, match="unproduced-event"):
        Grows.check()
    with pytest.raises(
        WorkflowValidationError, match="workflow 'Grows' has a step 'lost' already; choose another name"
    ):
        Grows.add_step(lost)
