"""Events: the frozen values that steps take and return.

Two steps that take one event share one object, so an event never changes and has exactly the fields that its class
declares; only a plain `StartEvent` takes any keyword, for workflows that declare no start event of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, NoReturn, TypeAlias, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
)
from pydantic._internal._model_construction import ModelMetaclass
from pydantic_core import CoreSchema, ErrorDetails, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import (
    SerializerFunctionWrapHandler,
    plain_serializer_function_ser_schema,
    wrap_serializer_function_ser_schema,
)
from typing_extensions import TypeVar, dataclass_transform

__all__ = [
    "CollectionReleaseEvent",
    "Event",
    "EventType",
    "HumanResponseEvent",
    "InputRequiredEvent",
    "InternalDispatchEvent",
    "SerializableEvent",
    "SerializableException",
    "StartEvent",
    "StepFailedEvent",
    "StepState",
    "StepStateChanged",
    "StopEvent",
    "UnhandledEvent",
    "UnreconstructedException",
    "WorkflowCancelledEvent",
    "WorkflowFailedEvent",
    "WorkflowIdleEvent",
    "WorkflowTimedOutEvent",
]

ResultT = TypeVar("ResultT", covariant=True, default=Any)


_TAKES_ANY_KEYWORD = "__takes_any_keyword__"


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field, PrivateAttr))
class EventMeta(ModelMetaclass):
    """Tells type checkers that events are frozen, keyword-only dataclasses, and closes the subclasses of `StartEvent`.

    `class Event(BaseModel, frozen=True)` would tell them so too, but makes every subclass an error in mypy and pyright.
    """

    def __new__(
        mcs,
        name: str,
        bases: tuple[type[Any], ...],
        namespace: dict[str, Any],
        **kwargs: Any,  # Any, here and above: what pydantic's own metaclass takes
    ) -> type:
        if "extra" not in kwargs and any(_TAKES_ANY_KEYWORD in vars(base) for base in bases):
            namespace["model_config"] = {"extra": "forbid", **namespace.get("model_config", {})}
        if (
            Generic in bases and "__orig_bases__" in namespace
        ):  # pydantic wants all parameters of a base that is written without any
            namespace["__orig_bases__"] = tuple(map(_with_defaults, namespace["__orig_bases__"]))
            bases = tuple(map(_with_defaults, bases))
        return super().__new__(mcs, name, bases, namespace, **kwargs)


def _with_defaults(base: Any) -> Any:  # Any: a class, or what a class statement has in the place of one
    """What a base without type arguments stands for to type checkers too: `StopEvent` is `StopEvent[Any]`."""
    parameters = getattr(base, "__pydantic_generic_metadata__", {}).get("parameters", ())
    if not parameters or not all(getattr(one, "has_default", bool)() for one in parameters):
        return base
    return base[tuple(one.__default__ for one in parameters)]


class Event(BaseModel, metaclass=EventMeta):
    """A value that one step returns and another takes. Subclass it and declare its fields.

    Raises pydantic's `ValidationError` on a missing, unknown or ill-typed field, `TypeError` on an assignment.

    >>> class Fetched(Event):
    ...     url: str
    ...     size: int = 0
    >>> Fetched(url="a").model_copy(update={"size": 3})
    Fetched(url='a', size=3)
    """

    # Strict for checkers alone: pyrefly and ty would else let pass whatever pydantic converts, a text for an int.
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True)
    if not TYPE_CHECKING:
        model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    if not TYPE_CHECKING:  # checkers know all three from `EventMeta`, and better, unless they see these

        def __init__(self, /, **data: Any) -> None:
            __tracebackhide__ = True
            try:
                self.__pydantic_validator__.validate_python(data, self_instance=self)
            except ValidationError as error:
                raise _explained(type(self), error) from None

        # pydantic then validates without calling back into Python, as for models that inherit its own `__init__`.
        __init__.__pydantic_base_init__ = True

        def __setattr__(self, name: str, value: object) -> None:
            if not name.startswith("_"):
                _refuse_change(self, name)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if not name.startswith("_"):
                _refuse_change(self, name)
            super().__delattr__(name)


class StartEvent(Event):
    """The event that begins a run.

    A plain `StartEvent` takes any keyword, which is read back as `ev["topic"]`, `ev.get("topic")` or `ev.topic`; a
    subclass takes exactly its fields, and `run()` is then checked against them.

    >>> StartEvent(topic="ships")["topic"]
    'ships'
    """

    __takes_any_keyword__: ClassVar[bool] = True

    if TYPE_CHECKING:  # without it, checkers give a plain start event an `__init__` with no fields
        model_config: ClassVar[ConfigDict]  # as in `Event`: ty finds the one in the other branch, and no ClassVar there

        # The named ones belong to `run()`, which takes over these parameters: a context of another state would pass as
        # a field.
        def __init__(
            self,
            /,
            *,
            ctx: None = None,
            start_event: None = None,
            run_id: None = None,
            **data: Any,  # Any: a plain start event declares nothing
        ) -> None: ...

    else:  # out of the sight of pyrefly, ty and pydantic's mypy plugin, for whom subclasses would inherit it
        model_config = ConfigDict(extra="allow")

    def __getitem__(self, name: str) -> Any:  # Any: the value of a field that only its name selects
        if name in self:
            return getattr(self, name)
        raise KeyError(f"{type(self).__name__} has no field '{name}'; it has {_listed(self.keys())}")

    def get(self, name: str, default: Any = None) -> Any:  # Any: as `__getitem__`
        """The field of that name, or `default`."""
        return getattr(self, name) if name in self else default

    def __contains__(self, name: object) -> bool:
        return name in type(self).model_fields or name in (self.__pydantic_extra__ or ())

    def keys(self) -> list[str]:
        """The names of all fields, declared ones first."""
        return [*type(self).model_fields, *(self.__pydantic_extra__ or ())]


class StopEvent(Event, Generic[ResultT]):
    """The event that ends a run. `StopEvent[int]` carries an `int`, which `await handler` gives.

    A subclass with fields is itself the result. Its `result` is dumped and shown only where it was set:

    >>> class Report(StopEvent):
    ...     path: str
    >>> Report(path="a.md").model_dump()
    {'path': 'a.md'}
    >>> StopEvent(result=3)
    StopEvent(result=3)
    """

    # `StopEvent()` ends a run that has no result
    result: ResultT = None  # type: ignore[assignment]  # ty: ignore[invalid-assignment]

    if not TYPE_CHECKING:  # checkers know it from the field; one who moves over may pass the result by position

        def __init__(self, *args: Any, **data: Any) -> None:
            __tracebackhide__ = True
            if args:
                (data["result"],) = args
            super().__init__(**data)

        __init__.__pydantic_base_init__ = True

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)  # Any: one of many kinds of dicts, all of which have a place for it
        if not cls.__pydantic_decorators__.model_serializers:
            schema["serialization"] = wrap_serializer_function_ser_schema(lambda event, write: _dumped(event, write))
        return cast(CoreSchema, schema)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:  # Any: the value of whatever field
        shown = super().__repr_args__()
        return [(name, value) for name, value in shown if name != "result"] if _is_result_idle(self) else shown

    def __str__(self) -> str:
        return str(self.result) if carries_result(type(self)) else super().__str__()


class InputRequiredEvent(Event):
    """Published to the stream when a run needs something from outside. Subclass it with the fields that the asker shows."""


class HumanResponseEvent(Event):
    """The answer from outside, sent by `handler.send_event(...)`; no step of the workflow has to make it."""


class _Written:
    """How a field is written: `pydantic.PlainSerializer`, whose module is slow to import and does much else."""

    def __init__(self, write: Callable[[Any], object]) -> None:  # Any: a value of whatever type the field has
        self.write = write

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)  # Any: one of many kinds of dicts, all of which have a place for it
        schema["serialization"] = plain_serializer_function_ser_schema(self.write)
        return cast(CoreSchema, schema)


SerializableEvent: TypeAlias = Annotated[
    Event,
    _Written(lambda event: dump_event(event)),
    BeforeValidator(lambda value, info: _event_in(value, info)),
]
"""A field that holds an event of any class and keeps the class when it is saved."""

SerializableException: TypeAlias = Annotated[
    Exception,
    _Written(lambda error: {"type": f"{type(error).__module__}.{type(error).__qualname__}", "message": str(error)}),
    BeforeValidator(lambda value: UnreconstructedException(value) if isinstance(value, dict) else value),
]
"""A field that holds an exception; saved as its class's name and its text, and restored as `UnreconstructedException`."""


class UnreconstructedException(Exception):
    """Stands for an exception that was saved and restored: `str()` of it is the text, `original_type` the class's full name."""

    def __init__(self, saved: dict[str, str]) -> None:
        super().__init__(saved.get("message", ""))
        self.original_type: str = saved.get("type", "")


# The engine's own: most programs never see one, so pydantic builds the validator of each when the first is made.


class StepFailedEvent(Event, defer_build=True):
    """Given to a `@catch_error` step when a step has failed for good.

    `elapsed_seconds` counts from the first attempt, `failed_at` is in UTC.
    """

    step_name: str
    input_event: SerializableEvent
    exception: SerializableException
    attempts: int
    elapsed_seconds: float
    failed_at: datetime


class CollectionReleaseEvent(Event, defer_build=True):
    """Stands for the events of a fan-in or a join where one event is asked for, as in `StepFailedEvent.input_event`."""

    events: list[SerializableEvent]


class InternalDispatchEvent(Event):
    """The base of what the engine says about itself; `stream_events(expose_internal=True)` shows these."""


class StepState(Enum):
    """Where an invocation of a step is."""

    PREPARING = "preparing"
    RUNNING = "running"
    NOT_RUNNING = "not_running"


class StepStateChanged(InternalDispatchEvent, defer_build=True):
    """An invocation of a step began or ended; `worker_id` is the invocation's id within the run."""

    name: str
    step_state: StepState
    worker_id: str
    input_event_name: str
    output_event_name: str | None = None


class UnhandledEvent(InternalDispatchEvent, defer_build=True):
    """An event that no step takes was sent or returned (by `step_name`; None: from outside)."""

    event_type: str
    qualified_name: str
    step_name: str | None = None


class WorkflowIdleEvent(InternalDispatchEvent, defer_build=True):
    """Nothing runs and nothing is queued: the run waits for an answer from outside."""


class WorkflowFailedEvent(StopEvent[None], defer_build=True):
    """The last event on the stream of a run that failed: the step (None: the run itself) and its exception."""

    step_name: str | None
    exception: BaseException
    attempts: int | None = None
    elapsed_seconds: float | None = None


class WorkflowTimedOutEvent(StopEvent[None], defer_build=True):
    """The last event on the stream of a run that took longer than its timeout, in seconds."""

    timeout: float
    active_steps: list[str]


class WorkflowCancelledEvent(StopEvent[None], defer_build=True):
    """The last event on the stream of a run that was cancelled."""


EventType: TypeAlias = type[Event]


def event_key(cls: type[Event]) -> str:
    """The full name of an event class, under which it is saved."""
    return f"{cls.__module__}.{cls.__qualname__}"


def plain_class(cls: type[Event]) -> type[Event]:
    """`Batch` for `Batch[Any]`, which says no more than that; any other class is itself.

    >>> plain_class(StopEvent[Any]).__name__, plain_class(StopEvent[int]).__name__
    ('StopEvent', 'StopEvent[int]')
    """
    generic = cls.__pydantic_generic_metadata__
    origin, arguments = generic["origin"], generic["args"]
    if not isinstance(origin, type) or not issubclass(origin, Event):
        return cls
    return origin if all(one is Any or type(one).__name__ == "TypeVar" for one in arguments) else cls


def dump_event(event: Event) -> dict[str, Any]:  # Any: JSON data
    """The event as JSON data, with its class. Raises pydantic's `PydanticSerializationError` on a value that JSON cannot hold."""
    return {"type": event_key(type(event)), "data": event.model_dump(mode="json", by_alias=True)}


def load_event(data: Mapping[str, Any], known: Mapping[str, type[Event]]) -> Event:  # Any: JSON data
    """The event that `dump_event` gave. Only classes of `known`, this module's own and subclasses of either are made.

    Raises `LookupError` for another class, pydantic's `ValidationError` where the data does not fit it.
    """
    cls = _class_of(str(data.get("type")), known)
    return cls.model_validate(data.get("data"), context={"event_types": known})


def _class_of(key: str, known: Mapping[str, type[Event]]) -> type[Event]:
    if key in known:
        return known[key]
    pending: list[type[Event]] = [Event, *known.values()]
    while pending:
        cls = pending.pop()
        if event_key(cls) == key and (cls.__module__ == __name__ or issubclass(cls, tuple(known.values()))):
            return cls
        pending.extend(cls.__subclasses__())
    raise LookupError(f"{key} is no event of this workflow")


def _event_in(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Mapping):
        return load_event(value, (info.context or {}).get("event_types", {}))
    return value


def carries_result(cls: type[Event]) -> bool:
    """Whether `cls` is `StopEvent` itself or `StopEvent[T]`, so that the result of the run is its `result`."""
    return cls is StopEvent or cls.__pydantic_generic_metadata__["origin"] is StopEvent


def _is_result_idle(event: StopEvent[Any]) -> bool:
    """Whether the event is itself the result of its run, and its `result` only what each stop event has."""
    kind = type(event)
    if "result" in event.__pydantic_fields_set__ or carries_result(kind):
        return False
    for cls in kind.__mro__:
        if "result" in getattr(cls, "__annotations__", ()):
            return cls is StopEvent
    return True


def _dumped(event: StopEvent[Any], write: SerializerFunctionWrapHandler) -> object:
    data = write(event)
    if _is_result_idle(event):
        data.pop("result", None)
    return data


def _refuse_change(event: Event, name: str) -> NoReturn:
    kind = type(event).__name__
    raise TypeError(
        f"{kind}.{name} cannot be changed: events are frozen, for several steps may hold the same one; "
        f"make a new event, {kind}(...) or ev.model_copy(update={{'{name}': ...}})"
    )


def _explained(cls: type[Event], error: ValidationError) -> ValidationError:
    """The same error, with what to do about a field that the event does not declare."""
    findings = error.errors()
    if all(finding["type"] != "extra_forbidden" for finding in findings):
        return error
    return ValidationError.from_exception_data(error.title, [_finding(cls, finding) for finding in findings])


def _finding(cls: type[Event], finding: ErrorDetails) -> InitErrorDetails:
    kind: Any = finding["type"]  # Any, twice: pydantic asks for literal strings, because it fills in templates
    reason: Any = finding["msg"]
    if kind == "extra_forbidden" and len(finding["loc"]) == 1:
        from difflib import get_close_matches  # an import that a program without mistakes does not need

        near = get_close_matches(str(finding["loc"][0]), cls.model_fields, n=1)
        reason = (
            f"{cls.__name__} has no such field"
            + (f", did you mean '{near[0]}'?" if near else f"; it has {_listed(cls.model_fields)}")
            + "; declare it in "
            + (
                f"a subclass: class My{cls.__name__}({cls.__name__})"
                if cls.__module__ == __name__
                else f"class {cls.__name__}"
            )
        )
    told = PydanticCustomError(kind, reason)  # ty: ignore[invalid-argument-type]
    return InitErrorDetails(type=told, loc=finding["loc"], input=finding["input"])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "no fields"
