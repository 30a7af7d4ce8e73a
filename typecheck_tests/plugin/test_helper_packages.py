"""Of functions of other modules, made at random, the plugin says what the run time says, or nothing where it cannot be sure."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from expected import LINE
from generated_packages import Package
from mypy_runs import configuration, run_mypy

from typedflow.errors import WorkflowValidationError

COUNT = int(os.environ.get("TYPEDFLOW_HELPERS", "60"))
"""How many packages; 2,000 by hand."""
START = int(os.environ.get("TYPEDFLOW_HELPERS_SEED", "0"))

VARIED = ("further", "telling", "hands", "given", "before")
SUFFIX = re.compile(r" \((?:inherited from|in|in subclass) '[^']*'\)$")
NEXT_CLASS = "def local()"

Findings = set[tuple[str, str]]
"""Code and message."""


class Helped(Package):
    """A package in which nothing but the functions that take a context, and who calls them, is out of the ordinary."""

    def _turn(self, key: str, number: int) -> int:
        if key not in self._turns:
            self._turns[key] = Random(f"{self.seed} {key}").randrange(number) if key.startswith(VARIED) else 0
        return self._turns[key]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("helped")
    for number in range(START, START + COUNT):
        package = folder / f"helped_{number}"
        package.mkdir()
        (package / "__init__.py").touch()
        for name, text in Helped(number).modules().items():
            (package / f"{name}.py").write_text(text)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def at_run_time(package: str) -> Findings:
    try:
        importlib.import_module(f"{package}.hands").H.check()
    except WorkflowValidationError as error:
        return {(problem.code, problem.message) for problem in error.problems}
    return set()


def by_the_plugin(folder: Path, names: list[str]) -> dict[str, Findings]:
    """What mypy reports of the class `H` of each package."""
    more = 'implicit_reexport = true\ndisable_error_code = ["empty-body", "no-redef", "unused-ignore"]\n'
    found: dict[str, Findings] = {name: set() for name in names}
    for line in run_mypy(folder, configuration(folder, more=more), names, timeout=1200).splitlines():
        error = LINE.match(line)
        if error is not None and error["code"].startswith("typedflow-") and error["file"].endswith("/hands.py"):
            above = (folder / error["file"]).read_text().partition(NEXT_CLASS)[0]
            if int(error["line"]) <= above.count("\n"):
                told = error["code"].removeprefix("typedflow-"), SUFFIX.sub("", error["message"])
                found[error["file"].partition("/")[0]].add(told)
    return found


def test_what_is_said_is_what_the_run_time_says(folder: Path) -> None:
    names = sorted(path.name for path in folder.glob("helped_*"))
    said = by_the_plugin(folder, names)
    live = {name: at_run_time(name) for name in names}
    assert {name: (said[name], live[name]) for name in names if said[name] and said[name] != live[name]} == {}
    seen = sum(bool(said[name]) for name in names)
    assert COUNT < 50 or seen > sum(map(bool, live.values())) / 2, "most of what is wrong is seen"
