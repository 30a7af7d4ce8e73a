"""A step has an event parameter and returns an event, a list of events, None, or a union of these: all forms of a right signature."""

from typing import Any, Optional, Union

from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, Step, StopEvent, Workflow, step
from typedflow.step import SyncStep
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


class Begin(StartEvent):
    by: int


class Task(Event):
    number: int


class Done(Event):
    number: int


class Right(Workflow):
    @step
    async def event_alone(self, ev: Begin) -> Task:
        return Task(number=ev.by)

    @step
    async def context_first(self, ctx: Context[Totals], ev: Task) -> Done:
        return Done(number=ev.number)

    @step
    async def context_last(self, ev: Task, ctx: Context[Totals]) -> Done:
        return Done(number=ctx.state.count)

    @step
    async def bare_context(self, ctx: Context, ev: Task) -> Done:
        return Done(number=ctx.state["count"])

    @step
    async def union(self, ctx: Context[Totals], ev: Task | Done) -> Done | StopEvent[int]:
        return Done(number=3) if isinstance(ev, Task) else StopEvent(result=3)

    @step
    async def old_union(self, ev: Union[Task, Done]) -> Union[Done, StopEvent[int]]:
        return Done(number=3)

    @step
    async def optional(self, ev: Task) -> Optional[Done]:
        return None

    @step
    async def none_or_event(self, ctx: Context[Totals], ev: Task) -> Done | None:
        return None

    @step
    async def nothing(self, ev: Task) -> None:
        return None

    @step
    async def nothing_with_context(self, ctx: Context[Totals], ev: Task) -> None:
        ctx.send_event(Done(number=1))

    @step()
    async def called(self, ev: Task) -> Done:
        return Done(number=3)

    @step(num_workers=2, timeout=1.5)
    async def with_options(self, ctx: Context[Totals], ev: Task) -> Done:
        return Done(number=3)

    @step(accept_event_subclasses=True, skip_checks=["unreachable-step"])
    async def all_events(self, ev: Event) -> None: ...

    @step
    def sync(self, ev: Task) -> Done:
        return Done(number=3)

    @step
    def sync_with_context(self, ctx: Context[Totals], ev: Task) -> Done | None:
        return None

    @step(num_workers=8)
    def sync_with_options(self, ev: Task) -> list[Done]:
        return [Done(number=3)]

    @step
    async def other_names(this, context: Context[Totals], message: Task) -> Done:
        return Done(number=message.number)

    @step
    async def with_a_default(self, ev: Task, verbose: bool = False) -> Done:
        return Done(number=3)

    def plain_method(self, value: int) -> str:
        return str(value)


def inferred() -> None:
    assert_type(Right.event_alone, Step[Any, Begin, Task])
    assert_type(Right.context_first, Step[Totals, Task, Done])
    assert_type(Right.context_last, Step[Totals, Task, Done])
    assert_type(Right.union, Step[Totals, Task | Done, Done | StopEvent[int]])
    assert_type(Right.optional, Step[Any, Task, Done | None])
    assert_type(Right.nothing, Step[Any, Task, None])
    assert_type(Right.with_options, Step[Totals, Task, Done])
    assert_type(Right.sync_with_context, SyncStep[Totals, Task, Done | None])
    assert_type(Right.called, Step[Any, Task, Done])
