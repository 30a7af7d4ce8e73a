"""A free function that cannot be a step is reported once: by us where we see it, by mypy where we do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy_runs import configuration, run_mypy

HEAD = """
from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step


class Begin(StartEvent): ...


class Shop(Workflow):
    @step
    async def begin(self, ev: Begin) -> StopEvent:
        return StopEvent()


"""

MALFORMED: dict[str, str] = {
    "no event": "@step(workflow=Shop)\nasync def free(ev: int) -> StopEvent:\n    return StopEvent()\n",
    "nothing taken": "@step(workflow=Shop)\nasync def free() -> StopEvent:\n    return StopEvent()\n",
    "a context alone": "@step(workflow=Shop)\nasync def free(ctx: Context) -> StopEvent:\n    return StopEvent()\n",
    "no event returned": "@step(workflow=Shop)\nasync def free(ev: Begin) -> int:\n    return 1\n",
    "a plain function": "@step(workflow=Shop, num_workers=2)\ndef free(ev: int) -> StopEvent:\n    return StopEvent()\n",
    "an event too many": "@step(workflow=Shop)\nasync def free(ev: Begin, n: int) -> StopEvent:\n    return StopEvent()\n",
    "in a function": """def build() -> None:
    class Local(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return StopEvent()

    @step(workflow=Local)
    async def free(ev: int) -> StopEvent:
        return StopEvent()
""",
}


def codes(folder: Path, **programs: str) -> list[str]:
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text)
    lines = run_mypy(folder, configuration(folder), [f"{name}.py" for name in programs]).splitlines()
    return [line.rpartition("[")[2].rstrip("]") for line in lines if ": error: " in line]


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_free_function_is_reported_by_us_alone(what: str, tmp_path: Path) -> None:
    assert codes(tmp_path, app=HEAD + MALFORMED[what]) == ["typedflow-step-signature"]


def test_where_the_class_is_in_another_module_mypy_says_it(tmp_path: Path) -> None:
    program = "from shop import *\nfrom typedflow import StopEvent, step\n\n" + MALFORMED["no event"]
    assert codes(tmp_path, shop=HEAD, app=program) == ["arg-type"]


def test_where_steps_are_added_by_hand_mypy_says_it(tmp_path: Path) -> None:
    program = HEAD + MALFORMED["no event"] + "\nShop.add_step(free)\n"
    assert codes(tmp_path, app=program) == ["arg-type"]


def test_what_a_right_one_returns_keeps_its_type(tmp_path: Path) -> None:
    program = (
        HEAD
        + "@step(workflow=Shop)\nasync def free(ev: Begin) -> StopEvent:\n    return StopEvent()\n\nreveal_type(free)\n"
    )
    (tmp_path / "app.py").write_text(program)
    assert "Step[Any, app.Begin, typedflow.events.StopEvent[Any]]" in run_mypy(
        tmp_path, configuration(tmp_path), ["app.py"]
    )
