"""A step may have the name of a member of `Workflow`: the engine does not go through what it hides."""

from __future__ import annotations

import pytest

from typedflow import StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowValidationError


@pytest.mark.parametrize("name", ["check", "events", "timeout", "validate", "workflow_name"])
async def test_a_step_with_the_name_of_a_member_runs(name: str) -> None:
    async def begin(self: Workflow, ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result="ran")

    begin.__name__ = name
    named = type("Named", (Workflow,), {name: step(begin)})
    assert await named().run() == "ran"


@pytest.mark.parametrize("name", ["run", "run_sync", "start_event", "state_model", "add_step"])
def test_a_step_that_would_hide_what_a_run_needs_is_refused(name: str) -> None:
    async def begin(self: Workflow, ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result="ran")

    begin.__name__ = name
    with pytest.raises(
        WorkflowValidationError, match=f"step '{name}' of workflow 'Named' takes the place of Workflow.{name}"
    ):
        type("Named", (Workflow,), {name: step(begin)})
