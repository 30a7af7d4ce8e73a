"""The plugin and the run time find the same, in the same words, in workflows made at random."""

from __future__ import annotations

import os
from pathlib import Path

from both_sides import at_run_time, by_the_plugin
from generated import workflow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_runs import configuration, run_mypy

COUNT = int(os.environ.get("TYPEDFLOW_DIFFERENTIAL", "100"))
"""How many workflows; 2,000 by hand."""


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
        live, said = at_run_time(folder / f"{name}.py"), static.get(name, set())
        assert not live.broken, live.broken
        judged += bool(live.found)
        if not live.agrees_with(said):
            different.append(f"{workflow(start + number)}\n{live.difference(said)}")
    assert not different, f"{len(different)} of {COUNT} differ, the first:\n{different[0]}"
    assert COUNT < 50 or 0 < judged < COUNT, "some are to be right, some wrong"
