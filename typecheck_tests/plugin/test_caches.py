"""After an edit, a run that remembers says what a run that remembers nothing says.

All scenarios are packages of one project and are edited together, so that each way to run mypy needs two runs for all of them.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cache_scenarios import HEAD, SCENARIOS, Scenario
from collect_scenarios import COLLECTED
from expected import LINE
from helper_scenarios import HELPERS
from mypy_runs import Daemon, configuration, has_parallel_runs, run_mypy
from state_scenarios import STATES

ALL = (*SCENARIOS, *STATES, *HELPERS, *COLLECTED)
NAMES = [scenario.name for scenario in ALL]
Answers = dict[str, list[str]]


class Project:
    """A folder with all scenarios in it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.config = configuration(folder, more='disable_error_code = ["no-redef"]\n')
        self.cache = folder / ".cache"
        shutil.copytree(cache, self.cache)
        for scenario in ALL:
            package = folder / scenario.name
            package.mkdir()
            (package / "__init__.py").touch()
            for name, text in {**scenario.others, "a": scenario.before}.items():
                self.write(package / f"{name}.py", scenario.head + text, 100)

    def write(self, path: Path, text: str, ago: int) -> None:
        """mypy compares times of whole seconds, and sizes."""
        path.write_text(text)
        then = time.time() - ago
        os.utime(path, (then, then))

    def edit(self) -> None:
        for scenario in ALL:
            self.write(self.folder / scenario.name / "a.py", scenario.head + scenario.after, 10)

    def run(self, *options: str, cache: Path | None = None) -> Answers:
        return answers(run_mypy(self.folder, self.config, NAMES, cache=cache or self.cache, options=options))


def answers(output: str) -> Answers:
    """The errors of each scenario."""
    found: Answers = {name: [] for name in NAMES}
    for line in output.splitlines():
        error = LINE.match(line)
        if error is not None:
            found[error["file"].partition("/")[0]].append(line)
    return {name: sorted(lines) for name, lines in found.items()}


@pytest.fixture(scope="module")
def warm_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that knows the library and pydantic, and nothing else."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "imports.py").write_text(HEAD)
    config = configuration(folder, more='disable_error_code = ["no-redef"]\n')
    run_mypy(folder, config, ["imports.py"], cache=folder / "cache")
    return folder / "cache"


@pytest.fixture(scope="module")
def cold(warm_library: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, Answers]:
    """What is right before the edit, and after it."""
    project = _project(warm_library, tmp_path_factory, "cold")
    before = project.run()
    project.edit()
    fresh = project.folder / ".fresh"
    shutil.copytree(warm_library, fresh)
    return before, project.run(cache=fresh)


def _project(library: Path, factory: pytest.TempPathFactory, name: str) -> Project:
    return Project(factory.mktemp(name), library)


@pytest.fixture(scope="module")
def warm(warm_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    project = _project(warm_library, tmp_path_factory, "warm")
    project.run()
    project.edit()
    return project.run()


@pytest.fixture(scope="module")
def parallel(warm_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    if not has_parallel_runs():
        pytest.skip("this mypy has no parallel runs")
    project = _project(warm_library, tmp_path_factory, "parallel")
    project.run("-n", "2")
    project.edit()
    return project.run("-n", "2")


@pytest.fixture(scope="module")
def daemon(warm_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Answers, Answers]]:
    project = _project(warm_library, tmp_path_factory, "daemon")
    server = Daemon(project.folder, project.config, NAMES, project.cache)
    try:
        before = answers(server.run())
        project.edit()
        yield before, answers(server.run())
    finally:
        server.stop()


@pytest.mark.parametrize("scenario", ALL, ids=NAMES)
def test_the_edit_changes_the_verdict(scenario: Scenario, cold: tuple[Answers, Answers]) -> None:
    before, after = cold[0][scenario.name], cold[1][scenario.name]
    assert (before != after) == (scenario.name != "nothing_changes_but_a_comment")


@pytest.mark.parametrize("name", NAMES)
def test_a_warm_run_says_what_a_cold_one_says(name: str, warm: Answers, cold: tuple[Answers, Answers]) -> None:
    assert warm[name] == cold[1][name]


@pytest.mark.parametrize("name", NAMES)
def test_a_parallel_run_says_what_a_cold_one_says(name: str, parallel: Answers, cold: tuple[Answers, Answers]) -> None:
    assert parallel[name] == cold[1][name]


@pytest.mark.parametrize("name", NAMES)
def test_the_daemon_says_what_a_cold_run_says(
    name: str, daemon: tuple[Answers, Answers], cold: tuple[Answers, Answers]
) -> None:
    assert daemon[0][name] == cold[0][name]
    assert daemon[1][name] == cold[1][name]
