"""A step that returns `list[Task]` fans out, one that takes `list[Done]` fans in; several event parameters join."""

from typing import Annotated, Any

from pydantic import BaseModel
from typedflow import All, Collect, Context, Event, StartEvent, Step, StopEvent, Take, Workflow, step
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


class Task(Event):
    number: int


class Done(Event):
    number: int


class Broken(Event):
    reason: str


class Fan(Workflow):
    @step
    async def split(self, ev: StartEvent) -> list[Task]:
        return [Task(number=1), Task(number=2)]

    @step
    async def split_or_end(self, ctx: Context[Totals], ev: StartEvent) -> list[Task] | StopEvent[int]:
        return StopEvent(result=0)

    @step
    async def split_mixed(self, ev: StartEvent) -> list[Task | Done]:
        return [Task(number=1), Done(number=2)]

    @step
    async def split_in_two(self, ev: StartEvent) -> list[Task] | list[Done] | None:
        return None

    @step
    def split_in_a_thread(self, ev: StartEvent) -> list[Task]:
        return [Task(number=number) for number in range(3)]

    @step
    async def work(self, ev: Task) -> Done | Broken:
        return Done(number=ev.number * 2)

    @step
    async def join(self, evs: list[Done]) -> StopEvent[int]:
        assert_type(evs, list[Done])
        assert_type(evs[0].number, int)
        return StopEvent(result=sum(ev.number for ev in evs))

    @step
    async def join_with_context(self, ctx: Context[Totals], evs: list[Done | Broken]) -> StopEvent[int]:
        assert_type(evs[0], Done | Broken)
        return StopEvent(result=ctx.state.count)

    @step
    async def first_two(self, evs: Annotated[list[Done], Collect(Take(2))]) -> StopEvent[int]:
        assert_type(evs, list[Done])
        return StopEvent(result=evs[1].number)

    @step
    async def all_of_them(self, ctx: Context[Totals], evs: Annotated[list[Done], Collect(All())]) -> StopEvent[int]:
        return StopEvent(result=len(evs))

    @step
    async def first(self, evs: Annotated[list[Done], Collect(Take(1, cancel_rest=True))]) -> StopEvent[int]:
        return StopEvent(result=evs[0].number)

    @step
    async def join_two(self, done: Done, broken: Broken) -> StopEvent[int]:
        assert_type(broken.reason, str)
        return StopEvent(result=done.number)

    @step
    async def join_two_with_context(self, ctx: Context[Totals], done: Done, broken: Broken) -> StopEvent[int]:
        return StopEvent(result=done.number)

    @step
    async def join_three(self, done: Done, broken: Broken, task: Task, ctx: Context[Totals]) -> StopEvent[int]:
        return StopEvent(result=done.number + ctx.state.count)


assert_type(Fan.split, Step[Any, StartEvent, list[Task]])
assert_type(Fan.split_or_end, Step[Totals, StartEvent, list[Task] | StopEvent[int]])
assert_type(Fan.join, Step[Any, list[Done], StopEvent[int]])
assert_type(Fan.first_two, Step[Any, list[Done], StopEvent[int]])


class Wrong(Workflow):
    @step
    async def element_of_another_class(self, ev: StartEvent) -> list[Task]:
        return [Task(number=1), Done(number=2)]  # E: mypy[list-item] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    async def wrong_field(self, evs: list[Done]) -> StopEvent[int]:
        return StopEvent(result=evs[0].reason)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]

    @step
    async def list_is_no_event(self, evs: list[Done]) -> StopEvent[int]:
        return StopEvent(result=evs.number)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]

    @step
    async def take_text(self, evs: Annotated[list[Done], Collect(Take("2"))]) -> StopEvent[int]:  # E: mypy[-] pyright[reportArgumentType] pyrefly[-] ty[invalid-argument-type]
        return StopEvent(result=3)

    @step
    async def collect_number(self, evs: Annotated[list[Done], Collect(2)]) -> StopEvent[int]:  # E: mypy[-] pyright[reportArgumentType] pyrefly[-] ty[invalid-argument-type]
        return StopEvent(result=3)

    @step
    async def list_of_lists(self, ev: StartEvent) -> list[list[Task]]:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return []
