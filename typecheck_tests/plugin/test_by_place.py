"""What `collect_events` gives has a type at each place where that is certain, and is the list that it is where it is not.

The wrong twins are wrong for mypy, on the line that says so, and raise when they run; the right ones are right for both. After
those that are used by place come those of which a place may hold another event, whose twins see to it that none is promised.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from expected import expected_errors, reported_errors
from mypy_runs import configuration, run_mypy
from twins import Twin, idiom, preamble, twins_of

from typedflow import Workflow

CASES = Path(__file__).parent / "cases" / "by_place"
RIGHT, WRONG = CASES / "right.py", CASES / "wrong.py"

MISTAKES = (AttributeError, IndexError, ValueError)
"""What a mistake about a place raises."""

DOUBTING = """
from typedflow import Context, Event


class Query(Event):
    text: str


class Rows(Event):
    rows: str


def asks_what_it_is(ctx: Context, ev: Query | Rows) -> str:
    found = ctx.collect_events(ev, [Query, Rows])
    if found is None:
        return ""
    query, rows = found
    if not isinstance(query, Query) or not isinstance(rows, Rows):
        raise TypeError(query)
    return query.text + rows.rows


def asks_how_many(ctx: Context, ev: Query | Rows) -> Query | Rows:
    found = ctx.collect_events(ev, [Query, Rows])
    if found is None or len(found) != 2:
        raise TypeError(found)
    return found[0]


def asks_twice(ctx: Context, ev: Query | Rows) -> int | None:
    found = ctx.collect_events(ev, [Query, Rows])
    if found is None:
        return None
    return len(found[0].text) if found and isinstance(found[0], Query) else 0


def asks_what_else(ctx: Context, ev: Query | Rows) -> str | None:
    match ctx.collect_events(ev, [Query, Rows]):
        case [Query(text=text), Rows(rows=rows)]:
            return text + rows
        case _:
            return None


def asks_what_else_of_a_name(ctx: Context, ev: Query | Rows) -> str | None:
    found = ctx.collect_events(ev, [Query, Rows])
    if found is None:
        return None
    match found:
        case [Query() as query, Rows() as rows]:
            return query.text + rows.rows
        case _:
            raise TypeError(found)
"""
"""Programs that ask what is known: right, and yet there is something to say to whoever wants to hear what is redundant."""


@lru_cache
def _reported() -> dict[str, set[tuple[int, str]]]:
    with TemporaryDirectory() as folder:
        config = configuration(Path(folder))
        found = reported_errors(run_mypy(CASES, config, [RIGHT.name, WRONG.name], cache=Path(folder) / "cache"))
    return {file: {(line, code) for line, _, code in errors} for file, errors in found.items()}


def test_each_wrong_twin_has_its_right_twin() -> None:
    assert list(twins_of(WRONG)) == list(twins_of(RIGHT))


@pytest.mark.parametrize("file", [RIGHT, WRONG], ids=lambda file: file.stem)
def test_no_two_twins_differ_in_names_alone(file: Path) -> None:
    assert len({idiom(twin) for twin in twins_of(file).values()}) == len(twins_of(file))


def test_nothing_is_found_in_a_right_twin() -> None:
    assert _reported().get(RIGHT.name, set()) == set()


@pytest.mark.parametrize("twin", twins_of(WRONG).values(), ids=lambda twin: twin.name)
def test_a_wrong_twin_is_found_where_it_is_wrong(twin: Twin) -> None:
    lines = range(twin.first, twin.last + 1)
    expected = {(line, code) for line, _, code in expected_errors(WRONG) if line in lines}
    assert len(expected) == 1
    assert {error for error in _reported()[WRONG.name] if error[0] in lines} == expected


@pytest.mark.parametrize("twin", twins_of(RIGHT).values(), ids=lambda twin: twin.name)
async def test_a_right_twin_runs(twin: Twin) -> None:
    assert await _run(RIGHT, twin)


@pytest.mark.parametrize("twin", twins_of(WRONG).values(), ids=lambda twin: twin.name)
async def test_a_wrong_twin_raises(twin: Twin) -> None:
    with pytest.raises(MISTAKES):
        await _run(WRONG, twin)


def test_who_asks_what_is_known_is_not_told_so_where_mypy_tells_what_is_redundant(tmp_path: Path) -> None:
    (tmp_path / "doubting.py").write_text(DOUBTING)
    config = configuration(tmp_path, more='warn_unreachable = true\nenable_error_code = ["redundant-expr"]\n')
    assert run_mypy(tmp_path, config, ["doubting.py"]) == ""


async def _run(file: Path, twin: Twin) -> object:
    """What the workflow of the twin, its last class, stops with."""
    names: dict[str, object] = {"__name__": "twin"}
    exec(compile(preamble(file) + twin.text, f"{file.name}: {twin.name}", "exec", dont_inherit=True), names)
    workflow = [one for one in names.values() if isinstance(one, type) and issubclass(one, Workflow)][-1]
    return await asyncio.wait_for(workflow().run(), 5)
