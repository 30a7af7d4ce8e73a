"""`@step(workflow=W)` on a function without `self`: typed like a method, wrong signatures and wrong workflows rejected."""

from typing import Any

from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, Step, StopEvent, Workflow, step
from typedflow.step import SyncStep
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


class Task(Event):
    number: int


class Open(Workflow, open_steps=True): ...


class OpenTyped(Workflow[Totals, int], open_steps=True): ...


@step(workflow=Open)
async def begin(ev: StartEvent) -> Task:
    return Task(number=3)


@step(workflow=Open, num_workers=2)
async def with_context(ctx: Context[Totals], ev: Task) -> StopEvent[int]:
    async with ctx.store.edit_state() as state:
        assert_type(state, Totals)
    return StopEvent(result=ev.number)


@step(workflow=OpenTyped)
async def context_last(ev: Task, ctx: Context[Totals]) -> StopEvent[int] | None:
    return None


@step(workflow=Open)
def sync(ev: Task) -> list[Task]:
    return []


@step(workflow=Open)
def sync_with_context(ctx: Context[Totals], ev: Task) -> None: ...


assert_type(begin, Step[Any, StartEvent, Task])
assert_type(with_context, Step[Totals, Task, StopEvent[int]])
assert_type(context_last, Step[Totals, Task, StopEvent[int] | None])
assert_type(sync, SyncStep[Any, Task, list[Task]])
Open.add_step(begin)


@step(workflow=Open)
async def returns_an_int(ev: StartEvent) -> int:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    return 3


@step(workflow=Open)
async def takes_nothing() -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    return StopEvent(result=3)


@step(workflow=Open)
async def takes_only_a_context(ctx: Context[Totals]) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
    return StopEvent(result=3)


@step(workflow=Open)
async def takes_an_int(ev: int) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
    return StopEvent(result=ev)


@step(workflow=Totals)
async def no_workflow(ev: StartEvent) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
    return StopEvent(result=3)


@step(workflow=Open())
async def an_object_and_no_class(ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
    return StopEvent(result=3)


@step  # a free function without its workflow has no event: its first parameter counts as `self`
async def names_no_workflow(ev: StartEvent) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    return StopEvent(result=3)


async def plain(ev: StartEvent) -> StopEvent[int]:
    return StopEvent(result=3)


Open.add_step(plain)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
