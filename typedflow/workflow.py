"""`Workflow`: the class whose methods are steps, and the way to run them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from random import getrandbits
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, Protocol, cast, overload

from pydantic import BaseModel, ValidationError
from typing_extensions import TypeVar

from typedflow.context import Context, current_run
from typedflow.definition import Definition, define, undefine
from typedflow.engine.run import Run
from typedflow.engine.stream import DEFAULT_LIMIT, EventStream
from typedflow.engine.turns import Turns
from typedflow.errors import ContextStateError, StateTypeError, WorkflowRuntimeError, WorkflowValidationError
from typedflow.events import Event, StartEvent, StopEvent
from typedflow.handler import WorkflowHandler
from typedflow.resource_cache import ResourceManager
from typedflow.state.dict_state import DictState
from typedflow.step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Workflow"]

# What few runs need is imported by the method that needs it, here as elsewhere: an import of typedflow is to cost little.

NEEDED = ("add_step", "run", "run_sync", "start_event", "state_model")
"""Members that a step of the same name would hide from those who need them."""

P = ParamSpec("P")
StateT = TypeVar("StateT", bound=BaseModel, default=Any)
ResultT = TypeVar("ResultT", default=Any)


StartT = TypeVar("StartT", bound=StartEvent)
StartT_co = TypeVar("StartT_co", bound=StartEvent, covariant=True)


def _plain_start() -> type[StartEvent]:
    return StartEvent


class StartsWith(Protocol[P, StartT_co]):
    """A workflow whose class says `start_event = Begin`: P are the parameters of `Begin(...)`."""

    @property
    def start_event(self) -> Callable[P, StartT_co]: ...


class StartsPlainly(Protocol):
    """A workflow whose class says nothing of the kind. An attribute, and no property: `type[Begin]` does not fit it."""

    start_event: type[StartEvent]


class Workflow(Generic[StateT, ResultT]):
    """Subclass it and write steps: async methods that take an event and return the next one.

    The wiring is checked when the first object of the class is made, before anything runs. One object may run many
    times, at once or in turn; runs share nothing but it, so keep what belongs to a run in its state and not on `self`.

    `timeout` is how many seconds a run may take, None for no limit. `num_concurrent_runs` is how many runs of this
    object may be in progress; further ones wait for their turn, and their time starts then. `history` is how many
    commits of the state to keep (`ctx.store.history`). `stats` counts what each step takes (`handler.stats()`),
    `verbose` prints a line for each thing that a run does.
    `resource_manager` holds the resources that the runs share. `skip_checks` turns wiring rules off by their codes,
    `disable_validation` all of them.

    Raises `WorkflowValidationError` listing everything that is wrong with the wiring.

    >>> from typedflow import Event, StartEvent, StopEvent, Workflow, step
    >>> class Half(Event):
    ...     value: int
    >>> class Begin(StartEvent):
    ...     value: int
    >>> class Halve(Workflow):
    ...     @step
    ...     async def begin(self, ev: Begin) -> Half:
    ...         return Half(value=ev.value)
    ...     @step
    ...     async def halve(self, ev: Half) -> Half | StopEvent[int]:
    ...         if ev.value % 2:
    ...             return StopEvent(result=ev.value)
    ...         return Half(value=ev.value // 2)
    >>> import asyncio
    >>> async def main() -> int:
    ...     return await Halve().run(value=40)
    >>> asyncio.run(main())
    5

    `class Flow(Workflow[MyState, int])` with `start_event = Begin` in its body says the same to type checkers that work
    without the plugin. A class that other classes or free-function steps are to complete is abstract, or says `class
    Base(Workflow, open_steps=True)`.
    """

    # Not annotated, or pyright would not infer the class that a subclass names; not `= StartEvent`, which mypy takes
    # for an alias that no subclass may change.
    start_event = _plain_start()

    _free_steps: ClassVar[dict[str, Step[Any, Any, Any]]] = {}  # Any: steps of any state and event
    _open_steps: ClassVar[bool] = False
    _definition: ClassVar[Definition | None] = None

    # Defaults on the class, so that a subclass whose `__init__` does not call this one still runs.
    timeout: float | None = 45.0
    state_history: int = 0
    stream_limit: int = DEFAULT_LIMIT
    resource_manager: ResourceManager | None = None
    _skip_checks: frozenset[str] = frozenset()
    _validated: bool = True
    _turns: Turns | None = None
    _name: str | None = None
    _stats: bool = False
    _verbose: bool = False

    def __init_subclass__(cls, *, open_steps: bool = False, **kwargs: Any) -> None:  # Any: other bases' keywords
        super().__init_subclass__(**kwargs)
        for name in NEEDED:
            if isinstance(vars(cls).get(name), Step):
                raise WorkflowValidationError(
                    f"step '{name}' of workflow '{cls.__name__}' takes the place of Workflow.{name}, without which it cannot "
                    f"run; rename the step"
                )
        cls._open_steps = open_steps
        cls._free_steps = _own_free_steps(cls)
        cls._definition = None

    def __init__(
        self,
        timeout: float | None = 45.0,
        disable_validation: bool = False,
        verbose: bool = False,
        resource_manager: ResourceManager | None = None,
        num_concurrent_runs: int | None = None,
        *,
        workflow_name: str | None = None,
        history: int = 0,
        stream_limit: int = DEFAULT_LIMIT,
        stats: bool = False,
        skip_checks: Iterable[str] = (),
    ) -> None:
        if timeout is not None and (isinstance(timeout, bool) or not timeout >= 0):
            raise WorkflowValidationError(f"timeout is a number of seconds, or None for no limit, not {timeout!r}")
        if num_concurrent_runs is not None and (
            isinstance(num_concurrent_runs, bool) or not isinstance(num_concurrent_runs, int) or num_concurrent_runs < 1
        ):
            raise WorkflowValidationError(
                f"num_concurrent_runs is the number of runs that may be in progress, 1 or more, or None for no limit, "
                f"not {num_concurrent_runs!r}"
            )
        self.timeout = timeout
        self.state_history = history
        self.stream_limit = stream_limit
        self._stats = stats
        self._skip_checks = frozenset(skip_checks)
        self._validated = not disable_validation
        self._verbose = verbose
        self._turns = Turns(num_concurrent_runs) if num_concurrent_runs is not None else None
        self._name = workflow_name
        if resource_manager is not None:
            self.resource_manager = resource_manager
        if self._validated:
            define(type(self)).check(self._skip_checks)

    # -- what it is

    @classmethod
    def check(cls, skip_checks: Collection[str] = ()) -> None:
        """Apply the wiring rules. Raises `WorkflowValidationError` with every problem, its code, step, event and hint."""
        define(cls).check(skip_checks)

    def validate(self, *, validate_resource_configs: bool = True, validate_resources: bool = False) -> bool:
        """As `check`, with this object's `skip_checks`; whether the workflow asks people, or takes their answers.

        The files of its `ResourceConfig`s are read, and with `validate_resources` all its resources are made once (and
        closed). Raises `WorkflowValidationError`, naming the step and the parameter of what cannot be made.
        """
        from typedflow.engine.rehearsal import rehearse

        definition = define(type(self))
        definition.check(self._skip_checks)
        rehearse(
            self,
            definition.name,
            definition.signatures,
            configs=validate_resource_configs,
            factories=validate_resources,
        )
        return definition.asks_people

    @classmethod
    def add_step(cls, func: Step[Any, Any, Any]) -> None:  # Any: a step of any state and event
        """Add a free-function step, as `@step(workflow=W)` does. Raises `WorkflowValidationError` for a name that is taken."""
        if not isinstance(func, Step):
            raise WorkflowValidationError(f"{func!r} is no step: decorate it with @step(workflow={cls.__name__})")
        free = cls._free_steps = _own_free_steps(cls)
        if func.name in free or isinstance(getattr(cls, func.name, None), Step):
            raise WorkflowValidationError(
                f"workflow '{cls.__name__}' has a step '{func.name}' already; choose another name"
            )
        free[func.name] = func
        undefine(cls)

    @property
    def state_model(self) -> type[StateT]:
        """The model of the state: the most derived one that a step names, `DictState` where none does.

        `BaseModel` itself takes whatever model there is; a run of its own then begins with a `DictState`.
        """
        return cast("type[StateT]", define(type(self)).state_model)

    @property
    def workflow_name(self) -> str:
        """The name given to the constructor, else the full name of the class."""
        return self._name or f"{type(self).__module__}.{type(self).__qualname__}"

    @property
    def start_event_class(self) -> type[StartEvent]:
        """The class of event that `run(**fields)` makes."""
        return define(type(self)).start

    @property
    def stop_event_class(self) -> type[StopEvent[Any]]:  # Any: the result may be of any type
        """The class of event that ends a run; `StopEvent` itself where steps return several."""
        return define(type(self)).stop

    @property
    def events(self) -> list[type[Event]]:
        """Every event class that a step takes or returns, by name."""
        return list(define(type(self)).events)

    # -- running it

    # In this order: the fields alone; the start event itself; a context by position; a context, or an id, and unchecked
    # fields, because a ParamSpec leaves no room for keywords of ours; the last for mypy, which finds no parameters in
    # the `type[StartEvent]` of a class that names no start event.
    @overload
    def run(self: StartsWith[P, StartEvent], *args: P.args, **fields: P.kwargs) -> WorkflowHandler[ResultT, StateT]: ...
    @overload
    def run(
        self: StartsWith[..., StartT],
        ctx: Context[StateT] | None = None,
        *,
        start_event: StartT,
        run_id: str | None = None,
    ) -> WorkflowHandler[ResultT, StateT]: ...
    @overload
    def run(
        self: StartsWith[..., StartT],
        ctx: Context[StateT] | None,
        start_event: StartT | None = None,
        *,
        run_id: str | None = None,
    ) -> WorkflowHandler[ResultT, StateT]: ...
    @overload
    def run(
        self, *, ctx: Context[StateT] | None, run_id: str | None = None, **fields: Any
    ) -> WorkflowHandler[ResultT, StateT]: ...
    @overload
    def run(self, *, run_id: str, **fields: Any) -> WorkflowHandler[ResultT, StateT]: ...
    @overload
    def run(
        self: StartsPlainly, *, ctx: None = None, start_event: None = None, run_id: None = None, **fields: Any
    ) -> WorkflowHandler[ResultT, StateT]: ...
    def run(self, *args: Any, **fields: Any) -> Any:  # Any: the overloads are what callers see
        """Start a run and return its handler at once; `await` that for the result.

        `fields` are those of the start event, or give the event itself as `start_event`. `ctx` is a context whose state
        the run goes on with; one restored in the middle of a run goes on where it was and takes no start event.
        `run_id` names the run, by default at random.

        Raises `WorkflowValidationError` for wrong wiring or wrong fields, `WorkflowRuntimeError` for a start event that
        cannot be made of the fields, `ContextStateError` for a context that is in use, `StateTypeError` for one of
        another state, `RuntimeError` where no event loop is running.
        """
        if args:
            fields = {**dict(zip(("ctx", "start_event"), args, strict=False)), **fields}
        ctx: Context[StateT] | None = fields.pop("ctx", None)
        event = fields.pop("start_event", None)
        run_id: str | None = fields.pop("run_id", None)
        definition = define(type(self))
        if self._validated:
            definition.check(self._skip_checks)
        if ctx is not None:
            _refuse_another_state(ctx, definition)
        context = ctx if ctx is not None else Context(self)  # ty: ignore[invalid-argument-type]
        saved = self._saved_run(context)
        start = self._start_event(definition, event, fields) if saved is None else None
        if start is None and (event is not None or fields):
            raise WorkflowRuntimeError(
                f"this context was saved in the middle of a run of {self.workflow_name}: it goes on where it was and takes no "
                f"start event; call run(ctx=ctx) alone"
            )
        run = Run(
            definition.plan,
            self,
            context,
            run_id or (str(saved["run_id"]) if saved else f"{getrandbits(50):010x}"),
            timeout=self.timeout,
            stream=EventStream(self.stream_limit),
            on_end=self._turns.ended if self._turns is not None else None,
        )
        if self._stats:
            from typedflow.engine.stats import StatsObserver

            run.observers = (*run.observers, StatsObserver())
        if self._verbose:
            from typedflow.observe.verbose import VerboseObserver

            run.observers = (*run.observers, VerboseObserver())
        if start is not None:
            run.books.deliver(start, None)
        elif saved is not None:
            from typedflow.engine.saving import restore_run

            restore_run(run, saved, definition.events_by_key)
        parent = current_run.get()
        if isinstance(parent, Run):
            parent.adopt(run)
        context.attach(run)
        if self._turns is None:
            run.start()
        else:
            self._turns.begin(run)
        return WorkflowHandler(run)

    @overload
    def run_sync(self: StartsWith[P, StartEvent], *args: P.args, **fields: P.kwargs) -> ResultT: ...
    @overload
    def run_sync(
        self: StartsWith[..., StartT],
        ctx: Context[StateT] | None = None,
        *,
        start_event: StartT,
        run_id: str | None = None,
    ) -> ResultT: ...
    @overload
    def run_sync(
        self: StartsWith[..., StartT],
        ctx: Context[StateT] | None,
        start_event: StartT | None = None,
        *,
        run_id: str | None = None,
    ) -> ResultT: ...
    @overload
    def run_sync(self, *, ctx: Context[StateT] | None, run_id: str | None = None, **fields: Any) -> ResultT: ...
    @overload
    def run_sync(self, *, run_id: str, **fields: Any) -> ResultT: ...
    @overload
    def run_sync(
        self: StartsPlainly, *, ctx: None = None, start_event: None = None, run_id: None = None, **fields: Any
    ) -> ResultT: ...
    def run_sync(self, *args: Any, **fields: Any) -> Any:  # Any: the overloads are what callers see
        """Run to the end and give the result, from code that cannot await; takes what `run` takes.

        In a script it makes an event loop for the run. Where one is running already (a notebook), the run has a thread
        with a loop of its own, and the caller waits. Ctrl-C cancels the run, and its steps may clean up. Raises what
        awaiting the run raises, and `WorkflowRuntimeError` in an async step, where `await ...run(...)` is the way.

        >>> from typedflow import StartEvent, StopEvent, Workflow, step
        >>> class Double(Workflow):
        ...     @step
        ...     async def double(self, ev: StartEvent) -> StopEvent[int]:
        ...         return StopEvent(result=2 * ev["n"])
        >>> Double().run_sync(n=4)
        8
        """
        from typedflow.engine.sync_door import run_to_end

        run: Any = self.run  # Any: the overloads have checked the arguments
        return run_to_end(lambda: run(*args, **fields), type(self).__name__)

    def _saved_run(self, context: Context[Any]) -> Mapping[str, Any] | None:  # Any: JSON data
        if context.is_attached and context.is_running:
            raise ContextStateError(
                "this context is in use by a run that is still in progress; await that run first, or use another Context; "
                "a child works on its state with run(ctx=Context(child, state_of=ctx))"
            )
        return context.saved_run()

    def _start_event(self, definition: Definition, event: object, fields: dict[str, Any]) -> StartEvent:
        wanted = definition.start
        if event is not None:
            if not isinstance(event, StartEvent):
                raise WorkflowRuntimeError(
                    f"start_event is to be a {wanted.__name__}, not {event!r} ({type(event).__name__})"
                )
            if fields:
                raise WorkflowRuntimeError(
                    f"run() was given start_event and also {', '.join(fields)}; put them into the event, {wanted.__name__}(...)"
                )
            if not definition.plan.route(type(event)):
                raise WorkflowRuntimeError(
                    f"no step of {definition.name} takes the start event {type(event).__name__}; pass a {wanted.__name__}"
                )
            return event
        try:
            return wanted(**fields)
        except ValidationError as error:
            problems = definition.wrong_fields(fields, error)
            raise WorkflowValidationError("\n".join(str(problem) for problem in problems), problems) from error


def _own_free_steps(
    cls: type[Workflow[Any, Any]],
) -> dict[str, Step[Any, Any, Any]]:  # Any: steps of any state and event
    """Those that were added to this very class: `__set_name__` of a value in its body may add one before it is complete."""
    own: dict[str, Step[Any, Any, Any]] = vars(cls).get("_free_steps", {})
    return own


def _refuse_another_state(ctx: Context[Any], definition: Definition) -> None:  # Any: whatever state was passed
    """A step would find its state without the fields that it names. One that names no state takes what there is."""
    given, wanted = ctx.store.state_type, definition.state_model
    if not issubclass(given, wanted) and not issubclass(wanted, DictState):
        raise StateTypeError(
            f"the state of this context is a {given.__name__}, and {definition.name} works on {wanted.__name__}; "
            f"pass a Context(workflow) of the same workflow, or none"
        )
