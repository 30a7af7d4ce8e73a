"""Run one step alone, in a test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.context import Context
from typedflow.definition import define
from typedflow.engine.books import Books
from typedflow.engine.invocation import Invocation, Payload
from typedflow.engine.plan import Mode, StepPlan
from typedflow.engine.run import Run
from typedflow.engine.stream import EventStream
from typedflow.events import Event, StopEvent
from typedflow.resource_cache import Factory
from typedflow.step import Step
from typedflow.testing.commits import Commits
from typedflow.testing.runner import MANY, context_of, replaced

if TYPE_CHECKING:
    from typedflow.engine.waits import Waiter
    from typedflow.workflow import Workflow

__all__ = ["StepResult", "run_step"]

OutT = TypeVar("OutT", bound="Event | Sequence[Event] | None")


@dataclass(frozen=True)
class StepResult(Generic[OutT]):
    """What a step did: what it `returned`, `sent` and wrote to the stream (`written`), and what it committed."""

    returned: OutT
    sent: list[Event]
    written: list[Event]
    commits: Commits
    state: Any  # Any: the state of the workflow that the step belongs to
    ctx: Context[Any]


async def run_step(
    step: Callable[..., Awaitable[OutT]] | Callable[..., OutT] | Step[Any, Any, OutT],
    event: Event | Sequence[Event],
    *,
    workflow: Workflow[Any, Any] | None = None,
    state: BaseModel | None = None,
    resources: Mapping[Factory, object] | None = None,
    answers: Iterable[Event] = (),
    timeout: float | None = 45.0,
) -> StepResult[OutT]:
    """Run one step of a workflow on `event`, and nothing after it: `await run_step(Flow().pay, Pay(amount=3))`.

    A free-function step needs the `workflow` that it is run for. A fan-in takes a list of events, a join one for each
    parameter. `resources` are used in place of what the factories would make. `answers` are handed to the step's
    `wait_for_event`, in order.

    Its time limit holds; it is not tried again, and no `@catch_error` is called. Raises what the step raises,
    `TypeError` for an event that it does not take, `WorkflowRuntimeError` where it returns what its annotation does
    not say.

    >>> import asyncio
    >>> from typedflow import StartEvent, StopEvent, Workflow, step
    >>> class Greet(Workflow):
    ...     @step
    ...     async def greet(self, ev: StartEvent) -> StopEvent[str]:
    ...         return StopEvent(result=f"Hello {ev['name']}")
    >>> asyncio.run(run_step(Greet().greet, StartEvent(name="Ann"))).returned.result
    'Hello Ann'
    """
    owner, name = _found(step, workflow)
    plan = define(type(owner)).plan
    original = plan.by_name[name]
    payload = _payload(original, event)
    returned: list[object] = []
    alone = _alone(original, returned)
    plan = copy(plan)
    plan.by_name = {**plan.by_name, name: alone}
    plan.handlers = {}
    context = context_of(owner, state)
    watch = context.store.watch(buffer=MANY)
    with replaced(resources):
        run = Run(plan, owner, context, "one-step", timeout=timeout, stream=EventStream())
        books = run.books = _RecordingBooks(plan, run, answers)
        context.attach(run)
        books.line_up(Invocation(1, alone, payload, None, None))
        run.start()
        async for _ in run.stream.read():
            pass
    run.outcome.seen()
    if run.outcome.error is not None:
        raise run.outcome.error
    watch.close()
    written = [shown async for shown in run.stream.read()]
    return StepResult(
        cast("OutT", returned[0]),
        books.sent,
        written[:-1],
        Commits([commit async for commit in watch]),
        context.state,
        context,
    )


def _found(step: object, workflow: Workflow[Any, Any] | None) -> tuple[Workflow[Any, Any], str]:
    if isinstance(step, MethodType):
        return workflow or cast("Workflow[Any, Any]", step.__self__), step.__func__.__name__
    if not isinstance(step, Step):
        raise TypeError(f"run_step takes a step of a workflow object, as in run_step(Flow().pay, event), not {step!r}")
    if workflow is None:
        raise TypeError(
            f"run_step({step.name}, ...) needs to know for which workflow object: run_step(..., workflow=Flow())"
        )
    return workflow, step.name


def _payload(step: StepPlan, event: Event | Sequence[Event]) -> Payload:
    if step.mode is Mode.SINGLE:
        fits = isinstance(event, Event) and isinstance(event, step.takes)
        wants = " | ".join(kind.__name__ for kind in step.takes)
        payload: Payload = cast("Event", event)
    elif step.mode is Mode.COLLECT:
        fits = isinstance(event, Sequence) and all(isinstance(each, step.takes) for each in event)
        wants = f"a list of {' | '.join(kind.__name__ for kind in step.takes)}"
        payload = list(cast("Sequence[Event]", event)) if fits else []
    else:
        fits = (
            isinstance(event, Sequence)
            and len(event) == len(step.slots)
            and all(isinstance(each, kinds) for each, kinds in zip(event, step.slots, strict=True))
        )
        wants = "one event for each of " + ", ".join(step.event_names)
        payload = tuple(cast("Sequence[Event]", event)) if fits else ()
    if not fits:
        raise TypeError(f"step '{step.name}' takes {wants}, not {event!r}")
    return payload


def _alone(step: StepPlan, returned: list[object]) -> StepPlan:
    """The step, but what it returns is noted, and ends the run."""
    call = step.call

    async def note(workflow: object, ctx: Context[Any], payload: Any) -> StopEvent[None]:
        result = await call(workflow, ctx, payload)
        if type(result) not in step.roles:
            step.role_of(result)
        elif isinstance(result, list):
            step.elements(result)
        returned.append(result)
        return StopEvent(result=None)

    alone = copy(step)
    alone.call = note
    alone.returned = ((StopEvent,), ())
    alone.roles = {}
    alone.retry = None
    return alone


class _RecordingBooks(Books):
    """Books that note what is sent instead of delivering it, and answer what the step waits for."""

    __slots__ = ("_answers", "sent")

    def __init__(self, plan: Any, host: Run, answers: Iterable[Event]) -> None:
        super().__init__(plan, host)
        self.sent: list[Event] = []
        self._answers = list(answers)

    def deliver(self, event: Event, source: Invocation | None, only: StepPlan | None = None) -> bool:
        self.sent.append(event)
        return True

    def wait(self, waiter: Waiter) -> None:
        super().wait(waiter)
        for answer in self._answers:
            if waiter.matches(answer):
                self._answers.remove(answer)
                deliver = super().deliver
                asyncio.get_running_loop().call_soon(deliver, answer, None, waiter.invocation.plan)
                return
