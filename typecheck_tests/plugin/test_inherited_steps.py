"""A problem at a step that another class defines says of which class it is."""

from __future__ import annotations

from pathlib import Path

from mypy_runs import configuration, run_mypy

PROGRAM = """
from typedflow import Event, StartEvent, StopEvent, Workflow, step


class Begin(StartEvent): ...
class Packed(Event): ...
class Lost(Event): ...


class Base(Workflow):
    @step
    async def begin(self, ev: Begin) -> Packed:  # at 'Stops', which takes the end away
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


class Stops(Base):
    end = None  # type: ignore[assignment]

    @step
    async def other(self, ev: Begin) -> StopEvent:
        return StopEvent()


class Broken(Workflow):
    @step
    async def begin(self, ev: Begin) -> Lost | StopEvent:  # of 'Broken' itself, said once
        return StopEvent()


class AsBroken(Broken): ...


class Open(Workflow, open_steps=True):
    @step
    async def begin(self, ev: Begin) -> Lost | StopEvent:  # only its subclass is judged
        return StopEvent()


class Closed(Open): ...


class Mixin:
    @step
    async def find(self, ev: Lost) -> StopEvent:
        return StopEvent()


class Mixed(Mixin, Base): ...


class Free(Workflow, open_steps=True): ...
class Completed(Free): ...


@step(workflow=Free)
async def begin(ev: Begin) -> Lost | StopEvent:
    return StopEvent()


@step(workflow=Completed)
async def lose(ev: Packed) -> StopEvent:
    return StopEvent()
"""


def test_a_problem_at_a_step_of_a_base_names_the_subclass_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(PROGRAM)
    lines = run_mypy(tmp_path, configuration(tmp_path), ["app.py"]).splitlines()
    said = [line.split(": error: ")[1] for line in lines if "error" in line]
    assert said == [
        "Step 'begin' returns 'Packed', which no step takes. (in subclass 'Stops')  [typedflow-unhandled-event]",
        "Step 'begin' returns 'Lost', which no step takes.  [typedflow-unhandled-event]",
        "Step 'begin' returns 'Lost', which no step takes. (in subclass 'Closed')  [typedflow-unhandled-event]",
        "Step 'find' takes 'Lost', which no step makes. (in subclass 'Mixed')  [typedflow-unproduced-event]",
        "Step 'begin' returns 'Lost', which no step takes. (in subclass 'Completed')  [typedflow-unhandled-event]",
        "Step 'lose' takes 'Packed', which no step makes.  [typedflow-unproduced-event]",
    ]
