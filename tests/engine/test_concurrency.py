"""How many at once, in which order, and that runs share nothing."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest
from pydantic import BaseModel

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowValidationError


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int


class Done(Event):
    n: int


class Count(BaseModel):
    count: int = 0
    most: int = 0


async def test_a_thousand_parallel_steps_that_edit_the_state_lose_nothing() -> None:
    class Increment(Workflow[Count, int]):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(ev.n)]

        @step(num_workers=1000)
        async def work(self, ctx: Context[Count], ev: Task) -> Done:
            async with ctx.store.edit_state() as state:
                before = state.count
                await asyncio.sleep(0)
                state.count = before + 1
            return Done(n=ev.n)

        @step
        async def end(self, ctx: Context[Count], ev: list[Done]) -> StopEvent[int]:
            return StopEvent(result=ctx.state.count)

    assert await Increment(timeout=None).run(n=1000) == 1000


async def test_a_thousand_concurrent_runs_share_nothing_but_the_workflow() -> None:
    class Own(Workflow[Count, tuple[int, int]]):
        @step
        async def begin(self, ctx: Context[Count], ev: Begin) -> Task:
            await ctx.store.set("count", ev.n)
            await asyncio.sleep(0)
            return Task(n=ev.n)

        @step
        async def end(self, ctx: Context[Count], ev: Task) -> StopEvent[tuple[int, int]]:
            await asyncio.sleep(0)
            return StopEvent(result=(ev.n, ctx.state.count))

    workflow = Own(timeout=None)
    before = dict(vars(workflow))
    handlers = [workflow.run(n=n) for n in range(1000)]
    assert await asyncio.gather(*handlers) == [(n, n) for n in range(1000)]
    assert len({id(handler.ctx) for handler in handlers}) == 1000
    assert len({handler.run_id for handler in handlers}) == 1000
    assert vars(workflow) == before


@pytest.mark.parametrize("workers", [1, 3])
async def test_num_workers_bounds_how_many_invocations_of_a_step_run_at_once(workers: int) -> None:
    running, most = 0, 0

    class Bounded(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(10)]

        @step(num_workers=workers)
        async def work(self, ev: Task) -> Done:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1
            return Done(n=ev.n)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[list[int]]:
            return StopEvent(result=[ev.n for ev in evs])

    result = await Bounded().run()
    assert sorted(result) == list(range(10))
    assert most == workers


async def test_invocations_of_a_step_start_in_the_order_of_their_events() -> None:
    started: list[int] = []

    class Ordered(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(20)]

        @step(num_workers=2)
        async def work(self, ev: Task) -> Done:
            started.append(ev.n)
            await asyncio.sleep(0.0001 * (ev.n % 3))
            return Done(n=ev.n)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[None]:
            return StopEvent()

    await Ordered().run()
    assert started == list(range(20))


async def test_num_concurrent_runs_makes_further_runs_wait_their_turn_and_not_time_out() -> None:
    running, most, order = 0, 0, []

    class Turns(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[int]:
            nonlocal running, most
            running += 1
            most = max(most, running)
            order.append(ev.n)
            await asyncio.sleep(0.02)
            running -= 1
            return StopEvent(result=ev.n)

    workflow = Turns(timeout=0.09, num_concurrent_runs=2)
    assert await asyncio.gather(*(workflow.run(n=n) for n in range(12))) == list(range(12))
    assert most == 2
    assert order == list(range(12))


async def test_a_run_cancelled_while_it_waits_for_its_turn_gives_up_its_place() -> None:
    class Turns(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[int]:
            await asyncio.sleep(0.01)
            return StopEvent(result=ev.n)

    workflow = Turns(num_concurrent_runs=1)
    first, second, third = (workflow.run(n=n) for n in range(3))
    await second.cancel_run()
    assert second.is_done()
    assert (await first, await third) == (0, 2)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "2"])
def test_num_concurrent_runs_and_num_workers_take_whole_numbers_only(wrong: object) -> None:
    class Plain(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return StopEvent()

    with pytest.raises(
        WorkflowValidationError, match=r"num_concurrent_runs is the number of runs .* 1 or more, .* not "
    ):
        Plain(num_concurrent_runs=wrong)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(WorkflowValidationError, match=r"num_workers is the number of invocations .* 1 or more, not "):
        step(num_workers=wrong)  # type: ignore[call-overload]  # the mistake under test


user: ContextVar[str] = ContextVar("user", default="nobody")


async def test_context_variables_of_the_caller_reach_the_steps_and_those_of_a_step_reach_no_other() -> None:
    seen: list[str] = []

    class Leaky(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            seen.append(user.get())
            user.set("begin")
            return Task(n=0)

        @step
        async def end(self, ev: Task) -> StopEvent:
            seen.append(user.get())
            return StopEvent()

    user.set("caller")
    await Leaky().run()
    assert seen == ["caller", "caller"]


async def test_steps_that_never_wait_let_the_loop_turn_every_few_steps() -> None:
    class Busy(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            return Task(n=ev.n)

        @step
        async def spin(self, ev: Task) -> Task | StopEvent:
            steps.append(ev.n)
            return Task(n=ev.n - 1) if ev.n else StopEvent()

    steps: list[int] = []
    longest, last = 0, 0
    handler = Busy().run(n=2000)
    while not handler.is_done():
        await asyncio.sleep(0)
        longest = max(longest, len(steps) - last)
        last = len(steps)
    assert longest <= 32


async def test_two_busy_runs_advance_together() -> None:
    progress = {1: 0, 2: 0}
    gaps: list[int] = []

    class Busy(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            return Task(n=ev.n)

        @step
        async def spin(self, ctx: Context, ev: Task) -> Task | StopEvent:
            progress[ev.n] += 1
            gaps.append(abs(progress[1] - progress[2]))
            return ev if progress[ev.n] < 500 else StopEvent()

    await asyncio.gather(Busy().run(n=1), Busy().run(n=2))
    assert max(gaps[:900]) <= 64


async def test_a_chain_that_never_waits_makes_one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    class Chain(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            return Task(n=ev.n)

        @step
        async def go(self, ev: Task) -> Task | StopEvent:
            return Task(n=ev.n - 1) if ev.n else StopEvent()

    workflow = Chain()
    loop = asyncio.get_running_loop()
    made = 0
    create_task = loop.create_task

    def counting(*args: object, **kwargs: object) -> object:
        nonlocal made
        made += 1
        return create_task(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(loop, "create_task", counting)
    await workflow.run(n=100)
    assert made == 1
