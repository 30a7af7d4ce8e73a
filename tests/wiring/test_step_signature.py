"""step-signature on plain facts, and which undecorated methods look like steps."""

from __future__ import annotations

import pytest
from wiring_graphs import REPORT, STOP_, A, B

from typedflow.wiring import ReturnMember, SignatureFacts, SignatureParameter, is_like_a_step, step_signature
from typedflow.wiring.marks import wrong_factory, wrong_take

EV = SignatureParameter("ev", "event", (A,), "A")
CTX = SignatureParameter("ctx", "context", (), "Context")
MANY = SignatureParameter("evs", "events", (A,), "list[A]")
STOPS = (ReturnMember("StopEvent", STOP_),)
NONE = (ReturnMember("None"),)


def facts(
    *parameters: SignatureParameter,
    returns: tuple[ReturnMember, ...] | None = STOPS,
    generator: bool = False,
    bound: str = "",
) -> SignatureFacts:
    return SignatureFacts("work", parameters, returns, generator, bound)


WRONG: dict[str, tuple[SignatureFacts, list[tuple[str, str]]]] = {
    "no parameters at all": (
        facts(),
        [
            (
                "Step 'work' takes no event.",
                "Give it a parameter annotated with the event that it takes, such as ev: StartEvent.",
            )
        ],
    ),
    "a context and no event": (
        facts(CTX),
        [
            (
                "Step 'work' takes no event.",
                "Give it a parameter annotated with the event that it takes, such as ev: StartEvent.",
            )
        ],
    ),
    "an event without annotation": (
        facts(SignatureParameter("ev", "missing")),
        [
            (
                "Parameter 'ev' of step 'work' has no annotation.",
                "Annotate 'ev' with the event that the step takes, or with Context.",
            )
        ],
    ),
    "a parameter that is no event": (
        facts(SignatureParameter("ev", "other", annotation="int")),
        [
            (
                "Parameter 'ev' of step 'work' is annotated as 'int', which is no event, and nothing would pass it.",
                "Annotate 'ev' with the event that the step takes, inject it as Annotated[..., Resource(...)], "
                "or give it a default.",
            )
        ],
    ),
    "an extra parameter that nothing passes": (
        facts(EV, SignatureParameter("limit", "other", annotation="int")),
        [
            (
                "Parameter 'limit' of step 'work' is annotated as 'int', which is no event, and nothing would pass it.",
                "Annotate 'limit' with the event that the step takes, inject it as Annotated[..., Resource(...)], "
                "or give it a default.",
            )
        ],
    ),
    "a union of an event and something else": (
        facts(SignatureParameter("ev", "event", (A,), "A | int | str", foreign=("int", "str"))),
        [
            (
                "Parameter 'ev' of step 'work' is annotated as 'A | int | str', and 'int' and 'str' are no event.",
                "Take events only; what else the step needs belongs on the event or in the state.",
            )
        ],
    ),
    "an event that ends the run": (
        facts(SignatureParameter("ev", "event", (A, REPORT), "A | Report")),
        [
            (
                "Step 'work' takes 'Report', which ends the run before any step could take it.",
                "Take another event, and let the step that takes it return the StopEvent.",
            )
        ],
    ),
    "two lists": (
        facts(MANY, SignatureParameter("more", "events", (B,), "list[B]")),
        [
            (
                "Step 'work' has several list parameters: 'evs' and 'more'.",
                "Collect one list in a step; let another step collect the other.",
            )
        ],
    ),
    "a list beside an event": (
        facts(MANY, EV),
        [("Step 'work' takes the list 'evs' beside 'ev'.", "Take one list, or several single events, but not both.")],
    ),
    "a join with a union": (
        facts(EV, SignatureParameter("other", "event", (A, B), "A | B")),
        [
            (
                "Step 'work' joins several events, but its parameter 'other' takes 'A' or 'B'.",
                "Give each parameter of a join one event class.",
            )
        ],
    ),
    "two contexts": (
        facts(EV, CTX, SignatureParameter("again", "context")),
        [("Step 'work' has several context parameters: 'ctx' and 'again'.", "Keep one of them.")],
    ),
    "a class method": (
        facts(bound="classmethod"),
        [
            (
                "Step 'work' is a @classmethod, but a step is a method of the workflow object, or a free function.",
                "Take @classmethod away, and let the first parameter be self.",
            )
        ],
    ),
    "a marker on a single event": (
        facts(SignatureParameter("ev", "event", (A,), "A", collect=True)),
        [
            (
                "Parameter 'ev' of step 'work' has a Collect marker but is annotated as 'A', which is no "
                "list of events.",
                "Annotate it as Annotated[list[...], Collect(...)], or take the marker away.",
            )
        ],
    ),
    "taking none": (
        facts(SignatureParameter("evs", "events", (A,), "list[A]", collect=True, refused=wrong_take(0))),
        [("Parameter 'evs' of step 'work': Take(n) takes an integer n of at least 1, not 0.", "")],
    ),
    "a resource that is no factory": (
        facts(EV, SignatureParameter("db", "resource", refused=wrong_factory("Db"))),
        [
            (
                "Parameter 'db' of step 'work': Resource(factory) takes a function that makes the value, not the value "
                "itself (Db).",
                "Write Resource(lambda: value).",
            )
        ],
    ),
    "no return annotation": (
        facts(EV, returns=None),
        [
            (
                "Step 'work' has no return annotation.",
                "Annotate it with the events that it returns, such as -> StopEvent, or with -> None.",
            )
        ],
    ),
    "a plain value returned": (
        facts(EV, returns=(ReturnMember("int"),)),
        [
            (
                "Step 'work' is annotated to return 'int', which is no event, list of events or None.",
                "Return an event that carries it; StopEvent[int] ends the run with it.",
            )
        ],
    ),
    "an event or plain values": (
        facts(EV, returns=(*STOPS, ReturnMember("list[int]"), ReturnMember("str"))),
        [
            (
                "Step 'work' is annotated to return 'list[int]' or 'str', which is no event, list of events or None.",
                "Annotate it with the events that it returns, such as -> Done | StopEvent, or with -> None.",
            )
        ],
    ),
    "events yielded": (
        facts(EV, returns=(ReturnMember("AsyncIterator[A]"),), generator=True),
        [
            (
                "Step 'work' yields its events, but a step returns them.",
                "Return list[...] to fan out, or send them one by one with ctx.send_event.",
            )
        ],
    ),
}

RIGHT: dict[str, SignatureFacts] = {
    "an event": facts(EV),
    "a context and an event, in any order": facts(EV, CTX),
    "a list": facts(CTX, MANY),
    "a list with a marker": facts(SignatureParameter("evs", "events", (A,), "list[A]", collect=True, take=1)),
    "a join": facts(EV, SignatureParameter("other", "event", (B,), "B")),
    "a union": facts(SignatureParameter("ev", "event", (A, B), "A | B")),
    "a resource": facts(EV, SignatureParameter("db", "resource", annotation="Db")),
    "another parameter with a default": facts(
        EV, SignatureParameter("limit", "other", annotation="int", has_default=True)
    ),
    "a parameter without annotation but with a default": facts(
        EV, SignatureParameter("limit", "missing", has_default=True)
    ),
    "further arguments": facts(EV, SignatureParameter("rest", "missing", variadic=True)),
    "what cannot be told": facts(
        SignatureParameter("ev", "other", unknown=True), returns=(ReturnMember("T", unknown=True),)
    ),
    "nothing returned": facts(EV, returns=NONE),
    "nothing ever returned": facts(EV, returns=()),
}

LIKE_A_STEP: dict[str, tuple[SignatureFacts, bool]] = {
    "takes an event and returns one": (facts(EV), True),
    "takes a context and an event and returns nothing": (facts(CTX, EV, returns=NONE), True),
    "takes an event and returns nothing": (facts(EV, returns=NONE), False),
    "takes an event and something else": (facts(EV, SignatureParameter("n", "other", has_default=True)), False),
    "takes no event": (facts(CTX), False),
    "says nothing about its return": (facts(EV, returns=None), False),
    "returns a value": (facts(CTX, EV, returns=(ReturnMember("int"),)), False),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_keeps_a_function_from_being_a_step_is_said_in_full_sentences(case: str) -> None:
    wrong, expected = WRONG[case]
    found = step_signature(wrong)
    assert [(problem.message, problem.hint) for problem in found] == expected
    assert {(problem.code, problem.step) for problem in found} == {("step-signature", "work")}


@pytest.mark.parametrize("case", RIGHT)
def test_a_sound_signature_is_left_alone(case: str) -> None:
    assert step_signature(RIGHT[case]) == []


@pytest.mark.parametrize("case", LIKE_A_STEP)
def test_a_method_looks_like_a_step_only_beyond_doubt(case: str) -> None:
    method, like = LIKE_A_STEP[case]
    assert is_like_a_step(method) is like
