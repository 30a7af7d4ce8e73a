"""step-signature, error-handler: what the decorators of a step are given, `@step(num_workers=4)` and the like.

Judged where it is written: by the run time when it decorates, by mypy where the source shows the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.codes import unknown_codes
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

__all__ = ["handler_options", "step_options"]


def step_options(given: Mapping[str, object], step: str | None = None) -> Iterator[Problem]:
    """What is wrong with the options of `@step(...)`. An option that is left out, or is not known, is not judged.

    >>> [problem.message for problem in step_options({"num_workers": 0, "timeout": 1.5})]
    ['num_workers is the number of invocations that may run at once, 1 or more, not 0.']
    """
    if "num_workers" in given and not _is_count(given["num_workers"]):
        yield _problem(
            "step-signature",
            f"num_workers is the number of invocations that may run at once, 1 or more, not {given['num_workers']!r}.",
            "Give an int of 1 or more, or leave it out, which means 4.",
            step,
        )
    timeout = given.get("timeout")
    if timeout is not None and not _is_time(timeout):
        yield _problem(
            "step-signature",
            f"The timeout of a step is a number of seconds above 0, or None, not {timeout!r}.",
            "Give the seconds that one attempt may take, or leave it out for no limit.",
            step,
        )
    codes = given.get("skip_checks", ())
    if isinstance(codes, str):
        yield _problem(
            "step-signature",
            f"skip_checks is a list of codes, not {codes!r}.",
            f"Put it into a list: skip_checks=[{codes!r}].",
            step,
        )
    elif isinstance(codes, (list, tuple, set, frozenset)):
        unknown = unknown_codes(codes)
        if unknown:
            yield _problem(
                "step-signature",
                f"skip_checks names {', '.join(unknown)}: there is no such check.",
                "Name codes, which stand in brackets before each finding, as in skip_checks=['no-exit'].",
                step,
            )


def handler_options(given: Mapping[str, object], step: str | None = None) -> Iterator[Problem]:
    """What is wrong with the options of `@catch_error(...)`, which steps there are aside."""
    if "max_recoveries" in given and not _is_count(given["max_recoveries"]):
        yield _problem(
            "error-handler",
            f"max_recoveries is how often the handler may be called, 1 or more, not {given['max_recoveries']!r}.",
            "Give an int of 1 or more, or leave it out, which means 1.",
            step,
        )
    steps = given.get("for_steps")
    if isinstance(steps, str):
        yield _problem(
            "error-handler",
            f"for_steps is a list of the names of steps, or None for all, not {steps!r}.",
            f"Put it into a list: for_steps=[{steps!r}].",
            step,
        )
    elif isinstance(steps, (list, tuple)) and not _are_names(steps):
        yield _problem(
            "error-handler",
            f"for_steps is a list of the names of steps, or None for all, not {steps!r}.",
            "Name the steps, as in for_steps=['pay'].",
            step,
        )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_time(value: object) -> bool:
    """Whether it is a number above 0, of whatever class."""
    try:
        return not isinstance(value, bool) and bool(value > 0)  # type: ignore[operator]  # what has no order is refused
    except TypeError:
        return False


def _are_names(values: Collection[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _problem(code: str, message: str, hint: str, step: str | None) -> Problem:
    return Problem(code, message, hint, step=step, part="decorator")
