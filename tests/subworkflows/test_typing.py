"""What a type checker says, without any plugin, of a state that a child shares."""

from __future__ import annotations

from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api")

PROGRAM = """
from pydantic import BaseModel
from typing_extensions import assert_type
from typedflow import Context, StartEvent, StopEvent, Workflow, step

class Tally(BaseModel):
    words: int = 0

class Report(Tally):
    title: str = ""

class Unrelated(BaseModel):
    n: int = 0

class Longer(Report):
    more: int = 0

class Counts(Workflow[Tally, int]):
    @step
    async def count(self, ctx: Context[Tally], ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=1)

class Others(Workflow[Unrelated, int]): ...
class Longs(Workflow[Longer, int]): ...
class Untyped(Workflow): ...

async def right(ctx: Context[Report], child: Counts, untyped: Untyped) -> None:
    assert_type(Context(child, state_of=ctx), Context[Tally])
    assert_type(await child.run(ctx=Context(child, state_of=ctx)), int)
    await untyped.run(ctx=Context(untyped, state_of=ctx))

async def wrong(ctx: Context[Report], other: Others, longer: Longs) -> None:
    await other.run(ctx=Context(other, state_of=ctx))  # wrong: no base
    await longer.run(ctx=Context(longer, state_of=ctx))  # wrong: derived
"""


def test_a_model_that_is_no_base_of_the_parents_is_an_error_on_its_line(tmp_path: Path) -> None:
    program = tmp_path / "shares.py"
    program.write_text(PROGRAM, encoding="utf-8")
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\nfollow_imports = silent\n", encoding="utf-8")
    out, _, _ = api.run(["--config-file", str(config), "--cache-dir", str(tmp_path / "cache"), str(program)])
    said = {int(line.split(":")[1]) for line in out.splitlines() if ": error:" in line and "shares.py" in line}
    meant = {number for number, line in enumerate(PROGRAM.splitlines(), 1) if "# wrong" in line}
    assert said == meant, out
