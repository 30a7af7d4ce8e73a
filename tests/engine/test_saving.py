"""Contexts over several runs, and runs that are saved in the middle."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic import BaseModel

from typedflow import Context, Event, HumanResponseEvent, StartEvent, StopEvent, Workflow, step
from typedflow.errors import ContextSerdeError, ContextStateError, StateTypeError, WorkflowRuntimeError


class Begin(StartEvent):
    n: int = 0


class Task(Event):
    n: int


class Done(Event):
    n: int


class Count(BaseModel):
    count: int = 0
    log: list[str] = []


class Counter(Workflow[Count, int]):
    @step
    async def begin(self, ctx: Context[Count], ev: Begin) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.count += 1
        return StopEvent(result=ctx.state.count)


def through_json(data: dict[str, object]) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(json.dumps(data))
    return loaded


async def test_a_context_keeps_its_state_over_runs_and_through_json() -> None:
    workflow = Counter()
    ctx = Context(workflow)
    assert await workflow.run(ctx=ctx) == 1
    handler = workflow.run(ctx=ctx)
    assert handler.ctx is ctx
    assert await handler == 2
    restored = Context.from_dict(workflow, through_json(ctx.to_dict()))
    assert not restored.is_running
    assert restored.store.version == ctx.store.version == 2
    assert await workflow.run(ctx=restored) == 3
    assert ctx.state.count == 2


async def test_a_context_in_use_is_refused() -> None:
    class Slow(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await asyncio.sleep(0.01)
            return StopEvent()

    workflow = Slow()
    ctx = Context(workflow)
    handler = workflow.run(ctx=ctx)
    with pytest.raises(
        ContextStateError,
        match=r"in use by a run that is still in progress; await that run first, or use another Context; "
        r"a child works on its state with run\(ctx=Context\(child, state_of=ctx\)\)",
    ):
        workflow.run(ctx=ctx)
    await handler


class Further(Count):
    last: str = ""


class Other(BaseModel):
    size: int = 0


class NamesFurther(Workflow):
    @step
    async def begin(self, ctx: Context[Further], ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result=ctx.state.last)


class NamesOther(Workflow):
    @step
    async def begin(self, ctx: Context[Other], ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=ctx.state.size)


class NamesNone(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result=type(ctx.state).__name__)


@pytest.mark.parametrize("other", [Counter(), NamesOther(), NamesNone()], ids=lambda other: type(other).__name__)
async def test_a_context_of_a_state_that_is_not_the_workflows_is_refused(other: Workflow) -> None:
    ctx = Context(other)
    with pytest.raises(
        StateTypeError,
        match=rf"the state of this context is a {type(ctx.state).__name__}, and NamesFurther works on Further; "
        r"pass a Context\(workflow\) of the same workflow, or none",
    ):
        NamesFurther().run(ctx=ctx)
    await other.run(ctx=ctx)


async def test_a_context_of_a_derived_state_is_taken() -> None:
    assert await Counter().run(ctx=Context(NamesFurther())) == 1


async def test_a_workflow_that_names_no_state_takes_any_context() -> None:
    assert await NamesNone().run(ctx=Context(NamesOther())) == "Other"


executed: list[str] = []
gate: asyncio.Event


class Long(Workflow[Count, list[int]]):
    @step
    async def split(self, ctx: Context[Count], ev: Begin) -> list[Task]:
        executed.append("split")
        return [Task(n=n) for n in range(4)]

    @step(num_workers=2)
    async def work(self, ctx: Context[Count], ev: Task) -> Done:
        executed.append(f"work {ev.n}")
        if ev.n:
            await gate.wait()
        async with ctx.store.edit_state() as state:
            state.count += 1
        return Done(n=ev.n)

    @step
    async def end(self, ctx: Context[Count], evs: list[Done]) -> StopEvent[list[int]]:
        executed.append("end")
        return StopEvent(result=sorted(ev.n for ev in evs))


@pytest.mark.parametrize("cancel_first", [True, False])
async def test_a_run_saved_in_the_middle_goes_on_where_it_was(cancel_first: bool) -> None:
    global gate
    gate = asyncio.Event()
    executed.clear()
    workflow = Long()
    handler = workflow.run()
    while len(executed) < 4:
        await asyncio.sleep(0)
    assert executed == ["split", "work 0", "work 1", "work 2"]
    if cancel_first:
        await handler.cancel_run()
        saved = through_json(handler.ctx.to_dict())
    else:
        saved = through_json(handler.ctx.to_dict())
        await handler.cancel_run()

    executed.clear()
    gate.set()
    restored = Context.from_dict(workflow, saved)
    assert restored.is_running
    assert restored.state.count == 1
    again = workflow.run(ctx=restored)
    assert again.run_id == handler.run_id
    assert await again == [0, 1, 2, 3]
    assert executed == ["work 1", "work 2", "work 3", "end"]
    assert restored.state.count == 4


async def test_a_restored_run_takes_no_start_event() -> None:
    global gate
    gate = asyncio.Event()
    workflow = Long()
    handler = workflow.run()
    await asyncio.sleep(0)
    saved = handler.ctx.to_dict()
    await handler.cancel_run()
    with pytest.raises(WorkflowRuntimeError, match="it goes on where it was and takes no start event"):
        workflow.run(ctx=Context.from_dict(workflow, saved), n=3)


async def test_joins_collections_and_failures_survive_a_save() -> None:
    class Go(HumanResponseEvent):
        n: int

    class Gather(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Task | None:
            ctx.send_event(Task(n=1))
            return None

        @step
        async def join(self, task: Task, go: Go) -> Done:
            return Done(n=task.n + go.n)

        @step
        async def more(self, ctx: Context, ev: Go) -> Done:
            return Done(n=ev.n)

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent[list[int]] | None:
            got = ctx.collect_events(ev, [Done] * 3)
            return None if got is None else StopEvent(result=[event.n for event in got])

    workflow = Gather()
    handler = workflow.run()
    await asyncio.sleep(0.01)
    await handler.send_event(Go(n=5), step="more")
    await asyncio.sleep(0.01)
    saved = through_json(handler.ctx.to_dict())
    await handler.cancel_run()
    again = workflow.run(ctx=Context.from_dict(workflow, saved))
    await again.send_event(Go(n=10))
    assert await asyncio.wait_for(again, 5) == [5, 11, 10] or await again == [5, 10, 11]


async def test_local_event_classes_are_restored_without_importing_anything() -> None:
    class Local(Event):
        n: int

    class Locals(Workflow):
        @step
        async def begin(self, ev: Begin) -> Local:
            return Local(n=3)

        @step
        async def end(self, ev: Local) -> StopEvent[int]:
            await asyncio.sleep(0.01)
            return StopEvent(result=ev.n)

    workflow = Locals()
    handler = workflow.run()
    await asyncio.sleep(0.001)
    saved = through_json(handler.ctx.to_dict())
    assert await workflow.run(ctx=Context.from_dict(workflow, saved)) == 3
    await handler


async def test_what_does_not_fit_the_workflow_any_more_is_named_place_by_place() -> None:
    global gate
    gate = asyncio.Event()
    workflow = Long()
    handler = workflow.run()
    while not handler.ctx.state.count:
        await asyncio.sleep(0)
    saved = handler.ctx.to_dict()
    await handler.cancel_run()
    text = json.dumps(saved).replace('"step": "work"', '"step": "labour"').replace('"n": 0', '"n": "zero"')
    with pytest.raises(ContextSerdeError) as caught:
        workflow.run(ctx=Context.from_dict(workflow, json.loads(text)))
    message = str(caught.value)
    assert message.startswith("the saved run does not fit Long any more:")
    assert "invocations.0: the workflow has no step 'labour' any more" in message


async def test_an_event_that_json_cannot_hold_is_named_when_saving() -> None:
    class Handle(Event):
        thing: object

    class Holds(Workflow):
        @step
        async def begin(self, ev: Begin) -> Handle:
            return Handle(thing=object())

        @step
        async def end(self, ev: Handle) -> StopEvent:
            await asyncio.sleep(0.01)
            return StopEvent()

    handler = Holds().run()
    await asyncio.sleep(0.001)
    with pytest.raises(
        ContextSerdeError, match=r"Handle queued for step 'end' cannot be saved: .* give the field a type"
    ):
        handler.ctx.to_dict()
    await handler


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "a saved context is a dict with a 'version', as Context.to_dict\\(\\) gives it"),
        ({"version": 99}, "this context was saved in format 99, and this version of typedflow reads format 1"),
    ],
)
def test_a_payload_of_another_form_is_refused(data: dict[str, object], message: str) -> None:
    with pytest.raises(ContextSerdeError, match=message):
        Context.from_dict(Counter(), data)


async def test_a_state_that_does_not_fit_the_model_names_every_path() -> None:
    workflow = Counter()
    ctx = Context(workflow)
    await workflow.run(ctx=ctx)
    text = json.dumps(ctx.to_dict()).replace('"count": 1', '"count": "many"')
    with pytest.raises(ContextSerdeError, match="count"):
        Context.from_dict(workflow, json.loads(text))


async def test_the_time_that_a_run_has_had_is_saved_with_it() -> None:
    class Slow(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            await asyncio.sleep(0.2)
            return StopEvent()

    workflow = Slow(timeout=0.3)
    handler = workflow.run()
    await asyncio.sleep(0.15)
    saved = through_json(handler.ctx.to_dict())
    assert 0.14 < float(str(saved["elapsed"])) < 0.3
    await handler.cancel_run()
    with pytest.raises(TimeoutError):
        await workflow.run(ctx=Context.from_dict(workflow, saved))
