"""What a run has done and what it took: an observer that counts and adds up, for those who asked with `stats=True`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from typedflow.events import Event, StopEvent

if TYPE_CHECKING:
    from typedflow.engine.execution import Execution
    from typedflow.engine.invocation import Invocation

__all__ = ["RunStats", "StatsObserver", "StepStats"]


@dataclass(frozen=True)
class StepStats:
    """One step: how many attempts ended, how many of them failed, and seconds from begin to end, waiting included."""

    attempts: int = 0
    failures: int = 0
    seconds: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True)
class RunStats:
    """A run up to now.

    `seconds` is how long it has been alive, `seconds_in_steps` the sum over the steps (more than `seconds` where they
    overlap), `seconds_in_engine` what passed between the end of one step and the start of the next one by the same
    worker: routing, bookkeeping and turns of the loop. `commits` is the number of versions of the state, `state_bytes`
    its size as JSON.
    """

    seconds: float
    steps: dict[str, StepStats] = field(default_factory=dict)
    seconds_in_engine: float = 0.0
    retries: int = 0
    unhandled: int = 0
    commits: int = 0
    state_bytes: int = 0

    @property
    def attempts(self) -> int:
        """How many attempts of steps have ended."""
        return sum(step.attempts for step in self.steps.values())

    @property
    def seconds_in_steps(self) -> float:
        """The sum over the steps."""
        return sum(step.seconds for step in self.steps.values())

    def __str__(self) -> str:
        """A table: a line a step, slowest first, and the totals."""
        lines = [f"{'step':24} {'attempts':>9} {'failed':>7} {'seconds':>10} {'longest':>10}"]
        for name, step in sorted(self.steps.items(), key=lambda item: -item[1].seconds):
            lines.append(f"{name:24} {step.attempts:9} {step.failures:7} {step.seconds:10.6f} {step.longest:10.6f}")
        lines.append(
            f"{self.seconds:.6f} s alive, {self.seconds_in_engine:.6f} s in the engine, {self.retries} retries, "
            f"{self.commits} commits, state of {self.state_bytes} bytes"
        )
        return "\n".join(lines)


class StatsObserver:
    """Adds up one run: a number or two for each step of the plan, nothing for each invocation that has ended."""

    def __init__(self) -> None:
        self._begun: dict[int, float] = {}
        self._steps: dict[str, StepStats] = {}
        self._in_engine = 0.0
        self._last_end: tuple[asyncio.Task[object] | None, float] | None = None
        self._retries = 0
        self._unhandled = 0

    def stats(self, run: Execution, commits: int, state_bytes: int) -> RunStats:
        """What has been added up so far."""
        return RunStats(
            run.elapsed, dict(self._steps), self._in_engine, self._retries, self._unhandled, commits, state_bytes
        )

    def run_started(self, run: Execution) -> None:
        """Nothing yet."""

    def step_started(self, run: Execution, invocation: Invocation) -> None:
        """Start the clock of the attempt."""
        now = perf_counter()
        task = asyncio.current_task()
        if self._last_end is not None and self._last_end[0] is task:
            self._in_engine += now - self._last_end[1]
        self._begun[invocation.id] = now

    def step_ended(self, run: Execution, invocation: Invocation, result: object, error: BaseException | None) -> None:
        """Add the attempt to its step."""
        now = perf_counter()
        taken = now - self._begun.pop(invocation.id, now)
        old = self._steps.get(invocation.step, StepStats())
        self._steps[invocation.step] = StepStats(
            old.attempts + 1, old.failures + (error is not None), old.seconds + taken, max(old.longest, taken)
        )
        self._last_end = (asyncio.current_task(), now)

    def retry_planned(self, run: Execution, invocation: Invocation, delay: float) -> None:
        """Count it."""
        self._retries += 1

    def unhandled(self, run: Execution, event: Event, step: str | None) -> None:
        """Count it."""
        self._unhandled += 1

    def idle(self, run: Execution) -> None:
        """Nothing to add."""

    def run_ended(self, run: Execution, stop: StopEvent[Any], error: BaseException | None) -> None:
        """Nothing to add."""
