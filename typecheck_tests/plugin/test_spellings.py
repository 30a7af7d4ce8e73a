"""Unusual ways to write a program, each read alike by mypy and at run time. The mutants have shown that they are written."""

from __future__ import annotations

import pytest
from both_sides import AtRunTime, Findings, at_run_time, by_the_plugin
from mypy_runs import configuration, run_mypy

HEAD = """
from typing import Annotated, Generic, Optional, TypeVar
from pydantic import BaseModel
from typedflow import *
E = TypeVar("E", bound=Event)
class Paid(Event): ...
class Client: ...
def connect() -> Client: return Client()
"""

PAYS = """
class W(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> {0}: ...
    @step
    async def end(self, {1}) -> StopEvent: ...
"""

BEGINS = """
class W(Workflow):
    @step
    async def begin({0}) -> StopEvent: ...
"""

SPELLINGS: dict[str, tuple[str, set[str]]] = {
    "a step without self": (PAYS.format("Paid", "ev: Paid").replace("self, ", ""), set()),
    "a step without self, after the context": (BEGINS.format("ctx: Context, ev: StartEvent"), set()),
    "a receiver of another name": (BEGINS.format("this, ev: StartEvent"), set()),
    "a step of a type variable, without self": (
        "class W(Workflow, Generic[E], open_steps=True):\n    @step\n    async def again(ev: E) -> E | StopEvent: ...",
        set(),
    ),
    "a step that is defined twice": (
        BEGINS.format("self, ev: StartEvent")
        + "    @step\n    async def begin(self, ev: StartEvent) -> StopEvent: ...",
        set(),
    ),
    "a step under two names": (
        BEGINS.format("self, ev: StartEvent")
        + '    @catch_error(for_steps=["begin"])\n    async def mend(self, ev: StepFailedEvent) -> StopEvent: ...\n'
        + "    again = mend\n",
        set(),
    ),
    "a context by place": (
        BEGINS.format("self, ctx: Context, ev: StartEvent, /").replace(
            "...", "\n        ctx.send_event(Paid())\n        ..."
        ),
        {"unhandled-event"},
    ),
    "a parameter by place without an annotation": (BEGINS.format("self, ev, /"), {"step-signature"}),
    "self by place": (
        BEGINS.format("self, /, ev: StartEvent").replace("...", "\n        self.kept = 1\n        ..."),
        {"self-state"},
    ),
    "a helper that is called through a self by place": (
        BEGINS.format("self, /, ev: StartEvent").replace("...", "\n        return self.made(ev)")
        + "    def made(self, ev: StartEvent) -> StopEvent: ...",
        set(),
    ),
    "a bare context inside of something": (
        "class Count(BaseModel): ...\n"
        + BEGINS.format("self, ctx: Context[Count], ev: StartEvent")
        + "    @step\n    async def next(self, ctx: Annotated[Context, 'bare'], ev: StartEvent) -> StopEvent: ...",
        set(),
    ),
    "a list beside an event": (PAYS.format("Paid", "ev: Paid | list[Paid]"), {"step-signature"}),
    "a list of contexts": (BEGINS.format("self, ctx: list[Context], ev: StartEvent"), {"step-signature"}),
    "a list of resources": (
        BEGINS.format("self, ev: StartEvent, one: list[Annotated[Client, Resource(connect)]]"),
        {"step-signature"},
    ),
    "a resource or None": (
        BEGINS.format("self, ev: StartEvent, one: Annotated[Client, Resource(connect)] | None"),
        set(),
    ),
    "a resource or None, the old way": (
        BEGINS.format("self, ev: StartEvent, one: Optional[Annotated[Client, Resource(connect)]]"),
        set(),
    ),
    "marks in two layers": (
        PAYS.format("list[Paid]", 'evs: Annotated[Annotated[list[Paid], Collect(All())], "all of them"]'),
        set(),
    ),
    "a resource in two layers": (
        BEGINS.format('self, ev: StartEvent, one: Annotated[Annotated[Client, Resource(connect)], "shared"]'),
        set(),
    ),
    "a type variable is returned": (
        "class W(Workflow, Generic[E]):\n    @step\n    async def begin(self, ev: StartEvent) -> E | StopEvent: ...",
        set(),
    ),
    "a field has its value from a class that is no model": (
        "class Named:\n    name: str = ''\nclass Person(BaseModel):\n    name: str\nclass Both(Named, Person): ...\n"
        + BEGINS.format("self, ctx: Context[Both], ev: StartEvent"),
        set(),
    ),
    "a field has no value from a class that is no model": (
        "class Named:\n    size = 1\nclass Person(BaseModel):\n    name: str\nclass Both(Named, Person): ...\n"
        + BEGINS.format("self, ctx: Context[Both], ev: StartEvent"),
        {"state-default"},
    ),
    "a start event has a field from a class that is no model": (
        "class Named:\n    name: str\nclass Start(Named, StartEvent): ...\n"
        + BEGINS.format("self, ev: Start")
        + 'async def main() -> None:\n    await W().run(name="a")\n',
        set(),
    ),
    "an alias that is none to mypy": ("spelt = 'Paid | StopEvent'\n" + PAYS.format("spelt", "ev: Paid"), set()),
    "the declared state is no model": (
        BEGINS.format("self, ev: StartEvent").replace("Workflow", "Workflow[Client, object]"),
        {"state-type"},
    ),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[AtRunTime, Findings]]:
    """What each side says of each of them, in one run of mypy."""
    folder = tmp_path_factory.mktemp("spellings")
    names = {spelling: f"spelling_{number}" for number, spelling in enumerate(SPELLINGS)}
    for spelling, (text, _) in SPELLINGS.items():
        (folder / f"{names[spelling]}.py").write_text(HEAD + text.lstrip("\n") + "\n", encoding="utf-8")
    static = by_the_plugin(run_mypy(folder, configuration(folder), [f"{name}.py" for name in names.values()]))
    return {spelling: (at_run_time(folder / f"{name}.py"), static.get(name, set())) for spelling, name in names.items()}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_both_read_it_alike(spelling: str, judged: dict[str, tuple[AtRunTime, Findings]]) -> None:
    live, said = judged[spelling]
    assert live.broken == ""
    assert live.found == said
    assert {code for code, _ in said} == SPELLINGS[spelling][1]
