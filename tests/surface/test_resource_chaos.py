"""Random resources, random ends: whatever is opened is closed, once, in order, and before the run is over."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from typedflow import Context, Event, Resource, StartEvent, StopEvent, Workflow, step
from typedflow.retry_policy import ConstantDelayRetryPolicy
from typedflow.testing import run_virtual

FORMS = ("plain", "coroutine", "generator", "async generator")
SCOPES = ("workflow", "run", "step")
ENDS = ("ok", "a step fails", "cancelled", "times out", "a step is retried")


class Task(Event):
    n: int


class Done(Event):
    n: int


@st.composite
def shapes(draw: st.DrawFn) -> dict[str, Any]:
    """Each resource: its form, its scope, how long its making and closing take, and which earlier ones it needs."""
    n = draw(st.integers(1, 5))
    return {
        "resources": [
            {
                "form": draw(st.sampled_from(FORMS)),
                "scope": draw(st.sampled_from(SCOPES)),
                "opens": draw(st.sampled_from([0, 1, 3])),
                "closes": draw(st.sampled_from([0, 1])),
                "fails": draw(st.integers(0, 9)) == 0,
                "needs": draw(st.lists(st.integers(0, i - 1), max_size=2, unique=True)) if i else [],
            }
            for i in range(n)
        ],
        "used": draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3, unique=True)),
        "branches": draw(st.integers(1, 6)),
        "end": draw(st.sampled_from(ENDS)),
        "at": draw(st.sampled_from([0, 0.5, 2, 4])),
    }


class Ledger:
    def __init__(self) -> None:
        self.count = 0
        self.open: list[tuple[int, int]] = []
        self.alive: set[tuple[int, int]] = set()

    def opened(self, number: int, needs: tuple[Any, ...]) -> tuple[int, int]:
        for value in needs:
            assert value in self.alive, f"{number} was made from {value}, which is closed"
        self.count += 1
        value = (number, self.count)
        self.alive.add(value)
        return value

    def closed(self, value: tuple[int, int], needs: tuple[Any, ...]) -> None:
        assert value in self.alive, f"{value} was closed twice"
        for other in needs:
            assert other in self.alive, f"{value} is closed after {other}, which it needs"
        self.alive.remove(value)


def factory(number: int, shape: dict[str, Any], ledger: Ledger) -> Callable[..., Any]:
    form = shape["form"]

    def fail() -> None:
        if shape["fails"]:
            raise OSError(f"resource {number}")

    if form == "plain":

        def make(a: Any = None, b: Any = None) -> Any:
            fail()
            return ledger.opened(number, tuple(x for x in (a, b) if x is not None))

    elif form == "coroutine":

        async def make(a: Any = None, b: Any = None) -> Any:  # type: ignore[misc]  # one of four forms
            await asyncio.sleep(shape["opens"])
            fail()
            return ledger.opened(number, tuple(x for x in (a, b) if x is not None))

    elif form == "generator":

        def make(a: Any = None, b: Any = None) -> Iterator[Any]:  # type: ignore[misc]  # as above
            fail()
            needs = tuple(x for x in (a, b) if x is not None)
            value = ledger.opened(number, needs)
            try:
                yield value
            finally:
                ledger.closed(value, needs)

    else:

        async def make(a: Any = None, b: Any = None) -> AsyncIterator[Any]:  # type: ignore[misc]  # as above
            await asyncio.sleep(shape["opens"])
            fail()
            needs = tuple(x for x in (a, b) if x is not None)
            value = ledger.opened(number, needs)
            try:
                yield value
            finally:
                await asyncio.sleep(shape["closes"])
                ledger.closed(value, needs)

    return make


def build(case: dict[str, Any], ledger: Ledger) -> Workflow:
    markers: list[Any] = []
    for number, shape in enumerate(case["resources"]):
        make = factory(number, shape, ledger)
        for parameter, needed in zip("ab", shape["needs"], strict=False):
            make.__annotations__[parameter] = Annotated[Any, markers[needed]]
        markers.append(Resource(make, shape["scope"]))
    used = [markers[number] for number in case["used"]]
    first, second, third = (used * 3)[:3]

    class Chaos(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(case["branches"])]

        @step(retry_policy=ConstantDelayRetryPolicy(maximum_attempts=2, delay=1), num_workers=3)
        async def work(
            self,
            ctx: Context,
            ev: Task,
            a: Annotated[Any, first],
            b: Annotated[Any, second],
            c: Annotated[Any, third],
        ) -> Done:
            await asyncio.sleep(ev.n % 3)
            assert {a, b, c} <= ledger.alive, "a step works with a closed resource"
            if case["end"] == "a step fails" and ev.n == 0:
                raise KeyError("the step's")
            if case["end"] == "a step is retried" and not ctx.retry_info().retry_number:
                raise KeyError("once")
            return Done(n=ev.n)

        @step
        async def join(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    return Chaos(timeout=case["at"] if case["end"] == "times out" else 600)


def closes(case: dict[str, Any], number: int) -> bool:
    """Whether a value of the resource has to be gone when its run is over."""
    form: str = case["resources"][number]["form"]
    return form.endswith("generator")


@settings(max_examples=200, deadline=None)
@given(shapes())
def test_whatever_is_opened_is_closed_once_in_order_and_before_the_run_is_over(case: dict[str, Any]) -> None:
    async def main() -> None:
        ledger = Ledger()
        workflow = build(case, ledger)
        before = asyncio.all_tasks()
        for _ in range(2):
            handler = workflow.run()
            if case["end"] == "cancelled":
                await asyncio.sleep(case["at"])
                handler.cancel()
            with contextlib.suppress(Exception):
                await handler
            assert not isinstance(handler.exception(), AssertionError), handler.exception()
            assert [value for value in ledger.alive if closes(case, value[0])] == []
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before

    run_virtual(main())
