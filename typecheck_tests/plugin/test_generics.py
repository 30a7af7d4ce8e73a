"""Generic workflows, events and states: their type variables are what the class or the object gives them.

Written with `TypeVar` on every Python, and with the syntax of PEP 695 where the interpreter reads it. The classes are made
as well: what mypy reports of their wiring is what the run time says of it.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from expected import expected_errors, reported_errors
from mypy.version import __version__ as mypy_version
from mypy_runs import configuration, run_mypy

from typedflow import Workflow
from typedflow.errors import WorkflowValidationError

FOLDER = Path(__file__).parent / "cases" / "generics"

MYPY = tuple(map(int, mypy_version.split(".")[:2]))
WITH_NEWER = sys.version_info >= (3, 12) and MYPY >= (1, 12)
NEWER = pytest.mark.skipif(not WITH_NEWER, reason="the syntax of PEP 695 is that of Python 3.12, and of mypy 1.12")
FILES = [
    "typevars/right.py",
    "typevars/wrong.py",
    pytest.param("pep695/right.py", marks=NEWER),
    pytest.param("pep695/wrong.py", marks=NEWER),
]
IN_CALLS = {f"typedflow-{code}" for code in ("run-arguments", "state-path", "state-read-only")}
"""What the run time says of a call, when it is made."""


@lru_cache
def output() -> str:
    folders = ["typevars", *(["pep695"] if WITH_NEWER else [])]
    with TemporaryDirectory() as folder:
        return run_mypy(FOLDER, configuration(Path(folder)), folders)


@pytest.mark.parametrize("file", FILES)
def test_what_is_reported_is_what_the_file_says(file: str) -> None:
    assert sorted(reported_errors(output()).get(file, [])) == sorted(expected_errors(FOLDER / file))


def workflows(file: str) -> dict[str, type[Workflow[Any, Any]]]:
    """The workflows at the top of a file, which is imported."""
    name = "_".join(("generics", *Path(file).with_suffix("").parts))
    spec = importlib.util.spec_from_file_location(name, FOLDER / file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Workflow) and value.__module__ == module.__name__
    }


@pytest.mark.parametrize("file", FILES)
def test_the_run_time_says_the_same_of_each_class(file: str) -> None:
    expected = expected_errors(FOLDER / file)
    lines = {
        node.name: range(node.lineno, (node.end_lineno or 0) + 1)
        for node in ast.parse((FOLDER / file).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    for name, cls in workflows(file).items():
        problems: set[str] = set()
        try:
            cls.check()
        except WorkflowValidationError as error:
            problems = {f"typedflow-{problem.code}" for problem in error.problems}
        in_the_class = {code for line, _, code in expected if line in lines[name]} - IN_CALLS
        # A state without a default is wrong where the state is declared.
        assert problems - {"typedflow-state-default"} == in_the_class, name
        assert ("typedflow-state-default" in problems) is ("Lacking" in name), name


NAMED_IN_THE_CLASS = """
from typing import Generic, TypeVar
from typing_extensions import assert_type
from typedflow import StartEvent, StopEvent, Workflow, step

T = TypeVar("T")

class Starts(StartEvent, Generic[T]):
    value: T

class W(Workflow):
    start_event = Starts[int]

    @step
    async def begin(self, ev: Starts[int]) -> StopEvent[int]:
        return StopEvent(result=ev.value)

assert_type(W().run_sync(value=1), int)
W().run(value="x")
"""


@pytest.mark.skipif(
    MYPY < (1, 17), reason="`start_event = Starts[int]` is an alias, which mypy before 1.17 takes for no attribute"
)
def test_a_start_event_with_arguments_may_be_named_in_the_class(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(NAMED_IN_THE_CLASS)
    assert reported_errors(run_mypy(tmp_path, configuration(tmp_path), ["app.py"])) == {
        "app.py": [(19, 15, "typedflow-run-arguments")]
    }


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads the syntax of PEP 695")
def test_newer_syntax_under_an_older_python_raises_no_false_alarm(tmp_path: Path) -> None:
    """mypy may parse what the Python that it runs on, and so the plugin, cannot."""
    options = ["--python-version", "3.12"]
    try:
        assert run_mypy(FOLDER, configuration(tmp_path), ["pep695/right.py"], options=options) == ""
    except RuntimeError as error:
        if "[syntax]" in str(error):
            pytest.skip("this mypy parses with the Python that it runs on")
        raise
