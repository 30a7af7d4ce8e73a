"""Places, lines and scopes: who may run, what a join takes, what a cut drops; and all of it in linear time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, TypeVar

import pytest

from typedflow import (
    Collect,
    Context,
    Event,
    HumanResponseEvent,
    StartEvent,
    StopEvent,
    Take,
    Workflow,
    WorkflowHandler,
    step,
)
from typedflow.errors import WorkflowRuntimeError

SOON = 20.0
T = TypeVar("T")


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int = 0


class Special(Task):
    pass


class Done(Event):
    n: int = 0


class Answer(HumanResponseEvent):
    n: int = 0


class Holds(Event, Generic[T]):
    value: T


# -- joins


async def test_a_join_takes_a_generic_event_in_its_bare_form() -> None:
    class Joins(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Holds[int] | Done:
            ctx.send_event(Done())
            return Holds(value=1)

        @step
        async def join(self, holds: Holds[int], done: Done) -> StopEvent[int]:
            return StopEvent(result=holds.value)

    assert await asyncio.wait_for(Joins().run(), SOON) == 1


@pytest.mark.parametrize("special_first", [True, False])
async def test_a_join_of_a_class_and_its_subclass_gives_each_parameter_its_own(special_first: bool) -> None:
    class Joins(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | Special | None:
            for event in (Special(), Task()) if special_first else (Task(), Special()):
                ctx.send_event(event)
            return None

        @step
        async def join(self, task: Task, special: Special) -> StopEvent[tuple[str, str]]:
            return StopEvent(result=(type(task).__name__, type(special).__name__))

    assert await asyncio.wait_for(Joins().run(), SOON) == ("Task", "Special")


async def test_a_join_that_accepts_subclasses_fills_its_empty_parameter_with_one() -> None:
    class Joins(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | Special | None:
            ctx.send_event(Special(n=1))
            ctx.send_event(Special(n=2))
            return None

        @step(accept_event_subclasses=True)
        async def join(self, task: Task, special: Special) -> StopEvent[tuple[int, int]]:
            return StopEvent(result=(task.n, special.n))

    assert await asyncio.wait_for(Joins(skip_checks=["unproduced-event"]).run(), SOON) == (2, 1)


# -- waiting


async def waiting(handler: WorkflowHandler, count: int) -> None:
    """Until so many waits are open."""
    while len(list(handler._run.books.waiters)) < count:
        await asyncio.sleep(0)


async def test_a_step_that_waits_for_several_events_at_once_leaves_one_place_to_others() -> None:
    running = most = 0

    class Waits(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(5)]

        @step(num_workers=1)
        async def task(self, ctx: Context, ev: Task) -> Done:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1
            if ev.n == 0:
                waits = [ctx.wait_for_event(Answer, requirements={"n": n}) for n in range(3)]
                await asyncio.gather(*waits)
            return Done()

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    handler = Waits().run()
    for n in range(3):
        await waiting(handler, 3 - n)
        await handler.send_event(Answer(n=n))
    assert await asyncio.wait_for(handler, SOON) == 5
    assert most == 1


async def test_a_wait_whose_time_is_up_takes_no_answer_from_the_one_that_follows() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
            try:
                await ctx.wait_for_event(Answer, timeout=0)
            except asyncio.TimeoutError:
                return StopEvent(result=(await ctx.wait_for_event(Answer, timeout=SOON)).n)
            return StopEvent(result=-1)

    handler = Waits().run()
    await asyncio.sleep(0)
    run = handler._run
    (waiter,) = run.books.waiters
    waiter._expire(0.0)  # the step has not been told yet
    run.send_event(Answer(n=1), None)
    await asyncio.sleep(0.01)
    await handler.send_event(Answer(n=2))
    assert await asyncio.wait_for(handler, SOON) == 2


async def test_a_wait_that_is_given_up_takes_an_extra_place_for_no_longer_than_its_step_runs() -> None:
    running = most = 0

    class Waits(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(8)]

        @step(num_workers=1)
        async def task(self, ctx: Context, ev: Task) -> Done:
            nonlocal running, most
            if ev.n < 3:
                with pytest.raises(asyncio.TimeoutError):
                    await ctx.wait_for_event(Answer, timeout=0.001)
                return Done()
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.002)
            running -= 1
            return Done()

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    assert await asyncio.wait_for(Waits().run(), SOON) == 8
    assert most == 1


async def test_a_step_that_has_a_place_again_waits_for_no_second_one() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=0), Task(n=1)]

        @step(num_workers=1)
        async def task(self, ctx: Context, ev: Task) -> Done:
            if ev.n == 0:
                both = await asyncio.gather(
                    ctx.wait_for_event(Answer, requirements={"n": 0}),
                    ctx.wait_for_event(Answer, requirements={"n": 1}),
                    ctx.wait_for_event(Answer, requirements={"n": 2}, timeout=0.02),
                    return_exceptions=True,
                )
                return Done(n=sum(isinstance(answer, Answer) for answer in both))
            await asyncio.sleep(0.05)
            return Done()

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=sum(ev.n for ev in evs))

    handler = Waits(timeout=SOON).run()
    await waiting(handler, 3)
    for n in (0, 1):  # while the other task has the only place
        await handler.send_event(Answer(n=n))
    assert await asyncio.wait_for(handler, SOON) == 2


async def test_a_wait_ends_with_its_step_and_takes_no_event_afterwards() -> None:
    left: list[asyncio.Task[Answer]] = []

    class Leaves(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task:
            left.append(asyncio.ensure_future(ctx.wait_for_event(Answer)))
            await asyncio.sleep(0)
            return Task()

        @step
        async def task(self, ctx: Context, ev: Task) -> Done:
            await asyncio.sleep(0.001)
            return Done()

        @step
        async def waits(self, ctx: Context, ev: Done) -> StopEvent[int]:
            return StopEvent(result=(await ctx.wait_for_event(Answer)).n)

    handler = Leaves().run()
    while not left:
        await asyncio.sleep(0)
    await asyncio.wait(left)
    assert left[0].cancelled()
    await waiting(handler, 1)
    await handler.send_event(Answer(n=3))
    assert await asyncio.wait_for(handler, SOON) == 3


async def test_a_task_that_a_step_has_left_behind_cannot_wait_for_events() -> None:
    left: list[asyncio.Task[Answer]] = []

    class Leaves(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task:
            async def wait() -> Answer:
                await asyncio.sleep(0.001)
                return await ctx.wait_for_event(Answer)

            left.append(asyncio.ensure_future(wait()))
            return Task()

        @step
        async def task(self, ctx: Context, ev: Task) -> StopEvent:
            await asyncio.wait(left)
            return StopEvent()

    await asyncio.wait_for(Leaves().run(), SOON)
    with pytest.raises(WorkflowRuntimeError, match=r"step 'begin' of Leaves .* is over, .* await the task in the step"):
        await left[0]


# -- fan-outs


async def test_a_task_that_outlives_its_step_may_send_when_the_fan_out_of_the_step_is_over() -> None:
    class Late(Event):
        n: int

    late: list[int] = []
    background: list[asyncio.Task[None]] = []

    class Outlives(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step
        async def task(self, ctx: Context, ev: Task) -> Done | Late:
            async def send() -> None:
                await asyncio.sleep(0.01)
                ctx.send_event(Late(n=ev.n))

            background.append(asyncio.create_task(send()))
            return Done()

        @step
        async def late(self, ev: Late) -> None:
            await asyncio.sleep(0)
            late.append(ev.n)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            await asyncio.sleep(0.03)
            return StopEvent(result=len(evs))

    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
    assert await asyncio.wait_for(Outlives().run(), SOON) == 3
    assert sorted(late) == [0, 1, 2]
    assert failures == []


async def test_ten_thousand_nested_fan_outs_close_one_after_the_other() -> None:
    class Nests(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=ev.n)]

        @step
        async def task(self, ctx: Context, ev: Task) -> list[Task] | None:
            if ev.n:
                return [Task(n=ev.n - 1)]
            ctx.write_event_to_stream(Done())
            return None

        @step
        async def answered(self, ev: Answer) -> StopEvent[str]:
            return StopEvent(result="closed")

    handler = Nests(skip_checks=["no-exit"]).run(n=10_000)
    async for _ in handler.stream_events(only=Done):
        break
    assert handler._run.books.scopes == {}
    await handler.send_event(Answer())
    assert await asyncio.wait_for(handler, SOON) == "closed"


# -- linear time


async def growth(seconds: Callable[[int], Awaitable[float]], few: int, many: int) -> float:
    """How much longer one unit takes among twenty times as many: once as long, and 20 times where it looks at all the others."""
    await seconds(few)
    return (await seconds(many) / many) / (min([await seconds(few), await seconds(few)]) / few)


async def test_fan_outs_that_are_cut_short_cost_the_same_however_many_there_are() -> None:
    class Item(Event):
        pass

    class First(Event):
        pass

    class Races(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Item]:
            return [Item() for _ in range(ev.n)]

        @step
        async def item(self, ev: Item) -> list[Task]:
            return [Task() for _ in range(5)]

        @step
        async def task(self, ev: Task) -> Done:
            await asyncio.sleep(0)
            return Done()

        @step
        async def first(self, evs: Annotated[list[Done], Collect(Take(1, cancel_rest=True))]) -> First:
            return First()

        @step
        async def end(self, evs: list[First]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    async def seconds(n: int) -> float:
        began = time.process_time()
        assert await asyncio.wait_for(Races().run(n=n), SOON) == n
        return time.process_time() - began

    assert await growth(seconds, 100, 2000) < 7


async def test_runs_started_by_one_step_cost_the_same_however_many_there_are() -> None:
    class Child(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[int]:
            await asyncio.sleep(0)
            return StopEvent(result=1)

    child = Child()

    class Parent(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[int]:
            return StopEvent(result=sum(await asyncio.gather(*[child.run() for _ in range(ev.n)])))

    async def seconds(n: int) -> float:
        began = time.process_time()
        assert await asyncio.wait_for(Parent().run(n=n), SOON) == n
        return time.process_time() - began

    assert await growth(seconds, 200, 4000) < 7


async def test_waiting_steps_cost_the_same_however_many_events_wait_in_line() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(ev.n)]

        @step(num_workers=2)
        async def task(self, ctx: Context, ev: Task) -> Done:
            if ev.n % 2:
                await ctx.wait_for_event(Answer)
            else:
                await asyncio.sleep(0)
                ctx.send_event(Answer(n=ev.n))
            return Done()

        @step
        async def end(self, evs: list[Done]) -> StopEvent[int]:
            return StopEvent(result=len(evs))

    async def seconds(n: int) -> float:
        began = time.process_time()
        handler = Waits(skip_checks=["unhandled-event"]).run(n=n)
        while not handler.is_done():
            await asyncio.sleep(0)
            if handler._run.books.waiters:
                await handler.send_event(Answer())
        assert await handler == n
        return time.process_time() - began

    assert await growth(seconds, 200, 4000) < 7
