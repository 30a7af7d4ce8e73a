"""The plugin and the run time find the same, in the same words, in hand-written programs with one small change each."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from both_sides import Findings, at_run_time, by_the_plugin
from changed_program import events_in
from mutants import Source, mutant
from mypy_runs import ROOT, configuration, run_mypy
from twins import preamble, twins_of

COUNT = int(os.environ.get("TYPEDFLOW_MUTANTS", "100"))
"""How many; 3,000 by hand."""

SEED = int(os.environ.get("TYPEDFLOW_MUTANTS_SEED", "0"))

MORE = os.environ.get("TYPEDFLOW_MUTANTS_OF", "")
"""A folder with more programs, by hand: each a module that stands alone."""

CASES = Path(__file__).parent / "cases"
SHOP = (CASES / "shop.py").read_text(encoding="utf-8")

ONLY_AT_A_CALL = frozenset({"state-path", "state-read-only", "nested-edit", "run-arguments"})
"""What mypy says of a call, and the run time when the call is made."""

MYPY_SAYS_MORE = frozenset({"resource-type"})
"""Of protocols, generics and None the run time does not say whether the one fits the other."""

LEFT_OPEN = {
    "error_handler: a misspelt step": "the names of the steps come from a variable, whose value mypy does not know",
    "forgotten_step: the first": "abstract methods without ABC: mypy takes the class for abstract, Python does not",
    "unproduced_event: a class in a function": "a method without @step names a class of a function that has returned",
    "no_stop: the chain ends in nothing": "a decorator without a type makes steps: mypy sees Any",
    "step_signature: no time": "a number comes from a variable, whose value mypy does not know",
    "step_signature: fewer than one": "a method without @step names a variable of its class in a string",
    "no_start: only helpers": "as before",
    "collect: the first few": "an alias with a mark in a union: refused by both, in other words",
    "step_signature: a number and no cardinality": "as before",
    "step_signature: Collect on a single event": "as before",
    "state_type: under an alias": "mypy does not tell `Context[DictState]` behind an alias from a bare `Context`",
    "state_type: a generic model": "a generic class that is no model: at run time its arguments are not shown",
    "state_default: a generic model": "as before",
    "state_unserializable: a generic model": "as before",
    "no_start: a nested class": "a class whose name stands in a class: mypy shows its short name",
}
"""Twins whose mutants may differ, and why."""


def sources() -> Iterator[Source]:
    """The right twins, each with what stands above all of its file, and the examples."""
    events = events_in(ast.parse(SHOP))
    for file in sorted((CASES / "right").glob("[a-z]*.py")):
        for twin in twins_of(file).values():
            if f"{file.stem}: {twin.name}" not in LEFT_OPEN:
                yield Source(f"{file.stem}: {twin.name}", preamble(file) + twin.text, events)
    for file in sorted([*(ROOT / "examples").glob("*.py"), *(Path(MORE).glob("*.py") if MORE else ())]):
        text = file.read_text(encoding="utf-8")
        if "Workflow" in text and "from ." not in text:
            yield Source(file.stem, text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    for place in (tmp_path, *([MORE] if MORE else [])):
        monkeypatch.syspath_prepend(str(place))
    return tmp_path


def compared(said: Findings, found: Findings) -> Findings:
    """Of what mypy says, what the run time is to have found too."""
    return {
        (code, message)
        for code, message in said
        if code not in ONLY_AT_A_CALL and not message.startswith("wait_for_event requires")
        if code not in MYPY_SAYS_MORE or (code, message) in found
    }


def test_both_find_the_same_in_a_changed_program(folder: Path) -> None:
    programs = list(sources())
    random = Random(SEED)
    changes: dict[str, str] = {}
    for number in range(COUNT):
        source = random.choice(programs)
        change, text = mutant(source, random.randrange(10**9))
        name = f"mutant_{SEED}_{number}"
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        changes[name] = f"{name}, {source.name}: {change}"
    config = configuration(folder)
    output = run_mypy(folder, config, [f"{name}.py" for name in changes], timeout=1800)
    static = by_the_plugin(output)
    different: list[str] = []
    judged = broken = 0
    for name, change in changes.items():
        live, said = at_run_time(folder / f"{name}.py"), static.get(name, set())
        if live.broken:
            broken += 1
            continue
        judged += bool(live.found)
        said = compared(said, live.found)
        if not live.agrees_with(said):
            different.append(f"{change}\n{live.difference(said)}\n")
    sys.modules.pop("shop", None)
    report = "\n".join(different)
    assert not different, f"{len(different)} of {COUNT - broken} differ, seed {SEED}, in {folder}:\n{report}"
    assert broken < COUNT // 3, "most are to be programs still"
    assert 0 < judged < COUNT - broken, "some are to be right, some wrong"
