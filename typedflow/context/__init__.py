"""`Context[StateT]`: what a step sees of its run, and what the outside sees of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, cast, overload

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.context.serializers import JsonSerializer, not_here, only_json
from typedflow.errors import ContextSerdeError, ContextStateError, StateTypeError, WorkflowRuntimeError
from typedflow.events import Event
from typedflow.state.dict_state import DictState
from typedflow.state.store import StateStore

__all__ = ["Context", "DictState", "JsonSerializer", "RetryInfo", "RunFace", "StatefulWorkflow", "current_run"]

StateT = TypeVar("StateT", bound=BaseModel, default=DictState)
StateT_co = TypeVar("StateT_co", bound=BaseModel, covariant=True)
ModelT = TypeVar("ModelT", bound=BaseModel)
EventT = TypeVar("EventT", bound=Event)
A = TypeVar("A", bound=Event)
B = TypeVar("B", bound=Event)
C = TypeVar("C", bound=Event)
D = TypeVar("D", bound=Event)
E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Event)

FORMAT_VERSION = 1
"""The version of what `to_dict` gives; it goes up when an older library could not read it."""


class StatefulWorkflow(Protocol[StateT_co]):
    """What a context wants of a workflow: the model of its state, and its event classes by name, to restore saved ones."""

    @property
    def state_model(self) -> type[StateT_co]: ...
    @property
    def workflow_name(self) -> str: ...
    @property
    def state_history(self) -> int: ...


class _Stateful(Protocol[StateT_co]):
    """Whatever has a state to read, so that a context of a derived state counts as one of its base."""

    @property
    def state(self) -> StateT_co: ...


class RunFace(Protocol):
    """What a context wants of the run that it belongs to."""

    @property
    def id(self) -> str: ...
    @property
    def done(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def in_step(self) -> bool: ...
    def send_event(self, event: Event, step: str | None) -> None: ...
    def write_event(self, event: Event) -> None: ...
    def collect_events(self, event: Event, expected: Sequence[type[Event]], buffer_id: str) -> list[Event] | None: ...
    async def wait_for_event(
        self,
        kind: type[Event],
        waiter_event: Event | None,
        waiter_id: str | None,
        requirements: Mapping[str, object],
        timeout: float | None,
    ) -> Event: ...
    def retry_info(self) -> RetryInfo: ...
    def running_steps(self) -> list[str]: ...
    def stream_events(self, expose_internal: bool) -> AsyncGenerator[Event, None]: ...
    def save(self) -> dict[str, object]: ...
    @property
    def context(self) -> Context[Any]: ...  # Any: the state of some run


@dataclass(frozen=True)
class RetryInfo:
    """How often the current invocation of a step has been tried.

    `retry_number` is 0 at the first attempt; `elapsed_seconds` counts from its start; `last_failed_at` is in UTC.
    """

    retry_number: int = 0
    elapsed_seconds: float = 0.0
    last_exception: Exception | None = None
    last_failed_at: datetime | None = None


current_run: ContextVar[RunFace | None] = ContextVar("typedflow_run", default=None)
"""The run on whose behalf the current task or worker thread works."""


if not TYPE_CHECKING:  # to a checker an attribute that is not there is an error as it stands

    def __getattr__(name: str) -> NoReturn:
        not_here(__name__, name)


class Context(Generic[StateT]):
    """The state of a workflow and, while a run is in progress, the way into that run.

    Make one to keep the state over several runs, or to save and restore it:

    >>> from typedflow import StartEvent, StopEvent, Workflow, step
    >>> class Counter(Workflow):
    ...     @step
    ...     async def count(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
    ...         async with ctx.store.edit_state() as state:
    ...             state["runs"] = state.get("runs", 0) + 1
    ...         return StopEvent(result=ctx.state["runs"])
    >>> import asyncio
    >>> async def main() -> int:
    ...     workflow = Counter()
    ...     ctx = Context(workflow)
    ...     await workflow.run(ctx=ctx)
    ...     restored = Context.from_dict(workflow, ctx.to_dict())
    ...     return await workflow.run(ctx=restored)
    >>> asyncio.run(main())
    2

    A step that runs another workflow may let it work on its own state: `child.run(ctx=Context(child, state_of=ctx))`.
    The state model of the child has to be that of `ctx` or a base of it: the child sees the fields that it declares,
    and every commit is validated as the whole state. Raises `StateTypeError` for any other model.
    """

    __slots__ = ("__weakref__", "_run", "_saved", "_store", "_workflow")

    def __init__(self, workflow: StatefulWorkflow[StateT], *, state_of: _Stateful[StateT] | None = None) -> None:
        self._workflow = workflow
        self._store: StateStore[StateT] | None = None if state_of is None else _shared(workflow, state_of)
        self._run: RunFace | None = None
        self._saved: Mapping[str, object] | None = None

    # -- the state

    @property
    def store(self) -> StateStore[StateT]:
        """The state, and the transactions that change it."""
        if self._store is None:
            workflow = self._workflow
            self._store = StateStore(workflow.state_model, history=workflow.state_history)
        return self._store

    @property
    def state(self) -> StateT:
        """The committed state, without waiting and without a copy. It is read-only; `store.edit_state()` changes it.

        Raises `StateReadOnlyError` on a change.
        """
        return self.store.state

    # -- the run, from within a step

    def send_event(self, message: Event, step: str | None = None) -> None:
        """Send an event to every step that takes it, or to the one named `step`; it is on its way at once.

        Raises `WorkflowStepDoesNotExistError` for an unknown step, `WorkflowRuntimeError` where that step does not take
        the event or the event is a `StopEvent` (which has to be returned), `ContextStateError` before the run.
        """
        self._running("send_event").send_event(message, step)

    def write_event_to_stream(self, ev: Event | None) -> None:
        """Show an event to those who read `handler.stream_events()`; no step takes it."""
        if ev is not None:
            self._running("write_event_to_stream").write_event(ev)

    @overload
    def collect_events(  # type: ignore[overload-overlap]  # a tuple is a Sequence too, and its answer another
        self, ev: Event, expected: tuple[type[A], type[B]], buffer_id: str | None = None
    ) -> tuple[A, B] | None: ...
    @overload
    def collect_events(  # type: ignore[overload-overlap]  # a tuple is a Sequence too, and its answer another
        self, ev: Event, expected: tuple[type[A], type[B], type[C]], buffer_id: str | None = None
    ) -> tuple[A, B, C] | None: ...
    @overload
    def collect_events(  # type: ignore[overload-overlap]  # a tuple is a Sequence too, and its answer another
        self, ev: Event, expected: tuple[type[A], type[B], type[C], type[D]], buffer_id: str | None = None
    ) -> tuple[A, B, C, D] | None: ...
    @overload
    def collect_events(  # type: ignore[overload-overlap]  # a tuple is a Sequence too, and its answer another
        self, ev: Event, expected: tuple[type[A], type[B], type[C], type[D], type[E]], buffer_id: str | None = None
    ) -> tuple[A, B, C, D, E] | None: ...
    @overload
    def collect_events(  # type: ignore[overload-overlap]  # a tuple is a Sequence too, and its answer another
        self,
        ev: Event,
        expected: tuple[type[A], type[B], type[C], type[D], type[E], type[F]],
        buffer_id: str | None = None,
    ) -> tuple[A, B, C, D, E, F] | None: ...
    @overload
    def collect_events(  # type: ignore[overload-overlap]  # a tuple is a Sequence too, and its answer another
        self, ev: Event, expected: tuple[type[EventT], ...], buffer_id: str | None = None
    ) -> tuple[EventT, ...] | None: ...
    @overload
    def collect_events(  # pyright: ignore[reportOverlappingOverload]  # the next gives a list of a base class, on purpose
        self, ev: Event, expected: Sequence[type[EventT]], buffer_id: str | None = None
    ) -> list[EventT] | None: ...
    @overload
    def collect_events(  # type: ignore[overload-cannot-match]  # it does: mypy finds no EventT for a list of several classes
        self, ev: Event, expected: Sequence[type[Event]], buffer_id: str | None = None
    ) -> list[Event] | None: ...
    def collect_events(
        self, ev: Event, expected: Sequence[type[Event]], buffer_id: str | None = None
    ) -> Any:  # Any: the overloads are what callers see
        """Put `ev` by, and give all of `expected` in that order once they have come; None until then.

        Of a tuple of classes the answer is a tuple, and typed place by place; of a list it is a list. An invocation that is
        tried again is given the same batch. Events beyond the batch wait for the next one. An event of none of the expected
        classes is not put by, and the answer is None.

        >>> from typedflow import Event, StartEvent, StopEvent, Workflow, step
        >>> class Query(Event):
        ...     text: str
        >>> class Rows(Event):
        ...     rows: list[str]
        >>> class Search(Workflow):
        ...     @step
        ...     async def begin(self, ctx: Context, ev: StartEvent) -> Query:
        ...         ctx.send_event(Rows(rows=["b"]))
        ...         return Query(text="a")
        ...     @step
        ...     async def answer(self, ctx: Context, ev: Query | Rows) -> StopEvent[list[str]] | None:
        ...         found = ctx.collect_events(ev, (Query, Rows))
        ...         if found is None:
        ...             return None
        ...         query, rows = found
        ...         return StopEvent(result=[query.text, *rows.rows])
        >>> import asyncio
        >>> async def main() -> list[str]:
        ...     return await Search().run()
        >>> asyncio.run(main())
        ['a', 'b']
        """
        run = self._in_step("collect_events")
        found = run.collect_events(ev, expected, buffer_id or "default")
        return tuple(found) if found is not None and isinstance(expected, tuple) else found

    async def wait_for_event(
        self,
        event_type: type[EventT],
        waiter_event: Event | None = None,
        waiter_id: str | None = None,
        requirements: Mapping[str, object] | None = None,
        timeout: float | None = 2000.0,
    ) -> EventT:
        """Suspend the step until an event of the class comes from outside, with `requirements` as the values of its
        fields.

        `waiter_event` is written to the stream first. The step leaves its worker to others meanwhile, and goes on where
        it was; in a context restored from a save it runs again from its start. `timeout` is in seconds, None for ever;
        then `asyncio.TimeoutError` is raised. Raises `WorkflowRuntimeError` for a requirement that the class has no
        field for.
        """
        run = self._in_step("wait_for_event")
        event = await run.wait_for_event(event_type, waiter_event, waiter_id, requirements or {}, timeout)
        return cast("EventT", event)

    def retry_info(self) -> RetryInfo:
        """Which attempt of the step this is, and how the last one failed."""
        return self._in_step("retry_info").retry_info()

    @staticmethod
    def get_step_context() -> Context[Any]:  # Any: the state of whatever workflow the step belongs to
        """The context of the step that is calling, from anywhere below it. Raises `WorkflowRuntimeError` outside a step."""
        run = current_run.get()
        if run is None or not run.in_step:
            raise WorkflowRuntimeError(
                "Context.get_step_context() was called outside of any step; call it from within one"
            )
        return run.context

    # -- the run, from outside

    @property
    def is_running(self) -> bool:
        """Whether a run is in progress, or was when this context was saved."""
        if self._run is not None:
            return not self._run.done
        return bool(self._saved and self._saved.get("is_running"))

    async def running_steps(self) -> list[str]:
        """The names of the steps that are being executed, sorted."""
        return self._running("running_steps").running_steps()

    def stream_events(self) -> AsyncGenerator[Event, None]:
        """All events of the stream, internal ones included; `handler.stream_events()` is the usual way."""
        return self._running("stream_events").stream_events(True)

    # -- saving

    def to_dict(self, serializer: JsonSerializer | None = None, *, include_state: bool = True) -> dict[str, object]:
        """Everything as plain JSON data: the state, and of a run in progress what is queued and what is being executed.

        A step that is being executed runs again after a restore. Raises `ContextSerdeError`, naming the path, where a
        value cannot be saved.
        """
        only_json(serializer)
        if self._run is not None:
            run = self._run.save()
        else:
            run = {key: value for key, value in (self._saved or {}).items() if key != "state"}
        saved: dict[str, object] = {
            "is_running": False,
            **run,
            "version": FORMAT_VERSION,
            "workflow": self._workflow.workflow_name,
        }
        if include_state:
            saved["state"] = self.store.to_dict()
        return saved

    @classmethod
    def from_dict(
        cls,
        workflow: StatefulWorkflow[ModelT],  # not of StateT: on the bare class, that is what its default says
        data: Mapping[str, object],
        serializer: JsonSerializer | None = None,
    ) -> Context[ModelT]:
        """Restore what `to_dict` gave; `workflow.run(ctx=...)` then goes on where the run was.

        Raises `ContextSerdeError`, naming every path, where the data does not fit the workflow or its state model.
        """
        only_json(serializer)
        if not isinstance(data, Mapping) or "version" not in data:
            raise ContextSerdeError(
                f"a saved context is a dict with a 'version', as Context.to_dict() gives it, not {str(data)[:80]!r}"
            )
        if data["version"] != FORMAT_VERSION:
            raise ContextSerdeError(
                f"this context was saved in format {data['version']!r}, and this version of typedflow reads format "
                f"{FORMAT_VERSION}; restore it with the version that saved it"
            )
        context = Context(workflow)
        state: Any = data.get("state")  # Any: JSON data
        if state is not None:
            context._store = StateStore.from_dict(state, workflow.state_model, history=workflow.state_history)
        context._saved = data
        return context

    # -- for the workflow

    @property
    def is_attached(self) -> bool:
        """Whether a run of this process has used this context."""
        return self._run is not None

    def attach(self, run: RunFace) -> None:
        """From now on this is the context of `run`."""
        self._run = run
        self._saved = None

    def saved_run(self) -> Mapping[str, Any] | None:  # Any: JSON data
        """The unfinished run that this context was saved in the middle of, if any."""
        return self._saved if self._saved is not None and self._saved.get("is_running") else None

    # -- which face

    def _running(self, member: str) -> RunFace:
        if self._run is None:
            raise ContextStateError(f"ctx.{member} needs a run in progress; call workflow.run(ctx=ctx) first")
        return self._run

    def _in_step(self, member: str) -> RunFace:
        run = self._running(member)
        if current_run.get() is not run or not run.in_step:
            raise ContextStateError(f"ctx.{member} may only be called from within a step of the run; this is outside")
        return run


def _shared(workflow: StatefulWorkflow[StateT], owner: _Stateful[StateT]) -> StateStore[StateT]:
    store = cast("Context[StateT]", owner).store
    if not issubclass(store.state_type, workflow.state_model):
        raise StateTypeError(
            f"{workflow.workflow_name} cannot share this state: its own is {workflow.state_model.__name__}, which is "
            f"neither {store.state_type.__name__} nor a base of it; derive {store.state_type.__name__} from "
            f"{workflow.state_model.__name__}, or run it with a state of its own"
        )
    return store
