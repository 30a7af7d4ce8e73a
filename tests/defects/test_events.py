"""Defects 12, 14 and 17 of llama-index-workflows 2.26.1: events and the signatures that take them."""

from __future__ import annotations

from typing import Annotated, Optional

import pytest
from pydantic import Field, ValidationError

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowValidationError


class Note(Event):
    text: str = ""


class Numbered(Event):
    number: int = Field(alias="N")
    wait: float = 0.0


async def test_defect_12_an_optional_context_and_an_annotated_event_are_read() -> None:
    class Reads(Workflow):
        @step
        async def begin(self, ctx: Optional[Context], ev: Annotated[StartEvent, "the topic"]) -> Note:  # noqa: UP045 - a form that is tested
            assert ctx is not None
            await ctx.store.set("topic", ev["topic"])
            return Note(text="x")

        @step
        async def end(self, ev: Annotated[Note, "what was noted"], ctx: Context) -> StopEvent[str]:
            return StopEvent(result=await ctx.store.get("topic") + ev.text)

    assert await Reads().run(topic="ships") == "shipsx"


def test_defect_12_a_parameter_that_nothing_can_fill_is_an_error_where_it_stands() -> None:
    with pytest.raises(WorkflowValidationError, match=r"Parameter 'limit' of step 'begin' is annotated as 'int'"):

        class Unfilled(Workflow):
            @step
            async def begin(self, ev: StartEvent, limit: int) -> StopEvent:  # type: ignore[typedflow-step-signature]  # the mistake under test
                return StopEvent()

    with pytest.raises(WorkflowValidationError, match=r"Parameter 'thing' of step 'begin'"):

        class Bare(Workflow):
            @step
            async def begin(self, ev: StartEvent, thing) -> StopEvent:  # type: ignore[no-untyped-def, typedflow-step-signature]  # the mistake under test
                return StopEvent()


async def test_defect_12_a_parameter_with_a_default_keeps_it() -> None:
    class Defaults(Workflow):
        @step
        async def begin(self, ev: StartEvent, limit: int = 3) -> StopEvent[int]:
            return StopEvent(result=limit)

    assert await Defaults().run() == 3


async def test_defect_14_no_step_can_change_the_event_that_another_step_shares() -> None:
    seen: list[str] = []

    class Shares(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Note:
            return Note(text="as it was")

        @step
        async def first(self, ev: Note) -> None:
            with pytest.raises(TypeError, match=r"Note.text cannot be changed: events are frozen"):
                ev.text = "changed"  # type: ignore[misc]  # what is tested

        @step
        async def second(self, ev: Note) -> StopEvent:
            seen.append(ev.text)
            return StopEvent()

    await Shares().run()
    assert seen == ["as it was"]


def test_defect_17_aliases_work() -> None:
    assert Numbered(N=3).number == 3


def test_defect_17_a_misspelt_field_is_an_error_that_names_the_nearest_one() -> None:
    with pytest.raises(ValidationError, match=r"Numbered has no such field, did you mean 'wait'\?"):
        Numbered(N=3, wiat=1.0)  # type: ignore[call-arg]  # what is tested
