"""How the facts are declared: every program that imports the library, and every run of mypy, waits for it."""

from __future__ import annotations

import importlib
import pkgutil
from typing import ForwardRef

import pytest

import typedflow.wiring

MODULES = [f"typedflow.wiring.{module.name}" for module in pkgutil.iter_modules(typedflow.wiring.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_no_annotation_of_a_named_tuple_is_a_text_that_would_be_compiled_by_itself(name: str) -> None:
    module = importlib.import_module(name)
    facts = [one for one in vars(module).values() if isinstance(one, type) and hasattr(one, "_fields")]
    texts = [
        f"{one.__name__}.{field}"
        for one in facts
        for field, annotation in one.__annotations__.items()
        if isinstance(annotation, str | ForwardRef)
    ]
    assert not texts
