"""No false alarm in what is written about the library, and no message on a page that mypy does not give.

All programs of the README, of docs/, of the guide page "Managing State" and of the docstrings are checked as one mypy
--strict run with the plugin: what is right on a page is right for mypy, and of what is wrong on purpose mypy says what
the page says that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import managing_state
import pytest
from docstrings import MODULES, programs
from mypy.version import __version__ as mypy_version
from mypy_runs import PLUGINS, configuration, run_mypy
from page import PAGE as MOVING
from page import cases, drawing
from snippets import DOCS, README, ROOT, mistaken, program

MOVING_TESTS = ROOT / "tests" / "moving"
PAGES = [page for page in (README, *sorted(DOCS.rglob("*.md"))) if "```python" in page.read_text(encoding="utf-8")]


@dataclass(frozen=True)
class Snippet:
    """A program: the name of its file, its text, and the page's messages, without the name of a file."""

    name: str
    text: str
    messages: tuple[str, ...] = ()


def _of_pages() -> Iterator[Snippet]:
    for page in PAGES:
        if page == MOVING:
            continue
        name = "_".join(page.relative_to(ROOT).with_suffix("").parts)
        yield Snippet(f"{name}_right", program(page))
        for number, wrong in enumerate(mistaken(page)):
            yield Snippet(f"{name}_wrong_{number}", wrong.program, tuple(map(_without_file, wrong.messages)))


def _of_moving() -> Iterator[Snippet]:
    """Each program of the page about moving over stands alone, and has done what the page says first."""
    for case in cases():
        messages = case.error.splitlines() if case.is_told_by_mypy else ()
        yield Snippet(f"before_{case.title}", _moved(case.before), tuple(map(_without_file, messages)))
        yield Snippet(f"after_{case.title}", _moved(case.after))
    yield Snippet("docs_moving_drawing", drawing().program)


def _of_the_guide() -> Iterator[Snippet]:
    yield Snippet("guide_untyped", managing_state.UNTYPED)
    yield Snippet("guide_locked", managing_state.LOCKED + managing_state.ACROSS_RUNS)
    yield Snippet("guide_typed", managing_state.TYPED + managing_state.ACROSS_RUNS)


def _of_docstrings() -> Iterator[Snippet]:
    for module in MODULES:
        for example in programs(module):
            yield Snippet(f"docstring_{example.name}", example.text)


def _of_programs_moved() -> Iterator[Snippet]:
    """Those of the other library's guide, which are loosely typed: of them mypy itself says something, and the plugin nothing."""
    for file in sorted((MOVING_TESTS / "programs").glob("*.py")):
        yield Snippet(f"moved_{file.stem}", _moved(file.read_text(encoding="utf-8")))


def _moved(text: str) -> str:
    return re.sub(r"^( *)from workflows\b", r"\1from typedflow", text, flags=re.MULTILINE)


def _without_file(line: str) -> str:
    return line.partition(":")[2]


def _module(name: str) -> str:
    return re.sub(r"\W+", "_", name)


SNIPPETS = [*_of_pages(), *_of_moving(), *_of_the_guide(), *_of_docstrings(), *_of_programs_moved()]
LOOSE = ("before_", "moved_")
BEFORE = {case.title: case.error for case in cases()}
AS_ON_THE_PAGES = tuple(map(int, mypy_version.split(".")[:2])) >= (1, 19)
"""Whether this mypy words what it finds by itself as those do with which the pages are written."""


@lru_cache
def said(combination: str = "alone") -> dict[str, list[str]]:
    """What mypy says of all of them, in one run: the name of a snippet to its lines, without file and column."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for snippet in SNIPPETS:
            (folder / f"{_module(snippet.name)}.py").write_text(snippet.text, encoding="utf-8")
        # Two pages await at the top level, as one may in a notebook; the tests that run them do as a notebook does.
        config = configuration(folder, PLUGINS[combination], more='disable_error_code = ["top-level-await"]\n')
        output = run_mypy(folder, config, [f"{_module(snippet.name)}.py" for snippet in SNIPPETS])
    found: dict[str, list[str]] = {_module(snippet.name): [] for snippet in SNIPPETS}
    for line in output.splitlines():
        file, number, _, rest = line.split(":", 3)
        found[file.removesuffix(".py")].append(f"{number}:{rest}")
    return {snippet.name: found[_module(snippet.name)] for snippet in SNIPPETS}


def test_no_two_snippets_share_a_file() -> None:
    assert len({_module(snippet.name) for snippet in SNIPPETS}) == len(SNIPPETS)


@pytest.mark.parametrize("name", [s.name for s in SNIPPETS if not s.messages and not s.name.startswith(LOOSE)])
def test_mypy_has_nothing_to_say_of_what_is_right(name: str) -> None:
    assert said()[name] == []


@pytest.mark.parametrize("name", [s.name for s in SNIPPETS if s.name.startswith("moved_")])
def test_the_plugin_has_nothing_to_say_of_a_program_that_ran_before(name: str) -> None:
    assert [line for line in said()[name] if "[typedflow-" in line] == []


@pytest.mark.parametrize(("name", "messages"), [(s.name, s.messages) for s in SNIPPETS if s.messages])
def test_the_messages_on_a_page_are_those_that_mypy_gives(name: str, messages: tuple[str, ...]) -> None:
    if AS_ON_THE_PAGES or all("[typedflow-" in line for line in messages if ": error: " in line):
        assert said()[name] == [*messages]
    else:
        assert _places(said()[name]) == _places(messages)


def _places(messages: Iterable[str]) -> list[tuple[str, str]]:
    return [(line.partition(":")[0], line.rpartition("  [")[2]) for line in messages if ": error: " in line]


@pytest.mark.parametrize(
    "title", [title for title, error in BEFORE.items() if re.search(r"^ *\[", error, re.MULTILINE)]
)
def test_a_code_that_the_run_names_is_named_by_mypy_before(title: str) -> None:
    named = set(re.findall(r"^(?:\w+: | *)\[([a-z-]+)\]", BEFORE[title], re.MULTILINE))
    assert named <= {
        code for line in said()[f"before_{title}"] for code in re.findall(r"\[typedflow-([a-z-]+)\]$", line)
    }


@pytest.mark.parametrize("combination", ["before_pydantic", "after_pydantic"])
def test_all_of_it_is_the_same_beside_the_plugin_of_pydantic(combination: str) -> None:
    beside = said(combination)
    for snippet in SNIPPETS:
        if not snippet.name.startswith(LOOSE):
            assert beside[snippet.name] == said()[snippet.name], snippet.name


def test_every_page_that_shows_mypys_messages_has_them_compared() -> None:
    for page in PAGES:
        shown = re.findall(
            r"^\S+\.py:\d+: error: .*\[typedflow-[a-z-]+\]$", page.read_text(encoding="utf-8"), re.MULTILINE
        )
        compared = [line for wrong in mistaken(page) for line in wrong.messages if ": error: " in line]
        assert set(shown) <= set(compared), page
