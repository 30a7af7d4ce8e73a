"""Each finding says which part of the step it is about, so that no reader has to look into its words."""

from __future__ import annotations

import pytest

from typedflow.wiring import (
    EventType,
    Graph,
    Handler,
    Parameter,
    Problem,
    Produced,
    ResourceUse,
    ReturnMember,
    RunField,
    SignatureFacts,
    SignatureParameter,
    StateField,
    StateType,
    StepNode,
    check,
    run_arguments,
    step_signature,
)
from typedflow.wiring.graph import EVENT, START, STOP

BEGIN = EventType("Begin", "app.Begin", (START, EVENT))
OTHER = EventType("Other", "app.Other", (START, EVENT))
DONE = EventType("Done", "app.Done")
LOST = EventType("Lost", "app.Lost")
END = EventType("StopEvent", STOP)
STATE = StateType("S", "app.S", fields=(StateField("count", "app.S", has_default=False),))

START_STEP = StepNode("begin", (Parameter("ev", (BEGIN,)),), (Produced(DONE),))
END_STEP = StepNode("end", (Parameter("ev", (DONE,)),), (Produced(END),))


def in_a_graph(**facts: object) -> list[Problem]:
    """What is found with one more step of those facts."""
    given = {"takes": (Parameter("it", (DONE,)),), "may_return_none": True, **facts}
    extra = StepNode("extra", **given)  # type: ignore[arg-type]  # facts of any field
    return check(Graph("Flow", (START_STEP, END_STEP, extra)))


def of_a_signature(*parameters: SignatureParameter, **facts: object) -> list[Problem]:
    return step_signature(SignatureFacts("extra", parameters, **facts))  # type: ignore[arg-type]  # as above


EV = SignatureParameter("ev", "event", (DONE,))
FOUND: dict[str, tuple[list[Problem], str, str | None]] = {
    "unproduced": (in_a_graph(takes=(Parameter("it", (LOST,)),)), "parameter", None),
    "never awaited": (in_a_graph(waits=(LOST,)), "body", None),
    "unhandled": (in_a_graph(returns=(Produced(LOST),)), "return", None),
    "sent to nobody": (in_a_graph(sends=(LOST,)), "body", None),
    "another start": (in_a_graph(takes=(Parameter("it", (OTHER,)),)), "parameter", None),
    "fan-in of nothing": (in_a_graph(takes=(Parameter("it", (DONE,), many=True),)), "parameter", None),
    "collected but not taken": (in_a_graph(collects=(LOST,)), "body", None),
    "self": (in_a_graph(assigns_self=("total",)), "attribute", "total"),
    "resource": (in_a_graph(resources=(ResourceUse("client", "A", "make", "B", False),)), "parameter", "client"),
    "state field": (in_a_graph(state=STATE), "field", "count"),
    "covers nobody": (in_a_graph(takes=(), handler=Handler(("nobody",))), "decorator", None),
    "no annotation": (of_a_signature(EV, SignatureParameter("x", "missing"), returns=()), "parameter", "x"),
    "no return annotation": (of_a_signature(EV, returns=None), "return", None),
    "returns an int": (of_a_signature(EV, returns=(ReturnMember("int"),)), "return", None),
    "takes nothing": (of_a_signature(), "function", None),
    "no such argument": (list(run_arguments("Flow", "Begin", [RunField("by", False)], ["bye"])), "field", "bye"),
    "lacking argument": (list(run_arguments("Flow", "Begin", [RunField("by", True)], [])), "field", "by"),
}


@pytest.mark.parametrize("what", FOUND)
def test_a_finding_says_what_it_is_about(what: str) -> None:
    problems, part, name = FOUND[what]
    assert (part, name) in [(problem.part, problem.name) for problem in problems]
    assert all(problem.part for problem in problems)
