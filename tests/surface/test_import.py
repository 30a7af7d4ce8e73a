"""What an import of the library loads: counted in modules, never timed."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import typedflow
import typedflow.state

LAZY = [typedflow, typedflow.state]

SELDOM = [
    "difflib",
    "pickle",
    "typedflow.config_file",
    "typedflow.context.state_store",
    "typedflow.engine.injection",
    "typedflow.engine.rehearsal",
    "typedflow.engine.resources",
    "typedflow.engine.saving",
    "typedflow.engine.stats",
    "typedflow.engine.sync_door",
    "typedflow.observe",
    "typedflow.reading.recipes",
    "typedflow.representation",
    "typedflow.retry_policy",
    "typedflow.state.chunked",
    "typedflow.state.draft.chunks",
    "typedflow.state.draft.dataclass",
    "typedflow.state.saving",
    "typedflow.state.selector",
    "typedflow.testing",
]
"""What few programs need."""

FIRST_WORKFLOW = """
import asyncio
from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, step
class CounterState(BaseModel):
    count: int = 0
class Counter(Workflow):
    @step
    async def start(self, ctx: Context[CounterState], ev: StartEvent) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.count += 1
        return StopEvent(result=ctx.state.count)
async def main():
    return await Counter().run()
asyncio.run(main())
"""


def loaded_by(code: str) -> set[str]:
    """The names of the modules that a fresh interpreter has after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def of_the_library(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "typedflow"}


def test_the_package_alone_loads_none_of_its_modules_and_no_pydantic() -> None:
    loaded = loaded_by("import typedflow")
    assert of_the_library(loaded) == {"typedflow", "typedflow.first_use"}
    assert "pydantic" not in loaded


def test_the_events_come_without_the_engine_and_the_rules() -> None:
    loaded = of_the_library(loaded_by("from typedflow import Event, StartEvent, StopEvent"))
    assert loaded == {"typedflow", "typedflow.first_use", "typedflow.events"}


def test_a_first_workflow_loads_nothing_that_few_programs_need() -> None:
    before = loaded_by("import asyncio, pydantic\nclass Model(pydantic.BaseModel): ...")
    loaded = loaded_by(FIRST_WORKFLOW)
    assert not (loaded - before).intersection(SELDOM)
    assert len(of_the_library(loaded)) <= 115, (
        "each module costs 0.1 to 0.2 ms: can the new one wait for its first use?"
    )


def test_the_modules_named_as_seldom_needed_are_there() -> None:
    for name in SELDOM:
        importlib.import_module(name)


@pytest.mark.parametrize("package", LAZY, ids=lambda package: package.__name__)
def test_each_name_comes_from_the_module_that_type_checkers_see(package: ModuleType) -> None:
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(seen) == sorted(package.__all__)
    for name, home in seen.items():
        assert home is not None
        assert getattr(package, name) is getattr(importlib.import_module(home), name)


@pytest.mark.parametrize("package", LAZY, ids=lambda package: package.__name__)
def test_every_name_is_listed_and_an_unknown_one_is_no_attribute(package: ModuleType) -> None:
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'Worfklow'"):
        package.Worfklow  # noqa: B018 - reading it is the mistake
    with pytest.raises(ImportError, match="cannot import name 'Worfklow'"):
        exec(f"from {package.__name__} import Worfklow")


@pytest.mark.parametrize(
    "first",
    [
        "import typedflow.step",
        "from typedflow.step import step",
        "from typedflow import Workflow",
        "import typedflow; typedflow.step",
        "import typedflow.decorators",
    ],
)
def test_step_is_the_decorator_whatever_was_imported_first(first: str) -> None:
    loaded_by(
        f"{first}\n"
        "import typedflow\n"
        "from typedflow import step\n"
        "from typedflow.step import step as of_the_module\n"
        "assert step is typedflow.step is of_the_module and callable(step), step"
    )


@pytest.mark.parametrize(
    "first",
    ["from typedflow import retry_policy", "from typedflow.retry_policy import retry_policy", "import typedflow"],
)
def test_a_module_is_itself_where_the_package_does_not_name_its_namesake(first: str) -> None:
    loaded_by(
        f"{first}\n"
        "import sys\n"
        "import typedflow\n"
        "from typedflow import retry_policy\n"
        "assert retry_policy is typedflow.retry_policy is sys.modules['typedflow.retry_policy'], retry_policy\n"
        "retry_policy.ConstantDelayRetryPolicy(maximum_attempts=3, delay=1)"
    )


def test_a_star_import_gives_every_name() -> None:
    names: dict[str, object] = {}
    exec("from typedflow import *", names)
    assert set(typedflow.__all__) <= names.keys()


def test_the_modules_are_attributes_of_the_package() -> None:
    loaded_by("import typedflow\ntypedflow.events.StartEvent, typedflow.state.patch.diff, typedflow.retry_policy")


def test_a_module_that_fails_to_import_says_why() -> None:
    code = "import sys; sys.modules['tenacity'] = None; import typedflow; typedflow.retry_policy"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "typedflow.retry_policy is built on tenacity" in done.stderr
