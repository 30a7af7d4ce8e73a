"""A function that takes a context in another module is also followed anew when its file comes, goes or turns into another."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from generated_packages import Package
from helper_scenarios import EVENTS, SENDS_ANOTHER, TELLING, hands_on
from mypy_runs import has_parallel_runs
from test_cache_differential import OURS, Run, differences, library

HEAD = "from __future__ import annotations\nfrom typing import Any\nfrom typedflow import *\n"
STUB = EVENTS + "def tell(ctx: Context[Any]) -> None: ...\n"
WRONG = {"a": SENDS_ANOTHER, "b": hands_on("tell(ctx)", "from .a import Done, tell\n")}


class Fixed(Package):
    """A package with these modules."""

    def __init__(self, modules: dict[str, str]) -> None:
        self.fixed = modules

    def modules(self) -> dict[str, str]:
        return {name: HEAD + text for name, text in self.fixed.items()}


def written(path: Path, text: str) -> None:
    """mypy compares whole seconds; this is long after all else was written."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + text)
    then = time.time() - 10**5
    os.utime(path, (then, then))


def a_stub_comes(package: Path) -> None:
    written(package / "a.pyi", STUB)


def a_stub_goes(package: Path) -> None:
    (package / "a.pyi").unlink(missing_ok=True)


def it_becomes_a_package(package: Path) -> None:
    (package / "a.py").unlink()
    written(package / "a" / "__init__.py", TELLING)


def it_moves_elsewhere(package: Path) -> None:
    written(package / "e.py", EVENTS)
    written(package / "m.py", "from .e import Done, Other\n" + TELLING.removeprefix(EVENTS))
    written(package / "a.py", "from .e import Done as Done, Other as Other\nfrom .m import tell as tell\n")


def it_is_gone(package: Path) -> None:
    (package / "a.py").unlink()


CHANGES: dict[str, Callable[[Path], None]] = {
    change.__name__: change
    for change in (a_stub_comes, a_stub_goes, it_becomes_a_package, it_moves_elsewhere, it_is_gone)
}


@pytest.mark.parametrize("way", ["warm", "daemon", "parallel"])
def test_a_run_that_remembers_says_what_a_cold_run_says(way: str, tmp_path: Path) -> None:
    if way == "parallel" and not has_parallel_runs():
        pytest.skip("this mypy has no parallel runs")
    (tmp_path / "library").mkdir()
    (tmp_path / "project").mkdir()
    known = library(tmp_path / "library", (OURS,))
    run = Run(tmp_path / "project", {name: Fixed(WRONG) for name in CHANGES}, known, way, (OURS,))
    try:
        a_stub_comes(tmp_path / "project" / "a_stub_goes")
        before = run.remembering()
        for name, change in CHANGES.items():
            change(tmp_path / "project" / name)
        after, cold = run.remembering(), run.project.run(remembers=False)
    finally:
        run.stop()
    assert differences(cold, after) == set()
    assert [name for name in CHANGES if before.get(name) == cold.get(name)] == []
