"""What holds of the rules on any graph."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from wiring_graphs import BEGIN, START_, STOP_, event, graph, step

from typedflow.wiring import EventType, Graph, Problem, Produced, StepNode, check
from typedflow.wiring.graph import STOP

EVENTS = [event(f"E{n}") for n in range(6)]
ROOTS = [event("Root"), event("Other")]
FAMILY = [*ROOTS, *(event(f"Leaf{n}", ROOTS[n % 2]) for n in range(3))]


@st.composite
def any_graphs(draw: st.DrawFn, events: list[EventType] = EVENTS, subclasses: bool = False) -> Graph:
    """A start step and up to six more, wired at random; most are wrong in several ways."""
    some = st.lists(st.sampled_from(events), max_size=3, unique=True)
    steps: list[StepNode] = []
    for n in range(draw(st.integers(0, 6))):
        taken = draw(st.lists(st.sampled_from([*events, START_]), min_size=1, max_size=2, unique=True))
        made = draw(some)
        node = step(f"s{n}", tuple(taken), *made, *([STOP_] if draw(st.booleans()) else []))
        steps.append(
            node._replace(
                may_return_none=draw(st.booleans()),
                sends=tuple(draw(some)),
                waits=tuple(draw(some)) if draw(st.integers(0, 3)) == 0 else (),
                takes_subclasses=subclasses and draw(st.booleans()),
            )
        )
    return graph(step("go", START_, *draw(some), STOP_), *steps)


@st.composite
def sound_graphs(draw: st.DrawFn) -> Graph:
    """A tree of events from the start, loops back into it, a stop at every leaf: nothing is wrong by construction."""
    count = draw(st.integers(1, 8))
    parents = [draw(st.integers(0, n - 1)) if n else -1 for n in range(count)]
    events = [BEGIN, *(event(f"E{n}") for n in range(1, count))]
    steps = []
    for n in range(count):
        onward = [events[child] for child in range(count) if parents[child] == n]
        back = [events[draw(st.integers(1, n))]] if n and draw(st.booleans()) else []
        made = list(dict.fromkeys([*onward, *back]))
        sent = {one for one in made if draw(st.booleans())}
        stops = not onward or draw(st.booleans())
        node = step(f"s{n}", events[n], *(one for one in made if one not in sent), *([STOP_] if stops else []))
        steps.append(node._replace(sends=tuple(one for one in made if one in sent)))
    return graph(*draw(st.permutations(steps)))


def found_in(wrong: Graph) -> set[tuple[str, str | None, str | None, str]]:
    return {(problem.code, problem.step, problem.event, problem.message) for problem in check(wrong)}


@given(sound_graphs())
def test_a_sound_graph_has_no_problems(sound: Graph) -> None:
    assert check(sound) == []


@given(any_graphs(), st.data())
def test_making_an_event_that_nobody_made_removes_that_problem_and_no_other(wrong: Graph, data: st.DataObject) -> None:
    missing = sorted(
        {problem.event for problem in check(wrong) if problem.code == "unproduced-event" and problem.event}
    )
    if not missing:
        return
    name = data.draw(st.sampled_from(missing))
    maker = step("maker", START_, next(one for one in EVENTS if one.name == name), STOP_)
    before, after = found_in(wrong), found_in(graph(*wrong.steps, maker))
    # of a step that nothing starts it cannot be told that it runs but once, and so waits in vain for what it returns
    assert all("it makes only itself" in message for _, _, _, message in after - before)
    gone = {(code, about) for code, _, about, _ in before - after}
    # a circle that was all there is has something beside it now
    assert gone - {("no-exit", None)} == {("unproduced-event", name)}


@given(any_graphs(), st.data())
def test_taking_an_event_that_nobody_took_removes_that_problem(wrong: Graph, data: st.DataObject) -> None:
    lost = sorted({problem.event for problem in check(wrong) if problem.code == "unhandled-event" and problem.event})
    if not lost:
        return
    name = data.draw(st.sampled_from(lost))
    taker = step("taker", next(one for one in EVENTS if one.name == name), STOP_)
    gone = found_in(wrong) - found_in(graph(*wrong.steps, taker))
    told = {(code, about) for code, _, about, _ in gone if code != "no-exit"}  # the taker stops: a way out may be new
    assert told == {("unhandled-event", name)}


@given(any_graphs(FAMILY, subclasses=True), st.data())
def test_the_order_of_the_steps_does_not_matter(wrong: Graph, data: st.DataObject) -> None:
    shuffled = graph(*data.draw(st.permutations(wrong.steps)))
    assert found_in(shuffled) == found_in(wrong)


@given(any_graphs(FAMILY, subclasses=True))
def test_skipping_a_code_hides_that_code_and_no_other(wrong: Graph) -> None:
    everything = check(wrong)
    for code in {problem.code for problem in everything}:
        assert check(wrong._replace(skip=frozenset({code}))) == [one for one in everything if one.code != code]


@given(any_graphs(FAMILY, subclasses=True))
def test_no_finding_is_reported_twice(wrong: Graph) -> None:
    places = [(problem.code, problem.step, problem.event) for problem in check(wrong)]
    assert len(places) == len(set(places))


@given(any_graphs())
def test_of_what_is_not_reported_every_step_runs_and_every_event_arrives(passed: Graph) -> None:
    if check(passed):
        return
    reached = {START_.key}
    running: set[str] = set()
    grown = True
    while grown:
        grown = False
        for node in passed.steps:
            if node.name not in running and any(one.key in reached for one in node.takes[0].events):
                running.add(node.name)
                reached |= {made.event.key for made in node.returns} | {sent.key for sent in node.sends}
                grown = True
    assert running == {node.name for node in passed.steps}
    wanted = {one.key for node in passed.steps for one in (*node.takes[0].events, *node.waits)}
    assert reached <= wanted | {STOP}


@given(any_graphs())
def test_where_sends_are_unknown_nothing_is_said_to_be_never_made(wrong: Graph) -> None:
    unsure = graph(wrong.steps[0]._replace(sends_unknown=True), *wrong.steps[1:])
    codes: set[str] = {problem.code for problem in check(unsure)}
    assert not codes & {"unproduced-event", "unreachable-step", "collect"}


@given(any_graphs())
def test_an_open_workflow_has_no_problem_that_its_completion_may_mend(wrong: Graph) -> None:
    assert check(wrong._replace(open=True)) == []


def test_a_problem_can_be_kept_in_a_set() -> None:
    assert len({Problem("collect", "a"), Problem("collect", "a")}) == 1
    assert Produced(START_) == Produced(START_)
