"""The wiring rules of the library, imported without the library itself.

`import typedflow.wiring` would first run `typedflow/__init__.py`, which imports pydantic: 0.2 s in every run of mypy, most of
what a warm run takes. The rules import neither, so that the package above them may be an empty one while they are imported.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

__all__: list[str] = []


def _import_rules() -> None:
    if "typedflow.wiring" in sys.modules:
        return
    if "typedflow" in sys.modules:  # a process that uses the library as well: nothing is to be saved
        importlib.import_module("typedflow.wiring")
        return
    spec = importlib.util.find_spec("typedflow")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("typedflow_mypy needs the package typedflow in the environment that mypy runs in")
    stand_in = ModuleType("typedflow")
    stand_in.__path__ = list(spec.submodule_search_locations)
    sys.modules["typedflow"] = stand_in
    try:
        importlib.import_module("typedflow.wiring")
    finally:
        del sys.modules["typedflow"]


_import_rules()
