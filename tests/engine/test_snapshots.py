"""A run that is saved at any turn of the loop comes, restored, to the same end."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from typedflow import Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Workflow, step
from typedflow.errors import ContextSerdeError

SOON = 10.0


class Begin(StartEvent):
    n: int = 0


class Item(Event):
    i: int


class Part(Event):
    i: int
    j: int


class PartDone(Part):
    pass


class ItemDone(Event):
    i: int
    parts: list[int]


class Left(Event):
    i: int


class Right(Event):
    i: int


class Loose(Event):
    i: int


class Third(Event):
    of: list[int]


class Total(Event):
    parts: list[int]


class Question(InputRequiredEvent):
    i: int


class Answer(HumanResponseEvent):
    i: int


class ThreeTimes:
    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        return 0.0005 if attempts < 4 else None


RANDOM = Random()


async def pause() -> None:
    for _ in range(RANDOM.randint(0, 2)):
        await asyncio.sleep(RANDOM.choice([0, 0, 0, 0.0005]))


class Everything(Workflow):
    """Nested fan-outs, joins, retries, waits and collected events. What a step sends comes after its last suspension."""

    @step
    async def begin(self, ctx: Context, ev: Begin) -> list[Item] | Loose:
        await pause()
        for i in range(6):
            ctx.send_event(Loose(i=i))
        return [Item(i=i) for i in range(ev.n)]

    @step(num_workers=2)
    async def item(self, ctx: Context, ev: Item) -> list[Part]:
        await pause()
        if ev.i == 1:
            for i in (1, 100):
                await ctx.wait_for_event(Answer, Question(i=i), requirements={"i": i})
                await pause()
        return [Part(i=ev.i, j=j) for j in range(ev.i)]

    @step(num_workers=2, retry_policy=ThreeTimes())
    async def part(self, ctx: Context, ev: Part) -> PartDone:
        await pause()
        if ctx.retry_info().retry_number < ev.j % 3:
            raise ValueError(ev)
        return PartDone(i=ev.i, j=ev.j)

    @step
    async def parts(self, ctx: Context, evs: list[PartDone]) -> Left | Right | ItemDone:
        await pause()
        i = evs[0].i if evs else 0
        ctx.send_event(Left(i=i))
        ctx.send_event(Right(i=i))
        return ItemDone(i=i, parts=sorted(ev.j for ev in evs))

    @step
    async def join(self, left: Left, right: Right) -> None:
        await pause()

    @step(num_workers=3)
    async def loose(self, ctx: Context, ev: Loose) -> Third | None:
        await pause()
        batch = ctx.collect_events(ev, [Loose] * 3)
        await pause()
        return None if batch is None else Third(of=[event.i for event in batch])

    @step
    async def items(self, ctx: Context, evs: list[ItemDone]) -> Total:
        await pause()
        return Total(parts=[n for ev in sorted(evs, key=lambda ev: ev.i) for n in (ev.i, *ev.parts)])

    @step
    async def end(self, ctx: Context, ev: Total | Third) -> StopEvent[list[list[int]]] | None:
        batch = ctx.collect_events(ev, [Total, Third, Third])
        if batch is None:
            return None
        total, *thirds = batch
        assert isinstance(total, Total)
        return StopEvent(
            result=[total.parts, sorted(i for third in thirds if isinstance(third, Third) for i in third.of)]
        )


async def ended(handler: Any) -> object:
    """The result, with every question answered on the way."""
    async for question in handler.stream_events(only=Question):
        if not handler.is_done():
            await handler.send_event(Answer(i=question.i))
    return await handler


@pytest.mark.parametrize("seed", range(6))
async def test_a_run_saved_at_any_turn_and_restored_comes_to_the_same_end(seed: int) -> None:
    RANDOM.seed(seed)
    workflow = Everything()
    handler = workflow.run(n=seed)
    end = asyncio.ensure_future(ended(handler))
    saved: list[str] = []
    while not end.done():
        saved.append(json.dumps(handler.ctx.to_dict()))
        await asyncio.sleep(0)
    result = await end
    assert result[1] == [0, 1, 2, 3, 4, 5]  # type: ignore[index]  # a list of lists
    for text in dict.fromkeys(saved):
        data = json.loads(text)
        if data["is_running"]:
            again = workflow.run(ctx=Context.from_dict(workflow, data))
            assert await asyncio.wait_for(ended(again), SOON) == result, text


class Asks(Workflow):
    @step
    async def begin(self, ev: Begin) -> Question:
        return Question(i=1)

    @step
    async def answered(self, ev: Answer) -> StopEvent[int]:
        await asyncio.sleep(60)
        return StopEvent(result=ev.i)


DAMAGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "no id": (lambda saved: saved["invocations"][0].pop("id"), "it is damaged: KeyError: 'id'"),
    "no payload": (lambda saved: saved["invocations"][0].update(payload=3), "it is damaged"),
    "no invocations": (lambda saved: saved.update(invocations=None), "it is damaged"),
    "no number": (lambda saved: saved.update(next_id="a"), "it is damaged"),
    "no fan-out": (lambda saved: saved["invocations"][0].update(fan_out=99), "it is damaged: KeyError: 99"),
    "a list": (
        lambda saved: saved["invocations"][0].update(payload=[saved["invocations"][0]["payload"]]),
        "invocations.0: step 'answered' takes one event now",
    ),
    "another step": (
        lambda saved: saved["invocations"][0].update(step="begin"),
        "invocations.0: step 'begin' takes no Answer any more",
    ),
    "no join": (
        lambda saved: saved.update(joined={"answered": [[], []]}),
        "joined: step 'answered' joined 2 events, and its event parameters are now: ev",
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
async def test_what_does_not_fit_the_workflow_is_refused_with_its_place(what: str) -> None:
    workflow = Asks()
    handler = workflow.run()
    await asyncio.sleep(0.001)
    await handler.send_event(Answer(i=1))
    await asyncio.sleep(0.001)
    saved = copy.deepcopy(handler.ctx.to_dict())
    await handler.cancel_run()
    damage, message = DAMAGES[what]
    damage(saved)
    with pytest.raises(ContextSerdeError, match=r"(?s)the saved run does not fit Asks any more:.*") as caught:
        workflow.run(ctx=Context.from_dict(workflow, saved))
    assert message in str(caught.value)
