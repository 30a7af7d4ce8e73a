"""The library itself: its public modules are clean in every checker, and say the type of all that they export."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from checker_runs import CHECKERS, PYRIGHT, ROOT, TIMEOUT, Checker, Finding

PACKAGE = ROOT / "typedflow"
NOUNS = [
    *(
        PACKAGE / f"{noun}.py"
        for noun in ("collect", "errors", "events", "handler", "resource", "retry_policy", "step")
    ),
    *(PACKAGE / "state" / f"{noun}.py" for noun in ("__init__", "dict_state", "history", "selector", "store")),
    PACKAGE / "__init__.py",
    PACKAGE / "context" / "__init__.py",
    PACKAGE / "workflow.py",
]

FOR_ANOTHER_CHECKER = {"redundant-cast"}
"""What pyrefly finds superfluous, and mypy needs."""

BY_DESIGN = {"typedflow.workflow.Workflow.start_event"}
"""Not annotated: an annotation would hide the class that a subclass names from pyright."""


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_the_public_modules_are_clean(
    checker: Checker, check: Callable[[Checker, Sequence[Path]], list[Finding]]
) -> None:
    found = [finding for finding in check(checker, NOUNS) if finding.file in NOUNS]
    assert [finding for finding in found if finding.code not in FOR_ANOTHER_CHECKER] == []


def test_all_that_is_public_says_its_type(tmp_path: Path) -> None:
    program = PYRIGHT.path
    if program is None:
        pytest.skip(f"{PYRIGHT.program} is not installed")
    done = subprocess.run(
        [program, "--verifytypes", "typedflow", "--ignoreexternal", "--outputjson", "--pythonpath", sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # it looks for the package where Python does
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    report = json.loads(done.stdout)["typeCompleteness"]
    assert report["pyTypedPath"] == str(PACKAGE / "py.typed")
    exported = [symbol for symbol in report["symbols"] if symbol["isExported"]]
    assert len(exported) > 100
    modules = tuple(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in NOUNS)
    unsaid = {
        symbol["name"]
        for symbol in exported
        for diagnostic in symbol["diagnostics"]
        if symbol["name"].rsplit(".", 2)[0] in modules
        if "missing type" in diagnostic["message"] or "Ambiguous" in diagnostic["message"]
    }
    assert unsaid == BY_DESIGN
