"""Error handling: retry policies from the blocks, one's own, and what a step knows of its attempts."""

from __future__ import annotations

from workflows import Context, Workflow, step
from workflows.events import StartEvent, StopEvent
from workflows.retry_policy import (
    retry_if_exception_type,
    retry_policy,
    stop_after_attempt,
    wait_exponential,
    wait_fixed,
)


class Flaky(Workflow):
    @step(retry_policy=retry_policy(wait=wait_fixed(0.01), stop=stop_after_attempt(10)))
    async def flaky_step(self, ctx: Context, ev: StartEvent) -> StopEvent:
        info = ctx.retry_info()
        if info.retry_number < 3:
            raise ConnectionError(f"attempt {info.retry_number}")
        return StopEvent(result=(info.retry_number, str(info.last_exception)))


class Picky(Workflow):
    @step(
        retry_policy=retry_policy(
            retry=retry_if_exception_type((TimeoutError, ConnectionError)),
            wait=wait_exponential(multiplier=0.001, max=0.01),
            stop=stop_after_attempt(3),
        )
    )
    async def call(self, ctx: Context, ev: StartEvent) -> StopEvent:
        attempts.append(ev.error)
        raise TimeoutError("slow") if ev.error == "timeout" else ValueError("bad")


class RetryTwice:
    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        return 0.001 if attempts <= 2 else None


class Custom(Workflow):
    @step(retry_policy=RetryTwice())
    async def call(self, ctx: Context, ev: StartEvent) -> StopEvent:
        attempts.append("custom")
        if len(attempts) < 3:
            raise RuntimeError("not yet")
        return StopEvent(result=len(attempts))


attempts: list[str] = []


async def failing(error: str) -> tuple[str, int]:
    attempts.clear()
    try:
        await Picky().run(error=error)
    except (TimeoutError, ValueError) as caught:
        return str(caught), len(attempts)
    return "no error", 0


async def main() -> object:
    results = [await Flaky().run(), await failing("timeout"), await failing("value")]
    attempts.clear()
    return [*results, await Custom().run()]


EXPECTED = [(3, "attempt 2"), ("slow", 3), ("bad", 1), 3]
