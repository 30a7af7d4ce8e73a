"""What `@step(...)` and `Workflow(...)` take beside the function: retry policies, workers, time limits."""

from datetime import timedelta

from typedflow import StartEvent, StopEvent, Workflow, step
from typedflow.retry_policy import ConstantDelayRetryPolicy, ExponentialBackoffRetryPolicy, retry_policy


class Right(Workflow):
    @step(retry_policy=ConstantDelayRetryPolicy(maximum_attempts=3, delay=0.5))
    async def constant(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)

    @step(retry_policy=ConstantDelayRetryPolicy(delay=timedelta(seconds=1)), num_workers=1)
    async def with_a_timedelta(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)

    @step(retry_policy=ExponentialBackoffRetryPolicy(), timeout=3)
    def exponential(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)

    @step(retry_policy=retry_policy())
    async def by_tenacity(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)

    @step(retry_policy=None)
    async def none(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)


def workflows() -> None:
    Right(timeout=None)
    Right(10)
    Right(timeout=0.5, num_concurrent_runs=4, workflow_name="right", history=3, skip_checks={"self-state"})
    Right(timeout="10")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Right(num_concurrent_runs="4")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Right(history=None)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Right(skip_checks=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Right(timeuot=10)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
    Right.add_step(3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]


class Wrong(Workflow):
    @step(retry_policy=ConstantDelayRetryPolicy)
    async def the_factory_itself(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
        return StopEvent(result=3)

    @step(retry_policy=ConstantDelayRetryPolicy(attempts=3))  # (an unknown option)
    async def unknown_option(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
        return StopEvent(result=3)

    @step(skip_checks=3)
    async def skip(self, ev: StartEvent) -> StopEvent[int]:  # E: mypy[call-overload,untyped-decorator] pyright[reportArgumentType] pyrefly[no-matching-overload] ty[invalid-argument-type]
        return StopEvent(result=3)
