"""Whatever the code looks like, the plugin does not crash mypy; with `TYPEDFLOW_MYPY_RAISE` set, as here, any error of it would."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from generated import HEAD, workflow
from mypy_runs import configuration, python_path, run_mypy

CASES = Path(__file__).parent / "cases"

BROKEN = {
    "undefined_names": "class W(Workflow):\n    @step\n    async def a(self, ctx: Context[Gone], ev: Lost) -> Missing | list[No]: ...\n",
    "unresolved_imports": "from nowhere import Thing, Base\nclass W(Base, Workflow):\n    @step\n    async def a(self, ev: Thing) -> Thing: ...\nclass V(Workflow):\n    @step\n    async def a(self, ev: Thing, x: list[Thing]) -> list[Thing] | StopEvent: ...\n",
    "itself_as_a_base": "class W(W): ...\nclass A(B, Workflow): ...\nclass B(A): ...\n",
    "a_metaclass": "class M(type): ...\nclass W(Workflow, metaclass=M):\n    @step\n    async def a(self, ev: StartEvent) -> StopEvent: ...\n",
    "no_function": "class W(Workflow):\n    a = step(3)\n    b = step(lambda self, ev: ev)\n    c: 'Step' = None\n    d = step\n",
    "strange_decorators": "def wrap(f): return f\nclass W(Workflow):\n    @wrap\n    @step\n    async def a(self, ev: StartEvent) -> StopEvent: ...\n    @step\n    @wrap\n    async def b(self, ev: StartEvent) -> StopEvent: ...\n    @step()()\n    async def c(self, ev: StartEvent) -> StopEvent: ...\n    @step(**{})\n    async def d(self, ev: StartEvent) -> StopEvent: ...\n",
    "strange_parameters": "class W(Workflow):\n    @step\n    def a(): ...\n    @step\n    def b(*args, **kwargs): ...\n    @step\n    def c(self, /, ev, *, x: int = 3): ...\n    @step\n    def d(self, ev: 'not a (type'): ...\n    @step\n    def e(self, ev: 3) -> 4: ...\n    @step\n    @property\n    def f(self) -> int: ...\n    @step\n    @staticmethod\n    def g(ev: StartEvent) -> StopEvent: ...\n    @classmethod\n    @step\n    def h(cls, ev: StartEvent) -> StopEvent: ...\n",
    "in_an_unannotated_function": "def f():\n    class E(Event): ...\n    class W(Workflow):\n        @step\n        async def a(self, ev: E) -> E: ...\n    W().run(x=1)\n    return W\n",
    "redefined": "class W(Workflow):\n    @step\n    async def a(self, ev: StartEvent) -> StopEvent: ...\n    @step\n    async def a(self, ev: StartEvent) -> None: ...\n    def a(self): ...\nclass W(Workflow): ...\nclass W: ...\n",
    "conditional": "import sys\nclass W(Workflow):\n    if sys.version_info > (3, 99):\n        @step\n        async def a(self, ev: StartEvent) -> StopEvent: ...\n    else:\n        @step\n        async def a(self, ev: StartEvent) -> int: ...\n    try:\n        @step\n        async def b(self, ev: StartEvent) -> None: ...\n    except ImportError:\n        b = None\n    for _ in range(3):\n        @step\n        async def c(self, ev: StartEvent) -> None: ...\n",
    "strange_states": "class S(BaseModel):\n    a: int = Field(*[1])\n    b: Annotated[int]\n    c: Annotated\n    d: 'Annotated[int, Field('\n    e: Annotated[int, *[1]] = 1\n    f: int = Field(default=...)\n    g = Field(1)\n    (h): int\n    i: Undefined\n    model_config = undefined\nclass W(Workflow):\n    @step\n    async def a(self, ctx: Context[S], ev: StartEvent) -> StopEvent:\n        await ctx.store.get('a.b.c')\n        await ctx.store.get()\n        await ctx.store.get(3)\n        await ctx.store.set('a')\n        await ctx.store.set(*[1, 2])\n        await ctx.store.get(*['a'])\n        ctx.state.i.j = 3\n        return StopEvent()\n",
    "recursive_aliases": "Tree = list['Tree'] | Event\nclass W(Workflow):\n    @step\n    async def a(self, ev: Tree) -> Tree: ...\nclass Node(BaseModel):\n    next: 'Node | None' = None\nclass V(Workflow):\n    @step\n    async def a(self, ctx: Context[Node], ev: StartEvent) -> StopEvent:\n        await ctx.store.get('next.next.next.next.nxt')\n        return StopEvent()\n",
    "strange_calls": "class W(Workflow):\n    @step\n    async def a(self, ctx: Context, ev: StartEvent) -> StopEvent:\n        ctx.send_event()\n        ctx.send_event(*[1])\n        ctx.collect_events()\n        ctx.collect_events(ev, 3)\n        ctx.collect_events(ev, [3, undefined, *[Event]])\n        await ctx.wait_for_event()\n        await ctx.wait_for_event(3, requirements={3: 4, **{}})\n        await ctx.wait_for_event(Event, requirements=3)\n        return StopEvent()\nW().run(3, 4, *[1], x=1, x=2)\nW.run()\nWorkflow().run()\nContext()\nContext(3)\nContext(W)\n".replace(
        ", x=2", ""
    ),
    "strange_workflow_options": "class W(Workflow, open_steps=maybe, other=1): ...\nclass V(Workflow[int]): ...\nclass U(Workflow[int, str, bool]): ...\nclass T(Workflow['Lost', 3]): ...\n",
    "strange_free_steps": "@step(workflow=undefined)\nasync def a(ev: StartEvent) -> StopEvent: ...\n@step(workflow=3)\nasync def b(ev: StartEvent) -> StopEvent: ...\nclass W(Workflow): ...\nW.add_step(3)\n@step(workflow=W)\nclass C: ...\n",
    "strange_resources": "from typedflow import Resource\nclass W(Workflow):\n    @step\n    async def a(self, ev: StartEvent, r: Annotated[int, Resource()], s: Annotated[int, Resource(undefined.x)], t: Annotated[int, Resource(lambda: 1), 3], u: Annotated[int, Resource]) -> StopEvent: ...\n",
    "named_tuples_and_enums": "from enum import Enum\nfrom typing import NamedTuple, NewType, TypedDict\nclass W(Workflow, Enum): ...\nclass T(NamedTuple):\n    @step\n    async def a(self, ev: StartEvent) -> StopEvent: ...\nN = NewType('N', Workflow)\nclass D(TypedDict):\n    x: Context[int]\nX = type('X', (Workflow,), {})\n",
    "star_everything": "class W(Workflow):\n    @step\n    async def a(self, *evs: StartEvent, **more: Context) -> StopEvent: ...\n    @step\n    async def b(self, ctx: Context[S3], ev: StartEvent, *, k: Event) -> tuple[Event, ...]: ...\n",
}


def test_broken_code_is_survived(tmp_path: Path) -> None:
    for name, text in BROKEN.items():
        (tmp_path / f"{name}.py").write_text(HEAD + text)
    output = run_mypy(tmp_path, configuration(tmp_path), [f"{name}.py" for name in BROKEN])
    assert "typedflow-" in output


ONE_NAME_IS_MISSPELT = """
class Made(Event): ...

class Flow(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Made:
        ctx.send_event(Sent())
        return Made()

    @step
    async def end(self, ev: Made, client: Annotated[Client, Resource(connect)]) -> StopEvent:
        return StopEvent()

    @step
    async def note(self, ctx: Context[State], ev: Sent) -> None: ...

    @catch_error
    async def mend(self, failed: StepFailedEvent) -> StopEvent:
        return StopEvent()

class Sent(Event): ...

class Client(Protocol):
    def size(self) -> int: ...

class Sized:
    def size(self) -> int:
        return 1

def connect() -> Sized:
    return Sized()

class Keeps(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    lock: asyncio.Lock | None = Field(default=None, exclude=True)

class Named:
    name: str = ""

class State(Named, Keeps):
    name: str

class Free(Workflow): ...

@step(workflow=Free)
async def free(ev: StartEvent) -> StopEvent:
    return StopEvent()
"""

IMPORTED_FOR_IT = """
from __future__ import annotations
import asyncio
from typing import Annotated, Protocol
from pydantic import BaseModel, ConfigDict, Field
from typedflow import Context, Event, Resource, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent
"""


MARKS = frozenset({"Resource", "connect"})
"""Names that stand where mypy does not look: in the marks of an `Annotated`."""


def misspelt(text: str) -> Iterator[tuple[str, str]]:
    """The text with an x after each of the names in its annotations, bases, decorators and options, one at a time."""
    tree = ast.parse(text)
    around = [one for node in ast.walk(tree) if isinstance(node, ast.stmt) for one in _around(node)]
    names = [one for node in around for one in ast.walk(node) if isinstance(one, ast.Name)]
    for name in (one for one in names if one.id not in MARKS):
        written, name.id = name.id, name.id + "x"
        yield f"{written}, line {name.lineno}", ast.unparse(tree)
        name.id = written


def _around(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.ClassDef):
        return node.bases
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if not isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
        return []
    annotations = [one.annotation for one in node.args.args if one.annotation is not None]
    return [*node.decorator_list, *annotations, *([node.returns] if node.returns is not None else [])]


def test_of_a_misspelt_name_mypy_alone_speaks(tmp_path: Path) -> None:
    """What would follow from it is not said too: a step that is none, an event that nobody makes."""
    mistakes = dict(misspelt(ONE_NAME_IS_MISSPELT))
    assert len(mistakes) > 30
    names = {f"misspelt_{number}": mistake for number, mistake in enumerate(mistakes)}
    (tmp_path / "right.py").write_text(IMPORTED_FOR_IT + ONE_NAME_IS_MISSPELT)
    for name, mistake in names.items():
        (tmp_path / f"{name}.py").write_text(IMPORTED_FOR_IT + mistakes[mistake])
    output = run_mypy(tmp_path, configuration(tmp_path), [f"{name}.py" for name in ("right", *names)])
    assert not [line for line in output.splitlines() if line.startswith("right.py")]
    for name, mistake in names.items():
        said = [line for line in output.splitlines() if line.startswith(f"{name}.py") and ": error:" in line]
        assert any("[name-defined]" in line for line in said), mistake
        assert not [line for line in said if "[typedflow-" in line], f"{mistake}: {said}"


UNKNOWN_BESIDE_ANY = """
from typing import Any
from typedflow import Event, StartEvent, StopEvent, Workflow, step
from nowhere import Missing  # type: ignore[import-not-found]

class Made(Event): ...

class W(Workflow):
    @step
    async def a(self, ev: StartEvent, one: Any = None, many: list[Any] = []) -> Made:
        return Made()

    @step
    async def b(self, made: Made, ev: Missing) -> StopEvent:
        return StopEvent()

    @step
    async def c(self, evs: list[Missing]) -> StopEvent:
        return StopEvent()
"""


def test_what_could_not_be_imported_is_no_any_that_is_written_elsewhere_in_the_class(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text(UNKNOWN_BESIDE_ANY)
    output = run_mypy(tmp_path, configuration(tmp_path), ["beside.py"])
    assert "typedflow-" not in output


def mutants(seed: int, count: int) -> list[str]:
    """Programs that Python can parse and that make no sense: parts of good ones taken out or exchanged."""
    maker = random.Random(seed)
    sources = [path.read_text() for path in sorted(CASES.glob("*/*.py")) if path.stem != "__init__"]
    found: list[str] = []
    while len(found) < count:
        text = maker.choice(sources) if maker.random() < 0.5 else workflow(maker.randrange(10**6))
        words = text.replace("(", " ( ").replace(")", " ) ").replace("[", " [ ").replace("]", " ] ").split(" ")
        for _ in range(maker.randint(1, 6)):
            at = maker.randrange(len(words))
            kind = maker.randrange(3)
            if kind == 0:
                del words[at]
            elif kind == 1:
                words[at] = maker.choice(words)
            else:
                words.insert(
                    at, maker.choice(["int", "None", "self", "Context", "Event", "...", "@step", "*", "3", "''"])
                )
        mutant = " ".join(words)
        try:
            ast.parse(mutant)
        except (SyntaxError, ValueError):
            continue
        found.append(mutant)
    return found


@pytest.mark.parametrize("seed", [1])
def test_programs_without_sense_are_survived(seed: int, tmp_path: Path) -> None:
    names = []
    for number, text in enumerate(mutants(seed, 60)):
        names.append(f"mutant_{number}.py")
        (tmp_path / names[-1]).write_text(text)
    (tmp_path / "shop.py").write_text((CASES / "shop.py").read_text())
    config = configuration(tmp_path, more='disable_error_code = ["syntax"]\n')
    for part in range(0, len(names), 20):
        try:
            run_mypy(tmp_path, config, names[part : part + 20], options=["--no-incremental"])
        except RuntimeError as error:  # what only a parser objects to ends a run, and is not the plugin's
            if "INTERNAL ERROR" in str(error) or "Traceback" in str(error):
                raise


BREAKING = """
import typedflow_mypy.classes as classes
import typedflow_mypy.texts as texts
from typedflow_mypy import plugin

def broken(*arguments: object) -> None:
    raise RuntimeError("the plugin has an error")

classes.lookup_fully_qualified = broken
texts.source_of = broken
"""


def test_an_error_of_the_plugin_outside_of_a_feature_is_survived(tmp_path: Path) -> None:
    """What is asked of it for each class and for each file, whatever stands in them."""
    (tmp_path / "breaking.py").write_text(BREAKING)
    (tmp_path / "flow.py").write_text(
        "from typing import Annotated\n\nfrom typedflow import Context\n\nNumber = Annotated[int, 'n']\n\n\n"
        "def tell(ctx: Context) -> None: ...\n\n\nwrong: str = 1\n"
    )
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nplugins = {tmp_path / 'breaking.py'}\n")
    environment = {name: value for name, value in os.environ.items() if name != "TYPEDFLOW_MYPY_RAISE"}
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "flow.py"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": python_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "INTERNAL ERROR" not in done.stdout + done.stderr
    assert done.returncode == 1, done.stdout + done.stderr
    assert "flow.py:11: error: Incompatible types" in done.stdout
