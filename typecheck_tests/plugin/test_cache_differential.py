"""After edits made at random, runs that remember say what a run that remembers nothing says, line by line.

Many packages are edited at once, so that each way to run mypy needs one run for all of them; then they are edited again. What
mypy itself repeats wrongly is not ours: a package in which two ways differ counts unless they differ in it without the plugin too,
which is looked at only where there is a difference. (Its daemon does not look again at a function in whose annotations is a name
that another module imports under that name, when it comes to stand for another class.)
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from generated_packages import Package
from mypy_runs import Daemon, configuration, has_parallel_runs, run_mypy

EDITS = int(os.environ.get("TYPEDFLOW_CACHE_EDITS", "60"))
"""How many edits; 2,000 by hand."""
START = int(os.environ.get("TYPEDFLOW_CACHE_SEED", "0"))
"""The number of the first package."""

AT_ONCE = 200
"""How many packages there are in one project."""
ROUNDS = 4
"""How often they are edited, where that many edits are wanted."""
HEAD = "from __future__ import annotations\nimport typing, abc, functools\nfrom pydantic import *\nfrom typedflow import *\n"
OURS = "typedflow_mypy"
MORE = 'implicit_reexport = true\ndisable_error_code = ["empty-body", "no-redef", "unused-ignore"]\n'
LINE = re.compile(r"^(\w+)/")
DEFINED_IN = re.compile(r': note: "\w+" defined in "[\w.]+"$')
"""Where what was called wrongly is defined: mypy says it of what comes from its cache alone."""

Answers = dict[str, "Counter[str]"]
"""The lines that mypy prints of each package, with how often."""
Difference = tuple[str, str, str]
"""Package, who alone says it, and the line."""


class Project:
    """A folder with packages, whose files are written with a time of their own at each edit: mypy compares whole seconds."""

    def __init__(self, folder: Path, packages: dict[str, Package], library: Path, plugins: tuple[str, ...]) -> None:
        self.folder = folder
        self.config = configuration(folder, plugins, MORE)
        self.library = library
        self.cache = folder / ".cache"
        shutil.copytree(library, self.cache)
        self.names = [*packages]
        self.written = 0
        for name, package in packages.items():
            (folder / name).mkdir()
            (folder / name / "__init__.py").touch()
            self.write(name, package.modules())

    def write(self, name: str, modules: dict[str, str]) -> None:
        self.written += 1
        for module, text in modules.items():
            path = self.folder / name / f"{module}.py"
            path.write_text(text)
            then = time.time() - 10**6 + self.written
            os.utime(path, (then, then))

    def run(self, *options: str, remembers: bool = True) -> Answers:
        cache = self.cache
        if not remembers:
            cache = self.folder / ".fresh"
            shutil.rmtree(cache, ignore_errors=True)
            shutil.copytree(self.library, cache)
        return answers(run_mypy(self.folder, self.config, self.names, cache=cache, options=options, timeout=900))


class Run:
    """A project and one way to run mypy on it that remembers."""

    def __init__(
        self, folder: Path, packages: dict[str, Package], library: Path, way: str, plugins: tuple[str, ...]
    ) -> None:
        self.project = project = Project(folder, packages, library, plugins)
        self.options = ("-n", "2") if way == "parallel" else ()
        self.daemon: Daemon | None = None
        if way == "daemon":
            self.daemon = Daemon(folder, project.config, project.names, project.cache)

    def remembering(self) -> Answers:
        return self.project.run(*self.options) if self.daemon is None else answers(self.daemon.run())

    def stop(self) -> None:
        if self.daemon is not None:
            self.daemon.stop()


def answers(output: str) -> Answers:
    found: Answers = {}
    for line in output.splitlines():
        package = LINE.match(line)
        if package is not None and DEFINED_IN.search(line) is None:
            found.setdefault(package[1], Counter())[line] += 1
    return found


def differences(one: Answers, other: Answers) -> set[Difference]:
    found: set[Difference] = set()
    for name in {*one, *other}:
        mine, theirs = one.get(name, Counter()), other.get(name, Counter())
        found.update((name, "cold alone", line) for line in mine - theirs)
        found.update((name, "remembering alone", line) for line in theirs - mine)
    return found


def library(folder: Path, plugins: tuple[str, ...]) -> Path:
    """A cache that knows the library and pydantic, and nothing else."""
    (folder / "imports.py").write_text(HEAD)
    config = configuration(folder, plugins, MORE)
    run_mypy(folder, config, ["imports.py"], cache=folder / "cache")
    return folder / "cache"


class Differential:
    """The packages of some numbers, edited in turn, and what came of it."""

    def __init__(self, folder: Path, first: int, number: int) -> None:
        self.folder = folder
        self.packages = {f"p{seed}": Package(seed) for seed in range(first, first + number)}
        self.told: dict[str, str] = {}
        self.left_out: set[str] = set()
        self.edits = 0
        self.changed = 0

    def go(self, library: Path, way: str, rounds: int) -> None:
        run = Run(self._made(way), self.packages, library, way, (OURS,))
        try:
            before = run.remembering()
            for _ in range(rounds):
                for name, package in self.packages.items():
                    run.project.write(name, package.edit())
                after, cold = run.remembering(), run.project.run(remembers=False)
                self.edits += len(self.packages)
                self.changed += sum(before.get(name) != cold.get(name) for name in self.packages)
                self._judge(differences(cold, after), way)
                before = cold
        finally:
            run.stop()

    def _judge(self, found: set[Difference], way: str) -> None:
        """Keep what differs, unless it does so without the plugin; a package is told once."""
        names = {name for name, _, _ in found} - self.told.keys() - self.left_out
        if names:
            self.left_out |= self._differ_without_the_plugin(names, way)
        for name in sorted(names - self.left_out):
            lines = sorted(f"  {who}: {line}" for one, who, line in found if one == name)
            edits = [f"  {edit}" for edit in self.packages[name].edits]
            self.told[name] = "\n".join([f"{name} {way}, edited:", *edits, *lines])

    def _differ_without_the_plugin(self, names: set[str], way: str) -> set[str]:
        """In which of the packages the two ways differ where the same edits are made without the plugin."""
        packages = {name: Package(self.packages[name].seed) for name in sorted(names)}
        run = Run(self._made("without"), packages, library(self._made("bare"), ()), way, ())
        try:
            after = run.remembering()
            for _ in range(max(len(self.packages[name].edits) for name in names)):
                for name, package in packages.items():
                    run.project.write(name, package.edit())
                after = run.remembering()
            return {name for name, _, _ in differences(run.project.run(remembers=False), after)}
        finally:
            run.stop()

    def _made(self, name: str) -> Path:
        number = len(list(self.folder.iterdir()))
        path = self.folder / f"{name}_{number}"
        path.mkdir()
        return path


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("library"), (OURS,))


@pytest.mark.parametrize(("way", "share"), [("warm", 1.0), ("daemon", 0.3), ("parallel", 0.3)])
def test_it_says_what_a_cold_run_says(way: str, share: float, known: Path, tmp_path: Path) -> None:
    if way == "parallel" and not has_parallel_runs():
        pytest.skip("this mypy has no parallel runs")
    wanted = max(1, round(EDITS * share))
    told: list[str] = []
    edits = changed = left_out = 0
    first = START
    while edits < wanted:
        rounds = min(ROUNDS, max(1, (wanted - edits) // AT_ONCE))
        number = min(AT_ONCE, wanted - edits)
        folder = tmp_path / f"from_{first}"
        folder.mkdir()
        made = Differential(folder, first, number)
        made.go(known, way, rounds)
        shutil.rmtree(folder)
        told += made.told.values()
        left_out += len(made.left_out)
        edits, changed, first = edits + made.edits, changed + made.changed, first + number
    print(f"{way}: {edits} edits, {changed} changed the answer; in {left_out} packages mypy differs by itself")
    assert left_out <= max(3, edits / 50), f"in {left_out} packages mypy differs by itself"
    assert not told, f"{len(told)} packages differ:\n" + "\n".join(told[:20])
    assert edits < 50 or changed > edits / 4, f"{changed} of {edits} edits changed the answer"
