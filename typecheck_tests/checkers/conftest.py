"""One run of each checker for all cases of a session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from checker_runs import Checker, Finding

Check = Callable[[Checker, Sequence[Path]], list[Finding]]


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """The findings of a checker over some files; skips where the checker is not installed."""
    done: dict[tuple[str, tuple[Path, ...]], list[Finding]] = {}

    def run(checker: Checker, files: Sequence[Path]) -> list[Finding]:
        if checker.path is None:
            pytest.skip(f"{checker.program} is not installed")
        key = (checker.name, tuple(files))
        if key not in done:
            done[key] = checker.run(files, tmp_path_factory.mktemp("checker"))
        return done[key]

    return run
