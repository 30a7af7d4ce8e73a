"""The twins are programs: run, the wrong ones are refused under the same code, and the right ones are not."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from twins import Twin, preamble, twins_of

from typedflow import Workflow
from typedflow.errors import WorkflowValidationError
from typedflow.wiring import CODES

CASES = Path(__file__).parent / "cases"

AT_A_CALL = ("state-path", "state-read-only", "nested-edit", "run-arguments")
"""What no class shows: the run time raises where it is called."""

OF_THE_CLASS = {("run-arguments", "a name that run() keeps")}
"""What the class shows all the same."""

BY_MYPY_ALONE = {
    ("resource-type", "or None"),
    ("resource-type", "a protocol"),
    ("resource-type", "a generic"),
}
"""Types that the run time does not compare."""


WITHOUT_A_CODE = {
    ("step-signature", "fewer than one"): "Take(n) takes an integer n of at least 1, not -1",
    ("step-signature", "a number and no cardinality"): "Collect(...) takes All() or Take(n)",
    ("step-signature", "a value and no factory"): "not the value itself (Client)",
    ("step-signature", "kept for no known time"): "Resource(cache='forever')",
    ("step-signature", "a file of another kind"): "ResourceConfig reads JSON files",
}
"""What is refused before there is a step, with these words."""


@pytest.fixture(scope="module", autouse=True)
def _shop() -> Iterator[None]:
    sys.path.insert(0, str(CASES))
    yield
    sys.path.remove(str(CASES))
    sys.modules.pop("shop", None)


def _twins(kind: str) -> list[Any]:  # Any: pytest's parameter sets
    return [
        pytest.param(file, code, twin, id=f"{code}: {twin.name}")
        for code in CODES
        for file in [CASES / kind / f"{code.replace('-', '_')}.py"]
        for twin in twins_of(file).values()
    ]


@pytest.mark.filterwarnings(
    "ignore:Annotation 'KIND' is marked as final"
)  # a class variable, which will be a field one day
@pytest.mark.parametrize(("file", "code", "twin"), _twins("right"))
def test_a_right_twin_is_accepted(file: Path, code: str, twin: Twin, tmp_path: Path) -> None:
    assert _refused(file, twin, tmp_path) == set()


@pytest.mark.parametrize(("file", "code", "twin"), _twins("wrong"))
def test_a_wrong_twin_is_refused_under_its_code(file: Path, code: str, twin: Twin, tmp_path: Path) -> None:
    refused = _refused(file, twin, tmp_path)
    if (code, twin.name) in WITHOUT_A_CODE:
        assert WITHOUT_A_CODE[code, twin.name] in " ".join(refused)
        return
    is_seen = code not in AT_A_CALL or (code, twin.name) in OF_THE_CLASS
    assert (code in refused) == (is_seen and (code, twin.name) not in BY_MYPY_ALONE)


def _refused(file: Path, twin: Twin, folder: Path) -> set[str]:
    """The codes under which the twin is refused, or what is said where there is no code."""
    found: set[str] = set()
    name = f"twin_{abs(hash((file, twin.name)))}"
    try:
        module = _imported(name, preamble(file) + twin.text, folder)
        for workflow in list(_subclasses(Workflow)):
            if workflow.__module__ == module.__name__:
                try:
                    workflow.check()
                except WorkflowValidationError as error:
                    found |= _said(error)
    except WorkflowValidationError as error:
        found |= _said(error)
    except (TypeError, ValueError) as error:
        found.add(str(error))
    finally:
        sys.modules.pop(name, None)
    return found


def _imported(name: str, text: str, folder: Path) -> ModuleType:
    """The program as a module; a function in which it defines classes, and makes an object of each, is called."""
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    around = getattr(module, "in_a_function", None)
    if around is not None and not inspect.iscoroutinefunction(around):
        around()
    return module


def _subclasses(cls: type[Workflow[Any, Any]]) -> Iterator[type[Workflow[Any, Any]]]:  # Any: workflows of all kinds
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _said(error: WorkflowValidationError) -> set[str]:
    return {problem.code for problem in error.problems} or {str(error)}
