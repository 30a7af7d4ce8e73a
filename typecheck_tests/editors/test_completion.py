"""What editors offer behind a dot: the fields of the state, of an event, of a result.

Real language servers, asked over the protocol; jedi, as a library."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from language_server import LanguageServer
from pydantic import BaseModel

from typedflow import DictState, StartEvent

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

class Address(BaseModel):
    street: str = ""
    city: str = ""

class Account(BaseModel):
    owner: str = ""
    cents: int = 0
    address: Address = Address()

class Begin(StartEvent):
    payee: str
    amount: int

class Receipt(BaseModel):
    number: int
    paid: bool

class Pay(Workflow[Account, Receipt]):
    start_event = Begin

    @step
    async def pay(self, ctx: Context[Account], ev: Begin) -> StopEvent[Receipt]:
        async with ctx.store.edit_state() as state:
            state.cents -= ev.amount
            {in_edit}
        {in_step}
        return StopEvent(result=Receipt(number=3, paid=True))

    @step
    async def untyped(self, ctx: Context, ev: StartEvent) -> StopEvent[Receipt]:
        {in_untyped}
        return StopEvent(result=Receipt(number=3, paid=True))

async def main() -> None:
    handler = Pay().run(payee="Ann", amount=5)
    result = await handler
    {in_main}
"""

ACCOUNT = {"owner", "cents", "address"}
ADDRESS = {"street", "city"}
BEGIN = {"payee", "amount"}
RECEIPT = {"number", "paid"}

OFFERS = [
    ("in_edit", "state.", ACCOUNT, BaseModel),
    ("in_edit", "state.address.", ADDRESS, BaseModel),
    ("in_edit", "ev.", BEGIN, StartEvent),
    ("in_step", "ctx.state.", ACCOUNT, BaseModel),
    ("in_step", "ctx.state.address.", ADDRESS, BaseModel),
    ("in_step", "(await ctx.store.get_state()).", ACCOUNT, BaseModel),
    ("in_step", "ev.", BEGIN, StartEvent),
    ("in_step", "ctx.store.at(lambda s: s.|)", ACCOUNT, BaseModel),
    ("in_step", "ctx.store.at(lambda s: s.address.|)", ADDRESS, BaseModel),
    ("in_untyped", "ctx.state.", set(), DictState),
    ("in_main", "result.", RECEIPT, BaseModel),
    ("in_main", "(await Pay().run(payee='Ann', amount=5)).", RECEIPT, BaseModel),
    ("in_main", "handler.ctx.state.", ACCOUNT, BaseModel),
]
"""The place in the program, what is written there (the cursor is at its end, or at `|`), the fields to be offered, and
the class that all else comes from."""

SERVERS = {
    "basedpyright": ["basedpyright-langserver", "--stdio"],
    "pyrefly": ["pyrefly", "lsp"],
    "ty": ["ty", "server"],
}


@dataclass(frozen=True)
class Editor:
    """`complete(text, line, column)` is what it offers there; both count from 0."""

    name: str
    complete: Callable[[str, int, int], list[str]]

    def offers(self, place: str, code: str) -> set[str]:
        """What it offers at the cursor when `code` stands at the place of the program."""
        return set(self.complete(*_written(place, code)))


def _configure(folder: Path) -> None:
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(ROOT)]}))
    (folder / "pyrefly.toml").write_text(
        f"search-path = [{json.dumps(str(ROOT))}]\npython-interpreter-path = {json.dumps(sys.executable)}\n"
    )
    (folder / "ty.toml").write_text(
        f"[environment]\nextra-paths = [{json.dumps(str(ROOT))}]\npython = {json.dumps(sys.prefix)}\n"
    )


@pytest.fixture(scope="module", params=[*SERVERS, "jedi"])
def editor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    file = folder / "program.py"
    file.write_text("")
    _configure(folder)
    if name == "jedi":
        yield _jedi(folder, file)
        return
    program, *options = SERVERS[name]
    beside = Path(sys.executable).parent / program
    found = str(beside) if beside.exists() else shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    server = LanguageServer([found, *options], folder)
    try:
        yield Editor(name, lambda text, line, column: server.complete(file, text, line, column))
    finally:
        server.stop()


def _jedi(folder: Path, file: Path) -> Editor:
    jedi = pytest.importorskip("jedi", reason="jedi is not installed")
    project = jedi.Project(folder, added_sys_path=[str(ROOT)])

    def complete(text: str, line: int, column: int) -> list[str]:
        return [item.name for item in jedi.Script(text, path=file, project=project).complete(line + 1, column)]

    return Editor("jedi", complete)


def _written(place: str, code: str) -> tuple[str, int, int]:
    """The program with `code` at the place, and the line and column of the cursor."""
    codes = dict.fromkeys(("in_edit", "in_step", "in_untyped", "in_main"), "pass")
    text = PROGRAM.format(**{**codes, place: code if "|" in code else code + "|"})
    before = text[: text.index("|")].splitlines()
    return text.replace("|", ""), len(before) - 1, len(before[-1])


@pytest.mark.parametrize(
    ("place", "code", "fields", "base"), OFFERS, ids=[f"{place}: {code}" for place, code, *_ in OFFERS]
)
def test_behind_a_dot_the_fields_are_offered_and_no_others(
    editor: Editor, place: str, code: str, fields: set[str], base: type[BaseModel]
) -> None:
    offered = editor.offers(place, code)
    own = {label for label in offered if not label.startswith("_")} - set(dir(base))
    if editor.name == "jedi" and "lambda" in code:
        assert own == set()  # it knows no type for the parameter of a lambda; docs/typing.md says so
    else:
        assert own == fields


@pytest.mark.parametrize("code", ["nothing.", "state.nothing.", "ctx.state.owner.upper().nothing."])
def test_behind_an_unknown_name_no_field_is_offered(editor: Editor, code: str) -> None:
    offered = editor.offers("in_edit", code)
    assert not offered & (ACCOUNT | ADDRESS | BEGIN | RECEIPT)


def test_behind_a_field_what_its_type_has_is_offered(editor: Editor) -> None:
    offered = editor.offers("in_edit", "state.owner.")
    assert {"upper", "split"} <= offered
    assert not offered & ACCOUNT
