"""Postponed annotations, strings, aliases, nested and function-local classes: what runs also type-checks."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

import typedflow
from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, Step, StopEvent, Workflow, step
from typedflow import events as ev_module
from typedflow.context import Context as Ctx
from typing_extensions import TypeAlias, assert_type


class Totals(BaseModel):
    count: int = 0


class Task(Event):
    number: int


class Done(Event):
    number: int


Outcome: TypeAlias = Union[Done, StopEvent[int]]
Totalled: TypeAlias = Context[Totals]
Taken = Annotated[Task, "the task to do"]


class Flow(Workflow):
    limit: ClassVar[int] = 3

    class Nested(Event):
        text: str

    @step
    async def string(self, ctx: "Context[Totals]", ev: "StartEvent") -> "Task":
        assert_type(ctx.state, Totals)
        return Task(number=3)

    @step
    async def alias(self, ctx: Totalled, ev: Task) -> Outcome:
        assert_type(ctx.state.count, int)
        return Done(number=3)

    @step
    async def annotated(self, ev: Taken) -> Done | None:
        assert_type(ev.number, int)
        return None

    @step
    async def nested(self, ev: Done) -> Nested:
        return Flow.Nested(text="")

    @step
    async def later(self, ev: Nested) -> Later:
        return Later(number=3)

    @typedflow.step
    async def by_module(self, ctx: typedflow.Context[Totals], ev: ev_module.StartEvent) -> ev_module.StopEvent[int]:
        return ev_module.StopEvent(result=self.limit)

    @step
    async def renamed(self, ctx: Ctx[Totals], ev: Later) -> StopEvent[int]:
        assert_type(ctx, Context[Totals])
        return StopEvent(result=ev.number)


class Later(Event):
    number: int


def build() -> type[Workflow]:
    class LocalState(BaseModel):
        names: list[str] = []

    class LocalEvent(Event):
        name: str

    class Local(Workflow):
        @step
        async def begin(self, ctx: Context[LocalState], ev: StartEvent) -> LocalEvent:
            assert_type(ctx.state.names, list[str])
            return LocalEvent(name="")

        @step
        async def end(self, ev: LocalEvent) -> StopEvent[str]:
            return StopEvent(result=ev.name)

    return Local


assert_type(Flow.alias, Step[Totals, Task, Union[Done, StopEvent[int]]])
assert_type(Flow.annotated, Step[Any, Task, Union[Done, None]])


class Wrong(Workflow):
    @step
    async def string(self, ev: "StartEvent") -> "int":  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return 3

    @step
    async def nowhere(self, ev: "Nowhere") -> StopEvent[int]:  # E: mypy[name-defined] pyright[reportUndefinedVariable] pyrefly[unknown-name] ty[unresolved-reference]
        return StopEvent(result=3)

    @step
    async def alias(self, ctx: Totalled, ev: Task) -> Outcome:
        return Task(number=3)  # E: mypy[return-value] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]
