"""run-arguments: what `run()` is given must be what the start event asks for."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from typedflow.wiring.nearest import listed, nearest
from typedflow.wiring.problem import Problem

__all__ = [
    "RESERVED",
    "RunField",
    "context_in_use",
    "reserved_fields",
    "run_arguments",
    "wrong_argument",
    "wrong_start_event",
]

RESERVED = ("ctx", "run_id", "start_event")
"""Names that `run()` keeps for itself."""


class RunField(NamedTuple):
    """A field of the start event, by the name under which `run()` takes it."""

    name: str
    required: bool


def run_arguments(
    workflow: str, event: str, fields: Sequence[RunField], given: Collection[str], *, open: bool = False
) -> Iterator[Problem]:
    """Fields that `run()` lacks and names that the start event does not have. `open` says that it takes any name.

    >>> for problem in run_arguments("Counter", "Begin", [RunField("by", True)], ["bye"]):
    ...     print(problem.message)
    Counter.run() has no 'bye': the start event 'Begin' has no such field.
    Counter.run() lacks 'by', which the start event 'Begin' requires.
    """
    names = [field.name for field in fields]
    missing = [field.name for field in fields if field.required and field.name not in given]
    for name in given:
        if name in names or open:
            continue
        guess = nearest(name, [field for field in names if field not in given])
        if guess is not None:
            hint = f"Did you mean '{guess}'?"
        elif names:
            hint = f"The fields of '{event}' are {listed(names)}."
        else:
            hint = f"'{event}' has no fields; declare '{name}' on it."
        yield Problem(
            "run-arguments",
            f"{workflow}.run() has no '{name}': the start event '{event}' has no such field.",
            hint,
            event=event,
            part="field",
            name=name,
        )
    for name in missing:
        yield Problem(
            "run-arguments",
            f"{workflow}.run() lacks '{name}', which the start event '{event}' requires.",
            f"Write run({name}=...), or give '{name}' a default in '{event}'.",
            event=event,
            part="field",
            name=name,
        )


def wrong_argument(workflow: str, event: str, name: str, wanted: str, given: str) -> Problem:
    """`run()` was given a value of another type than the field's."""
    return Problem(
        "run-arguments",
        f"{workflow}.run() got '{given}' for '{name}', but the start event '{event}' wants '{wanted}'.",
        f"Pass a value of type '{wanted}'.",
        event=event,
        part="field",
        name=name,
    )


def reserved_fields(event: str, names: Collection[str]) -> Iterator[Problem]:
    """Fields of a start event that `run()` could not be given, for it has parameters of these names.

    >>> [problem.message for problem in reserved_fields("Begin", ["by", "ctx"])]
    ["The start event 'Begin' has a field 'ctx', which run() keeps for itself."]
    """
    for name in RESERVED:
        if name in names:
            yield Problem(
                "run-arguments",
                f"The start event '{event}' has a field '{name}', which run() keeps for itself.",
                "Rename the field.",
                event=event,
                part="parameter",
            )


def wrong_start_event(workflow: str, event: str, given: str) -> Problem:
    """`run()` was given a start event that no step takes."""
    return Problem(
        "run-arguments",
        f"{workflow}.run() got the start event '{given}', which no step takes.",
        f"Pass a '{event}'.",
        event=given,
    )


def context_in_use(workflow: str, name: str) -> Problem:
    """A step gave `run()` its own context, in which the run that the step belongs to is still in progress."""
    return Problem(
        "run-arguments",
        f"{workflow}.run() got '{name}', the context of the run that this step belongs to, which is still in progress.",
        f"Leave ctx out; or let it work on the same state: run(ctx=Context(workflow, state_of={name})).",
        name=name,
    )
