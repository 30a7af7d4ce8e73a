"""The mypy plugin of typedflow: `plugins = ["typedflow_mypy"]` and nothing else to set.

It reads workflow classes in mypy's tree into the graph that `typedflow.wiring` judges, and reports what the rules find at the
line that is wrong; and it gives the types that annotations alone cannot express: `run(...)` and its result, dotted state paths,
collected events.
"""

from __future__ import annotations

import mypy.types  # noqa: F401 - first: a compiled mypy fails if its nodes are imported before its types (mypy issue 17726)

from typedflow_mypy.rules import import_codes

import_codes()  # before anything that asks for the library

from typedflow_mypy.plugin import TypedflowPlugin  # noqa: E402
from typedflow_mypy.version import VERSION  # noqa: E402

__version__ = VERSION
"""Changes with every source of the plugin and of the rules: mypy drops its cache when this changes."""

__all__ = ["plugin"]


def plugin(version: str) -> type[TypedflowPlugin]:
    """mypy's entry point."""
    return TypedflowPlugin
