"""A `Field(...)` has the type, and the errors, that it has without the plugin, whatever it is given."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

from mypy_runs import configuration, run_mypy

COUNT = int(os.environ.get("TYPEDFLOW_FIELD_CALLS", "300"))
SEED = int(os.environ.get("TYPEDFLOW_FIELD_CALLS_SEED", "0"))

HEAD = """
from __future__ import annotations
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar
from pydantic import AliasChoices, AliasPath, BaseModel, Field
from typedflow import Event, StartEvent

T = TypeVar("T")
OPTIONS: dict[str, Any] = {"title": "t"}
NAMES: tuple[str, ...] = ()
anything: Any = None
def number() -> int:
    return 1
def told(data: dict[str, Any]) -> str:
    return "a"
def maker(kind: type[T]) -> T:
    return kind()
class Inner(BaseModel):
    n: int = 0
"""

TYPES = (
    "int", "str", "list[str]", "dict[str, int]", "Inner", "Inner | None", "list[Inner]", "Any", "float", "object",
    "Literal['a', 'b']", "set[int] | None", "tuple[int, ...]", "Annotated[int, Field(gt=0)]", "ClassVar[int]", "bytes",
)  # fmt: skip
VALUES = (
    "1", "'a'", "None", "...", "[]", "{}", "Inner()", "anything", "number()", "()", "NAMES", "lambda: 1", "[1, 2]", "1.5", "b''",
)  # fmt: skip
FACTORIES = (
    "list", "dict", "number", "told", "lambda: []", "lambda: Inner()", "Inner", "lambda data: data['a']", "set", "anything", "None",
    "int", "1", "list[str]", "lambda: maker(Inner)", "tuple", "max",
)  # fmt: skip
OPTIONS = (
    "title='t'", "description='d'", "alias='a'", "gt=0", "ge=1.5", "le='a'", "exclude=True", "exclude=None", "repr=False", "frozen=True",
    "validate_default=True", "validate_default=False", "validate_default=None", "max_length=3", "max_length='3'", "pattern='a*'",
    "examples=[1]", "json_schema_extra={'a': 1}", "validation_alias=AliasChoices('a', AliasPath('b', 0))", "discriminator='kind'",
    "nothing=1", "defualt=1", "alias_priority=1", "init=False", "kw_only=True", "strict=True", "union_mode='smart'", "multiple_of=2",
    "deprecated='use another'", "init_var=False", "default_factory=list", "serialization_alias='s'", "coerce_numbers_to_str=True",
)  # fmt: skip


def call(choose: random.Random) -> str:
    given: list[str] = []
    kind = choose.random()
    if kind < 0.3:
        given.append(choose.choice(VALUES))
    elif kind < 0.45:
        given.append(f"default={choose.choice(VALUES)}")
    elif kind < 0.85:
        given.append(f"default_factory={choose.choice(FACTORIES)}")
    for option in choose.sample(OPTIONS, choose.choice([0, 0, 1, 2, 3])):
        if not any(option.partition("=")[0] == one.partition("=")[0] for one in given):
            given.append(option)
    if choose.random() < 0.04:
        given.append("**OPTIONS")
    if choose.random() < 0.03:
        given.insert(0, "*NAMES")
    return f"Field({', '.join(given)})"


def model(choose: random.Random, number: int) -> str:
    base = choose.choice(["BaseModel", "BaseModel", "Event", "StartEvent", "Inner", "BaseModel, Generic[T]", "object"])
    lines = [f"class Model{number}({base}):"]
    for place in range(3):
        written = call(choose)
        lines.append(f"    field{place}: {choose.choice(TYPES)} = {written}")
        lines.append(f"    reveal_type({written})")
    return "\n".join(lines) + "\n"


def told_without_notes(output: str) -> Sequence[str]:
    """What is said, save of which overloads there are: the plugin leaves out of them what is left out of the call."""
    return [line for line in output.splitlines() if ": error:" in line or "Revealed type" in line]


def test_a_field_has_the_type_and_the_errors_that_it_has_without_the_plugin(tmp_path: Path) -> None:
    choose = random.Random(SEED)
    names = [f"fields_{number}.py" for number in range(6)]
    for name in names:
        text = HEAD + "".join(model(choose, number) for number in range(COUNT // 6))
        (tmp_path / name).write_text(text)
    found = told_without_notes(run_mypy(tmp_path, configuration(tmp_path), names, timeout=1800))
    wanted = told_without_notes(run_mypy(tmp_path, configuration(tmp_path, plugins=()), names, timeout=1800))
    assert sum("Revealed type" in line for line in wanted) > COUNT
    assert sum(": error:" in line for line in wanted) > COUNT // 2
    assert found == wanted
