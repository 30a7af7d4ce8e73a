"""`@step` and `@catch_error`: turn a method or a free function into a step of a workflow."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from inspect import iscoroutinefunction
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, cast, overload

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.context import Context
from typedflow.errors import WorkflowValidationError
from typedflow.events import Event, StepFailedEvent
from typedflow.reading.signature import Signature, read_signature
from typedflow.wiring.graph import Handler
from typedflow.wiring.signature import bound_step
from typedflow.wiring.step_options import handler_options, step_options

if TYPE_CHECKING:
    from typedflow.engine.plan import RetryPolicy
    from typedflow.wiring.problem import Problem
    from typedflow.workflow import Workflow

__all__ = ["Step", "SyncStep", "catch_error", "inside", "step"]

P = ParamSpec("P")
SelfT = TypeVar("SelfT")
FirstT = TypeVar("FirstT")
StateT = TypeVar("StateT", bound=BaseModel)
EventT = TypeVar("EventT", bound="Event | Sequence[Event]")
OutT = TypeVar("OutT", bound="Event | Sequence[Event] | None")
StateT_co = TypeVar("StateT_co", covariant=True)
EventT_contra = TypeVar("EventT_contra", contravariant=True)
OutT_co = TypeVar("OutT_co", covariant=True)

# Any, in the overloads below: `self`, whose class is not known yet when its methods are decorated, and the state of a
# step that asks for no context. P takes in resources, and the further events of a step that joins several; FirstT is a
# resource that stands before the event.


class Step(Generic[StateT_co, EventT_contra, OutT_co]):
    """A step: the state that its context has, the event that it takes, what it returns.

    On a workflow object it is the plain bound method, so that a test can call it; `func` is the plain function.
    """

    def __init__(
        self,
        func: FunctionType,
        *,
        num_workers: int = 4,
        retry_policy: RetryPolicy | None = None,
        timeout: float | None = None,
        accept_event_subclasses: bool = False,
        skip_checks: Iterable[str] = (),
        handler: Handler | None = None,
        localns: Mapping[str, object] | None = None,
    ) -> None:
        self.name: str = func.__name__
        self.func = func
        self.num_workers = num_workers
        self.retry_policy = retry_policy
        self.timeout = timeout
        self.accept_event_subclasses = accept_event_subclasses
        self.skip_checks: frozenset[str] = frozenset(skip_checks)
        self.handler = handler
        self.signature: Signature = read_signature(func, localns=localns)
        self.__doc__ = func.__doc__
        self.__name__: str = func.__name__
        self.__qualname__: str = func.__qualname__
        self.__module__ = func.__module__
        self.__wrapped__ = func
        self.__isabstractmethod__: bool = getattr(func, "__isabstractmethod__", False)  # as if `@step` came first

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Step[StateT_co, EventT_contra, OutT_co]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Callable[..., Coroutine[Any, Any, OutT_co]]: ...
    def __get__(self, instance: object, owner: type[Any]) -> object:
        return self if instance is None else MethodType(self.func, instance)

    def __repr__(self) -> str:
        return f"<step {self.__module__}.{self.__qualname__}>"


class SyncStep(Step[StateT_co, EventT_contra, OutT_co]):
    """A step that is a plain function: a run calls it in a thread, a test calls it like any method."""

    if TYPE_CHECKING:  # the result is there at once, so that what the base class says of `await` does not hold

        @overload  # type: ignore[override]  # as said
        def __get__(  # pyrefly: ignore[bad-override]
            self, instance: None, owner: type[Any]
        ) -> SyncStep[StateT_co, EventT_contra, OutT_co]: ...
        @overload
        def __get__(self, instance: object, owner: type[Any]) -> Callable[..., OutT_co]: ...
        def __get__(  # pyright: ignore[reportIncompatibleMethodOverride]  # ty: ignore[incompatible-method-override]
            self, instance: object, owner: type[Any]
        ) -> object: ...


class StepDecorator:
    """What `@step(...)` with arguments gives: the decorator of a method."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, Context[StateT], EventT, P], Awaitable[OutT]], /
    ) -> Step[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, EventT, Context[StateT], P], Awaitable[OutT]], /
    ) -> Step[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, EventT, P], Awaitable[OutT]], /
    ) -> Step[Any, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, FirstT, EventT, P], Awaitable[OutT]], /
    ) -> Step[Any, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, FirstT, Context[StateT], EventT, P], Awaitable[OutT]], /
    ) -> Step[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, Context[StateT], EventT, P], OutT], /
    ) -> SyncStep[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, EventT, Context[StateT], P], OutT], /
    ) -> SyncStep[StateT, EventT, OutT]: ...
    @overload
    def __call__(self, func: Callable[Concatenate[SelfT, EventT, P], OutT], /) -> SyncStep[Any, EventT, OutT]: ...
    def __call__(self, func: Callable[..., Any], /) -> Step[Any, Any, Any]:
        return _make(func, self._options)


class FreeStepDecorator:
    """What `@step(workflow=W)` gives: the decorator of a free function, which becomes a step of W."""

    def __init__(self, workflow: type[Workflow[Any, Any]], options: Mapping[str, Any]) -> None:
        self._workflow = workflow
        self._options = options

    @overload
    def __call__(
        self, func: Callable[Concatenate[Context[StateT], EventT, P], Awaitable[OutT]], /
    ) -> Step[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[EventT, Context[StateT], P], Awaitable[OutT]], /
    ) -> Step[StateT, EventT, OutT]: ...
    @overload
    def __call__(self, func: Callable[Concatenate[EventT, P], Awaitable[OutT]], /) -> Step[Any, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[FirstT, EventT, P], Awaitable[OutT]], /
    ) -> Step[Any, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[FirstT, Context[StateT], EventT, P], Awaitable[OutT]], /
    ) -> Step[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[Context[StateT], EventT, P], OutT], /
    ) -> SyncStep[StateT, EventT, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[EventT, Context[StateT], P], OutT], /
    ) -> SyncStep[StateT, EventT, OutT]: ...
    @overload
    def __call__(self, func: Callable[Concatenate[EventT, P], OutT], /) -> SyncStep[Any, EventT, OutT]: ...
    def __call__(self, func: Callable[..., Any], /) -> Step[Any, Any, Any]:
        made = _make(func, self._options)
        self._workflow.add_step(made)
        return made


@overload
def step(
    func: Callable[Concatenate[SelfT, Context[StateT], EventT, P], Awaitable[OutT]], /
) -> Step[StateT, EventT, OutT]: ...
@overload
def step(
    func: Callable[Concatenate[SelfT, EventT, Context[StateT], P], Awaitable[OutT]], /
) -> Step[StateT, EventT, OutT]: ...
@overload
def step(func: Callable[Concatenate[SelfT, EventT, P], Awaitable[OutT]], /) -> Step[Any, EventT, OutT]: ...
@overload
def step(func: Callable[Concatenate[SelfT, FirstT, EventT, P], Awaitable[OutT]], /) -> Step[Any, EventT, OutT]: ...
@overload
def step(
    func: Callable[Concatenate[SelfT, FirstT, Context[StateT], EventT, P], Awaitable[OutT]], /
) -> Step[StateT, EventT, OutT]: ...
@overload
def step(func: Callable[Concatenate[SelfT, Context[StateT], EventT, P], OutT], /) -> SyncStep[StateT, EventT, OutT]: ...
@overload
def step(func: Callable[Concatenate[SelfT, EventT, Context[StateT], P], OutT], /) -> SyncStep[StateT, EventT, OutT]: ...
@overload
def step(func: Callable[Concatenate[SelfT, EventT, P], OutT], /) -> SyncStep[Any, EventT, OutT]: ...
@overload
def step(
    *,
    num_workers: int = 4,
    retry_policy: RetryPolicy | None = None,
    timeout: float | None = None,
    accept_event_subclasses: bool = False,
    skip_checks: Iterable[str] = (),
) -> StepDecorator: ...
@overload
def step(
    *,
    workflow: type[Workflow[Any, Any]],
    num_workers: int = 4,
    retry_policy: RetryPolicy | None = None,
    timeout: float | None = None,
    accept_event_subclasses: bool = False,
    skip_checks: Iterable[str] = (),
) -> FreeStepDecorator: ...
def step(
    func: Callable[..., Any] | None = None,
    /,
    *,
    workflow: type[Workflow[Any, Any]] | None = None,
    num_workers: int = 4,
    retry_policy: RetryPolicy | None = None,
    timeout: float | None = None,
    accept_event_subclasses: bool = False,
    skip_checks: Iterable[str] = (),
) -> Any:
    """Make a step of a method, or with `workflow=W` of a free function.

    The annotations say what the step takes (`ev: A | B`, `evs: list[A]`), what it returns (`-> C | None`, `-> list[D]`)
    and which state its context has; the wiring is checked from them. An async step runs on the event loop, a plain one
    in a thread.

    `num_workers` is how many invocations of the step may run at once, `retry_policy` says when a failed one is tried
    again, `timeout` is in seconds for one attempt. With `accept_event_subclasses` the step also takes subclasses of its
    events.

    Raises `WorkflowValidationError` for a signature, or an option, that no step can have.

    >>> from typedflow import Event, StartEvent, StopEvent, Workflow
    >>> class Greet(Workflow):
    ...     @step
    ...     async def greet(self, ev: StartEvent) -> StopEvent[str]:
    ...         return StopEvent(result=f"Hello {ev['name']}")
    >>> import asyncio
    >>> async def main() -> str:
    ...     return await Greet().run(name="Ann")
    >>> asyncio.run(main())
    'Hello Ann'
    """
    _raise(step_options({"num_workers": num_workers, "timeout": timeout, "skip_checks": skip_checks}))
    if retry_policy is not None and not callable(getattr(retry_policy, "next", None)):
        raise WorkflowValidationError(
            f"retry_policy is an object with next(elapsed_time, attempts, error), not {retry_policy!r} "
            f"({type(retry_policy).__name__}); "
            f"waits and stops are made into one by typedflow.retry_policy.retry_policy(wait=..., stop=...)"
        )
    options = {
        "num_workers": num_workers,
        "retry_policy": retry_policy,
        "timeout": timeout,
        "accept_event_subclasses": accept_event_subclasses,
        "skip_checks": skip_checks,
    }
    if workflow is not None:
        return FreeStepDecorator(workflow, options)
    return StepDecorator(options) if func is None else _make(func, options)


class CatchErrorDecorator:
    """What `@catch_error(...)` with arguments gives."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, Context[StateT], StepFailedEvent, P], Awaitable[OutT]], /
    ) -> Step[StateT, StepFailedEvent, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, StepFailedEvent, Context[StateT], P], Awaitable[OutT]], /
    ) -> Step[StateT, StepFailedEvent, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, StepFailedEvent, P], Awaitable[OutT]], /
    ) -> Step[Any, StepFailedEvent, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, Context[StateT], StepFailedEvent, P], OutT], /
    ) -> SyncStep[StateT, StepFailedEvent, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, StepFailedEvent, Context[StateT], P], OutT], /
    ) -> SyncStep[StateT, StepFailedEvent, OutT]: ...
    @overload
    def __call__(
        self, func: Callable[Concatenate[SelfT, StepFailedEvent, P], OutT], /
    ) -> SyncStep[Any, StepFailedEvent, OutT]: ...
    def __call__(self, func: Callable[..., Any], /) -> Step[Any, Any, Any]:
        return _make(func, {"num_workers": 1, "handler": self._handler})


@overload
def catch_error(
    func: Callable[Concatenate[SelfT, Context[StateT], StepFailedEvent, P], Awaitable[OutT]], /
) -> Step[StateT, StepFailedEvent, OutT]: ...
@overload
def catch_error(
    func: Callable[Concatenate[SelfT, StepFailedEvent, Context[StateT], P], Awaitable[OutT]], /
) -> Step[StateT, StepFailedEvent, OutT]: ...
@overload
def catch_error(
    func: Callable[Concatenate[SelfT, StepFailedEvent, P], Awaitable[OutT]], /
) -> Step[Any, StepFailedEvent, OutT]: ...
@overload
def catch_error(
    func: Callable[Concatenate[SelfT, Context[StateT], StepFailedEvent, P], OutT], /
) -> SyncStep[StateT, StepFailedEvent, OutT]: ...
@overload
def catch_error(
    func: Callable[Concatenate[SelfT, StepFailedEvent, Context[StateT], P], OutT], /
) -> SyncStep[StateT, StepFailedEvent, OutT]: ...
@overload
def catch_error(
    func: Callable[Concatenate[SelfT, StepFailedEvent, P], OutT], /
) -> SyncStep[Any, StepFailedEvent, OutT]: ...
@overload
def catch_error(*, for_steps: Sequence[str] | None = None, max_recoveries: int = 1) -> CatchErrorDecorator: ...
def catch_error(
    func: Callable[..., Any] | None = None,
    /,
    *,
    for_steps: Sequence[str] | None = None,
    max_recoveries: int = 1,
) -> Any:
    """Make a step that is given a `StepFailedEvent` when a step has failed for good, and whose event the run goes on
    with.

    `for_steps` names the steps that it covers; without it, it covers all that no other handler names. `max_recoveries`
    is how often it may be called along one line of events; after that the run fails with the step's own exception.
    """
    _raise(handler_options({"for_steps": for_steps, "max_recoveries": max_recoveries}))
    decorator = CatchErrorDecorator(Handler(tuple(for_steps) if for_steps is not None else None, max_recoveries))
    return decorator if func is None else cast("Any", decorator)(func)


def inside(value: object) -> object | None:
    """What a class method, a static method or a property is made of; None for anything else.

    >>> inside(classmethod(step)) is step, inside(step)
    (True, None)
    """
    if isinstance(value, property):
        return value.fget
    return value.__func__ if isinstance(value, (classmethod, staticmethod)) else None


def _raise(found: Iterable[Problem]) -> None:
    problems = list(found)
    if problems:
        raise WorkflowValidationError("\n".join(map(str, problems)), problems)


def _make(func: Callable[..., Any], options: Mapping[str, Any]) -> Step[Any, Any, Any]:
    inner = inside(func)
    if inner is not None:
        _raise([bound_step(getattr(inner, "__name__", "?"), type(func).__name__)])
    if not isinstance(func, FunctionType):
        raise WorkflowValidationError(
            f"@step makes a step of a function or a method, not of {func!r} ({type(func).__name__})"
        )
    frame = sys._getframe(2)  # where the decorator stands: a class defined in a function is a local of it
    localns: dict[str, object] = {}
    for _ in range(3):
        localns = {**frame.f_locals, **localns}
        if frame.f_back is None:
            break
        frame = frame.f_back
    kind = Step if iscoroutinefunction(func) else SyncStep
    return kind(func, localns=localns, **options)
