"""The examples in docstrings run, and give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import examples
import typedflow
import typedflow_mypy

MODULES = [
    module.name
    for package in (typedflow, typedflow_mypy, examples)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", ["typedflow", *MODULES])
def test_the_docstrings_of_a_module_are_right(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0, f"{result.failed} of {result.attempted} examples of {name}; see the output"


def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [importlib.import_module(name) for name in MODULES if name.startswith("typedflow.")]
    assert sum(len(test.examples) for module in modules for test in finder.find(module)) > 50
