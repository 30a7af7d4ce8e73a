"""The programs of the peer's guide run, once `workflows` is read as `typedflow`."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from alias import workflows_read_as_typedflow

PROGRAMS = sorted(path.stem for path in (Path(__file__).parent / "programs").glob("*.py"))


def load(name: str) -> ModuleType:
    path = Path(__file__).parent / "programs" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"moving_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with workflows_read_as_typedflow():
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_program_of_the_guide_gives_what_it_gave(name: str) -> None:
    module = load(name)
    assert await asyncio.wait_for(module.main(), 20) == module.EXPECTED


def test_no_alias_is_left_behind() -> None:
    load("basic")
    assert "workflows" not in sys.modules or not hasattr(sys.modules["workflows"], "DictState")
