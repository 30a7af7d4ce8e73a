"""The wiring rules of the library, imported without the library itself.

`import typedflow.wiring` would first run `typedflow/__init__.py`, which imports pydantic: 0.2 s in every run of mypy, most of
what a warm run takes. The rules import neither, so that the package above them may be an empty one while they are imported.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

__all__ = ["import_codes", "import_rules"]


def import_codes() -> None:
    """Import the list of codes alone: where mypy has everything in its cache, nothing else is needed."""
    _import_below("typedflow.wiring.codes", ("typedflow", "typedflow.wiring"))


def import_rules() -> None:
    """Import all rules."""
    _import_below("typedflow.wiring", ("typedflow",))


def _import_below(module: str, parents: tuple[str, ...]) -> None:
    """Import a module with empty packages above it, unless these are there already."""
    if module in sys.modules:
        return
    spec = (
        importlib.util.find_spec("typedflow") if "typedflow" not in sys.modules else sys.modules["typedflow"].__spec__
    )
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("typedflow_mypy needs the package typedflow in the environment that mypy runs in")
    missing = [parent for parent in parents if parent not in sys.modules]
    for parent in missing:
        stand_in = ModuleType(parent)
        below = parent.split(".")[1:]
        stand_in.__path__ = ["/".join([place, *below]) for place in spec.submodule_search_locations]
        sys.modules[parent] = stand_in
    try:
        importlib.import_module(module)
    finally:
        for parent in missing:
            del sys.modules[parent]
