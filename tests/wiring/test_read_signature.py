"""Reading live functions, whatever form their annotations have."""

from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Generic, List, NoReturn, Optional, TypeVar, Union  # noqa: UP035 - the old forms are read too

import pytest
from typing_extensions import TypeAliasType

import typedflow.events as events_module
from typedflow.collect import All, Collect, Take
from typedflow.context import Context
from typedflow.errors import WorkflowValidationError
from typedflow.events import Event, StartEvent, StepFailedEvent, StopEvent
from typedflow.reading.signature import Signature, inspect_signature, read_signature
from typedflow.resource import Resource
from typedflow.state.dict_state import DictState


class A(Event):
    n: int = 0


class B(Event):
    n: int = 0


T = TypeVar("T")
EventT = TypeVar("EventT", bound=Event)


class Batch(Event, Generic[T]):
    item: T | None = None


class MyState(DictState):
    pass


Either = Union[A, B]  # noqa: UP007 - the old form
Newer = TypeAliasType("Newer", "A | B")
Several = TypeAliasType("Several", list[Either])
Both = TypeAliasType("Both", Batch[T], type_params=(T,))
Ctx = Context[MyState]


def connect() -> str:
    return "connection"


CONNECTION = Resource(connect)


def names(signature: Signature) -> list[tuple[str, list[str], bool]]:
    return [(p.name, [cls.__name__ for cls in p.events], p.many) for p in signature.events]


async def plain(self, ev: A) -> StopEvent: ...
async def unioned(self, ev: A | B) -> StopEvent: ...
async def old_union(self, ev: Union[A, B]) -> StopEvent: ...  # noqa: UP007
async def optional(self, ev: Optional[A]) -> StopEvent: ...  # noqa: UP045
async def as_string(self, ev: "A") -> "StopEvent": ...  # noqa: UP037
async def annotated(self, ev: Annotated[A, "what came"]) -> StopEvent: ...
async def annotated_union(self, ev: Annotated[A, 1] | B) -> StopEvent: ...
async def aliased(self, ev: Either) -> StopEvent: ...
async def newer_alias(self, ev: Newer) -> StopEvent: ...
async def generic_alias(self, ev: Both[int]) -> StopEvent: ...
async def through_module(self, ev: events_module.StartEvent) -> events_module.StopEvent: ...
async def generic(self, ev: Batch[int]) -> StopEvent: ...
async def many(self, evs: list[A]) -> StopEvent: ...
async def many_of_two(self, evs: list[A | B]) -> StopEvent: ...
async def many_old(self, evs: List[A]) -> StopEvent: ...  # noqa: UP006
async def many_optional(self, evs: list[A] | None) -> StopEvent: ...
async def many_inner_string(self, evs: list["A"]) -> StopEvent: ...  # noqa: UP037
async def many_aliased(self, evs: Several) -> StopEvent: ...
async def join(self, one: A, two: B) -> StopEvent: ...
async def keyword_only(self, *, ev: A) -> StopEvent: ...


TAKES: list[tuple[Callable[..., Any], list[tuple[str, list[str], bool]]]] = [
    (plain, [("ev", ["A"], False)]),
    (unioned, [("ev", ["A", "B"], False)]),
    (old_union, [("ev", ["A", "B"], False)]),
    (optional, [("ev", ["A"], False)]),
    (as_string, [("ev", ["A"], False)]),
    (annotated, [("ev", ["A"], False)]),
    (annotated_union, [("ev", ["A", "B"], False)]),
    (aliased, [("ev", ["A", "B"], False)]),
    (newer_alias, [("ev", ["A", "B"], False)]),
    (generic_alias, [("ev", ["Batch[int]"], False)]),
    (through_module, [("ev", ["StartEvent"], False)]),
    (generic, [("ev", ["Batch[int]"], False)]),
    (many, [("evs", ["A"], True)]),
    (many_of_two, [("evs", ["A", "B"], True)]),
    (many_old, [("evs", ["A"], True)]),
    (many_optional, [("evs", ["A"], True)]),
    (many_inner_string, [("evs", ["A"], True)]),
    (many_aliased, [("evs", ["A", "B"], True)]),
    (join, [("one", ["A"], False), ("two", ["B"], False)]),
    (keyword_only, [("ev", ["A"], False)]),
]


@pytest.mark.parametrize(("function", "expected"), TAKES, ids=[function.__name__ for function, _ in TAKES])
def test_events_are_read_from_every_form_of_annotation(
    function: Callable[..., Any], expected: list[tuple[str, list[str], bool]]
) -> None:
    assert names(read_signature(function)) == expected


async def context(self, ctx: Context[MyState], ev: A) -> StopEvent: ...
async def context_last(self, ev: A, ctx: Context[MyState]) -> StopEvent: ...
async def bare_context(self, ctx: Context, ev: A) -> StopEvent: ...
async def optional_context(self, ctx: Optional[Context[MyState]], ev: A) -> StopEvent: ...  # noqa: UP045
async def context_or_none(self, ctx: Context[MyState] | None, ev: A) -> StopEvent: ...
async def annotated_context(self, ctx: Annotated[Context[MyState], "typed"], ev: A) -> StopEvent: ...
async def context_alias(self, ctx: Ctx, ev: A) -> StopEvent: ...
async def no_context(self, ev: A) -> StopEvent: ...


@pytest.mark.parametrize(
    ("function", "name", "state"),
    [
        (context, "ctx", MyState),
        (context_last, "ctx", MyState),
        (bare_context, "ctx", None),
        (optional_context, "ctx", MyState),
        (context_or_none, "ctx", MyState),
        (annotated_context, "ctx", MyState),
        (context_alias, "ctx", MyState),
        (no_context, None, None),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_context_and_its_state_are_read(function: Callable[..., Any], name: str | None, state: type | None) -> None:
    signature = read_signature(function)
    assert (signature.context, signature.state) == (name, state)


def test_a_class_that_is_only_called_context_is_no_context() -> None:
    class Context:
        pass

    async def work(self, ctx: Context, ev: A) -> StopEvent: ...

    with pytest.raises(WorkflowValidationError, match="Parameter 'ctx' of step 'work' is annotated as 'Context'"):
        read_signature(work)


async def stops(ev: A) -> StopEvent[int]: ...
async def stops_or_goes_on(ev: A) -> StopEvent[int] | B | None: ...
async def fans_out(ev: A) -> list[B]: ...
async def fans_out_two(ev: A) -> list[A | B] | StopEvent: ...
async def says_nothing(ev: A) -> None: ...
async def never_returns(ev: A) -> NoReturn: ...


@pytest.mark.parametrize(
    ("function", "returns", "fanned_out", "none"),
    [
        (stops, ["StopEvent[int]"], [], False),
        (stops_or_goes_on, ["StopEvent[int]", "B"], [], True),
        (fans_out, [], ["B"], False),
        (fans_out_two, ["StopEvent"], ["A", "B"], False),
        (says_nothing, [], [], True),
        (never_returns, [], [], True),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_a_step_returns_is_read(
    function: Callable[..., Any], returns: list[str], fanned_out: list[str], none: bool
) -> None:
    signature = read_signature(function)
    assert [cls.__name__ for cls in signature.returns] == returns
    assert [cls.__name__ for cls in signature.fanned_out] == fanned_out
    assert signature.may_return_none is none


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is new in Python 3.12")
def test_aliases_and_type_parameters_of_the_new_syntax_are_read() -> None:
    scope: dict[str, Any] = {"A": A, "B": B, "Batch": Batch, "StopEvent": StopEvent, "Event": Event}
    exec(
        "type Either = A | B\n"
        "type Many = list[Either]\n"
        "type Of[T] = Batch[T]\n"
        "type Late = Later\n"
        "async def work(self, ev: Either) -> StopEvent: ...\n"
        "async def join(self, evs: Many) -> StopEvent: ...\n"
        "async def batch(self, ev: Of[int]) -> StopEvent: ...\n"
        "async def own[T: Event](self, ev: T) -> StopEvent: ...\n"
        "async def late(self, ev: Late) -> StopEvent: ...\n",
        scope,
    )
    assert names(read_signature(scope["work"])) == [("ev", ["A", "B"], False)]
    assert names(read_signature(scope["join"])) == [("evs", ["A", "B"], True)]
    assert names(read_signature(scope["batch"])) == [("ev", ["Batch[int]"], False)]
    assert read_signature(scope["own"]).facts.parameters[0].unknown
    late = read_signature(scope["late"])
    assert late.unresolved == ("Later",)
    scope["Later"] = A
    assert names(late.completed()) == [("ev", ["A"], False)]


def test_a_collect_marker_gives_the_cardinality() -> None:
    async def some(self, evs: Annotated[list[A], Collect(Take(2))]) -> StopEvent: ...
    async def all_of_them(self, evs: Annotated[list[A], Collect()]) -> StopEvent: ...

    taken, every = read_signature(some).many, read_signature(all_of_them).many
    assert taken is not None
    assert taken.cardinality == Take(2)
    assert every is not None
    assert every.cardinality == All()


def test_resources_are_read_with_their_markers() -> None:
    async def work(self, ev: A, url: Annotated[str, CONNECTION], limit: int = 3) -> StopEvent: ...

    signature = read_signature(work)
    assert [(one.name, one.wants, one.marker) for one in signature.resources] == [("url", str, CONNECTION)]
    assert signature.parameter_names == ("ev", "url", "limit")


def test_the_receiver_is_no_parameter() -> None:
    async def free(ev: A) -> StopEvent: ...

    class W:
        async def other_name(this, ev: A) -> StopEvent: ...

    assert read_signature(plain).receiver == "self"
    assert read_signature(free).receiver is None
    assert read_signature(W.other_name).receiver == "this"


def test_plain_functions_are_told_from_coroutines() -> None:
    def work(self, ev: A) -> StopEvent: ...

    assert read_signature(plain).is_async
    assert not read_signature(work).is_async


def test_a_wrapped_function_is_read_by_what_it_wraps() -> None:
    @functools.wraps(plain)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return await plain(*args, **kwargs)

    signature = read_signature(wrapper)
    assert names(signature) == [("ev", ["A"], False)]
    assert signature.function is wrapper


def test_a_failure_handler_is_recognised() -> None:
    async def mend(self, ev: StepFailedEvent) -> StopEvent: ...

    assert read_signature(mend).handles_failures
    assert not read_signature(plain).handles_failures


def test_names_local_to_the_enclosing_functions_are_found() -> None:
    class Local(Event):
        pass

    def outer() -> Signature:
        class Inner(Event):
            pass

        async def work(self, ev: Local | Inner) -> StopEvent: ...

        return read_signature(work)

    assert names(outer()) == [("ev", ["Local", "Inner"], False)]


def test_names_of_the_class_body_are_found() -> None:
    found: list[Signature] = []

    class W:
        class Nested(Event):
            pass

        async def work(self, ev: Nested) -> StopEvent: ...

        found.append(read_signature(work))

    assert names(found[0]) == [("ev", ["Nested"], False)]


def test_names_may_be_given() -> None:
    async def work(self, ev: Given) -> StopEvent: ...  # type: ignore[name-defined]  # that is the point  # noqa: F821

    assert names(read_signature(work, localns={"Given": A})) == [("ev", ["A"], False)]


def test_a_name_that_is_defined_later_is_read_later() -> None:
    async def work(self, ev: Later) -> StopEvent: ...

    early = read_signature(work)

    class Later(Event):
        pass

    assert (early.unresolved, early.problems()) == (("Later",), [])
    assert names(early.completed()) == [("ev", ["Later"], False)]
    assert early.completed().unresolved == ()


def test_a_later_name_is_found_when_the_function_around_has_returned() -> None:
    def make() -> Signature:
        async def work(self, ev: Later) -> StopEvent: ...

        signature = read_signature(work)

        class Later(Event):
            pass

        return signature

    assert names(make().completed()) == [("ev", ["Later"], False)]


def test_a_name_that_is_never_defined_is_an_error_that_names_it() -> None:
    async def work(self, ev: Nowhere, ctx: Context[Neither]) -> StopEvent: ...  # type: ignore[name-defined]  # that is the point  # noqa: F821

    with pytest.raises(WorkflowValidationError) as caught:
        read_signature(work).completed()
    assert str(caught.value) == (
        "[step-signature] The annotations of step 'work' "
        f"({__name__}.test_a_name_that_is_never_defined_is_an_error_that_names_it.<locals>.work) "
        "name 'Nowhere' and 'Neither', which are not defined there.\n"
        "    Import them at run time (not only under TYPE_CHECKING), or define them in the module or in a "
        "scope around the step."
    )


def test_a_name_that_a_module_lacks_is_named_with_the_module() -> None:
    async def work(self, ev: events_module.Nowhere) -> StopEvent: ...  # type: ignore[name-defined]  # that is the point

    assert read_signature(work).unresolved == ("typedflow.events.Nowhere",)


def test_a_signature_error_shows_on_completion_where_names_were_missing() -> None:
    async def work(self, ev: Later) -> StopEvent: ...  # type: ignore[valid-type]  # noqa: F821 - defined below, and taken away again

    early = read_signature(work)
    Later = int
    with pytest.raises(WorkflowValidationError, match="is annotated as 'Later', which is no event"):
        early.completed()
    del Later


async def no_event(self, ctx: Context) -> StopEvent: ...
async def untyped(self, ev) -> StopEvent: ...
async def no_return(self, ev: A): ...
async def yields(self, ev: A) -> AsyncIterator[B]: ...
async def returns_value(self, ev: A) -> int: ...
async def returns_values(self, ev: A) -> list[int]: ...
async def returns_list_of_lists(self, ev: A) -> list[list[B]]: ...
async def returns_anything(self, ev: A) -> Any: ...
async def takes_value(self, ev: int) -> StopEvent: ...
async def takes_half(self, ev: A | int) -> StopEvent: ...
async def takes_event_and_list(self, ev: A | list[B]) -> StopEvent: ...
async def takes_stop(self, ev: StopEvent[int]) -> StopEvent: ...
async def two_lists(self, a: list[A], b: list[B]) -> StopEvent: ...
async def marked(self, ev: Annotated[A, Collect()]) -> StopEvent: ...
async def extra(self, ev: A, limit: int) -> StopEvent: ...


WRONG: list[tuple[Callable[..., Any], str]] = [
    (no_event, "Step 'no_event' takes no event."),
    (untyped, "Parameter 'ev' of step 'untyped' has no annotation."),
    (no_return, "Step 'no_return' has no return annotation."),
    (yields, "Step 'yields' yields its events, but a step returns them."),
    (returns_value, "Step 'returns_value' is annotated to return 'int', which is no event, list of events or None."),
    (
        returns_values,
        "Step 'returns_values' is annotated to return 'list[int]', which is no event, list of events or None.",
    ),
    (
        returns_list_of_lists,
        "Step 'returns_list_of_lists' is annotated to return 'list[list[B]]', which is no event, list of "
        "events or None.",
    ),
    (
        returns_anything,
        "Step 'returns_anything' is annotated to return 'Any', which is no event, list of events or None.",
    ),
    (
        takes_value,
        "Parameter 'ev' of step 'takes_value' is annotated as 'int', which is no event, and nothing would pass it.",
    ),
    (takes_half, "Parameter 'ev' of step 'takes_half' is annotated as 'A | int', and 'int' is no event."),
    (
        takes_event_and_list,
        "Parameter 'ev' of step 'takes_event_and_list' is annotated as 'A | list[B]', and 'list[B]' is no event.",
    ),
    (takes_stop, "Step 'takes_stop' takes 'StopEvent[int]', which ends the run before any step could take it."),
    (two_lists, "Step 'two_lists' has several list parameters: 'a' and 'b'."),
    (
        marked,
        "Parameter 'ev' of step 'marked' has a Collect marker but is annotated as 'Annotated[A, Collect()]', "
        "which is no list of events.",
    ),
    (
        extra,
        "Parameter 'limit' of step 'extra' is annotated as 'int', which is no event, and nothing would pass it.",
    ),
]


@pytest.mark.parametrize(("function", "message"), WRONG, ids=[function.__name__ for function, _ in WRONG])
def test_a_function_that_is_no_step_is_refused(function: Callable[..., Any], message: str) -> None:
    with pytest.raises(WorkflowValidationError) as caught:
        read_signature(function)
    assert [problem.message for problem in caught.value.problems] == [message]


def test_an_async_generator_is_refused_by_its_body() -> None:
    async def work(self, ev: A) -> B:  # type: ignore[misc]  # that is the point
        yield B()

    with pytest.raises(WorkflowValidationError, match="yields its events"):
        read_signature(work)


def test_what_a_type_variable_stands_for_is_not_judged() -> None:
    async def work(self, ev: EventT) -> EventT: ...

    signature = read_signature(work)
    assert signature.facts.parameters[0].unknown
    assert names(signature) == [("ev", ["Event"], False)]


def test_inspecting_raises_nothing_on_a_function_that_is_no_step() -> None:
    assert [problem.code for problem in inspect_signature(no_event).problems()] == ["step-signature"]


def test_a_start_event_parameter_is_just_an_event() -> None:
    async def begin(self, ev: StartEvent) -> StopEvent: ...

    assert names(read_signature(begin)) == [("ev", ["StartEvent"], False)]
