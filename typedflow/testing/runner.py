"""Run a workflow in a test, and look at everything that it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.context import Context
from typedflow.errors import StateTypeError
from typedflow.events import Event, StartEvent, StopEvent
from typedflow.resource_cache import Factory, override
from typedflow.state.store import StateStore
from typedflow.testing.commits import Commits

if TYPE_CHECKING:
    from typedflow.workflow import Workflow

__all__ = ["WorkflowTestResult", "WorkflowTestRunner", "context_of", "replaced"]

StateT = TypeVar("StateT", bound=BaseModel, default=Any)
ResultT = TypeVar("ResultT", default=Any)

MANY = 1_000_000
"""How many commits a test may make before the oldest are forgotten."""


@dataclass(frozen=True)
class WorkflowTestResult(Generic[StateT, ResultT]):
    """What a run did.

    `collected` is what was on the stream, in order, `event_types` how often each class was; `commits` what was
    committed; `state` the state at the end. `error` is that of a failed run that was allowed to fail; there is no
    `result` then.
    """

    collected: list[Event]
    event_types: dict[type[Event], int]
    commits: Commits
    state: StateT
    ctx: Context[StateT]
    stop_event: StopEvent[Any]  # Any: a failed run ends with another event than its steps return
    error: BaseException | None
    _result: ResultT

    @property
    def result(self) -> ResultT:
        """The result of the run. Raises the error of a failed one."""
        if self.error is not None:
            raise self.error
        return self._result


class WorkflowTestRunner(Generic[StateT, ResultT]):
    """Runs a workflow and keeps what it did.

    >>> import asyncio
    >>> from typedflow import Context, StartEvent, StopEvent, Workflow, step
    >>> class Count(Workflow):
    ...     @step
    ...     async def count(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
    ...         await ctx.store.set("seen", ev["by"])
    ...         return StopEvent(result=ev["by"])
    >>> done = asyncio.run(WorkflowTestRunner(Count()).run(by=3))
    >>> done.result, done.commits.by("count").changed
    (3, {'seen': 3})
    """

    def __init__(self, workflow: Workflow[StateT, ResultT]) -> None:
        self.workflow = workflow

    async def run(
        self,
        start_event: StartEvent | None = None,
        ctx: Context[StateT] | None = None,
        expose_internal: bool = True,
        exclude_events: Collection[type[Event]] | None = None,
        *,
        state: StateT | None = None,
        resources: Mapping[Factory, object] | None = None,
        may_fail: bool = False,
        **fields: Any,
    ) -> WorkflowTestResult[StateT, ResultT]:
        """Run to the end, from `start_event` or the `fields` of one.

        `state` is what the run starts from, or give a `ctx`. `resources` are used in place of what the factories
        would make. With `expose_internal` the events that the engine makes are collected too; those of
        `exclude_events` are not.

        Raises what the run raises, unless it `may_fail`: then the error is on the result.
        """
        given: dict[str, Any] = dict(fields)
        if start_event is not None:
            given["start_event"] = start_event
        context = ctx if ctx is not None else context_of(self.workflow, state)
        watch = context.store.watch(buffer=MANY)
        excluded = tuple(exclude_events or ())
        with replaced(resources):
            run: Any = self.workflow.run  # Any: the fields are checked at run time here
            handler = run(ctx=context, **given)
            collected = [
                event
                async for event in handler.stream_events(expose_internal=expose_internal)
                if not isinstance(event, excluded)
            ]
        error = handler.exception()
        if error is not None and not may_fail:
            raise error
        watch.close()
        return WorkflowTestResult(
            collected,
            dict(Counter(type(event) for event in collected)),
            Commits([commit async for commit in watch]),
            context.state,
            context,
            handler.get_stop_event(),
            error,
            cast("ResultT", await handler if error is None else None),
        )


def context_of(workflow: Workflow[StateT, ResultT], state: StateT | None) -> Context[StateT]:
    """A fresh context that starts from `state`. Raises `StateTypeError` where that is not the workflow's."""
    context = Context(workflow)
    if state is not None:
        if not isinstance(state, workflow.state_model):
            wanted = workflow.state_model.__name__
            raise StateTypeError(f"the state of {workflow.workflow_name} is a {wanted}, not a {type(state).__name__}")
        context._store = StateStore(state, history=workflow.state_history)
    return context


@contextmanager
def replaced(resources: Mapping[Factory, object] | None) -> Iterator[None]:
    """Within the block, these values are used in place of what the factories would make."""
    with ExitStack() as stack:
        for factory, value in (resources or {}).items():
            stack.enter_context(override(factory, value))
        yield
