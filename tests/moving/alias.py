"""Reads `workflows` as `typedflow`, for as long as a test runs: what moving over does once and for all."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typedflow

PEER = "workflows"


@contextmanager
def workflows_read_as_typedflow() -> Iterator[None]:
    """Within the block `import workflows...` gives typedflow's modules; after it, what it gave before."""
    before = {name: module for name, module in sys.modules.items() if _of_the_peer(name)}
    for name in before:
        del sys.modules[name]
    sys.modules[PEER] = typedflow
    for found in pkgutil.walk_packages(typedflow.__path__, "typedflow."):
        if not found.name.startswith(("typedflow.state.", "typedflow.engine.", "typedflow.wiring.")):
            sys.modules[PEER + found.name.removeprefix("typedflow")] = importlib.import_module(found.name)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if _of_the_peer(name)]:
            del sys.modules[name]
        sys.modules.update(before)


def _of_the_peer(name: str) -> bool:
    return name == PEER or name.startswith(f"{PEER}.")
