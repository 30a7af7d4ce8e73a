"""Defects 4, 6, 10 and 15 of llama-index-workflows 2.26.1: waiting for events, and collecting them."""

from __future__ import annotations

import asyncio
import json

import pytest

from typedflow import Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Workflow, step

PROMPTLY = 5.0


class Question(InputRequiredEvent):
    prompt: str = ""


class Answer(HumanResponseEvent):
    text: str


async def asked(handler: object, times: int = 1) -> None:
    """Return when the run has asked so often."""
    stream = handler.stream_events(only=Question)  # type: ignore[attr-defined]  # a handler
    for _ in range(times):
        await asyncio.wait_for(stream.__anext__(), PROMPTLY)
    await stream.aclose()
    await asyncio.sleep(0)


async def test_defect_04_two_waits_of_one_type_in_one_step_get_an_answer_each() -> None:
    class Asks(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[tuple[str, str]]:
            first = await ctx.wait_for_event(Answer, waiter_event=Question(prompt="1"))
            second = await ctx.wait_for_event(Answer, waiter_event=Question(prompt="2"))
            return StopEvent(result=(first.text, second.text))

    handler = Asks().run()
    await asked(handler)
    handler.ctx.send_event(Answer(text="a"))
    await asked(handler, 2)
    handler.ctx.send_event(Answer(text="b"))
    assert await asyncio.wait_for(handler, PROMPTLY) == ("a", "b")


class TimedWait(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[str]:
        try:
            answer = await ctx.wait_for_event(Answer, waiter_event=Question(), timeout=0.1)
        except asyncio.TimeoutError as error:
            return StopEvent(result=f"nobody: {type(error).__name__}")
        return StopEvent(result=answer.text)


async def test_defect_06_the_timeout_of_a_wait_holds_after_a_restore() -> None:
    workflow = TimedWait(timeout=60)
    handler = workflow.run()
    await asked(handler)
    saved = json.loads(json.dumps(handler.ctx.to_dict()))
    await handler.cancel_run()
    restored = workflow.run(ctx=Context.from_dict(workflow, saved))
    assert await asyncio.wait_for(restored, PROMPTLY) == "nobody: TimeoutError"


async def test_defect_10_a_step_that_catches_every_exception_does_not_break_its_wait() -> None:
    class Careful(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[str]:
            try:
                answer = await ctx.wait_for_event(Answer, waiter_event=Question())
            except Exception as error:
                return StopEvent(result=f"caught {error!r}")
            return StopEvent(result=answer.text)

    handler = Careful().run()
    await asked(handler)
    handler.ctx.send_event(Answer(text="yes"))
    assert await asyncio.wait_for(handler, PROMPTLY) == "yes"


class Task(Event):
    n: int


@pytest.mark.parametrize("workers", [1, 2, 8])
async def test_defect_15_a_step_that_collects_runs_once_for_each_event(workers: int) -> None:
    seen: list[int] = []

    class Collects(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Task | None:
            for n in range(30):
                ctx.send_event(Task(n=n))
            return None

        @step(num_workers=workers)
        async def gather(self, ctx: Context, ev: Task) -> StopEvent[list[int]] | None:
            seen.append(ev.n)
            await asyncio.sleep(0)
            got = ctx.collect_events(ev, [Task] * 30)
            return None if got is None else StopEvent(result=sorted(task.n for task in got))

    assert await asyncio.wait_for(Collects().run(), PROMPTLY) == list(range(30))
    assert sorted(seen) == list(range(30))
