"""Events: the frozen values that steps take and return.

Two steps that take one event share one object, so an event never changes and has exactly the fields that its class declares;
only a plain `StartEvent` takes any keyword, for workflows that declare no start event of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError
from pydantic._internal._model_construction import ModelMetaclass
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError
from typing_extensions import TypeVar, dataclass_transform

__all__ = [
    "Event",
    "EventType",
    "HumanResponseEvent",
    "InputRequiredEvent",
    "StartEvent",
    "StepFailedEvent",
    "StopEvent",
    "WorkflowCancelledEvent",
    "WorkflowFailedEvent",
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
        return super().__new__(mcs, name, bases, namespace, **kwargs)


class Event(BaseModel, metaclass=EventMeta):
    """A value that one step returns and another takes. Subclass it and declare its fields.

    Raises pydantic's `ValidationError` on a missing, unknown or ill-typed field, `TypeError` on an assignment.

    >>> class Fetched(Event):
    ...     url: str
    ...     size: int = 0
    >>> Fetched(url="a").model_copy(update={"size": 3})
    Fetched(url='a', size=3)
    """

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
    model_config = ConfigDict(extra="allow")

    if TYPE_CHECKING:  # without it, checkers give a plain start event an `__init__` with no fields

        def __init__(self, /, **data: Any) -> None: ...  # Any: a plain start event declares nothing

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

    A subclass with fields is itself the result:

    >>> class Report(StopEvent):
    ...     path: str
    >>> Report(path="a.md").path
    'a.md'
    >>> StopEvent(result=3)
    StopEvent(result=3)
    """

    result: ResultT = None  # type: ignore[assignment]  # `StopEvent()` ends a run that has no result

    if not TYPE_CHECKING:  # checkers know it from the field; one who moves over may pass the result by position

        def __init__(self, *args: Any, **data: Any) -> None:
            __tracebackhide__ = True
            if args:
                (data["result"],) = args
            super().__init__(**data)

        __init__.__pydantic_base_init__ = True

    def __str__(self) -> str:
        return str(self.result) if carries_result(type(self)) else super().__str__()


class InputRequiredEvent(Event):
    """Published to the stream when a run needs something from outside. Subclass it with the fields that the asker shows."""


class HumanResponseEvent(Event):
    """The answer from outside, sent by `handler.send_event(...)`; no step of the workflow has to make it."""


class StepFailedEvent(Event):
    """Given to a `@catch_error` step when a step has failed for good.

    `elapsed_seconds` counts from the first attempt, `failed_at` is in UTC.
    """

    step_name: str
    input_event: Event
    exception: Exception
    attempts: int
    elapsed_seconds: float
    failed_at: datetime


class WorkflowFailedEvent(StopEvent[None]):
    """The last event on the stream of a run that failed: the step (None: the run itself) and its exception."""

    step_name: str | None
    exception: BaseException
    attempts: int | None = None
    elapsed_seconds: float | None = None


class WorkflowTimedOutEvent(StopEvent[None]):
    """The last event on the stream of a run that took longer than its timeout, in seconds."""

    timeout: float
    active_steps: list[str]


class WorkflowCancelledEvent(StopEvent[None]):
    """The last event on the stream of a run that was cancelled."""


EventType: TypeAlias = type[Event]


def carries_result(cls: type[Event]) -> bool:
    """Whether `cls` is `StopEvent` itself or `StopEvent[T]`, so that the result of the run is its `result`."""
    return cls is StopEvent or cls.__pydantic_generic_metadata__["origin"] is StopEvent


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
    reason = finding["msg"]
    if finding["type"] == "extra_forbidden" and len(finding["loc"]) == 1:
        near = get_close_matches(str(finding["loc"][0]), cls.model_fields, n=1)
        reason = (
            f"{cls.__name__} has no such field"
            + (f", did you mean '{near[0]}'?" if near else f"; it has {_listed(cls.model_fields)}")
            + "; declare it in "
            + (f"a subclass: class My{cls.__name__}({cls.__name__})" if cls.__module__ == __name__ else f"class {cls.__name__}")
        )
    return InitErrorDetails(type=PydanticCustomError(finding["type"], reason), loc=finding["loc"], input=finding["input"])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "no fields"
