"""The plugin and the run time find the same, in the same words, in workflows made at random."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path

from expected import LINE
from generated import workflow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_runs import configuration, run_mypy

from typedflow.errors import WorkflowValidationError

COUNT = int(os.environ.get("TYPEDFLOW_DIFFERENTIAL", "100"))
"""How many workflows; 2,000 by hand."""

SUFFIX = re.compile(r" \((?:inherited from|in|in subclass) '[^']*'\)$")

Findings = set[tuple[str, str]]
"""Code and message."""


def at_run_time(path: Path) -> tuple[Findings, bool]:
    """What the library says when the module is imported and its workflow checked; and whether it says so of a definition.

    A malformed step ends the definition of the class at run time; mypy goes on to the next step.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    defined = False
    try:
        spec.loader.exec_module(module)
        defined = True
        module.W.check()
    except WorkflowValidationError as error:
        return {(problem.code, problem.message) for problem in error.problems}, not defined
    finally:
        del sys.modules[path.stem]
    return set(), False


def by_the_plugin(output: str) -> dict[str, Findings]:
    """What mypy reports under our codes, module by module."""
    found: dict[str, Findings] = {}
    for line in output.splitlines():
        error = LINE.match(line)
        if error is not None and error["code"].startswith("typedflow-"):
            code, message = error["code"].removeprefix("typedflow-"), SUFFIX.sub("", error["message"])
            found.setdefault(Path(error["file"]).stem, set()).add((code, message))
    return found


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, 10**9))
def test_both_find_the_same(start: int, tmp_path_factory: object) -> None:
    folder: Path = tmp_path_factory.mktemp("generated")  # type: ignore[attr-defined]  # pytest's factory
    names = [f"case_{start}_{number}" for number in range(COUNT)]
    for number, name in enumerate(names):
        (folder / f"{name}.py").write_text(workflow(start + number))
    config = configuration(folder)
    static = by_the_plugin(run_mypy(folder, config, [f"{name}.py" for name in names], timeout=1200))
    different: list[str] = []
    judged = 0
    for number, name in enumerate(names):
        (live, is_malformed), said = at_run_time(folder / f"{name}.py"), static.get(name, set())
        judged += bool(live)
        if not (live <= said if is_malformed else live == said):
            different.append(f"{workflow(start + number)}\nrun time only: {live - said}\nplugin only: {said - live}")
    assert not different, f"{len(different)} of {COUNT} differ, the first:\n{different[0]}"
    assert COUNT < 50 or 0 < judged < COUNT, "some are to be right, some wrong"
