"""Every wrong twin is reported where it is wrong, under its code; no right twin is.

`typed_by_the_plugin/` has what is right with the plugin alone: the types that it gives, and forms of which other checkers do
not approve.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from expected import Found, expected_errors, reported_errors
from mypy_runs import PLUGINS, configuration, run_mypy

from typedflow.wiring import CODES

CASES = Path(__file__).parent / "cases"
FOLDERS = ["wrong", "right", "typed_by_the_plugin"]
FILES = sorted(
    str(path.relative_to(CASES))
    for folder in FOLDERS
    for path in (CASES / folder).glob("*.py")
    if path.stem != "__init__"
)
OF_THE_PLUGIN = tuple(f"typedflow-{code}" for code in CODES)


@lru_cache
def reported(combination: str) -> dict[str, list[Found]]:
    """What one run over all cases reports, file by file."""
    with TemporaryDirectory() as folder:
        config = configuration(Path(folder), PLUGINS[combination])
        return reported_errors(run_mypy(CASES, config, ["shop.py", *FOLDERS], cache=Path(folder) / "cache"))


def _told(error: Found) -> Found:
    """Of mypy's own errors the line counts alone: their columns differ between its versions."""
    line, column, code = error
    return (line, column if code in OF_THE_PLUGIN else 0, code)


@pytest.mark.parametrize("file", FILES)
def test_what_is_reported_is_what_the_file_says(file: str) -> None:
    found = reported("alone").get(file, [])
    assert {_told(error) for error in found} == {_told(error) for error in expected_errors(CASES / file)}
    assert sorted(found) == sorted(set(found)), "nothing is reported twice"


@pytest.mark.parametrize("combination", ["before_pydantic", "after_pydantic"])
@pytest.mark.parametrize("file", FILES)
def test_it_is_the_same_beside_the_plugin_of_pydantic(combination: str, file: str) -> None:
    found = {error for error in reported(combination).get(file, []) if error[2] in OF_THE_PLUGIN}
    assert found == {error for error in expected_errors(CASES / file) if error[2] in OF_THE_PLUGIN}


def test_no_right_twin_is_reported_at_all() -> None:
    assert {file: found for file, found in reported("alone").items() if not file.startswith("wrong")} == {}
