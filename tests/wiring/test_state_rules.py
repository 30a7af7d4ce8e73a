"""The rules on states, methods, resources, failure handlers, fan-ins and joins: wrong twins and right twins."""

from __future__ import annotations

import pytest
from wiring_graphs import ANSWER, FAILED_, START_, STOP_, A, B, C, D, event, field, graph, state, step

from typedflow.wiring import Graph, Handler, Lookalike, ResourceUse, check

SHOP = state("ShopState", field("count", "ShopState"))
BIG = state("BigState", field("count", "ShopState"), bases=("ShopState",))
BARE = state("ShopState", field("count", "ShopState", has_default=False))
MENDED = state("BigState", field("count", "BigState"), bases=("ShopState",))
INHERITING = state("BigState", field("count", "ShopState", has_default=False), bases=("ShopState",))
OTHER = state("OtherState")
DONE = event("Done")

go = step("go", START_, A)
end = step("end", A, STOP_)


def with_state(*states: object) -> Graph:
    return graph(*(step(f"s{n}", START_, STOP_, state=one) for n, one in enumerate(states)))


def handled(handler: Handler, *, takes: object = FAILED_, name: str = "mend") -> Graph:
    return graph(go, end, step(name, takes, STOP_, handler=handler))  # type: ignore[arg-type]  # one event or several


WRONG: dict[str, tuple[Graph, list[str]]] = {
    "a state that is no model": (
        with_state(state("Plain", is_model=False)),
        [
            "[state-type] Step 's0' uses 'Plain' as its state, which is no pydantic model.\n"
            "    Derive 'Plain' from pydantic.BaseModel, or from DictState for a state without a schema."
        ],
    ),
    "two states that are not related": (
        with_state(SHOP, BIG, OTHER),
        [
            "[state-type] Step 's2' uses the state 'OtherState', but step 's1' uses 'BigState', "
            "and neither derives from the other.\n"
            "    A run has one state: let all steps use one model, or models of one line of inheritance."
        ],
    ),
    "a state that is not the one the class names": (
        graph(step("go", START_, STOP_, state=OTHER), state=SHOP),
        [
            "[state-type] Step 'go' uses the state 'OtherState', but workflow 'Shop' uses 'ShopState', "
            "and neither derives from the other.\n"
            "    A run has one state: let all steps use one model, or models of one line of inheritance."
        ],
    ),
    "a field without a default": (
        with_state(BARE, BARE),
        [
            "[state-default] Field 'count' of the state 'ShopState' has no default, so a run cannot make "
            "its first state.\n"
            "    Give 'count' a default value or a default_factory."
        ],
    ),
    "an inherited field without a default": (
        with_state(INHERITING),
        [
            "[state-default] Field 'count' of the state 'BigState', declared in 'ShopState', has no default, "
            "so a run cannot make its first state.\n"
            "    Give 'count' a default value or a default_factory."
        ],
    ),
    "a field that cannot be saved": (
        with_state(state("S", field("lock", "S", unserializable="'Lock' has no JSON form"))),
        [
            "[state-unserializable] Field 'lock' of the state 'S' cannot be saved: 'Lock' has no JSON form.\n"
            "    Give 'lock' a serializer, keep it out of what is saved with Field(exclude=True), or "
            "inject it as a resource."
        ],
    ),
    "an assignment to self": (
        graph(step("go", START_, STOP_, assigns_self=("total", "total"))),
        [
            "[self-state] Step 'go' assigns to 'self.total', which all runs of the workflow share.\n"
            "    Keep 'total' in the state (async with ctx.store.edit_state() as state), or set it in __init__."
        ],
    ),
    "a forgotten step, reported once": (
        graph(go, lookalikes=(Lookalike(end),)),
        [
            "[forgotten-step] Method 'end' has the signature of a step for 'A' and no @step.\n"
            "    Mark it with @step; if it is a helper, let a step call it, or give it an argument that is no event."
        ],
    ),
    "a step overridden by a plain method": (
        graph(go, lookalikes=(Lookalike(end, overrides=True),)),
        [
            "[forgotten-step] Method 'end' replaces the step 'end' of a base class and has no @step, so "
            "the step is gone.\n"
            "    Mark it with @step; to take the step away on purpose, set it to None."
        ],
    ),
    "a resource of another type": (
        graph(step("go", START_, STOP_, resources=(ResourceUse("db", "Db", "connect", "Cache", fits=False),))),
        [
            "[resource-type] Parameter 'db' of step 'go' wants 'Db', but its factory 'connect' returns 'Cache'.\n"
            "    Annotate 'db' as 'Cache', or use a factory that returns 'Db'."
        ],
    ),
    "a resource that lacks something": (
        graph(step("go", START_, STOP_, resources=(ResourceUse("db", "Db", "connect", "", lacks="url"),))),
        [
            "[resource-type] Step 'go', parameter 'db': the factory 'connect' needs 'url', which nothing is injected for.\n"
            "    Give 'url' a default, or annotate it as Annotated[..., Resource(...)]."
        ],
    ),
    "a handler of an unknown step": (
        handled(Handler(("ennd",))),
        [
            "[error-handler] @catch_error step 'mend' covers 'ennd', which is no step of the workflow.\n  "
            "  Did you mean 'end'?"
        ],
    ),
    "a handler of a step with no similar name": (
        handled(Handler(("zz",))),
        [
            "[error-handler] @catch_error step 'mend' covers 'zz', which is no step of the workflow.\n"
            "    The steps are 'end' and 'go'."
        ],
    ),
    "a handler that takes another event": (
        handled(Handler(None), takes=A),
        [
            "[error-handler] @catch_error step 'mend' must take StepFailedEvent and no other event, and takes 'A'.\n"
            "    Give it one event parameter, annotated as StepFailedEvent."
        ],
    ),
    "a handler that covers itself": (
        handled(Handler(("mend",))),
        [
            "[error-handler] @catch_error step 'mend' covers 'mend', which is a @catch_error step itself.\n"
            "    Take 'mend' out of for_steps; a failure inside a handler fails the run."
        ],
    ),
    "a handler of nothing": (
        handled(Handler(())),
        [
            "[error-handler] @catch_error step 'mend' covers no step.\n"
            "    Name steps in for_steps, or leave it out to cover all."
        ],
    ),
    "two handlers of one step": (
        graph(
            go,
            end,
            step("m2", FAILED_, STOP_, handler=Handler(("go",))),
            step("m1", FAILED_, STOP_, handler=Handler(("go",))),
        ),
        [
            "[error-handler] @catch_error step 'm2' covers step 'go', which 'm1' covers already.\n"
            "    Let one handler cover it."
        ],
    ),
    "two handlers of everything": (
        graph(
            go,
            end,
            step("m1", FAILED_, STOP_, handler=Handler(None)),
            step("m2", FAILED_, STOP_, handler=Handler(None)),
        ),
        [
            "[error-handler] @catch_error step 'm2' covers all steps, which 'm1' covers already.\n"
            "    Name the steps of one of the two in for_steps."
        ],
    ),
    "a list of what nobody makes": (
        graph(
            step("go", START_, [A]), step("work", A, DONE), step("log", DONE, None), step("join", [event("Dne")], STOP_)
        ),
        ["[collect] Step 'join' collects 'list[Dne]', but no step makes 'Dne'.\n    Did you mean 'Done'?"],
    ),
    "a list of what is never fanned out": (
        graph(step("go", START_, A), step("join", [A], STOP_)),
        [
            "[collect] Step 'join' collects 'list[A]', but step 'go' makes 'A' outside any fan-out, "
            "where no list waits for it.\n"
            "    Return list[...] from a step to fan out, take 'A' alone, or collect what ctx.send_event "
            "sends with ctx.collect_events."
        ],
    ),
    "a list of what is only sent from the top": (
        graph(step("go", START_, None, sends=(A,)), step("join", [A], STOP_)),
        [
            "[collect] Step 'join' collects 'list[A]', but step 'go' makes 'A' outside any fan-out, "
            "where no list waits for it.\n"
            "    Return list[...] from a step to fan out, take 'A' alone, or collect what ctx.send_event "
            "sends with ctx.collect_events."
        ],
    ),
    "a list of what is made in a fan-out and outside of it": (
        graph(step("go", START_, [B], A), step("work", B, A), step("join", [A], STOP_)),
        [
            "[collect] Step 'join' collects 'list[A]', but step 'go' makes 'A' outside any fan-out, "
            "where no list waits for it.\n"
            "    Return list[...] from a step to fan out, take 'A' alone, or collect what ctx.send_event "
            "sends with ctx.collect_events."
        ],
    ),
    "a list of what is made outside, whatever else is sent": (
        graph(step("go", START_, A, sends_unknown=True), step("join", [A], STOP_)),
        [
            "[collect] Step 'join' collects 'list[A]', but step 'go' makes 'A' outside any fan-out, "
            "where no list waits for it.\n"
            "    Return list[...] from a step to fan out, take 'A' alone, or collect what ctx.send_event "
            "sends with ctx.collect_events."
        ],
    ),
    "a list of what comes from outside": (
        graph(go, end, step("join", [ANSWER], STOP_)),
        [
            "[collect] Step 'join' collects 'list[Answer]', but that comes from outside, where no list waits for it.\n"
            "    Return list[...] from a step to fan out, take 'Answer' alone, or collect what ctx.send_event "
            "sends with ctx.collect_events."
        ],
    ),
    "a join across the border of a fan-out": (
        graph(step("go", START_, [A], B), step("join", {"a": A, "b": B}, STOP_)),
        [
            "[collect] Step 'join' joins events that do not meet: "
            "'a' is made in the fan-out of step 'go', where 'b' is not.\n"
            "    Take them in steps of their own, or fan the inner ones in (list[...]) before the join."
        ],
    ),
    "a join of what a step returns one of": (
        graph(step("go", START_, A, B), step("join", {"a": A, "b": B}, STOP_)),
        [
            "[collect] Step 'join' joins events that do not meet: step 'go' returns one event and not the other, "
            "so that no run makes them all.\n"
            "    Send them with ctx.send_event, make them in steps of their own, or take them one at a time."
        ],
    ),
    "a join of what follows from one and from the other": (
        graph(
            step("go", START_, C),
            step("split", C, A, D),
            step("x", D, B),
            step("join", {"a": A, "b": B}, STOP_),
        ),
        [
            "[collect] Step 'join' joins events that do not meet: step 'split' returns one event and not the other, "
            "so that no run makes them all.\n"
            "    Send them with ctx.send_event, make them in steps of their own, or take them one at a time."
        ],
    ),
    "a join that meets in one place of two": (
        graph(step("go", START_, [A], B, A), step("join", {"a": A, "b": B}, STOP_)),
        [
            "[collect] Step 'join' joins events that do not meet: "
            "'a' is made in the fan-out of step 'go', where 'b' is not.\n"
            "    Take them in steps of their own, or fan the inner ones in (list[...]) before the join."
        ],
    ),
    "a join with an answer from outside, inside a fan-out": (
        graph(step("go", START_, [A]), step("join", {"a": A, "h": ANSWER}, DONE), step("all", [DONE], STOP_)),
        [
            "[collect] Step 'join' joins events that do not meet: "
            "'a' is made in the fan-out of step 'go', where 'h' is not.\n"
            "    Take them in steps of their own, or fan the inner ones in (list[...]) before the join."
        ],
    ),
    "a collected event that nobody makes": (
        graph(go, step("end", A, STOP_, collects=(A, B))),
        ["[collect] Step 'end' collects 'B', which no step makes.\n    Let a step make 'B', and let 'end' take it."],
    ),
    "a collected event that the step does not take": (
        graph(step("go", START_, A, B), step("end", A, STOP_, collects=(A, B)), step("b", B, None)),
        [
            "[collect] Step 'end' collects 'B' but takes only 'A', so it would never be complete.\n"
            "    Let 'end' take 'B' too."
        ],
    ),
}

RIGHT: dict[str, Graph] = {
    "states in one line": with_state(SHOP, BIG, None),
    "a default given further down the line": with_state(BARE, MENDED),
    "a field that is excluded from saving": with_state(
        state("S", field("lock", "S", unserializable="why", excluded=True))
    ),
    "a resource that fits, or cannot be told": graph(
        step(
            "go",
            START_,
            STOP_,
            resources=(ResourceUse("a", "A", "f", "A", fits=True), ResourceUse("b", "B", "f", "?", fits=None)),
        )
    ),
    "a handler of all, one of some": graph(
        go, end, step("m1", FAILED_, STOP_, handler=Handler(None)), step("m2", FAILED_, STOP_, handler=Handler(("go",)))
    ),
    "a fan-out and its fan-in": graph(step("go", START_, [A]), step("work", A, B), step("join", [B], STOP_)),
    "a fan-in of the fanned-out events themselves": graph(step("go", START_, [A]), step("join", [A], STOP_)),
    "a fan-in of two kinds": graph(
        step("go", START_, [A, B]), step("a", A, C), step("b", B, DONE), step("join", [C, DONE], STOP_)
    ),
    "nested fan-outs": graph(
        step("go", START_, [A]), step("split", A, [B]), step("inner", [B], C), step("outer", [C], STOP_)
    ),
    "a fan-in after a loop inside the fan-out": graph(
        step("go", START_, [A]), step("again", A, B), step("b", B, A, DONE), step("join", [DONE], STOP_)
    ),
    "a fan-in of what a failure handler makes": graph(
        step("go", START_, [A]),
        step("work", A, B),
        step("mend", FAILED_, B, handler=Handler(("work",))),
        step("j", [B], STOP_),
    ),
    "a fan-out in a loop": graph(step("go", START_, A), step("split", A, [B]), step("join", [B], A, STOP_)),
    "a join at the top": graph(step("go", START_, A, sends=(B,)), step("join", {"a": A, "b": B}, STOP_)),
    "a join of what two steps return": graph(
        step("go", START_, C), step("x", C, A), step("y", C, B), step("join", {"a": A, "b": B}, STOP_)
    ),
    "a join of what a step returns, one after the other": graph(
        step("go", START_, [C]),
        step("x", C, A, B),
        step("join", {"a": A, "b": B}, DONE),
        step("e", [DONE], STOP_),
    ),
    "a join of what a step returns in a loop": graph(
        step("go", START_, C, STOP_),
        step("x", C, A, B),
        step("back", A, C, D),
        step("join", {"b": B, "d": D}, C, STOP_),
    ),
    "a join of what may be in one list": graph(
        step("go", START_, [A, B]), step("join", {"a": A, "b": B}, DONE), step("e", [DONE], STOP_)
    ),
    "a join of what a step returns and a handler makes": graph(
        step("go", START_, A, C),
        step("x", C, A),
        step("z", A, None),
        step("mend", FAILED_, B, handler=Handler(None)),
        step("join", {"a": A, "b": B}, STOP_),
    ),
    "a join inside a fan-out": graph(
        step("go", START_, [A]),
        step("x", A, B),
        step("y", A, C),
        step("join", {"b": B, "c": C}, DONE),
        step("e", [DONE], STOP_),
    ),
    "a join with an answer from outside": graph(step("go", START_, A), step("join", {"a": A, "h": ANSWER}, STOP_)),
    "a join of two of a kind": graph(step("go", START_, A), step("join", {"one": A, "two": A}, STOP_)),
    "a list of what is sent inside the fan-out": graph(
        step("go", START_, [A]), step("work", A, None, sends=(B,)), step("join", [B], STOP_)
    ),
    "a list of what some step may send": graph(
        step("go", START_, [A]), step("work", A, None, sends_unknown=True), step("join", [B], STOP_)
    ),
    "collected events that are taken": graph(
        step("go", START_, None, sends=(A, B)), step("end", (A, B), STOP_, collects=(A, B))
    ),
    "a collected event that is awaited": graph(step("go", START_, STOP_, waits=(ANSWER,), collects=(ANSWER,))),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_reported_in_full_sentences(case: str) -> None:
    wrong, expected = WRONG[case]
    assert [str(problem) for problem in check(wrong)] == expected


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_is_left_alone(case: str) -> None:
    assert [str(problem) for problem in check(RIGHT[case])] == []


def test_an_open_workflow_waits_for_the_state_that_completes_it() -> None:
    assert check(graph(step("go", START_, STOP_, state=BARE), open=True)) == []


def test_an_open_workflow_is_not_spared_what_no_completion_mends() -> None:
    found = check(graph(step("go", START_, STOP_, assigns_self=("x",)), open=True))
    assert [problem.code for problem in found] == ["self-state"]
