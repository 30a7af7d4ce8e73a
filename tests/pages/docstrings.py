"""The examples in docstrings, as programs that a type checker can read: one for each docstring."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib
import pkgutil
import sys
from dataclasses import dataclass
from types import ModuleType

import typedflow

__all__ = ["MODULES", "Example", "programs"]

INTERNAL = ("typedflow.engine", "typedflow.reading", "typedflow.wiring")
"""Nobody is to import these, so their examples are for who works on them."""

MODULES = [
    "typedflow",
    *(
        module.name
        for module in pkgutil.walk_packages(typedflow.__path__, "typedflow.")
        if not module.name.startswith(INTERNAL)
    ),
]
"""The modules of the library that a program may import."""


@dataclass(frozen=True)
class Example:
    """What a docstring shows: whose it is, and the program, each line of it where it stands in the source."""

    name: str
    text: str


def programs(module: str) -> list[Example]:
    """The examples of a module, without the lines that raise: they are wrong on purpose.

    An example may use the names of its module without importing them, as doctest has it; here its first line imports them.
    """
    loaded = importlib.import_module(module)
    found = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(loaded):
        lines: dict[int, str] = {}
        for example in test.examples:
            if example.exc_msg is None:
                lines.update(enumerate(example.source.splitlines(), start=(test.lineno or 0) + example.lineno))
        if lines:
            imports = "; ".join(_imports(loaded, "\n".join(lines.values())))
            text = [imports, *(lines.get(number, "") for number in range(1, max(lines) + 1))]
            found.append(Example(test.name, "\n".join(text) + "\n"))
    return found


def _imports(module: ModuleType, source: str) -> list[str]:
    """The imports of what the source uses of the module, and does not bind or import itself."""
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update(alias.asname or alias.name for alias in node.names)
    free = {name.id for name in names} - bound - vars(builtins).keys()
    return [_import(module, name) for name in sorted(free) if hasattr(module, name)]


def _import(module: ModuleType, name: str) -> str:
    value = getattr(module, name)
    if isinstance(value, ModuleType):
        return f"import {value.__name__} as {name}"
    home = sys.modules.get(getattr(value, "__module__", None) or "")
    return f"from {(home if getattr(home, name, None) is value and home else module).__name__} import {name}"
