"""`@catch_error` on a method that takes a `StepFailedEvent`, with or without a context and options."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, Step, StepFailedEvent, StopEvent, Workflow, catch_error, step
from typing_extensions import assert_type


class Totals(BaseModel):
    failures: int = 0


class Retry(Event):
    reason: str


class Flow(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent[str]:
        return StopEvent(result="fine")

    @catch_error
    async def failed(self, ev: StepFailedEvent) -> StopEvent[str]:
        assert_type(ev.step_name, str)
        assert_type(ev.exception, Exception)
        assert_type(ev.input_event, Event)
        assert_type(ev.attempts, int)
        assert_type(ev.failed_at, datetime)
        return StopEvent(result=str(ev.exception))

    @catch_error
    async def failed_with_context(self, ctx: Context[Totals], ev: StepFailedEvent) -> Retry | StopEvent[str]:
        async with ctx.store.edit_state() as state:
            assert_type(state, Totals)
        return Retry(reason="")

    @catch_error(for_steps=["begin"], max_recoveries=3)
    async def failed_begin(self, ctx: Context[Totals], ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result="")

    @catch_error()
    async def called(self, ev: StepFailedEvent) -> None: ...

    @catch_error
    def sync(self, ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result="")

    @catch_error(for_steps=["begin"])
    def sync_with_context(self, ctx: Context[Totals], ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result="")

    @catch_error
    async def context_last(self, ev: StepFailedEvent, ctx: Context[Totals]) -> StopEvent[str]:
        return StopEvent(result="")


assert_type(Flow.failed, Step[Any, StepFailedEvent, StopEvent[str]])
assert_type(Flow.failed_begin, Step[Totals, StepFailedEvent, StopEvent[str]])


class Wrong(Workflow):
    @catch_error
    async def takes_another_event(self, ev: Retry) -> StopEvent[str]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result="")

    @catch_error
    async def takes_a_start_event(self, ctx: Context[Totals], ev: StartEvent) -> StopEvent[str]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result="")

    @catch_error
    async def takes_nothing(self) -> StopEvent[str]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result="")

    @catch_error
    async def takes_only_a_context(self, ctx: Context[Totals]) -> StopEvent[str]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result="")

    @catch_error
    async def takes_the_exception(self, error: Exception) -> StopEvent[str]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result="")

    @catch_error
    async def returns_a_text(self, ev: StepFailedEvent) -> str:  # E: mypy[arg-type,type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return ""

    @catch_error(max_recoveries=2)
    async def with_options_takes_another_event(self, ev: Retry) -> StopEvent[str]:  # E: mypy[arg-type] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        return StopEvent(result="")

    @catch_error(for_steps=3)
    async def for_a_number(self, ev: StepFailedEvent) -> StopEvent[str]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        return StopEvent(result="")

    @catch_error(max_recoveries="3")
    async def many(self, ev: StepFailedEvent) -> StopEvent[str]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        return StopEvent(result="")

    @catch_error
    async def misspelt(self, ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result=ev.step)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
