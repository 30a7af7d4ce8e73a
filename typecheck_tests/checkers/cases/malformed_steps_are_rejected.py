"""A step that takes no event, or returns what is no event, is an error where it is decorated."""

from collections.abc import AsyncIterator

from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step


class Totals(BaseModel):
    count: int = 0


class Task(Event):
    number: int


class Wrong(Workflow):
    @step  # a line of its own
    async def returns_an_int(self, ev: StartEvent) -> int:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return 3

    @step
    async def returns_a_model(self, ctx: Context[Totals], ev: StartEvent) -> Totals:  # E: mypy[type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return Totals()

    @step
    async def returns_the_class(self, ev: StartEvent) -> type[StopEvent]:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent

    @step
    async def returns_an_event_or_an_int(self, ev: StartEvent) -> StopEvent[int] | int:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return 3

    @step
    async def returns_a_list_of_int(self, ev: StartEvent) -> list[int]:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return [3]

    @step
    async def returns_a_dict(self, ev: StartEvent) -> dict[str, Task]:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return {}

    @step
    async def takes_nothing(self) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result=3)

    @step
    async def takes_only_a_context(self, ctx: Context[Totals]) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=3)

    @step
    async def takes_only_a_bare_context(self, ctx: Context) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=3)

    @step
    async def takes_an_int(self, ev: int) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=ev)

    @step
    async def takes_a_model(self, ctx: Context[Totals], ev: Totals) -> StopEvent[int]:  # E: mypy[type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=ev.count)

    @step
    async def takes_a_list_of_int(self, evs: list[int]) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=evs[0])

    @step
    async def takes_a_text(self, ctx: Context[Totals], name: str) -> StopEvent[str]:  # E: mypy[type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=name)

    @step
    def sync_returns_an_int(self, ev: StartEvent) -> int:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return 3

    @step
    def sync_takes_nothing(self) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result=3)

    @step
    def sync_takes_only_a_context(self, ctx: Context[Totals]) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=3)

    @step
    def sync_takes_an_int(self, ev: int) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=ev)

    @step(num_workers=2)
    async def with_options_returns_an_int(self, ev: StartEvent) -> int:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return 3

    @step(num_workers=2)
    async def with_options_takes_nothing(self) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result=3)

    @step(num_workers=2)
    async def with_options_takes_only_a_context(self, ctx: Context[Totals]) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=3)

    @step(num_workers=2)
    async def with_options_takes_an_int(self, ev: int) -> StopEvent[int]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[-] ty[-]
        return StopEvent(result=ev)

    @step
    async def generator(self, ev: StartEvent) -> AsyncIterator[Task]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        yield Task(number=1)


class NoModel:
    count: int = 0


class WrongState(Workflow):
    @step
    async def state_is_no_model(self, ctx: Context[NoModel], ev: StartEvent) -> StopEvent[int]:  # E: mypy[type-var] pyright[reportInvalidTypeArguments] pyrefly[bad-specialization] ty[invalid-type-arguments]
        return StopEvent(result=3)

    @step
    async def state_is_a_dict(self, ctx: Context[dict[str, int]], ev: StartEvent) -> StopEvent[int]:  # E: mypy[type-var] pyright[reportInvalidTypeArguments] pyrefly[bad-specialization] ty[invalid-type-arguments]
        return StopEvent(result=3)


class WrongOptions(Workflow):
    @step(num_workers="4")
    async def workers(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
        return StopEvent(result=3)

    @step(workers=4)
    async def unknown(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result=3)

    @step(retry_policy=3)
    async def retry(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
        return StopEvent(result=3)

    @step(timeout="1s")
    async def slow(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
        return StopEvent(result=3)


class WrongBodies(Workflow):
    @step
    async def another_event(self, ev: StartEvent) -> StopEvent[int]:
        return Task(number=3)  # E: mypy[return-value] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    async def forgotten_list(self, ev: StartEvent) -> list[Task]:
        return Task(number=3)  # E: mypy[return-value] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    async def unknown_field_of_the_event(self, ev: Task) -> StopEvent[int]:
        return StopEvent(result=ev.nubmer)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
