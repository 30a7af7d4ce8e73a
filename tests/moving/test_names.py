"""Every public name of the peer is here in its place, or the page says what takes its place."""

from __future__ import annotations

import importlib
import re

import pytest
from page import PAGE, run
from peer_names import PEER_NAMES

from typedflow import Context, StartEvent, StopEvent, Workflow, step

TEXT = PAGE.read_text(encoding="utf-8")
NOT_HERE = TEXT.partition("## Names that are not here")[2].partition("\n## ")[0]
ABSENT = {
    name for row in NOT_HERE.splitlines() if row.startswith("|") for name in re.findall(r"`(\w+)`", row.split("|")[1])
}
PUBLIC = [(module, name) for module, names in PEER_NAMES.items() for name in names]


@pytest.mark.parametrize(("module", "name"), PUBLIC)
def test_a_public_name_is_in_its_place_or_on_the_page(module: str, name: str) -> None:
    ours = importlib.import_module(module.replace("workflows", "typedflow", 1))
    try:
        getattr(ours, name)
    except (AttributeError, ImportError):
        assert name in ABSENT
    else:
        assert name not in ABSENT


class Flow(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=1)


@pytest.mark.parametrize("module", ["server", "client", "protocol", "plugins", "utils"])
def test_a_module_that_is_not_here_is_no_module(module: str) -> None:
    assert f"`.{module}`" in NOT_HERE or f"`workflows.{module}`" in NOT_HERE
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"typedflow.{module}")


@pytest.mark.parametrize("argument", ["runtime", "serializer"])
def test_an_argument_that_is_not_here_is_a_type_error(argument: str) -> None:
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{argument}'"):
        Flow(**{argument: None})  # type: ignore[arg-type]  # what is tested


async def test_members_that_are_not_here_are_attribute_errors_and_what_takes_their_place_is_here() -> None:
    with pytest.raises(TypeError):
        Context(Flow(), {})  # type: ignore[arg-type, call-arg]  # what is tested
    handler = Flow().run()
    assert await handler == 1
    for owner, member in ((handler.ctx, "get_result"), (handler.ctx, "streaming_queue"), (handler, "cancelled")):
        assert f"{member}" in NOT_HERE
        with pytest.raises(AttributeError):
            getattr(owner, member)


async def test_positional_arguments_mean_what_they_meant() -> None:
    workflow = Flow(30.0, False, False, None, 2)
    ctx = Context(workflow)
    assert await workflow.run(ctx, StartEvent()) == 1
    assert workflow.timeout == 30.0


def test_every_import_of_a_serializer_says_what_to_do() -> None:
    for module in ("typedflow.context", "typedflow.context.serializers"):
        for name in ("PickleSerializer", "BaseSerializer"):
            with pytest.raises(ImportError, match=rf"{module} has no {name}: a saved context is JSON"):
                getattr(importlib.import_module(module), name)


async def test_another_serializer_is_refused_with_what_to_do() -> None:
    program = """
from workflows import Context, Workflow, step
from workflows.context import JsonSerializer
from workflows.events import StartEvent, StopEvent

class Mine(JsonSerializer):
    pass

class Flow(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

Context(Flow()).to_dict(serializer=Mine())
"""
    with pytest.raises(Exception, match=r"contexts are saved as JSON and take no Mine: drop the argument"):
        await run(program, "a serializer")
