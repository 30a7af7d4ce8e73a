"""The page about moving over says what happens: programs before get the errors shown, programs after run."""

from __future__ import annotations

import asyncio
import importlib
import re

import pytest
from page import PAGE, Case, cases, drawing, run

CASES = cases()
IDS = [re.sub(r"\W+", "_", case.title) for case in CASES]
TOLD_BY_MYPY = [case for case in CASES if case.is_told_by_mypy]  # what it says is compared in typecheck_tests/plugin
TOLD_BY_THE_RUN = [case for case in CASES if not case.is_told_by_mypy]


@pytest.mark.parametrize("case", TOLD_BY_MYPY, ids=lambda case: re.sub(r"\W+", "_", case.title))
async def test_a_program_before_that_mypy_alone_refuses_runs(case: Case) -> None:
    await asyncio.wait_for(run(case.before, f"{case.title}, before"), 10)


@pytest.mark.parametrize("case", TOLD_BY_THE_RUN, ids=lambda case: re.sub(r"\W+", "_", case.title))
async def test_a_program_before_gets_the_error_that_the_page_shows(case: Case) -> None:
    with pytest.raises(Exception) as caught:
        await asyncio.wait_for(run(case.before, f"{case.title}, before"), 10)
    assert f"{type(caught.value).__name__}: {caught.value}".strip() == case.error.strip()


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_a_program_after_runs(case: Case) -> None:
    await asyncio.wait_for(run(case.after, f"{case.title}, after"), 10)


async def test_the_drawing_is_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    await run(drawing().program, "drawing")
    assert capsys.readouterr().out == drawing().printed


PLACES = re.findall(r"^(workflows\S*) +(typedflow\S*)(?:  \((.*)\))?$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("peer", "ours", "below"), PLACES)
def test_every_place_that_the_page_names_is_there(peer: str, ours: str, below: str) -> None:
    assert ours == peer.replace("workflows", "typedflow")
    for name in [ours, *(ours + part for part in below.split(", ") if part)]:
        assert importlib.import_module(name)
