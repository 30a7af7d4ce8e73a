"""What the decorators of a step are given, on plain values and where they decorate."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from typedflow import catch_error, step
from typedflow.errors import WorkflowValidationError
from typedflow.wiring import handler_options, step_options

WORKERS = "num_workers is the number of invocations that may run at once, 1 or more, not "
TIMEOUT = "The timeout of a step is a number of seconds above 0, or None, not "
RECOVERIES = "max_recoveries is how often the handler may be called, 1 or more, not "
STEPS = "for_steps is a list of the names of steps, or None for all, not "

OF_A_STEP: list[tuple[dict[str, object], str, str]] = [
    ({"num_workers": wrong}, f"{WORKERS}{wrong!r}.", "Give an int of 1 or more, or leave it out, which means 4.")
    for wrong in (0, -1, True, False, "4", 1.5, None)
]
OF_A_STEP += [
    (
        {"timeout": wrong},
        f"{TIMEOUT}{wrong!r}.",
        "Give the seconds that one attempt may take, or leave it out for no limit.",
    )
    for wrong in (0, -1.5, True, False, "5", float("nan"))
]
OF_A_STEP += [
    (
        {"skip_checks": "no-exit"},
        "skip_checks is a list of codes, not 'no-exit'.",
        "Put it into a list: skip_checks=['no-exit'].",
    ),
    (
        {"skip_checks": ["no-exits"]},
        "skip_checks names 'no-exits' (did you mean 'no-exit'?): there is no such check.",
        "Name codes, which stand in brackets before each finding, as in skip_checks=['no-exit'].",
    ),
]
OF_A_HANDLER: list[tuple[dict[str, object], str, str]] = [
    (
        {"max_recoveries": wrong},
        f"{RECOVERIES}{wrong!r}.",
        "Give an int of 1 or more, or leave it out, which means 1.",
    )
    for wrong in (0, -1, True, "1")
]
OF_A_HANDLER += [
    ({"for_steps": "pay"}, f"{STEPS}'pay'.", "Put it into a list: for_steps=['pay']."),
    ({"for_steps": [1]}, f"{STEPS}[1].", "Name the steps, as in for_steps=['pay']."),
]


@pytest.mark.parametrize(("given", "message", "hint"), OF_A_STEP)
def test_an_option_that_no_step_can_have_is_told(given: dict[str, object], message: str, hint: str) -> None:
    assert [(one.code, one.message, one.hint, one.step) for one in step_options(given, "pay")] == [
        ("step-signature", message, hint, "pay")
    ]


@pytest.mark.parametrize(("given", "message", "hint"), OF_A_HANDLER)
def test_an_option_that_no_handler_can_have_is_told(given: dict[str, object], message: str, hint: str) -> None:
    assert [(one.code, one.message, one.hint, one.step) for one in handler_options(given, "mend")] == [
        ("error-handler", message, hint, "mend")
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"num_workers": 1, "timeout": None, "skip_checks": ()},
        {"timeout": 0.001, "skip_checks": ["no-exit", "self-state"]},
        {"timeout": Decimal("1.5"), "skip_checks": frozenset({"no-exit"})},
    ],
)
def test_the_options_that_a_step_may_have_are_not_told(given: dict[str, object]) -> None:
    assert list(step_options(given)) == []


@pytest.mark.parametrize("given", [{}, {"max_recoveries": 1, "for_steps": None}, {"for_steps": ["pay"]}])
def test_the_options_that_a_handler_may_have_are_not_told(given: dict[str, object]) -> None:
    assert list(handler_options(given)) == []


@pytest.mark.parametrize(("given", "message", "hint"), OF_A_STEP)
def test_the_decorator_says_the_same(given: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(WorkflowValidationError) as caught:
        step(**given)
    assert [(one.code, one.message, one.hint) for one in caught.value.problems] == [("step-signature", message, hint)]
    assert str(caught.value) == f"[step-signature] {message}\n    {hint}"


@pytest.mark.parametrize(("given", "message", "hint"), OF_A_HANDLER)
def test_the_decorator_of_a_handler_says_the_same(given: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(WorkflowValidationError) as caught:
        catch_error(**given)
    assert [(one.code, one.message, one.hint) for one in caught.value.problems] == [("error-handler", message, hint)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(list(step_options({"num_workers": 0, "timeout": 0, "skip_checks": ["x"]}))) == 3
