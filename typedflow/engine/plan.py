"""A workflow class made ready to run: which step takes which event, and how each step is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from typedflow.errors import WorkflowRuntimeError
from typedflow.events import Event, InputRequiredEvent, StopEvent, plain_class

if TYPE_CHECKING:
    from typedflow.context import Context

__all__ = ["Mode", "Plan", "RetryPolicy", "Role", "StepPlan", "nearness", "origin_of"]


class RetryPolicy(Protocol):
    """Says how long to wait before the next attempt."""

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        """The delay in seconds, or None to give up; `attempts` counts the failures so far, from 1."""
        ...


class Mode(Enum):
    """How the events of a step come together."""

    SINGLE = "one event"
    COLLECT = "the list of a fan-out"
    JOIN = "one event for each parameter"


class Role(Enum):
    """What becomes of a returned value."""

    NOTHING = "nothing"
    EVENT = "delivered"
    STOP = "ends the run"
    QUESTION = "delivered and shown to the outside"
    LIST = "fanned out"


class StepPlan:
    """One step of a plan: what it takes and returns, as classes, and the function that calls it.

    `call(workflow, context, payload)` gives the coroutine that executes the step.
    """

    __slots__ = (
        "call",
        "cancel_rest",
        "collectors",
        "event_names",
        "index",
        "max_recoveries",
        "mode",
        "name",
        "num_workers",
        "retry",
        "returned",
        "roles",
        "slot_numbers",
        "slots",
        "subclasses",
        "take",
        "takes",
        "timeout",
    )

    def __init__(
        self,
        name: str,
        index: int,
        call: Callable[[Any, Context[Any], Any], Any],  # Any: the user's function, whose types the rules have checked
        *,
        mode: Mode,
        slots: tuple[tuple[type[Event], ...], ...],
        event_names: tuple[str, ...],
        returned: tuple[type[Event], ...],
        fanned_out: tuple[type[Event], ...],
        num_workers: int = 4,
        retry: RetryPolicy | None = None,
        timeout: float | None = None,
        subclasses: bool = False,
        take: int | None = None,
        cancel_rest: bool = False,
        max_recoveries: int = 1,
    ) -> None:
        self.name = name
        self.index = index
        self.call = call
        self.mode = mode
        self.slots = slots
        self.slot_numbers: dict[type[Event], list[int]] = {}
        self.event_names = event_names
        self.takes = tuple(kind for kinds in slots for kind in kinds)
        self.returned = (returned, fanned_out)
        self.num_workers = num_workers
        self.retry = retry
        self.timeout = timeout
        self.subclasses = subclasses
        self.take = take
        self.cancel_rest = cancel_rest
        self.max_recoveries = max_recoveries
        self.collectors: tuple[StepPlan, ...] = ()
        self.roles: dict[type, Role] = {type(None): Role.NOTHING}
        if fanned_out:
            self.roles[list] = Role.LIST

    def role_of(self, result: object) -> Role:
        """What becomes of `result`; remembered by its class.

        Raises `WorkflowRuntimeError` where the step's annotation does not allow it.
        """
        bare, fanned_out = self.returned
        kind = type(result)
        if not isinstance(result, Event):
            raise WorkflowRuntimeError(self._no_event(result))
        if isinstance(result, _allowed(bare)):
            role = _role(type(result))
        elif isinstance(result, _allowed(fanned_out)):
            raise WorkflowRuntimeError(
                f"step '{self.name}' returned a bare {kind.__name__}, but its annotation has it only inside a list; "
                f"return [{kind.__name__}(...)] to fan out, or annotate -> list[{kind.__name__}] | {kind.__name__}"
            )
        else:
            declared = ", ".join([k.__name__ for k in bare] + [f"list[{k.__name__}]" for k in fanned_out]) or "None"
            raise WorkflowRuntimeError(
                f"step '{self.name}' returned {kind.__name__}, but its annotation says {declared}; "
                f"add {kind.__name__} to the annotation, so that the wiring can be checked"
            )
        self.roles[kind] = role
        return role

    def slots_for(self, kind: type[Event]) -> list[int]:
        """Which parameters of a join take an event of class `kind`, the nearest class first; remembered."""
        numbers = self.slot_numbers.get(kind)
        if numbers is None:
            near = [
                (
                    min(
                        (distance for wanted in kinds if (distance := nearness(kind, wanted, self.subclasses)) >= 0),
                        default=-1,
                    ),
                    number,
                )
                for number, kinds in enumerate(self.slots)
            ]
            numbers = self.slot_numbers[kind] = [number for distance, number in sorted(near) if distance >= 0]
        return numbers

    def elements(self, result: list[object]) -> list[Event]:
        """The events of a returned list. Raises `WorkflowRuntimeError` on an element that the annotation does not allow."""
        allowed = _allowed(self.returned[1])
        for position, element in enumerate(result):
            if not isinstance(element, allowed):
                declared = " | ".join(kind.__name__ for kind in self.returned[1])
                raise WorkflowRuntimeError(
                    f"step '{self.name}' returned a list whose element {position} is {_shown(element)}, "
                    f"but its annotation says list[{declared}]"
                )
        return result  # type: ignore[return-value]  # each element has just been checked

    def _no_event(self, result: object) -> str:
        if isinstance(result, list):
            return (
                f"step '{self.name}' returned a list, but its annotation has no list: "
                f"annotate -> list[...] to fan out, or return one event"
            )
        return (
            f"step '{self.name}' returned {_shown(result)}, which is no event; "
            f"return an Event, or None where the step has nothing to say"
        )

    def __repr__(self) -> str:
        return f"<step '{self.name}'>"


class Plan:
    """All steps of a workflow class, and the way from the class of an event to the steps that take it."""

    __slots__ = ("by_name", "handlers", "name", "routes", "starts", "steps", "takes_answers", "waits")

    def __init__(
        self,
        name: str,
        steps: tuple[StepPlan, ...],
        *,
        handlers: Mapping[str, StepPlan],
        collectors: Mapping[str, tuple[str, ...]],
        takes_answers: bool,
    ) -> None:
        self.name = name
        self.steps = steps
        self.by_name = {step.name: step for step in steps}
        self.handlers = dict(handlers)
        self.takes_answers = takes_answers
        self.routes: dict[type[Event], tuple[StepPlan, ...]] = {}
        for producer, names in collectors.items():
            self.by_name[producer].collectors = tuple(self.by_name[name] for name in names)

    def route(self, kind: type[Event]) -> tuple[StepPlan, ...]:
        """The steps that take an event of class `kind`; remembered."""
        handlers = set(self.handlers.values())
        takers = tuple(step for step in self.steps if step not in handlers and takes(step, kind))
        self.routes[kind] = takers
        return takers


def takes(step: StepPlan, kind: type[Event]) -> bool:
    """Whether `step` takes events of class `kind`: the class itself, its generic form, or (opt-in) a base class."""
    return any(nearness(kind, wanted, step.subclasses) >= 0 for wanted in step.takes)


def nearness(kind: type[Event], wanted: type[Event], subclasses: bool) -> int:
    """How far up from `kind` the wanted class is; 0 for the class itself, or its generic form, and -1 where it is no
    such class.
    """
    kind, wanted = plain_class(kind), plain_class(wanted)
    if kind is wanted or kind is origin_of(wanted) or wanted is origin_of(kind):
        return 0
    return kind.__mro__.index(wanted) if subclasses and issubclass(kind, wanted) else -1


def origin_of(kind: type[Event]) -> type | None:
    """`Batch` for `Batch[int]`; None for what is no parametrised generic."""
    origin = kind.__pydantic_generic_metadata__["origin"]
    return origin if isinstance(origin, type) else None


def _allowed(kinds: tuple[type[Event], ...]) -> tuple[type, ...]:
    """The classes whose instances an annotation admits. `Batch[int]` admits `Batch`: at run time the two differ, to
    checkers not.
    """
    return tuple({base for kind in kinds for base in (kind, origin_of(kind)) if base is not None})


def _role(kind: type[Event]) -> Role:
    if issubclass(kind, StopEvent):
        return Role.STOP
    return Role.QUESTION if issubclass(kind, InputRequiredEvent) else Role.EVENT


def _shown(value: object) -> str:
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"
