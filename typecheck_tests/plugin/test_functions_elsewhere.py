"""What a function of another module does with the context that a step hands to it is seen as if it stood in the step.

Each program stands twice in a package of its own: with `Done`, which a step takes, and with `Lost`, which none takes. Both are run as
well, and the run time says of each what the plugin says.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent

import pytest
from mypy_runs import configuration, run_mypy

from typedflow.errors import WorkflowValidationError

EVENTS = """
from typing import Generic, TypeVar
from typedflow import Event, HumanResponseEvent
T = TypeVar("T")
class Done(Event): ...
class Lost(Event): ...
class Item(Event, Generic[T]): ...
class Reply(HumanResponseEvent): ...
class Word(Event): ...
"""

TELL = """
from typedflow import Context
from .events import {event}
def tell(ctx: Context) -> None:
    ctx.send_event({event}())
"""

WRAPS = """
import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast
P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
def noted(function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)
    return inner
def loud(times: int) -> Callable[[F], F]:
    def around(function: F) -> F:
        if times == 1:
            @functools.wraps(function)
            def inner(*args: Any) -> Any:
                return function(*args)
        else:
            @functools.wraps(function)
            def inner(*args: Any) -> Any:
                return function(*args * times)
        return cast(F, inner)
    return around
"""

FLOW = """
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from .events import Done, Lost
"""

STEPS = """
class W(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> None:
        {call}
    @step
    async def end(self, ev: Done) -> StopEvent:
        return StopEvent()
"""


TOLD = TELL.partition("{event}\n")[2]


def flow(imports: str, call: str) -> str:
    return FLOW + imports + STEPS.format(call=call)


def around(functions: str, call: str, before: str = "", workflow: str = STEPS) -> str:
    """The workflow in a function in which there are others."""
    body = functions + workflow.replace("{call}", call) + "return W\n"
    return FLOW + before + "def made() -> type[Workflow]:\n" + indent(body, "    ") + "W = made()\n"


FOLLOWED = {
    "imported": {"telling": TELL, "flow": flow("from .telling import tell", "tell(ctx)")},
    "by_its_module": {"telling": TELL, "flow": flow("from . import telling", "telling.tell(ctx)")},
    "by_its_whole_name": {"telling": TELL, "flow": flow("import {package}.telling", "{package}.telling.tell(ctx)")},
    "renamed": {"telling": TELL, "flow": flow("from .telling import tell as say", "say(ctx)")},
    "all_of_it": {"telling": TELL, "flow": flow("from .telling import *", "tell(ctx)")},
    "given_on": {
        "telling": TELL,
        "names": "from .telling import tell as tell",
        "more": "from .names import tell as spoken\n__all__ = ['spoken']",
        "flow": flow("from . import more", "more.spoken(ctx)"),
    },
    "under_another_name": {
        "telling": TELL + "say = tell\n",
        "flow": flow("from .telling import say", "say(ctx)"),
    },
    "by_keyword": {
        "telling": TELL.replace("(ctx:", "(text: str, *, ctx:"),
        "flow": flow("from .telling import tell", "tell('a', ctx=ctx)"),
    },
    "async": {
        "telling": TELL.replace("def tell", "async def tell"),
        "flow": flow("from .telling import tell", "await tell(ctx)"),
    },
    "in_a_task": {
        "telling": TELL.replace("def tell", "async def tell"),
        "flow": flow("import asyncio\nfrom .telling import tell", "await asyncio.gather(tell(ctx), tell(ctx))"),
    },
    "handed_further": {
        "telling": TELL,
        "middle": "from typedflow import Context\nfrom . import telling\ndef hand(ctx: Context) -> None:\n    telling.tell(ctx)\n",
        "flow": flow("from .middle import hand", "hand(ctx)"),
    },
    "handed_further_beside_it": {
        "telling": TELL + "def hand(context: Context) -> None:\n    tell(context)\n",
        "flow": flow("from .telling import hand", "hand(ctx)"),
    },
    "in_a_circle": {
        "telling": TELL.replace("def tell", "from . import flow\ndef tell"),
        "flow": flow("from . import telling", "telling.tell(ctx)"),
    },
    "a_static_method": {
        "telling": TELL.replace("def tell", "class Teller:\n  @staticmethod\n  def tell"),
        "flow": flow("from .telling import Teller", "Teller.tell(ctx)"),
    },
    "a_class_method": {
        "telling": TELL.replace(
            "def tell(",
            "class Teller:\n  @classmethod\n  def hand(cls, ctx: Context) -> None:\n    cls.tell(ctx)\n  @classmethod\n  def tell(cls, ",
        ),
        "flow": flow("from . import telling", "telling.Teller.hand(ctx)"),
    },
    "an_inherited_class_method": {
        "base": "from typedflow import Context\nclass Base:\n  @classmethod\n  def hand(cls, ctx: Context) -> None:\n    cls.tell(ctx)\n"
        "  @classmethod\n  def tell(cls, ctx: Context) -> None: ...\n",
        "telling": TELL.replace(
            "def tell(", "from .base import Base\nclass Teller(Base):\n  @classmethod\n  def tell(cls, "
        ),
        "flow": flow("from .telling import Teller", "Teller.hand(ctx)"),
    },
    "a_method_of_the_class": {
        "telling": TELL.replace("def tell(", "class Teller:\n  def tell(self, "),
        "flow": flow("from .telling import Teller", "Teller.tell(Teller(), ctx)"),
    },
    "a_method_of_an_object": {
        "telling": TELL.replace(
            "def tell(", "class Teller:\n  def hand(self, ctx: Context) -> None:\n    self.tell(ctx)\n  def tell(self, "
        )
        + "teller = Teller()\n",
        "flow": flow("from .telling import teller", "teller.hand(ctx)"),
    },
    "a_mixin_without_steps": {
        "telling": TELL.replace("def tell(", "class Teller:\n  def tell(self, "),
        "flow": flow("from .telling import Teller", "self.tell(ctx)").replace("(Workflow)", "(Teller, Workflow)"),
    },
    "by_a_base": {
        "telling": TELL,
        "base": flow("from .telling import tell", "tell(ctx)").replace(
            "class W(Workflow)", "class Base(Workflow, open_steps=True)"
        ),
        "flow": "from .base import Base\nclass W(Base): ...\n",
    },
    "the_module_of_the_event": {
        "telling": TELL.replace("from .events import {event}", "from . import events").replace(
            "{event}()", "events.{event}()"
        ),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "an_alias_of_the_event": {
        "names": "from . import events\nTold = events.{event}\n",
        "telling": TELL.replace(".events import {event}", ".names import Told").replace("{event}()", "Told()"),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "a_generic_event": {
        "telling": TELL.replace("import {event}", "import Item, {event}").replace("{event}()", "Item[{event}]()"),
        "flow": flow("from .telling import tell\nfrom .events import Item", "tell(ctx)").replace(
            "ev: Done", "ev: Item[Done]"
        ),
    },
    "in_a_branch": {
        "telling": TELL.replace(
            "    ctx.send_event({event}())",
            "    made = {event}() if ctx.is_running else Done()\n    ctx.send_event(made)",
        ).replace("import {event}", "import Done, {event}"),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "decorated": {
        "telling": WRAPS + TELL.replace("def tell", "@noted\ndef tell"),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "decorated_by_what_another_module_gives": {
        "wraps": WRAPS,
        "telling": TELL.replace("def tell", "from . import wraps\n@wraps.loud(2)\n@wraps.noted\ndef tell"),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "a_method_that_is_decorated": {
        "wraps": WRAPS,
        "telling": TELL.replace("def tell(", "from .wraps import noted\nclass Teller:\n  @noted\n  def tell(self, "),
        "flow": flow("from .telling import Teller", "self.tell(ctx)").replace("(Workflow)", "(Teller, Workflow)"),
    },
    "decorated_beside_it": {
        "flow": flow(
            WRAPS + "@loud(times=1)\ndef tell(ctx: Context) -> None:\n    ctx.send_event({event}())\n", "tell(ctx)"
        ),
    },
    "within_a_manager": {
        "telling": TELL.replace(
            "def tell",
            "from contextlib import contextmanager\nfrom collections.abc import Iterator\n@contextmanager\ndef tell",
        ).replace("-> None", "-> Iterator[None]")
        + "    yield\n",
        "flow": flow("from .telling import tell", "with tell(ctx): pass"),
    },
    "by_a_step_that_is_called": {
        "telling": TELL,
        "flow": flow("from .telling import tell", "await self.more(ctx, Done())")
        + "    @step\n    async def more(self, ctx: Context, ev: Done) -> None:\n        tell(ctx)\n",
    },
    "without_annotations": {
        "telling": "from .events import {event}\ndef tell(ctx):  # type: ignore\n    ctx.send_event({event}())\n",
        "flow": flow("from .telling import tell", "tell(ctx)  # type: ignore"),
    },
    "annotated_with_an_alias": {
        "telling": TELL.replace("def tell(ctx: Context)", "Ctx = Context\ndef tell(c: Ctx)").replace(
            "ctx.send", "c.send"
        ),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "in_a_function": {
        "telling": TELL,
        "flow": FLOW
        + "from .telling import tell\ndef made() -> type[Workflow]:"
        + STEPS.format(call="tell(ctx)").replace("\n", "\n    ")
        + "\n    return W\nW = made()\n",
    },
    "beside_the_class_in_a_function": {"flow": around(TOLD, "tell(ctx)")},
    "beside_the_class_and_handed_further": {
        "flow": around("async def hand(ctx: Context) -> None:\n    tell(ctx)\n" + TOLD, "await hand(ctx)")
    },
    "beside_the_class_and_handed_to_another_module": {
        "telling": TELL,
        "flow": around("def hand(ctx: Context) -> None:\n    tell(ctx)\n", "hand(ctx)", "from .telling import tell\n"),
    },
    "beside_the_class_where_the_module_has_another": {
        "flow": around(TOLD, "tell(ctx)", "def tell(ctx: Context) -> None: ...\n")
    },
    "beside_the_class_with_a_name_of_its_own": {
        "flow": around("from {package}.events import {event} as Told\n" + TOLD.replace("{event}", "Told"), "tell(ctx)"),
    },
    "in_a_function_around_that_of_the_class": {
        "flow": around(
            TOLD,
            "",
            workflow="def inner() -> type[Workflow]:"
            + indent(STEPS, "    ").replace("{call}", "tell(ctx)")
            + "\n    return W\nW = inner()\n",
        )
    },
    "in_a_method_around_the_class": {
        "flow": FLOW
        + "class Maker:\n"
        + indent(around(TOLD, "tell(ctx)").removeprefix(FLOW).removesuffix("W = made()\n"), "    ").replace(
            "made()", "made(self)"
        )
        + "W = Maker().made()\n"
    },
    "under_a_name_that_one_around_it_has": {
        "flow": around(
            TOLD + "def hand(ctx: Context) -> None:\n    tell(ctx)\n",
            "",
            workflow="def inner() -> type[Workflow]:\n    def tell(ctx: Context) -> None:\n        hand(ctx)\n"
            + indent(STEPS, "    ").replace("{call}", "tell(ctx)")
            + "\n    return W\nW = inner()\n",
        )
    },
    "by_a_base_that_is_not_where_such_a_function_is": {
        "flow": around(
            "def tell(ctx: Context) -> None: ...\n",
            "",
            TOLD + STEPS.replace("W(Workflow)", "Base(Workflow, open_steps=True)").format(call="tell(ctx)"),
            "class W(Base): ...\n",
        )
    },
    "awaited": {
        "telling": "from typedflow import Context\nfrom .events import Reply, Word\nasync def tell(ctx: Context) -> None:\n"
        "    await ctx.wait_for_event({answer})\n",
        "flow": flow("from .telling import tell", "await tell(ctx); return Done()").replace("-> None", "-> Done"),
    },
}
"""The modules of each program, which is right with `Done` for `{event}`, and wrong with `Lost`."""

UNKNOWN = {
    "decorated_by_what_replaces_it": {
        "telling": TELL.replace(
            "def tell",
            "from typing import Any\ndef noted(function: Any) -> Any:\n    return lambda ctx: None\n@noted\ndef tell",
        ),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "decorated_in_the_class": {
        "telling": TELL.replace(
            "def tell(",
            "from typing import Any\ndef noted(function: Any) -> Any:\n    return lambda self, ctx: None\n"
            "class Teller:\n  @noted\n  def tell(self, ",
        ),
        "flow": flow("from .telling import Teller", "self.tell(ctx)").replace("(Workflow)", "(Teller, Workflow)"),
    },
    **{
        f"decorated_by_what_{name}": {
            "telling": WRAPS.replace(before, after) + TELL.replace("def tell", f"{used}\ndef tell"),
            "flow": flow("from .telling import tell", "tell(ctx)"),
        }
        for name, before, after, used in (
            ("wraps_another", "functools.wraps(function)", "functools.wraps(print)", "@noted"),
            ("wraps_it_sometimes", "    return inner\n", "    return inner if bool(0) else function\n", "@noted"),
            ("calls_it", "    return inner\n", "    return inner()  # type: ignore\n", "@noted"),
            (
                "has_wraps_of_its_own",
                "import functools\n",
                "from typing import Any\nclass functools:\n    wraps: Any = None\n",
                "@noted",
            ),
            ("is_given_anew", "def loud(", "noted = print  # type: ignore\ndef loud(", "@noted"),
            (
                "is_one_of_two",
                "def loud(",
                "if bool(0):\n    def noted(function: Any) -> Any: ...\ndef loud(",
                "@noted",
            ),
        )
    },
    "replaced": {
        "telling": TELL + "def other(ctx: Context) -> None: ...\ntell = other\n",
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "one_of_two": {
        "telling": "OLD = bool(0)\nif OLD:\n  pass\n" + TELL.replace("def tell", "if OLD:\n  def tell") + "else:\n"
        "  def tell(ctx: Context) -> None: ...\n",
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    "one_of_two_beside_it": {
        "flow": flow(
            "if bool(0):\n    def tell(ctx: Context) -> None:\n        ctx.send_event({event}())\n"
            "else:\n    def tell(ctx: Context) -> None: ...\n",
            "tell(ctx)",
        ),
    },
    "imported_from_either": {
        "telling": TELL,
        "other": "from typedflow import Context\ndef tell(ctx: Context) -> None: ...\n",
        "flow": flow("if bool(0):\n    from .telling import tell\nelse:\n    from .other import tell", "tell(ctx)"),
    },
    "a_variable": {
        "telling": TELL + "from typing import Callable\nsay: Callable[[Context], None] = tell if bool(0) else print\n",
        "flow": flow("from .telling import say", "say(ctx)"),
    },
    "an_object_of_some_class": {
        "telling": TELL.replace("def tell(", "class Teller:\n  def tell(self, ")
        + "class Silent(Teller):\n  def tell(self, ctx: Context) -> None: ...\n"
        "def made() -> Teller:\n    return Silent()\nteller = made()\n",
        "flow": flow("from .telling import teller", "teller.tell(ctx)"),
    },
    "overloaded": {
        "telling": TELL.replace(
            "def tell(ctx: Context)",
            "from typing import overload\n@overload\ndef tell(ctx: Context, a: int) -> None: ...\n"
            "@overload\ndef tell(ctx: Context) -> None: ...\ndef tell(ctx: Context, a: int = 0)",
        ),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
    **{
        f"beside_the_class_{name}": {"flow": around(functions, "tell(ctx)")}
        for name, functions in (
            ("and_replaced", TOLD + "tell = print\n"),
            ("and_replaced_within", TOLD + "def other() -> None:\n    nonlocal tell\n    tell = print\nother()\n"),
            (
                "and_one_of_two",
                "if bool(0):\n" + indent(TOLD, "    ") + "else:\n    def tell(ctx: Context) -> None: ...\n",
            ),
            ("and_bound_by_a_loop", TOLD + "for tell in (print,): ...\n"),
            (
                "and_decorated_by_what_replaces_it",
                "from typing import Any\ndef noted(function: Any) -> Any:\n    return lambda ctx: None\n@noted\n"
                + TOLD,
            ),
        )
    },
    "of_nothing_that_is_told": {
        "telling": TELL.replace("(ctx: Context)", "(of: object)")
        .replace("ctx.send", "of.send")
        .replace("())\n", "())  # type: ignore\n"),
        "flow": flow("from .telling import tell", "tell(ctx)"),
    },
}
"""The modules of programs of which the plugin cannot know enough: it is silent, whatever the event."""

assert FOLLOWED.keys().isdisjoint(UNKNOWN)
PACKAGES = {
    f"{name}_{event.lower()}": (modules, event)
    for programs in (FOLLOWED, UNKNOWN)
    for name, modules in programs.items()
    for event in ("Done", "Lost")
}


def write(folder: Path) -> None:
    for package, (modules, event) in PACKAGES.items():
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        for name, text in {"events": EVENTS, **modules}.items():
            filled = text.replace("{event}", event).replace("{package}", package)
            filled = filled.replace("{answer}", "Reply" if event == "Done" else "Word")
            (folder / package / f"{name}.py").write_text(filled)


@lru_cache
def said() -> dict[str, list[str]]:
    """The lines of mypy for each package."""
    found: dict[str, list[str]] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        more = 'implicit_reexport = true\ndisable_error_code = ["unused-ignore", "no-redef", "misc", "assignment", "no-any-return"]\n'
        for line in run_mypy(folder, configuration(folder, more=more), [*PACKAGES]).splitlines():
            if ": error: " in line:
                found.setdefault(line.partition("/")[0], []).append(line.partition(": error: ")[2])
    return found


@pytest.fixture(scope="module")
def at_run_time(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("elsewhere")
    write(folder)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def refused(package: str) -> set[str]:
    """The codes under which the run time refuses the workflow of a package."""
    try:
        importlib.import_module(f"{package}.flow").W.check()
    except WorkflowValidationError as error:
        return {problem.code for problem in error.problems}
    return set()


def told(package: str) -> set[str]:
    """The codes of ours under which mypy reports something."""
    return {line.rpartition("[")[2].removesuffix("]").removeprefix("typedflow-") for line in said().get(package, [])}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_such_a_function_does_right_is_no_problem(name: str, at_run_time: Path) -> None:
    assert said().get(f"{name}_done", []) == []
    assert refused(f"{name}_done") == set()


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_such_a_function_does_wrong_is_reported_as_at_run_time(name: str, at_run_time: Path) -> None:
    assert told(f"{name}_lost") == refused(f"{name}_lost")
    assert ("unproduced-event" if name == "awaited" else "unhandled-event") in told(f"{name}_lost")


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("event", ["done", "lost"])
def test_of_a_function_that_cannot_be_told_nothing_is_said(name: str, event: str) -> None:
    assert [line for line in said().get(f"{name}_{event}", []) if "[typedflow-" in line] == []
