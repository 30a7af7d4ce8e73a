"""What docs/mypy.md says that the plugin does not see: mypy is silent there, without a false alarm, and the run time speaks."""

from __future__ import annotations

import importlib
import logging
import sys
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from mypy_runs import configuration, run_mypy

from typedflow.errors import WorkflowStalledError, WorkflowValidationError

OTHER = """
import functools
from collections.abc import Callable
from typing import overload
from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

class Lost(Event): ...
class Part(Event): ...

class noted:
    def __init__(self, function: Callable[[Context], None]) -> None:
        functools.update_wrapper(self, function)
        self.function = function
    def __call__(self, ctx: Context) -> None:
        self.function(ctx)

@noted
def decorated(ctx: Context) -> None:
    ctx.send_event(Lost())

@overload
def overloaded(ctx: Context) -> None: ...
@overload
def overloaded(ctx: Context, times: int) -> None: ...
def overloaded(ctx: Context, times: int = 1) -> None:
    ctx.send_event(Lost())

Running = Context

def by_another_name(run: Running) -> None:
    run.send_event(Lost())

class Open(Workflow, open_steps=True):
    @step
    async def begin(self, ev: StartEvent) -> Part:
        return Part()
"""

APP = """
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple
from pydantic import BaseModel, Field, RootModel
from typing_extensions import TypedDict
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from blind_other import Lost, Open, Part, by_another_name, decorated, overloaded

@step(workflow=Open)
async def more(ev: Part) -> StopEvent | Lost:
    return StopEvent() if ev is None else Lost()

class HandsItToADecorated(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        decorated(ctx)
        return StopEvent()

class HandsItToAnOverloaded(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        overloaded(ctx)
        return StopEvent()

class HandsItOnUnderAnotherName(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        by_another_name(ctx)
        return StopEvent()

options: dict[str, Any] = {"timeout": 5.0}

class HasOptionsOfAnyType(Workflow):
    @step(**options)
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

class Meta(type(Workflow)):  # type: ignore[misc]  # mypy wants a name there
    pass

class HasAMetaclass(Workflow, metaclass=Meta):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent | Lost:
        return StopEvent()

def make():  # type: ignore[no-untyped-def]  # the point
    class InAFunction(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent | Lost:
            return StopEvent()
    return InAFunction

def bounds() -> object:
    return Field(gt=0)

Positive = Annotated[int, bounds()]

class Account(BaseModel):
    cents: Positive

class HasAnAlias(Workflow):
    @step
    async def begin(self, ctx: Context[Account], ev: StartEvent) -> StopEvent:
        return StopEvent()

class Calls(TypedDict):
    call: Callable[[], int]

class MoreCalls(Calls):
    count: int

class HeldCalls(BaseModel):
    calls: MoreCalls | None = None

class HoldsAnInheritedTypedDict(Workflow):
    @step
    async def begin(self, ctx: Context[HeldCalls], ev: StartEvent) -> StopEvent:
        return StopEvent()

Pair = NamedTuple("Pair", [("call", Callable[[], int])])

class HeldPair(BaseModel):
    pair: Pair = Pair(int)

class HoldsANamedTupleThatIsACall(Workflow):
    @step
    async def begin(self, ctx: Context[HeldPair], ev: StartEvent) -> StopEvent:
        return StopEvent()

class Rooted(RootModel[Callable[[], int]]):
    pass

class HeldRoot(BaseModel):
    root: Rooted = Rooted(int)

class HoldsARoot(Workflow):
    @step
    async def begin(self, ctx: Context[HeldRoot], ev: StartEvent) -> StopEvent:
        return StopEvent()
"""

LAZY = """
from __future__ import annotations
from typing import TYPE_CHECKING
from typedflow import StopEvent, Workflow, step
if TYPE_CHECKING:
    from typedflow import StartEvent

def make() -> type[Workflow]:
    class Lazy(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            return StopEvent()
    return Lazy
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:  # Any: the module, made here
    folder = tmp_path_factory.mktemp("blind")
    (folder / "blind_other.py").write_text(OTHER)
    (folder / "blind_app.py").write_text(APP)
    (folder / "blind_lazy.py").write_text(LAZY)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("blind_app")
    finally:
        sys.path.remove(str(folder))


@lru_cache
def said(*, untyped: bool) -> str:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "blind_other.py").write_text(OTHER)
        (folder / "blind_app.py").write_text(APP)
        (folder / "blind_lazy.py").write_text(LAZY)
        more = f"check_untyped_defs = {str(untyped).lower()}\ndisallow_untyped_decorators = false\n"
        return run_mypy(folder, configuration(folder, more=more), ["blind_app.py", "blind_other.py", "blind_lazy.py"])


def test_mypy_is_silent() -> None:
    assert said(untyped=False) == ""


def test_a_class_in_a_function_without_annotations_is_seen_where_mypy_looks_into_it() -> None:
    assert "Step 'begin' returns 'Lost', which no step takes." in said(untyped=True)


@pytest.mark.parametrize(
    ("workflow", "code"),
    [
        ("HandsItToADecorated", "unhandled-event"),
        ("HandsItToAnOverloaded", "unhandled-event"),
        ("HandsItOnUnderAnotherName", "unhandled-event"),
        ("HasAMetaclass", "unhandled-event"),
        ("HasAnAlias", "state-default"),
        ("HoldsAnInheritedTypedDict", "state-unserializable"),
        ("HoldsANamedTupleThatIsACall", "state-unserializable"),
        ("HoldsARoot", "state-unserializable"),
    ],
)
def test_the_run_time_sees_it_when_the_class_is_checked(app: Any, workflow: str, code: str) -> None:
    with pytest.raises(WorkflowValidationError) as caught:
        getattr(app, workflow).check()
    assert [problem.code for problem in caught.value.problems] == [code]


def test_the_run_time_sees_a_class_in_a_function_without_annotations(app: Any) -> None:
    with pytest.raises(WorkflowValidationError, match="unhandled-event"):
        app.make().check()


def test_the_run_time_sees_what_is_imported_for_type_checkers_alone(app: Any) -> None:
    with pytest.raises(WorkflowValidationError, match="name 'StartEvent', which is not defined there") as caught:
        importlib.import_module("blind_lazy").make()()
    assert "Import it at run time" in str(caught.value)


async def test_of_an_open_class_a_run_says_that_an_event_finds_no_step(
    app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app.Open.check()
    with caplog.at_level(logging.WARNING, "typedflow"), pytest.raises(WorkflowStalledError):
        await app.Open(timeout=5).run()
    assert "Lost" in caplog.text
