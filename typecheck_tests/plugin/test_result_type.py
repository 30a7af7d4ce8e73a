"""The result that a class declares is what its steps stop with: a wrong one is reported, at the return annotation."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from expected import LINE
from mypy_runs import configuration, run_mypy

from typedflow.errors import WorkflowValidationError

HEAD = """
from typing import Any, Generic, Literal, Optional, Protocol, TypeVar
from pydantic import BaseModel
from typedflow import DictState, Event, StartEvent, StopEvent, Workflow, step

T = TypeVar("T")


class Animal(BaseModel): ...
class Dog(Animal): ...


class Page(BaseModel, Generic[T]):
    items: list[T] = []


class End(StopEvent):
    n: int = 0


class Last(End): ...


class Counted(StopEvent[int]):
    n: int = 0


class Named(Protocol):
    name: str


class Person:
    name = "Ann"
"""

ONE = """

class W{number}(Workflow[DictState, {wanted}]):
    @step
    async def end(self, ev: StartEvent) -> {returned}:
        raise NotImplementedError
"""

BOTH: list[tuple[str, str]] = [
    ("int", "StopEvent[str]"),
    ("Dog", "StopEvent[Animal]"),
    ("str", "End"),
    ("int", "Counted"),
    ("Last", "End"),
    ("None", "StopEvent[int]"),
    ("int", "StopEvent[None]"),
    ("int", "StopEvent[int] | StopEvent[str]"),
    ("int", "Optional[StopEvent[str]]"),
]
"""The result declared and what a step returns, where both readers see that they do not fit."""

STATIC: list[tuple[str, str]] = [
    ("int", "StopEvent[float]"),
    ("int", "StopEvent[int | str]"),
    ("int | None", "StopEvent[str]"),
    ("list[int]", "StopEvent[list[str]]"),
    ("Page[int]", "StopEvent[Page[str]]"),
    ("Named", "StopEvent[int]"),
    ("Literal['a']", "StopEvent[Literal['b']]"),
]
"""Where only a type checker sees it: the run time holds plain classes against each other and leaves the rest open."""

RIGHT: list[tuple[str, str]] = [
    ("int", "StopEvent[int]"),
    ("int", "StopEvent[bool]"),
    ("float", "StopEvent[int]"),
    ("int", "StopEvent"),
    ("int", "StopEvent[Any]"),
    ("Any", "StopEvent[str]"),
    ("object", "StopEvent[str]"),
    ("Animal", "StopEvent[Dog]"),
    ("int | str", "StopEvent[int] | StopEvent[str]"),
    ("Optional[int]", "StopEvent[int] | StopEvent[None]"),
    ("End", "End"),
    ("End", "Last"),
    ("Counted", "Counted"),
    ("StopEvent", "End"),
    ("Page[int]", "StopEvent[Page[int]]"),
    ("Page[int]", "StopEvent[Page[Any]]"),
    ("Named", "StopEvent[Person]"),
    ("str", "StopEvent[Literal['a']]"),
    ("None", "StopEvent[None]"),
]

GENERIC = """

class Open(Workflow[DictState, T], Generic[T], open_steps=True):
    @step
    async def end(self, ev: StartEvent) -> StopEvent[T]:
        raise NotImplementedError

class OpenOfInts(Open[int]): ...

class Fixed(Workflow[DictState, T], Generic[T]):
    @step
    async def end(self, ev: StartEvent) -> StopEvent[str]:
        raise NotImplementedError

class FixedOfText(Fixed[str]): ...
class FixedOfInts(Fixed[int]): ...

class Base(Workflow[DictState, int]):
    @step
    async def end(self, ev: StartEvent) -> StopEvent[str]:
        raise NotImplementedError

class Sub(Base): ...

class StateOnly(Workflow[DictState]):
    @step
    async def end(self, ev: StartEvent) -> StopEvent[str]:
        raise NotImplementedError

class Skips(Workflow[DictState, int]):
    @step(skip_checks=["step-signature"])
    async def end(self, ev: StartEvent) -> StopEvent[str]:
        raise NotImplementedError
"""


def said_by_mypy(folder: Path, program: str) -> list[tuple[int, int, str]]:
    (folder / "app.py").write_text(program)
    output = run_mypy(folder, configuration(folder), ["app.py"])
    errors = [found for line in output.splitlines() if (found := LINE.match(line)) is not None]
    assert {error["code"] for error in errors} <= {"typedflow-step-signature"}, output
    return [(int(error["line"]), int(error["column"]), error["message"]) for error in errors]


def module(program: str) -> ModuleType:
    spec = importlib.util.spec_from_loader("result_types", loader=None)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["result_types"] = made
    try:
        exec(compile(program, "result_types", "exec"), vars(made))
    finally:
        del sys.modules["result_types"]
    return made


def said_at_run_time(workflow: type) -> list[str]:
    try:
        workflow.check()  # type: ignore[attr-defined]  # a workflow
    except WorkflowValidationError as error:
        return [problem.message for problem in error.problems]
    return []


def program(cases: list[tuple[str, str]]) -> str:
    return HEAD + "".join(
        ONE.format(number=number, wanted=wanted, returned=returned) for number, (wanted, returned) in enumerate(cases)
    )


def test_a_step_that_stops_with_something_else_is_reported_at_its_annotation(tmp_path: Path) -> None:
    cases = BOTH + STATIC + RIGHT
    text = program(cases)
    found = said_by_mypy(tmp_path, text)
    lines = text.splitlines()
    wrong = [
        number
        for number in range(len(cases))
        if any(lines[line - 3].startswith(f"class W{number}(") for line, *_ in found)
    ]
    assert [cases[number] for number in wrong] == BOTH + STATIC
    assert all(lines[line - 1][column - 1 :].startswith(("StopEvent[", "End", "Counted")) for line, column, _ in found)
    assert found[0][2] == "Step 'end' returns 'StopEvent[str]', but the result of the workflow is 'int'."


@pytest.mark.parametrize("case", BOTH + STATIC + RIGHT, ids=lambda case: f"{case[0]} <- {case[1]}")
def test_the_run_time_says_so_of_plain_classes(case: tuple[str, str], tmp_path: Path) -> None:
    found = said_at_run_time(module(program([case])).W0)
    assert len(found) == (1 if case in BOTH else 0)


def test_the_words_are_the_same(tmp_path: Path) -> None:
    static = said_by_mypy(tmp_path, program(BOTH))
    live = module(program(BOTH))
    assert [message for _, _, message in static] == [
        message for number in range(len(BOTH)) for message in said_at_run_time(getattr(live, f"W{number}"))
    ]


def test_what_a_type_variable_stands_for_is_what_is_judged(tmp_path: Path) -> None:
    names = ["Open", "OpenOfInts", "Fixed", "FixedOfText", "FixedOfInts", "Base", "Sub", "StateOnly", "Skips"]
    live = module(HEAD + GENERIC)
    assert [name for name in names if said_at_run_time(getattr(live, name))] == ["FixedOfInts", "Base", "Sub"]
    assert [message for _, _, message in said_by_mypy(tmp_path, HEAD + GENERIC)] == [
        "Step 'end' returns 'StopEvent[str]', but the result of the workflow is 'int'. (in subclass 'FixedOfInts')",
        "Step 'end' returns 'StopEvent[str]', but the result of the workflow is 'int'.",
    ]
