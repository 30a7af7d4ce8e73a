"""What `@step` makes of a method has the type that mypy finds without the plugin, whatever the method looks like: or a better one
where mypy cannot choose between two overloads."""

from __future__ import annotations

import os
import random
from pathlib import Path

from mypy_runs import configuration, run_mypy

COUNT = int(os.environ.get("TYPEDFLOW_MADE_STEPS", "60"))
SEED = int(os.environ.get("TYPEDFLOW_MADE_STEPS_SEED", "0"))

HEAD = """
from __future__ import annotations
from abc import abstractmethod
from typing import Annotated, Any, Generic, Optional, TypeVar
from pydantic import BaseModel
from typing_extensions import Self
from typedflow import Context, Event, Resource, StartEvent, StopEvent, Workflow, step

class S(BaseModel):
    n: int = 0
class Box(BaseModel, Generic[TypeVar("T")]): ...  # type: ignore[misc]
class A(Event): ...
class B(A): ...
class Bad: ...
E = TypeVar("E", bound=Event)
class Many(Event, Generic[E]): ...
Either = A | B
def connect() -> int:
    return 1
"""

PARAMETERS = (
    "ctx: Context[S], ev: A",
    "ctx: Context, ev: A | B",
    "ctx: Context[Any], ev: B",
    "ev: A, ctx: Context[S]",
    "ev: StartEvent",
    "ev: Either",
    "ev: Many[A]",
    "ev: Any",
    "evs: list[A]",
    "ctx: Context[S], evs: list[A | B]",
    "ctx: Context[S], a: A, b: B",
    "a: A, b: B",
    "ev: A, n: Annotated[int, Resource(connect)]",
    "n: Annotated[int, Resource(connect)], ev: A",
    "n: Annotated[int, Resource(connect)], ctx: Context[S], ev: A",
    "ctx: Context[S], ev: A, *, n: Annotated[int, Resource(connect)]",
    "ctx: Context[S], *, ev: A",
    "ctx: Context[S], /, ev: A",
    "ctx: Context[S], ev: A = A()",
    "ctx: Context[S], ev: Bad",
    "ctx: Context[Bad], ev: A",
    "ctx: Context[S]",
    "ev: Optional[A]",
    "ev: A, *rest: int",
    "ev: 'A'",
    "",
)
RETURNS = (
    "A", "A | B", "StopEvent", "StopEvent[int]", "StopEvent[Any] | None", "None", "list[A]", "list[A] | B", "Many[B]",
    "Any", "int", "A | int", "Optional[A]", "Either",
)  # fmt: skip
DECORATORS = ("@step",) * 6 + (
    "@step(num_workers=2)",
    "@step()",
    "@step\n    @abstractmethod",
    "@abstractmethod\n    @step",
)


UNSURE = '"typedflow.step.Step[Any, Any, Any]"'
"""What mypy makes of a step if there is an Any in it, and two overloads fit."""


def steps(choose: random.Random) -> list[str]:
    found: list[str] = []
    for number in range(choose.randint(2, 7)):
        receiver = choose.choice(["self"] * 6 + ["self: Self", "self: Any"])
        parameters = ", ".join(filter(None, (receiver, choose.choice(PARAMETERS))))
        word = "" if choose.random() < 0.15 else "async "
        found.append(
            f"    {choose.choice(DECORATORS)}\n    {word}def step{number}({parameters}) -> {choose.choice(RETURNS)}: ...\n"
        )
    return found


def program(choose: random.Random) -> str:
    text, shown = [HEAD], []
    for number in range(4):
        bases = choose.choice(["Workflow"] * 4 + ["Workflow, Generic[E]", "Flow0" if number else "Workflow"])
        body = steps(choose)
        if choose.random() < 0.2:
            nested = ["    " + line for one in steps(choose) for line in one.splitlines(keepends=True)]
            body.insert(choose.randrange(len(body)), "    class Inner(Workflow):\n" + "".join(nested))
        text.append(f"class Flow{number}({bases}, open_steps=True):\n" + "".join(body))
        shown += [f"reveal_type(Flow{number}.step{place})\n" for place in range(sum("def step" in one for one in body))]
        shown.append(f"async def use{number}(flow: Flow{number}) -> None:\n    reveal_type(flow.step0)\n")
    return "".join((*text, *shown))


def revealed(output: str) -> list[str]:
    return [line for line in output.splitlines() if "Revealed type" in line]


def test_a_step_has_the_type_that_mypy_finds_without_the_plugin(tmp_path: Path) -> None:
    names = [f"steps_{number}.py" for number in range(COUNT)]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(program(random.Random(f"{SEED} {number}")))
    found = revealed(run_mypy(tmp_path, configuration(tmp_path), names, timeout=1800))
    wanted = revealed(run_mypy(tmp_path, configuration(tmp_path, plugins=()), names, timeout=1800))
    assert len(wanted) > 10 * COUNT
    assert sum(UNSURE not in line for line in wanted) > 5 * COUNT, "most are to be plain steps"
    assert len(found) == len(wanted)
    differ = [
        f"{one}\n{other}" for one, other in zip(found, wanted, strict=True) if one != other and UNSURE not in other
    ]
    assert not differ, "\n\n".join(differ)
