"""Waiting for events from outside."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import ConfigDict

from typedflow import Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowRuntimeError


class Begin(StartEvent):
    n: int = 1


class Task(Event):
    n: int


class Done(Event):
    n: int
    text: str


class Ask(InputRequiredEvent):
    who: str


class Answer(HumanResponseEvent):
    who: str = ""
    text: str


async def test_a_waiting_step_goes_on_where_it_was() -> None:
    bodies = 0

    class Asks(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
            nonlocal bodies
            bodies += 1
            answer = await ctx.wait_for_event(Answer, waiter_event=Ask(who="Ann"))
            return StopEvent(result=answer.text)

    handler = Asks().run()
    async for event in handler.stream_events():
        if isinstance(event, Ask):
            await handler.send_event(Answer(text=f"I am {event.who}"))
    assert await handler == "I am Ann"
    assert bodies == 1


async def test_two_waits_in_a_row_get_two_answers() -> None:
    class Twice(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[tuple[str, str]]:
            one = await ctx.wait_for_event(Answer, waiter_event=Ask(who="1"))
            two = await ctx.wait_for_event(Answer, waiter_event=Ask(who="2"))
            return StopEvent(result=(one.text, two.text))

    handler = Twice().run()
    async for event in handler.stream_events(only=Ask):
        await handler.send_event(Answer(text=f"to {event.who}"))
    assert await handler == ("to 1", "to 2")


async def test_requirements_tell_the_answers_apart() -> None:
    class Many(Workflow):
        @step
        async def split(self, ev: Begin) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step(num_workers=1)
        async def ask(self, ctx: Context, ev: Task) -> Done:
            answer = await ctx.wait_for_event(Answer, waiter_event=Ask(who=str(ev.n)), requirements={"who": str(ev.n)})
            return Done(n=ev.n, text=answer.text)

        @step
        async def end(self, evs: list[Done]) -> StopEvent[dict[int, str]]:
            return StopEvent(result={ev.n: ev.text for ev in evs})

    handler = Many().run()
    asked: list[str] = []
    async for event in handler.stream_events(only=Ask):
        asked.append(event.who)
        if (
            len(asked) == 3
        ):  # all three wait at once, though the step has one worker: waiting leaves its place to others
            for who in ("2", "0", "1"):
                await handler.send_event(Answer(who=who, text=f"answer {who}"))
    assert await handler == {0: "answer 0", 1: "answer 1", 2: "answer 2"}


async def test_a_wait_that_times_out_can_be_caught_and_the_step_goes_on() -> None:
    class Impatient(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
            try:
                await ctx.wait_for_event(Answer, timeout=0.01)
            except asyncio.TimeoutError:
                return StopEvent(result="nobody answered")
            return StopEvent(result="answered")

    assert await Impatient().run() == "nobody answered"


async def test_a_requirement_that_the_event_has_no_field_for_is_refused() -> None:
    class Typo(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
            await ctx.wait_for_event(Answer, requirements={"whom": "Ann"})  # type: ignore[typedflow-unproduced-event]  # the mistake under test
            return StopEvent()

    with pytest.raises(
        WorkflowRuntimeError,
        match=r"step 'begin': wait_for_event requires 'whom', a field that 'Answer' does not have, so it would never come. "
        r"Did you mean 'who'\?",
    ):
        await Typo().run()


async def test_an_event_that_takes_any_field_may_be_asked_for_by_any() -> None:
    class Loose(HumanResponseEvent):
        model_config = ConfigDict(extra="allow")

    class Asks(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
            answer = await ctx.wait_for_event(Loose, requirements={"who": "Ann"})
            return StopEvent(result=answer.model_dump()["said"])

    handler = Asks().run()
    await asyncio.sleep(0.01)
    await handler.send_event(Loose.model_validate({"who": "Bea", "said": "no"}))
    await handler.send_event(Loose.model_validate({"who": "Ann", "said": "yes"}))
    assert await handler == "yes"


async def test_an_exception_handler_around_the_wait_does_not_break_it() -> None:
    class Guards(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
            try:
                answer = await ctx.wait_for_event(Answer, waiter_event=Ask(who=""))
            except Exception as error:
                return StopEvent(result=f"broken by {error!r}")
            return StopEvent(result=answer.text)

    handler = Guards().run()
    async for _ in handler.stream_events(only=Ask):
        await handler.send_event(Answer(text="fine"))
    assert await handler == "fine"


async def test_a_waiting_step_that_is_restored_runs_again_from_its_start() -> None:
    class Asks(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
            answer = await ctx.wait_for_event(Answer, waiter_event=Ask(who="Ann"))
            return StopEvent(result=answer.text)

    workflow = Asks()
    handler = workflow.run()
    await asyncio.sleep(0)
    await handler.cancel_run()
    again = workflow.run(ctx=Context.from_dict(workflow, handler.ctx.to_dict()))
    async for _ in again.stream_events(only=Ask):
        await again.send_event(Answer(text="later"))
    assert await again == "later"


def test_a_workflow_that_only_waits_for_people_says_that_it_asks_them() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[str]:
            answer = await ctx.wait_for_event(Answer)
            return StopEvent(result=answer.text)

    class Publishes(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
            done = await ctx.wait_for_event(Done, waiter_event=Ask(who="Ann"))
            return StopEvent(result=done.n)

        @step
        async def work(self, ev: Begin) -> Done:
            return Done(n=1, text="")

    class WaitsForAStep(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
            done = await ctx.wait_for_event(Done)
            return StopEvent(result=done.n)

        @step
        async def work(self, ev: Begin) -> Done:
            return Done(n=1, text="")

    assert [Waits().validate(), Publishes().validate(), WaitsForAStep().validate()] == [True, True, False]
