"""Live workflow classes, read into the graph that the rules judge."""

from __future__ import annotations

import abc
import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, field_serializer
from typing_extensions import TypedDict

from typedflow.context import Context
from typedflow.errors import WorkflowValidationError
from typedflow.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StepFailedEvent, StopEvent
from typedflow.reading.graph import declared_state, read_graph, steps_of
from typedflow.reading.types import event_type, state_type
from typedflow.resource import Resource
from typedflow.step import catch_error, step
from typedflow.wiring import Problem, StepNode, check
from typedflow.workflow import Workflow


class MyState(BaseModel):
    count: int = 0


class Begin(StartEvent):
    by: int = 1


class Task(Event):
    n: int = 0


class Done(Event):
    n: int = 0


class Failed(Done):
    why: str = ""


class Ask(InputRequiredEvent):
    question: str = ""


class Answer(HumanResponseEvent):
    text: str = ""


def problems(workflow: type) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.step) for problem in check(read_graph(workflow))]


def node(workflow: type, name: str) -> StepNode:
    return next(one for one in read_graph(workflow).steps if one.name == name)


class Sound(Workflow):
    @step
    async def go(self, ctx: Context[MyState], ev: Begin) -> list[Task]:  # type: ignore[typedflow-unhandled-event]  # so it is in Less, below
        return [Task(n=n) for n in range(ev.by)]

    @step
    async def work(self, ev: Task) -> Done:
        return Done(n=ev.n)

    @step
    async def join(self, ctx: Context[MyState], evs: list[Done]) -> StopEvent[int]:  # type: ignore[typedflow-collect]  # so it is in Less, below
        return StopEvent(result=len(evs))


def test_a_sound_workflow_has_no_problems() -> None:
    assert problems(Sound) == []


def test_steps_come_inherited_first_and_then_as_they_are_defined() -> None:
    class More(Sound):
        @step
        async def another(self, ev: Task) -> None: ...

    assert [one.name for one in steps_of(More)] == ["go", "work", "join", "another"]


def test_mixin_steps_are_found() -> None:
    class Mixin:
        @step
        async def end(self, ev: Done) -> StopEvent:
            return StopEvent()

    class Mixed(Mixin, Workflow):
        @step
        async def go(self, ev: StartEvent) -> Done:
            return Done()

    assert problems(Mixed) == []


def test_an_overridden_step_is_read_in_its_new_form() -> None:
    class Changed(Sound):
        @step
        async def work(self, ev: Task) -> Done | StopEvent[int]:  # type: ignore[override]  # it may end the run, which the one it replaces may not
            return Done()

    assert [made.event.name for made in node(Changed, "work").returns] == ["Done", "StopEvent[int]"]


def test_a_step_set_to_none_is_gone_on_purpose() -> None:
    class Less(Sound):
        work = None  # type: ignore[assignment]  # how a step is taken away

    assert [one.name for one in steps_of(Less)] == ["go", "join"]
    assert problems(Less) == [("unhandled-event", "go"), ("collect", "join")]


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def timing(*args: Any, **keywords: Any) -> Any:
        return await function(*args, **keywords)

    return timing


def test_a_helper_that_decorated_code_calls_is_no_forgotten_step() -> None:
    class Decorated(Workflow):
        @step
        async def begin(self, ev: Begin) -> Task:
            return self.from_property

        @property
        def from_property(self) -> Task:
            return self.made(Begin())

        def made(self, ev: Begin) -> Task:
            return Task()

        @functools.cached_property
        def table(self) -> dict[str, Callable[[Task], Done]]:
            return {"done": self.handled}

        def handled(self, ev: Task) -> Done:
            return Done()

        @contextlib.asynccontextmanager
        async def opened(self) -> AsyncIterator[Done]:
            yield self.opened_by(Task())

        def opened_by(self, ev: Task) -> Done:
            return Done()

        @step
        @timed
        async def end(self, ev: Task) -> StopEvent[int]:
            return self.ended(ev)

        def ended(self, ev: Task) -> StopEvent[int]:
            return StopEvent(result=1)

    assert problems(Decorated) == []


def test_a_step_is_abstract_in_either_order_of_the_decorators() -> None:
    class Base(Workflow, abc.ABC):
        @step
        @abc.abstractmethod
        async def under(self, ev: Begin) -> StopEvent[int]: ...

        @abc.abstractmethod
        @step
        async def over(self, ev: Task) -> StopEvent[int]: ...

    assert Base.__abstractmethods__ == {"under", "over"}


def test_a_step_overridden_by_a_plain_method_is_forgotten() -> None:
    class Worse(Sound):
        async def work(self, ev: Task) -> Done:  # type: ignore[typedflow-forgotten-step]  # the mistake under test
            return Done()

    assert problems(Worse) == [("forgotten-step", "work")]


def test_a_forgotten_decorator_is_the_only_thing_reported() -> None:
    class Forgotten(Workflow):
        @step
        async def go(self, ev: Begin) -> Task:
            return Task()

        async def work(self, ev: Task) -> Done:  # type: ignore[typedflow-forgotten-step]  # the mistake under test
            return Done()

        @step
        async def end(self, ev: Done) -> StopEvent:
            return StopEvent()

    assert problems(Forgotten) == [("forgotten-step", "work")]


def test_helpers_are_no_forgotten_steps() -> None:
    class Helped(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> Done | None:
            self.tell(ctx, Done())
            return self.made(Task())

        @step
        async def end(self, ev: Done) -> StopEvent:
            return StopEvent()

        def made(self, ev: Task) -> Done:
            return Done(n=ev.n)

        def tell(self, ctx: Context, ev: Done) -> None:
            ctx.write_event_to_stream(ev)

        def render(self, ev: Done) -> None: ...
        def total(self, ev: Done) -> int:
            return ev.n

        @staticmethod
        def still(ev: Task) -> Done:
            return Done()

        @classmethod
        def of_class(cls, ev: Task) -> Done:
            return Done()

    assert problems(Helped) == []


def test_an_abstract_workflow_waits_for_its_subclass() -> None:
    class Template(Workflow, abc.ABC):
        @step
        async def go(self, ev: Begin) -> Task:
            return Task()

        @abc.abstractmethod
        async def work(self, ev: Task) -> StopEvent: ...

    class Complete(Template):
        @step
        async def work(self, ev: Task) -> StopEvent:
            return StopEvent()

    assert read_graph(Template).open
    assert problems(Template) == []
    assert problems(Complete) == []


def test_the_body_shows_what_is_sent_awaited_and_collected() -> None:
    class Talking(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> None:
            for n in range(ev.by):
                ctx.send_event(Task(n=n))

        @step
        async def work(self, ctx: Context, ev: Task) -> Done:
            answer = await ctx.wait_for_event(Answer, waiter_event=Ask(question="?"))
            return Done(n=len(answer.text))

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent[int] | None:
            found = ctx.collect_events(ev, [Done] * 3)
            return None if found is None else StopEvent(result=len(found))

    assert [one.name for one in node(Talking, "go").sends] == ["Task"]
    assert [one.name for one in node(Talking, "work").waits] == ["Answer"]
    assert [one.name for one in node(Talking, "work").asks] == ["Ask"]
    assert [one.name for one in node(Talking, "end").collects] == ["Done"]
    assert problems(Talking) == []


async def fan_out(context: Context[Any], count: int) -> None:
    for n in range(count):
        context.send_event(Task(n=n))


def test_the_context_is_followed_into_helpers() -> None:
    class Helped(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> None:
            await self.both(ctx)
            await fan_out(ctx, count=2)

        async def both(self, ctx: Context) -> None:
            ctx.send_event(Done())
            self.again(3, ctx)

        def again(self, n: int, ctx: Context) -> None:
            if n:
                self.again(n - 1, ctx)

        @step
        async def end(self, ev: Done | Task) -> StopEvent:
            return StopEvent()

    assert [one.name for one in node(Helped, "go").sends] == ["Done", "Task"]
    assert not node(Helped, "go").sends_unknown
    assert problems(Helped) == []


class Teller:
    @classmethod
    def tell(cls, ctx: Context[Any]) -> None:
        cls.again(ctx)

    @classmethod
    def again(cls, ctx: Context[Any]) -> None:
        ctx.send_event(Done())


def put_aside(*contexts: Context[Any], loud: bool = False) -> None:
    contexts[0].send_event(Done())


def test_a_method_of_another_class_calls_the_others_of_its_own() -> None:
    class Told(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> None:
            Teller.tell(ctx)

        def again(self, ctx: Context) -> None:
            ctx.send_event(Task())

        @step
        async def end(self, ev: Done) -> StopEvent:
            return StopEvent()

    assert [one.name for one in node(Told, "go").sends] == ["Done"]
    assert problems(Told) == []


def test_a_context_among_several_is_not_lost_sight_of() -> None:
    class Told(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> StopEvent:
            put_aside(ctx, ctx)
            return StopEvent()

    assert node(Told, "go").sends_unknown


def test_a_step_that_calls_another_does_what_that_one_does() -> None:
    class Calls(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> Task | None:
            await self.more(ctx, Task())
            return None

        @step
        async def more(self, ctx: Context, ev: Task) -> None:
            ctx.send_event(Done())

        @step
        async def end(self, ev: Done) -> StopEvent:
            return StopEvent()

    assert [one.name for one in node(Calls, "go").sends] == ["Done"]
    assert not node(Calls, "go").sends_unknown


def test_what_cannot_be_followed_is_unknown_and_the_rules_wait() -> None:
    helpers: list[Callable[[Context[Any]], None]] = [lambda ctx: ctx.send_event(Task())]

    class Hidden(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> None:
            for helper in helpers:
                helper(ctx)

        @step
        async def end(self, ev: Task) -> StopEvent:
            return StopEvent()

    assert node(Hidden, "go").sends_unknown
    assert problems(Hidden) == []


def test_a_step_without_source_is_unknown() -> None:
    names: dict[str, Any] = {
        "step": step,
        "Begin": Begin,
        "Context": Context,
        "StopEvent": StopEvent,
        "Workflow": Workflow,
    }
    source = (
        "class W(Workflow):\n"
        "    @step\n"
        "    async def go(self, ctx: Context, ev: Begin) -> StopEvent:\n"
        "        return StopEvent()\n"
    )
    exec(source, names)
    assert node(names["W"], "go").sends_unknown


def test_an_event_sent_on_as_it_came_adds_nothing() -> None:
    class Relay(Workflow):
        @step
        async def go(self, ctx: Context, ev: Begin) -> Task:
            return Task()

        @step
        async def again(self, ctx: Context, ev: Task | Done) -> StopEvent:  # type: ignore[typedflow-unproduced-event]  # the mistake under test
            ctx.send_event(ev, step="again")
            return StopEvent()

    assert problems(Relay) == [("unproduced-event", "again")]


def test_assignments_to_self_are_found() -> None:
    class Shared(Workflow):
        def __init__(self) -> None:
            super().__init__()
            self.fine = 1

        @step
        async def go(self, ev: Begin) -> StopEvent:
            self.total = ev.by  # type: ignore[typedflow-self-state]  # the mistake under test
            return StopEvent()

    assert [str(problem) for problem in check(read_graph(Shared))] == [
        "[self-state] Step 'go' assigns to 'self.total', which all runs of the workflow share.\n"
        "    Keep 'total' in the state (async with ctx.store.edit_state() as state), or set it in __init__."
    ]


def test_failure_handlers_are_read() -> None:
    class Mended(Workflow):
        @step
        async def go(self, ev: Begin) -> Task:
            return Task()

        @step
        async def work(self, ev: Task) -> StopEvent:
            return StopEvent()

        @catch_error(for_steps=["work"])
        async def mend(self, ev: StepFailedEvent) -> StopEvent:
            return StopEvent()

    assert node(Mended, "mend").handler is not None
    assert problems(Mended) == []


def test_subclass_routing_is_read() -> None:
    class Broad(Workflow):
        @step
        async def go(self, ev: Begin) -> Failed:
            return Failed()

        @step(accept_event_subclasses=True)
        async def end(self, ev: Done) -> StopEvent:
            return StopEvent()

    assert problems(Broad) == []


def test_a_forward_reference_is_resolved_when_the_class_is_read() -> None:
    class Forward(Workflow):
        @step
        async def go(self, ev: Begin) -> Later:
            return Later()

        @step
        async def end(self, ev: Later) -> StopEvent:
            return StopEvent()

    class Later(Event):
        pass

    assert problems(Forward) == []
    assert all(not one.signature.unresolved for one in steps_of(Forward))


def test_a_name_that_is_never_defined_is_an_error() -> None:
    class Broken(Workflow):
        @step
        async def go(self, ev: Nowhere) -> StopEvent:  # type: ignore[name-defined]  # that is the point  # noqa: F821
            return StopEvent()

    with pytest.raises(WorkflowValidationError, match="name 'Nowhere', which is not defined there"):
        read_graph(Broken)


StateT = TypeVar("StateT", bound=BaseModel)
EventT = TypeVar("EventT", bound=Event)
ItemT = TypeVar("ItemT")
OtherT = TypeVar("OtherT")


def test_a_generic_base_waits_for_what_its_variables_stand_for() -> None:
    class Base(Workflow[StateT, int], Generic[StateT, EventT]):
        @step
        async def go(self, ctx: Context[StateT], ev: Begin) -> EventT: ...

        @step
        async def turn(self, ev: EventT) -> Done:
            return Done()

        @step
        async def end(self, ev: Done) -> StopEvent[int]:
            return StopEvent(result=1)

    class Concrete(Base[MyState, Task]):
        pass

    assert problems(Base) == []
    assert problems(Concrete) == []
    assert [one.name for one in node(Concrete, "turn").takes[0].events] == ["Task"]
    assert [made.event.name for made in node(Concrete, "go").returns] == ["Task"]
    assert node(Concrete, "go").state == state_type(MyState)
    assert not node(Concrete, "go").sends_unknown
    assert node(Base, "go").sends_unknown
    assert declared_state(Concrete) is MyState
    assert declared_state(Base) is None


def test_a_generic_event_is_filled_in_where_the_workflow_is() -> None:
    class Box(Event, Generic[ItemT]):
        item: ItemT | None = None

    class Base(Workflow, Generic[ItemT]):
        @step
        async def go(self, ev: Begin) -> list[Box[ItemT]]: ...

        @step
        async def end(self, evs: list[Box[ItemT]]) -> StopEvent[int]: ...

    class Middle(Base[OtherT], Generic[OtherT]):
        pass

    class Concrete(Middle[int]):
        pass

    assert [made.event.name for made in node(Concrete, "go").returns] == ["Box[int]"]
    assert problems(Concrete) == []


def test_the_declared_state_must_be_in_line_with_those_of_the_steps() -> None:
    class Other(BaseModel):
        pass

    class Written(Workflow[MyState, int]):
        @step
        async def go(self, ctx: Context[Other], ev: Begin) -> StopEvent[int]:  # type: ignore[typedflow-state-type]  # the mistake under test
            return StopEvent(result=1)

    assert problems(Written) == [("state-type", "go")]


# -- states ------------------------------------------------------------------------------------------------------------


class Handles(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str = ""
    path: Path = Path()
    anything: Any = None
    lock: asyncio.Lock | None = None
    queue: asyncio.Queue[int] | None = None
    callback: Callable[[], None] | None = None
    callbacks: list[Callable[[], None]] = []
    nested: dict[str, Handles] = {}
    kind: type[int] = int
    event: asyncio.Event | None = Field(default=None, exclude=True)
    written: Annotated[asyncio.Event | None, PlainSerializer(str)] = None
    shown: asyncio.Event | None = None

    @field_serializer("shown")
    def show(self, value: object) -> str:
        return str(value)


def test_fields_that_cannot_be_saved_are_told_from_those_that_can() -> None:
    found = {field.name: field.unserializable for field in state_type(Handles).fields if field.unserializable}
    assert found == {
        "lock": "'Lock' has no JSON form",
        "queue": "'Queue' has no JSON form",
        "callback": "a function has no JSON form",
        "callbacks": "a function has no JSON form",
        "kind": "a class has no JSON form",
    }
    assert [field.name for field in state_type(Handles).fields if field.excluded] == ["event"]


class Client(BaseModel):
    url: str = ""
    call: Callable[[], None] | None = None
    hidden: Callable[[], None] | None = Field(default=None, exclude=True)


class Pool(BaseModel):
    clients: list[Client] = []


class Point(NamedTuple):
    x: int = 0
    kind: type[int] = int


class Options(TypedDict, total=False):
    lock: asyncio.Lock


@dataclass
class Job:
    work: Callable[[], None] | None = None


def test_what_cannot_be_saved_is_found_further_in_and_the_place_is_named() -> None:
    class Further(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)

        client: Client = Client()
        pool: Pool | None = None
        point: Point = Point()
        job: Job = Job()
        options: Options = {}
        shown: Annotated[Client | None, PlainSerializer(str)] = None

    assert {field.name: field.unserializable for field in state_type(Further).fields if field.unserializable} == {
        "client": "a function has no JSON form ('call' of 'Client')",
        "pool": "a function has no JSON form ('call' of 'Client')",
        "point": "a class has no JSON form ('kind' of 'Point')",
        "job": "a function has no JSON form ('work' of 'Job')",
        "options": "'Lock' has no JSON form ('lock' of 'Options')",
    }


def test_a_field_without_default_names_the_class_that_declares_it() -> None:
    class Base(BaseModel):
        needed: int

    class Derived(Base):
        other: int = Field(default_factory=int)

    facts = state_type(Derived)
    assert [(field.name, field.owner.rpartition(".")[2], field.has_default) for field in facts.fields] == [
        ("needed", "Base", False),
        ("other", "Derived", True),
    ]


def test_a_state_that_is_no_model_is_said_to_be_none() -> None:
    assert not state_type(dict).is_model


def test_a_parametrised_event_knows_its_origin_and_its_bases() -> None:
    assert event_type(StopEvent[int]).bases == ("typedflow.events.StopEvent", "typedflow.events.Event")
    assert event_type(Failed).is_a(event_type(Done).key)


# -- resources ---------------------------------------------------------------------------------------------------------


class Db:
    pass


class BigDb(Db):
    pass


def right() -> BigDb: ...
def wrong() -> str: ...
def untold(): ...
def generated() -> Iterator[BigDb]: ...
async def streamed() -> AsyncIterator[str]:
    yield ""


@pytest.mark.parametrize(
    ("factory", "fits"),
    [(right, True), (wrong, False), (untold, None), (BigDb, True), (streamed, False), (lambda: Db(), None)],
)
def test_a_resource_is_judged_only_where_it_is_certain(factory: Callable[..., Any], fits: bool | None) -> None:
    async def go(self, ev: Begin, db: Annotated[Db, Resource(factory)]) -> StopEvent: ...

    W = type("W", (Workflow,), {"go": step(go)})
    assert [use.fits for use in node(W, "go").resources] == [fits]
    assert [problem.code for problem in _checked(W)] == (["resource-type"] if fits is False else [])


def _checked(workflow: type) -> list[Problem]:
    return check(read_graph(workflow))


@pytest.mark.parametrize("bound", [classmethod, staticmethod, property])
def test_a_step_that_is_no_method_of_the_object_is_refused_in_either_order(bound: Callable[[Any], Any]) -> None:
    async def begin(self: Any, ev: Begin) -> StopEvent:
        return StopEvent()

    name = bound.__name__
    told = [
        (
            "step-signature",
            f"Step 'begin' is a @{name}, but a step is a method of the workflow object, or a free function.",
            f"Take @{name} away, and let the first parameter be self.",
        )
    ]
    with pytest.raises(WorkflowValidationError) as outside:
        step(bound(begin))
    assert [(one.code, one.message, one.hint) for one in outside.value.problems] == told
    hidden = type("Hidden", (Workflow,), {"begin": bound(step(begin))})
    with pytest.raises(WorkflowValidationError) as inside:
        steps_of(hidden)
    assert [(one.code, one.message, one.hint) for one in inside.value.problems] == told
