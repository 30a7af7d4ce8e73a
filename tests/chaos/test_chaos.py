"""Random workflows with random failures, delays, retries, cancellations and waits, and what must hold of every one.

No hang, no lost and no doubled event, no task left behind, every lock free. 100 cases, or as many as CHAOS_CASES says;
a case is its number, so `pytest tests/chaos -k "[17-"` runs one again.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from chaos_case import Case
from chaos_machine import Boom

from typedflow.engine.stall import stalled
from typedflow.errors import WorkflowCancelledByUser, WorkflowTimeoutError

CASES = int(os.environ.get("CHAOS_CASES", "100"))
ENDS = ("result", "result", "result", "failure", "cancelled", "timeout", "restored")


def outcome_of(handler: Any) -> str:
    error = handler.exception()
    if error is None:
        return "result"
    kinds = {Boom: "failure", WorkflowCancelledByUser: "cancelled", WorkflowTimeoutError: "timeout"}
    return kinds.get(type(error), repr(error))


@pytest.mark.parametrize(("number", "end"), [(n, ENDS[n % len(ENDS)]) for n in range(CASES)])
async def test_a_random_workflow_loses_nothing_doubles_nothing_and_leaves_nothing_behind(number: int, end: str) -> None:
    before = asyncio.all_tasks()
    case = Case(number, end)
    await check(case, await case.run())
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("group", range(max(1, CASES // 50)))
async def test_many_random_workflows_at_once_keep_apart(group: int) -> None:
    before = asyncio.all_tasks()
    cases = [Case(10_000 + group * 20 + n, ENDS[n % len(ENDS)]) for n in range(20)]
    handlers = await asyncio.gather(*(case.run() for case in cases))
    for case, handler in zip(cases, handlers, strict=True):
        await check(case, handler)
    assert asyncio.all_tasks() == before


async def check(case: Case, handler: Any) -> None:
    """What must hold of every run, however it ended."""
    end = case.end
    outcome = outcome_of(handler)
    wanted = {"failure": ("failure",), "cancelled": ("cancelled", "result"), "timeout": ("timeout", "result")}
    assert outcome in wanted.get(end, ("result",))

    assert case.ledger.doubled() == {}
    assert case.ledger.partly(case.tree) == []
    if outcome == "result":
        assert case.ledger.lost(case.tree) == []
        if end != "restored":
            assert case.ledger.attempts(case.tree) == []
        nothing_is_left(handler, case)
    await the_state_is_whole_and_free(handler, case)


def stalled_parts(books: Any) -> list[str]:
    """What joins and collections still have put by, as the error of a stalled run would say it."""
    return [line for line in stalled(books, "").splitlines() if line.startswith("  - ")]


def nothing_is_left(handler: Any, case: Case) -> None:
    """The books of a finished run hold no open fan-out, no waiter, no line, unless a fan-in had enough before."""
    books = handler._run.books
    for scope in books.scopes.values():
        assert scope.producer.collectors
        assert any(collector.take is not None for collector in scope.producer.collectors) or scope.parent is not None
    if not books.scopes:
        assert not books.waiters
        assert books.retrying == {}
        assert books.backlog == {}
        assert list(books.ready) == []
        if not any(level.cancel_rest for level in case.tree.levels):  # a branch that is cut may have collected a part
            assert stalled_parts(books) == []


async def the_state_is_whole_and_free(handler: Any, case: Case) -> None:
    """No edit is half done, each that was committed is there, and the next writer need not wait."""
    state = handler.ctx.state
    assert state.plus == -state.minus
    if case.end != "restored":
        assert state.plus == len(case.ledger.commits)
    async with handler.ctx.store.edit_state(timeout=1.0) as draft:
        draft.plus += 1
        draft.minus -= 1
    assert handler.ctx.state.plus == state.plus + 1
