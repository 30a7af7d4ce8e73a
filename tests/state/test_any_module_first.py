"""Each module of the state can be the first of typedflow that a program imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typedflow.state

_EACH_ALONE = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [each for each in sys.modules if each.partition(".")[0] == "typedflow"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, error)
"""


def test_no_module_of_the_state_needs_another_to_be_imported_before_it() -> None:
    folder = Path(typedflow.state.__file__).parent
    files = [file.relative_to(folder.parent.parent) for file in folder.rglob("*.py")]
    names = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files]
    assert "typedflow.state.chunked" in names
    run = subprocess.run(
        [sys.executable, "-c", _EACH_ALONE, *names], capture_output=True, text=True, timeout=120, check=True
    )
    assert run.stdout == ""
