"""Fan-out, fan-in and joins: what comes together, when, and in which order."""

from __future__ import annotations

import asyncio
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedflow import Collect, Context, Event, StartEvent, StopEvent, Take, Workflow, step
from typedflow.engine.collecting import Buffer
from typedflow.errors import WorkflowRuntimeError


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int


class Sub(Event):
    of: int
    n: int


class SubDone(Event):
    of: int
    n: int


class Done(Event):
    n: int
    total: int = 0


class Left(Event):
    n: int


class Right(Event):
    n: int


class Third(Right):
    pass


@pytest.mark.parametrize("n", [0, 1, 2, 50])
async def test_a_fan_in_gets_all_results_of_the_fan_out_once(n: int) -> None:
    calls = 0

    class Squares(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=i) for i in range(ev.n)]

        @step
        async def square(self, ev: Task) -> Done:
            await asyncio.sleep(0.0001 * (ev.n % 3))
            return Done(n=ev.n**2)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[list[int]]:
            nonlocal calls
            calls += 1
            return StopEvent(result=sorted(ev.n for ev in evs))

    assert await Squares().run(n=n) == [i**2 for i in range(n)]
    assert calls == 1


async def test_elements_that_a_step_drops_are_simply_absent() -> None:
    class Odd(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=i) for i in range(6)]

        @step
        async def keep_odd(self, ev: Task) -> Done | None:
            return Done(n=ev.n) if ev.n % 2 else None

        @step
        async def end(self, evs: list[Done]) -> StopEvent[list[int]]:
            return StopEvent(result=sorted(ev.n for ev in evs))

    assert await Odd().run() == [1, 3, 5]


async def test_nested_fan_outs_keep_apart() -> None:
    class Nested(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=i) for i in range(ev.n)]

        @step
        async def split_again(self, ev: Task) -> list[Sub]:
            return [Sub(of=ev.n, n=i) for i in range(ev.n)]

        @step(num_workers=3)
        async def work(self, ev: Sub) -> SubDone:
            await asyncio.sleep(0.0001 * ((ev.n * 7 + ev.of) % 4))
            return SubDone(of=ev.of, n=ev.n)

        @step
        async def inner(self, evs: list[SubDone]) -> Done:
            assert len({ev.of for ev in evs}) <= 1
            return Done(n=len(evs), total=sum(ev.n for ev in evs))

        @step
        async def outer(self, evs: list[Done]) -> StopEvent[list[tuple[int, int]]]:
            return StopEvent(result=sorted((ev.n, ev.total) for ev in evs))

    assert await Nested().run(n=5) == [(i, sum(range(i))) for i in range(5)]


async def test_take_hands_over_the_first_n_and_may_cancel_the_rest() -> None:
    cancelled: list[int] = []

    class First(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=i) for i in range(10)]

        @step(num_workers=5)
        async def work(self, ev: Task) -> Done:
            try:
                await asyncio.sleep(0 if ev.n < 2 else 60)
            except asyncio.CancelledError:
                cancelled.append(ev.n)
                raise
            return Done(n=ev.n)

        @step
        async def end(self, evs: Annotated[list[Done], Collect(Take(2, cancel_rest=True))]) -> Left:
            return Left(n=sum(ev.n for ev in evs))

        @step
        async def last(self, ev: Left) -> StopEvent[int]:
            await asyncio.sleep(0.01)
            return StopEvent(result=ev.n)

    assert await asyncio.wait_for(First().run(), 5) == 1
    assert sorted(cancelled) == [2, 3, 4, 5, 6][: len(cancelled)]
    assert cancelled


async def test_take_is_content_with_less_when_the_fan_out_is_over() -> None:
    class Few(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Done]:
            return [Done(n=1)]

        @step
        async def end(self, evs: Annotated[list[Done], Collect(Take(3))]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    assert await Few().run() == 1


async def test_a_join_fires_when_one_of_each_has_come_first_in_first_out() -> None:
    class Join(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Left | Right | None:
            for n in range(3):
                ctx.send_event(Left(n=n))
            for n in range(3):
                ctx.send_event(Right(n=10 * n))
            return None

        @step
        async def join(self, left: Left, right: Right) -> Done:
            return Done(n=left.n, total=right.n)

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent[list[tuple[int, int]]] | None:
            got = ctx.collect_events(ev, [Done] * 3)
            return None if got is None else StopEvent(result=[(e.n, e.total) for e in got])

    assert await Join().run() == [(0, 0), (1, 10), (2, 20)]


async def test_a_join_inside_a_fan_out_pairs_within_it() -> None:
    class Pair(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=i) for i in range(3)]

        @step
        async def left(self, ev: Task) -> Left:
            return Left(n=ev.n)

        @step
        async def right(self, ev: Task) -> Right:
            await asyncio.sleep(0)
            return Right(n=ev.n)

        @step
        async def join(self, one: Left, two: Right) -> Done:
            return Done(n=1)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    assert await Pair().run() == 3


async def test_a_join_that_a_fan_out_leaves_incomplete_is_an_error() -> None:
    class Lame(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=1)]

        @step
        async def left(self, ev: Task) -> Left | Right:
            return Left(n=ev.n)

        @step
        async def join(self, one: Left, two: Right) -> Done:
            return Done(n=1)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    with pytest.raises(WorkflowRuntimeError) as caught:
        await Lame().run()
    assert str(caught.value) == (
        "the fan-out of step 'split' is over, but step 'join' has 'one' and waits for 'two' (Right): every branch of the "
        "fan-out has ended, so it can no longer come"
    )


async def test_a_bare_event_of_a_list_annotation_is_refused() -> None:
    class Bare(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Done]:
            return Done(n=1)  # type: ignore[return-value]  # the mistake under test

        @step
        async def end(self, evs: list[Done]) -> StopEvent:
            return StopEvent()

    with pytest.raises(
        WorkflowRuntimeError, match=r"returned a bare Done, but its annotation has it only inside a list"
    ):
        await Bare().run()


async def test_a_list_with_something_else_in_it_is_refused_with_its_place() -> None:
    class Mixed(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Done]:
            return [Done(n=1), 7]  # type: ignore[list-item]  # the mistake under test

        @step
        async def end(self, evs: list[Done]) -> StopEvent:
            return StopEvent()

    with pytest.raises(
        WorkflowRuntimeError, match=r"a list whose element 1 is 7 \(int\), but its annotation says list\[Done\]"
    ):
        await Mixed().run()


async def test_a_list_or_a_bare_event_as_the_annotation_allows() -> None:
    class Either(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task] | Left:
            return [Task(n=1), Task(n=2)] if ev.n else Left(n=0)

        @step
        async def work(self, ev: Task) -> Done:
            return Done(n=ev.n)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[str]:
            return StopEvent(result=f"{len(evs)} done")

        @step
        async def nothing(self, ev: Left) -> StopEvent[str]:
            return StopEvent(result="nothing to do")

    assert await Either().run(n=1) == "2 done"
    assert await Either().run(n=0) == "nothing to do"


async def test_events_beyond_a_batch_wait_for_the_next_one() -> None:
    class Batches(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | None:
            for n in range(6):
                ctx.send_event(Task(n=n))
            return None

        @step(num_workers=3)
        async def pairs(self, ctx: Context, ev: Task) -> Done | None:
            await asyncio.sleep(0)
            pair = ctx.collect_events(ev, [Task, Task])
            return None if pair is None else Done(n=len(pair), total=sum(event.n for event in pair))

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent[int] | None:
            got = ctx.collect_events(ev, [Done] * 3)
            return None if got is None else StopEvent(result=sum(event.total for event in got))

    assert await Batches().run() == 15


async def test_a_retried_step_collects_no_event_twice() -> None:
    class Again:
        def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
            return 0.0 if attempts < 3 else None

    class Retries(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | None:
            for n in range(4):
                ctx.send_event(Task(n=n))
            return None

        @step(num_workers=1, retry_policy=Again())
        async def pairs(self, ctx: Context, ev: Task) -> Done | None:
            pair = ctx.collect_events(ev, [Task, Task])
            if ctx.retry_info().retry_number < 2:
                raise ValueError("after collecting")
            return None if pair is None else Done(n=pair[0].n, total=pair[1].n)

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent[list[tuple[int, int]]] | None:
            got = ctx.collect_events(ev, [Done, Done])
            return None if got is None else StopEvent(result=[(event.n, event.total) for event in got])

    assert await asyncio.wait_for(Retries().run(), 5) == [(0, 1), (2, 3)]


async def test_one_attempt_may_collect_several_times() -> None:
    class Twice(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[list[int]]:
            batches = [ctx.collect_events(Task(n=n), [Task, Task]) for n in range(4)]  # type: ignore[typedflow-collect]  # hence skip_checks
            return StopEvent(result=[event.n for batch in batches for event in batch or ()])

    assert await Twice(skip_checks=["collect"]).run() == [0, 1, 2, 3]


def test_a_buffer_gives_an_event_to_its_own_class_before_a_base() -> None:
    class Base(Event):
        n: int

    class Derived(Base):
        pass

    buffer = Buffer()
    for event in (Derived(n=1), Base(n=2), Derived(n=3)):
        buffer.add(event)
    assert buffer.take([Base, Base, Base, Derived]) is None
    taken = buffer.take([Base, Base, Derived])
    assert taken == [Base(n=2), Derived(n=3), Derived(n=1)]
    assert len(buffer) == 0


async def test_an_event_that_is_not_expected_is_not_put_by() -> None:
    class Mixed(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[list[list[Task] | None]]:
            got = [ctx.collect_events(event, [Task, Task]) for event in (Task(n=1), Done(n=0), Task(n=2))]  # type: ignore[typedflow-collect]  # hence skip_checks
            return StopEvent(result=got)

    assert await Mixed(skip_checks=["collect"]).run() == [None, None, [Task(n=1), Task(n=2)]]


async def test_a_tuple_of_classes_gives_a_tuple_and_a_list_a_list() -> None:
    class Pairs(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Left:
            ctx.send_event(Right(n=2))
            return Left(n=1)

        @step
        async def both(self, ctx: Context, ev: Left | Right) -> StopEvent[list[object]] | None:
            by_place = ctx.collect_events(ev, (Right, Left), "a tuple")
            in_a_list: object = ctx.collect_events(ev, [Right, Left], "a list")
            if by_place is None:
                assert in_a_list is None
                return None
            right, left = by_place
            return StopEvent(result=[right.n, left.n, by_place, in_a_list, ctx.collect_events(ev, ())])

    pair = (Right(n=2), Left(n=1))
    assert await Pairs().run() == [2, 1, pair, list(pair), ()]


async def test_a_retried_step_is_given_its_tuple_again() -> None:
    class Again:
        def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
            return 0.0

    class Retries(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Left:
            ctx.send_event(Right(n=2))
            return Left(n=1)

        @step(num_workers=1, retry_policy=Again())
        async def both(self, ctx: Context, ev: Left | Right) -> StopEvent[tuple[Left, Right]] | None:
            pair = ctx.collect_events(ev, (Left, Right))
            if ctx.retry_info().retry_number < 2:
                raise ValueError("after collecting")
            return None if pair is None else StopEvent(result=pair)

    assert await asyncio.wait_for(Retries().run(), 5) == (Left(n=1), Right(n=2))


@given(
    st.lists(st.sampled_from([Left, Right, Third]), max_size=12),
    st.lists(st.sampled_from([Left, Right, Third, Event]), min_size=1, max_size=5),
)
def test_at_each_place_of_a_batch_is_an_event_of_the_class_asked_for(
    coming: list[type[Left | Right]], expected: list[type[Event]]
) -> None:
    buffer = Buffer()
    for n, kind in enumerate(coming):
        buffer.add(kind(n=n))
    came = list(buffer)
    batch = buffer.take(expected)
    if batch is None:
        assert list(buffer) == came
    else:
        assert len(batch) == len(expected)
        assert all(isinstance(event, kind) for event, kind in zip(batch, expected, strict=True))
        rest = list(buffer)
        assert sorted([*batch, *rest], key=repr) == sorted(came, key=repr)
