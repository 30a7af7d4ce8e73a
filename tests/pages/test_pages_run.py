"""The programs of the pages that have no test of their own run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from snippets import DOCS, README, mistaken, program

from typedflow.state import StateStore


def names_of(page: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(program(DOCS / f"{page}.md"), f"docs/{page}.md", "exec", dont_inherit=True), names)
    return names


def test_the_page_about_costs_prints_a_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    names_of("costs")
    assert "double" in capsys.readouterr().out


async def test_the_page_about_drafts_edits_as_it_says() -> None:
    names = names_of("state-drafts")
    store = StateStore(names["Shop"](items=[names["Item"](qty=number) for number in range(4)]))
    ctx = SimpleNamespace(store=store)  # of the context the page uses nothing else
    await names["restock"](ctx)
    assert [item.qty for item in store.state.items] == [0, 1, 2, 4]
    assert (await names["count_all"](ctx)).count == 7
    assert names["Log"](lines=["a"]).lines == ["a"]


async def test_the_page_about_types_asserts_them() -> None:
    await names_of("typing")["main"]()


def test_a_program_keeps_the_lines_of_its_page() -> None:
    page = README.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(program(README).splitlines()):
        assert line in ("", page[number])


def test_what_is_wrong_on_purpose_is_no_part_of_the_program_of_a_page() -> None:
    [wrong] = mistaken(README)
    assert "class Shop(Workflow)" in wrong.program
    assert "class Shop(Workflow)" not in program(README)
