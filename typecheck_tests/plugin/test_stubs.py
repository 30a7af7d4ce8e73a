"""A package that ships no source but stubs: its models and its workflows are read from these."""

from __future__ import annotations

from pathlib import Path

from mypy_runs import configuration, run_mypy

STUB = """
from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, Workflow, step

class Full(BaseModel):
    count: int = ...
    name: str = ""

class Lacking(Full):
    needed: str

class Done(Event): ...
class Lost(Event): ...

class Base(Workflow, open_steps=True):
    @step
    async def begin(self, ev: StartEvent) -> Done: ...

class Sending(Workflow, open_steps=True):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> None: ...
"""

PROGRAM = """
from lib import Base, Done, Full, Lacking, Lost, Sending
from typedflow import Context, StartEvent, StopEvent, Workflow, step

class UsesFull(Workflow):
    @step
    async def begin(self, ctx: Context[Full], ev: StartEvent) -> StopEvent:
        return StopEvent()

class UsesLacking(Workflow):
    @step
    async def begin(self, ctx: Context[Lacking], ev: StartEvent) -> StopEvent:
        return StopEvent()

class Right(Base):
    @step
    async def end(self, ev: Done) -> StopEvent:
        return StopEvent()

class Wrong(Base):
    @step
    async def end(self, ev: Lost) -> StopEvent:
        return StopEvent()

class CannotBeTold(Sending):
    @step
    async def end(self, ev: Lost) -> StopEvent:
        return StopEvent()
"""


def test_what_a_stub_says_is_believed_and_what_it_leaves_out_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.pyi").write_text(STUB)
    (tmp_path / "lib" / "py.typed").touch()
    (tmp_path / "app.py").write_text(PROGRAM)
    found = [
        line for line in run_mypy(tmp_path, configuration(tmp_path), ["app.py"]).splitlines() if ": error: " in line
    ]
    assert found == [
        "app.py:12:32: error: Field 'needed' of the state 'Lacking' has no default, so a run cannot make its first state. "
        "(in 'lib.Lacking')  [typedflow-state-default]",
        "app.py:20:1: error: Step 'begin' returns 'Done', which no step takes. (inherited from 'lib.Base')  "
        "[typedflow-unhandled-event]",
        "app.py:22:29: error: Step 'end' takes 'Lost', which no step makes.  [typedflow-unproduced-event]",
    ]
