"""The wiring rules of the library, imported when they are needed.

`import typedflow` loads nothing else, pydantic least of all, but `import typedflow.wiring.codes` would first run
`typedflow/wiring/__init__.py` and so import every rule: most of what a warm run takes, which needs none of them. The package
of the rules may be an empty one while the list of codes is imported.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import typedflow

__all__ = ["import_codes", "import_rules"]

RULES = "typedflow.wiring"


def import_codes() -> None:
    """Import the list of codes alone: where mypy has everything in its cache, nothing else is needed."""
    if RULES in sys.modules:
        return
    stand_in = ModuleType(RULES)
    stand_in.__path__ = [f"{place}/wiring" for place in typedflow.__path__]
    sys.modules[RULES] = stand_in
    try:
        importlib.import_module(f"{RULES}.codes")
    finally:
        del sys.modules[RULES]


def import_rules() -> None:
    """Import all rules."""
    importlib.import_module(RULES)
