"""The rules on events and on the ways in and out: wrong twins and right twins."""

from __future__ import annotations

import pytest
from wiring_graphs import (
    ANSWER,
    ASK,
    BEGIN,
    EVENT_,
    FAILED_,
    REPORT,
    START_,
    STOP_,
    STOP_INT,
    A,
    B,
    C,
    D,
    event,
    graph,
    step,
)

from typedflow.wiring import EventType, Graph, Handler, Lookalike, StepNode, check
from typedflow.wiring.graph import EVENT, Directed

BASE = event("Base")
SUB = event("Sub", BASE)
OTHER_BEGIN = event("OtherBegin", START_)
LATE_BEGIN = event("LateBegin", BEGIN, START_)
BATCH = event("Batch")
BATCH_INT = EventType("Batch[int]", "shop.Batch[int]", ("shop.Batch", EVENT), origin="shop.Batch")
BATCH_STR = EventType("Batch[str]", "shop.Batch[str]", ("shop.Batch", EVENT), origin="shop.Batch")

go = step("go", START_, A)
end = step("end", A, STOP_)

WRONG: dict[str, tuple[Graph, list[str]]] = {
    "an event that is sent to a step that is not there": (
        graph(step("go", START_, A, directed=(Directed("ennd", A),)), end),
        [
            "[unhandled-event] Step 'go' sends 'A' to step 'ennd', which the workflow does not have.\n"
            "    Did you mean 'end'?"
        ],
    ),
    "what cannot be told, sent to a step that is not there": (
        graph(step("go", START_, A, directed=(Directed("zz"),)), end),
        [
            "[unhandled-event] Step 'go' sends an event to step 'zz', which the workflow does not have.\n"
            "    The steps are 'end' and 'go'."
        ],
    ),
    "an event that is sent to a step that takes another": (
        graph(step("go", START_, A, directed=(Directed("go", A),)), end),
        [
            "[unhandled-event] Step 'go' sends 'A' to step 'go', which takes 'StartEvent'.\n"
            "    Send it without naming a step, or name one that takes it."
        ],
    ),
    "a workflow without steps": (
        graph(),
        [
            "[no-start] Workflow 'Shop' has no steps.\n"
            "    Mark its methods with @step; if subclasses or functions in other modules complete it, "
            "say class Shop(Workflow, open_steps=True)."
        ],
    ),
    "no step takes a start event": (
        graph(step("loop", A, A, STOP_)),
        [
            "[no-start] No step of workflow 'Shop' takes a StartEvent, so a run could not begin.\n"
            "    Let the first step take StartEvent or a subclass of it."
        ],
    ),
    "the start event does not derive from StartEvent": (
        graph(step("go", B, A), end),
        [
            "[no-start] No step of workflow 'Shop' takes a StartEvent, so a run could not begin.\n"
            "    Let the first step take StartEvent or a subclass of it; if the run begins at step 'go', "
            "derive 'B' from StartEvent.",
            "[unproduced-event] Step 'go' takes 'B', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run.",
        ],
    ),
    "no step returns a stop event": (
        graph(go, step("end", A, None)),
        [
            "[no-stop] No step of workflow 'Shop' returns a StopEvent, so a run could not end.\n"
            "    Let the last step return StopEvent, StopEvent[T] or a subclass of it."
        ],
    ),
    "two unrelated start events": (
        graph(step("go", BEGIN, A), step("again", BEGIN, A), step("other", OTHER_BEGIN, A), end),
        [
            "[start-types] Step 'other' takes the start event 'OtherBegin', but step 'again' takes 'Begin', "
            "and neither derives from the other.\n"
            "    Use one start event for the whole workflow, with a field for what differs."
        ],
    ),
    "two unrelated start events in one union": (
        graph(step("go", (BEGIN, OTHER_BEGIN), STOP_)),
        [
            "[start-types] Step 'go' takes the start events 'OtherBegin' and 'Begin', and neither derives "
            "from the other.\n"
            "    Use one start event for the whole workflow, with a field for what differs."
        ],
    ),
    "a misspelt event": (
        graph(go, step("work", A, event("Done"), STOP_), step("end", event("Dne"), STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'Dne', which no step makes.\n"
            "    Did you mean 'Done', which step 'work' makes?",
            "[unhandled-event] Step 'work' returns 'Done', which no step takes.\n"
            "    Did you mean 'Dne', which step 'end' takes?",
        ],
    ),
    "names that are alike at one step": (
        graph(go, step("undo", (A, event("Compensate")), event("Compensated"), STOP_)),
        [
            "[unproduced-event] Step 'undo' takes 'Compensate', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run.",
            "[unhandled-event] Step 'undo' returns 'Compensated', which no step takes.\n"
            "    Add a step that takes it, or do not make it; what is only to be seen goes to ctx.write_event_to_stream.",
        ],
    ),
    "names that have no more in common than the word Event": (
        graph(step("go", START_, event("RetryEvent"), STOP_), step("end", event("WriteEvent"), STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'WriteEvent', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run.",
            "[unhandled-event] Step 'go' returns 'RetryEvent', which no step takes.\n"
            "    Add a step that takes it, or do not make it; what is only to be seen goes to ctx.write_event_to_stream.",
        ],
    ),
    "a name like that of the event that begins a run or ends it": (
        graph(step("go", START_, event("Starting"), STOP_), step("end", event("Stopping"), STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'Stopping', which no step makes.\n"
            "    Did you mean 'Starting', which step 'go' makes?",
            "[unhandled-event] Step 'go' returns 'Starting', which no step takes.\n"
            "    Did you mean 'Stopping', which step 'end' takes?",
        ],
    ),
    "another class of the same name": (
        graph(go, step("end", event("A", module="bar"), STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'A', which no step makes.\n"
            "    Another class of that name is made by step 'go': 'shop.A', not 'bar.A'.",
            "[unhandled-event] Step 'go' returns 'A', which no step takes.\n"
            "    Another class of that name is taken by step 'end': 'bar.A', not 'shop.A'.",
        ],
    ),
    "a base class taken where a subclass is made": (
        graph(step("go", START_, SUB), step("end", BASE, STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'Base', which no step makes.\n"
            "    Take 'Sub', or mark the step with @step(accept_event_subclasses=True).",
            "[unhandled-event] Step 'go' returns 'Sub', which no step takes.\n"
            "    Step 'end' takes its base 'Base'; with @step(accept_event_subclasses=True) it takes 'Sub' too.",
        ],
    ),
    "a base class made where a subclass is taken": (
        graph(step("go", START_, BASE), step("end", SUB, STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'Sub', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run.",
            "[unhandled-event] Step 'go' returns 'Base', which no step takes.\n"
            "    Annotate what is really made ('Sub'): events go to steps by their class.",
        ],
    ),
    "all events taken without the option": (
        graph(step("go", START_, STOP_), step("log", EVENT_, None)),
        [
            "[unproduced-event] Step 'log' takes 'Event', which no step makes.\n"
            "    Take the events that it is for, or mark the step with @step(accept_event_subclasses=True)."
        ],
    ),
    "a failure taken by a plain step": (
        graph(step("go", START_, STOP_), step("mend", FAILED_, STOP_)),
        [
            "[unproduced-event] Step 'mend' takes 'StepFailedEvent', which no step makes.\n"
            "    Failures go to steps marked with @catch_error; mark 'mend' with it instead of @step."
        ],
    ),
    "an awaited event that nobody makes": (
        graph(step("go", START_, STOP_, waits=(B,))),
        [
            "[unproduced-event] Step 'go' waits for 'B', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run."
        ],
    ),
    "one member of a union that nobody makes": (
        graph(go, step("end", (A, B), STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'B', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run."
        ],
    ),
    "an event that nobody takes": (
        graph(step("go", START_, STOP_, event("Progress"))),
        [
            "[unhandled-event] Step 'go' returns 'Progress', which no step takes.\n"
            "    Add a step that takes it, or do not make it; what is only to be seen goes to "
            "ctx.write_event_to_stream."
        ],
    ),
    "a sent event that nobody takes": (
        graph(step("go", START_, STOP_, sends=(B,))),
        [
            "[unhandled-event] Step 'go' sends 'B', which no step takes.\n"
            "    Add a step that takes it, or do not make it; what is only to be seen goes to "
            "ctx.write_event_to_stream."
        ],
    ),
    "a stop event that is sent": (
        graph(step("go", START_, STOP_, sends=(STOP_INT,))),
        [
            "[unhandled-event] Step 'go' sends 'StopEvent[int]', which ends the run only where it is returned.\n"
            "    Return 'StopEvent[int]' from the step."
        ],
    ),
    "another parametrisation of a generic event": (
        graph(step("go", START_, BATCH_INT), step("end", BATCH_STR, STOP_)),
        [
            "[unproduced-event] Step 'end' takes 'Batch[str]', which no step makes.\n"
            "    Did you mean 'Batch[int]', which step 'go' makes?",
            "[unhandled-event] Step 'go' returns 'Batch[int]', which no step takes.\n"
            "    Did you mean 'Batch[str]', which step 'end' takes?",
        ],
    ),
    "two steps that only feed each other": (
        graph(step("go", START_, STOP_), step("y", B, C, STOP_), step("x", C, B)),
        [
            "[unreachable-step] Step 'x' can never be reached from the start: "
            "its events are made only by steps that wait for it in turn ('y').\n"
            "    Let a step that is reached from the start make 'C'."
        ],
    ),
    "a step that only feeds itself, and what follows from it": (
        graph(step("go", START_, STOP_), step("x", B, B, C, STOP_), step("after", C, STOP_)),
        [
            "[unreachable-step] Step 'x' can never be reached from the start: 'B' is made only by the step itself.\n"
            "    Let a step that is reached from the start make 'B'."
        ],
    ),
    "a handler of steps that are never reached": (
        graph(
            step("go", START_, STOP_),
            step("x", B, STOP_),
            step("mend", FAILED_, B, handler=Handler(("x",))),
        ),
        [
            "[unreachable-step] Step 'mend' can never be reached from the start: "
            "none of the steps that it covers is ever reached.\n"
            "    Let it cover a step that is reached from the start."
        ],
    ),
    "two steps in an endless circle": (
        graph(step("go", START_, A, STOP_), step("ping", A, B), step("pong", B, A)),
        [
            "[no-exit] No way leads from step 'ping' to a StopEvent: steps 'ping' and 'pong' only hand "
            "events to each other.\n"
            "    Let one of them also return a StopEvent, or an event that leads to one."
        ],
    ),
    "a wait for what only the step itself returns": (
        graph(step("go", START_, A, STOP_, waits=(A,))),
        [
            "[unproduced-event] Step 'go' waits for 'A', which it makes only itself, when it is over.\n"
            "    Let another step make it, or derive it from HumanResponseEvent if it comes from outside the run."
        ],
    ),
    "a loop that may end with nothing else under way": (
        graph(step("go", START_, A, STOP_), step("ping", A, B), step("pong", B, A, None)),
        [
            "[no-exit] No way leads from step 'ping' to a StopEvent: steps 'ping' and 'pong' only hand "
            "events to each other or return None, and nothing else is under way then.\n"
            "    Let one of them also return a StopEvent, or an event that leads to one."
        ],
    ),
    "a step that sends itself its own event and returns nothing": (
        graph(step("go", START_, A, STOP_), step("spin", A, None, sends=(A,))),
        [
            "[no-exit] No way leads from step 'spin' to a StopEvent: "
            "it only hands events to itself or returns None, and nothing else is under way then.\n"
            "    Let it also return a StopEvent, or an event that leads to one."
        ],
    ),
    "a loop that may end, fanned out into": (
        graph(step("go", START_, [A], STOP_), step("spin", A, A, None)),
        [
            "[no-exit] No way leads from step 'spin' to a StopEvent: "
            "it only hands events to itself or returns None, and nothing else is under way then.\n"
            "    Let it also return a StopEvent, or an event that leads to one."
        ],
    ),
    "a loop that may end, where a run ends only beside it": (
        graph(
            step("go", START_, A, sends=(C,)), step("spin", A, A, None), step("refuse", C, None), step("x", D, STOP_)
        ),
        [
            "[unproduced-event] Step 'x' takes 'D', which no step makes.\n"
            "    Return it from a step, or derive it from HumanResponseEvent if it comes from outside the run.",
            "[no-exit] No way leads from step 'spin' to a StopEvent: "
            "it only hands events to itself or returns None, and nothing else is under way then.\n"
            "    Let it also return a StopEvent, or an event that leads to one.",
        ],
    ),
    "one step in an endless circle, and what leads into it": (
        graph(step("go", START_, A, STOP_), step("into", A, B), step("spin", B, B)),
        [
            "[no-exit] No way leads from step 'spin' to a StopEvent: it only hands events to itself.\n"
            "    Let it also return a StopEvent, or an event that leads to one."
        ],
    ),
}

RIGHT: dict[str, Graph] = {
    "a straight line": graph(go, end),
    "events that are sent to steps by their names": graph(
        step("go", START_, A, directed=(Directed("end", A), Directed("asks", B), Directed("go"))),
        step("asks", START_, A, waits=(B,)),
        step("more", START_, B),
        end,
    ),
    "one step": graph(step("go", START_, STOP_INT)),
    "a stop event with fields": graph(step("go", BEGIN, REPORT)),
    "start events in one line of inheritance": graph(step("go", LATE_BEGIN, A), step("too", BEGIN, A), end),
    "a start step that takes every event": graph(step("go", EVENT_, STOP_, takes_subclasses=True)),
    "a branch and a loop": graph(go, step("turn", A, B, STOP_), step("back", B, A)),
    "several steps that take one event": graph(go, end, step("log", A, None)),
    "an event that is only sent": graph(step("go", START_, None, sends=(A,)), end),
    "a branch that ends in a step returning nothing": graph(step("go", START_, A, STOP_), step("log", A)),
    "a loop that may end while another branch goes on": graph(
        step("go", START_, [A], STOP_), step("ping", A, B), step("pong", B, A, None), step("end", A, STOP_)
    ),
    "a loop that may end, entered beside what ends the run": graph(
        step("go", START_, C, sends=(A,)), step("spin", A, A, None), step("end", C, STOP_)
    ),
    "a loop that may end, in a run that may have sent something else": graph(
        step("go", START_, B, sends=(C,)), step("b", B, A, C), step("spin", A, A, None), step("end", C, STOP_)
    ),
    "a loop that may end, in a run that fans out": graph(
        step("go", START_, [B], None), step("b", B, A, STOP_), step("spin", A, A, None)
    ),
    "a loop that may end, beside another step that takes the start": graph(
        step("go", START_, A, STOP_), step("spin", A, A, None), step("too", START_, STOP_)
    ),
    "a loop that may end, in a run that people may write to": graph(
        step("go", START_, A, STOP_), step("spin", A, A, None), step("hear", ANSWER, STOP_)
    ),
    "a loop that may end, in a run that waits": graph(
        step("go", START_, A, STOP_, waits=(ANSWER,)), step("spin", A, A, None)
    ),
    "a loop that may end, and whose failures are caught": graph(
        step("go", START_, A, STOP_),
        step("spin", A, A, None),
        step("mend", FAILED_, STOP_, handler=Handler(("spin",))),
    ),
    "a loop that may end, of which a step skips the check": graph(
        step("go", START_, A, STOP_), step("spin", A, A, None, skip=frozenset({"no-exit"}))
    ),
    "a step that only looks, or raises": graph(step("go", START_, A, STOP_), step("refuse", A, None)),
    "a subclass taken by its base with the option": graph(
        step("go", START_, SUB), step("end", BASE, STOP_, takes_subclasses=True)
    ),
    "every event taken with the option": graph(go, end, step("log", EVENT_, None, takes_subclasses=True)),
    "a generic event in one parametrisation": graph(step("go", START_, BATCH_INT), step("end", BATCH_INT, STOP_)),
    "a generic event taken in its bare form": graph(step("go", START_, BATCH_INT), step("end", BATCH, STOP_)),
    "a generic event made in its bare form": graph(step("go", START_, BATCH), step("end", BATCH_INT, STOP_)),
    "a question to the outside and its answer": graph(step("go", START_, ASK), step("end", ANSWER, STOP_)),
    "an answer that is awaited": graph(step("go", START_, STOP_, waits=(ANSWER,), asks=(ASK,))),
    "an awaited event that another step makes": graph(step("go", START_, STOP_, B, waits=(C,)), step("b", B, C)),
    "a waiter event that nobody takes": graph(step("go", START_, STOP_, waits=(ANSWER,), asks=(B,))),
    "a step that is reached by a failure": graph(
        step("go", START_, STOP_), step("mend", FAILED_, B, handler=Handler(None)), step("b", B, STOP_)
    ),
    "a circle that a failure leaves": graph(
        step("go", START_, A, STOP_), step("spin", A, A), step("mend", FAILED_, STOP_, handler=Handler(("spin",)))
    ),
    "a circle whose sends are unknown": graph(step("go", START_, A, STOP_), step("spin", A, A, sends_unknown=True)),
    "an event that some step may send": graph(step("go", START_, STOP_, sends_unknown=True), step("b", B, STOP_)),
    "an event that some step may await": graph(step("go", START_, STOP_, B, waits_unknown=True)),
    "an answer is a way in": graph(step("go", START_, STOP_), step("x", ANSWER, B), step("b", B, None)),
    "a start event that is sent again": graph(step("go", BEGIN, STOP_, A), step("again", A, BEGIN)),
    "an open workflow": graph(step("b", B, C), open=True),
    "a forgotten step counts as one": graph(go, lookalikes=(Lookalike(end),), skip=frozenset()),
    "two forms of a start event": graph(step("go", BEGIN, STOP_), step("any", START_, STOP_)),
    "a step that waits to be joined": graph(step("go", START_, A, sends=(B,)), step("join", {"a": A, "b": B}, STOP_)),
    "a wait for what the step returns, where it runs again": graph(
        step("go", START_, [A]), step("work", A, A, STOP_, waits=(A,))
    ),
    "a wait for what the step has sent": graph(step("go", START_, STOP_, sends=(A,), waits=(A,))),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_reported_in_full_sentences(case: str) -> None:
    wrong, expected = WRONG[case]
    assert [str(problem) for problem in check(wrong)] == expected


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_is_left_alone(case: str) -> None:
    expected = ["forgotten-step"] if RIGHT[case].lookalikes else []
    assert [problem.code for problem in check(RIGHT[case])] == expected


@pytest.mark.parametrize("case", [case for case in WRONG if WRONG[case][0].steps])
def test_a_code_skipped_for_the_workflow_is_not_reported(case: str) -> None:
    wrong, _ = WRONG[case]
    codes = frozenset(problem.code for problem in check(wrong))
    assert check(graph(*wrong.steps, skip=codes)) == []


def test_a_code_skipped_for_a_step_is_not_reported_for_that_step() -> None:
    skipping = step("end", B, STOP_, skip=frozenset({"unproduced-event"}))
    found = check(graph(step("go", START_, STOP_), skipping, step("other", D, STOP_)))
    assert [(problem.code, problem.step) for problem in found] == [("unproduced-event", "other")]


def test_a_step_that_skips_unreachable_is_taken_as_reached_by_those_after_it() -> None:
    island: tuple[StepNode, ...] = (step("x", B, B, C, skip=frozenset({"unreachable-step"})), step("c", C, STOP_))
    assert check(graph(step("go", START_, STOP_), *island)) == []


def test_a_problem_names_its_step_and_its_event() -> None:
    (problem,) = check(graph(go, step("end", (A, B), STOP_)))
    assert (problem.step, problem.event) == ("end", "B")


def test_a_waiter_event_is_only_shown_so_a_step_that_takes_it_waits_in_vain() -> None:
    asking = graph(step("go", START_, STOP_, waits=(ANSWER,), asks=(B,)), step("b", B, None))
    assert [(problem.code, problem.step, problem.event) for problem in check(asking)] == [
        ("unproduced-event", "b", "B")
    ]
