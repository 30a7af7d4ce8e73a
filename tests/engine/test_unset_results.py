"""A stop event with fields of its own is the result itself: its `result`, which nobody set, is neither dumped nor shown."""

from __future__ import annotations

import pickle
from typing import Generic, TypeVar

import pytest
from pydantic import TypeAdapter, ValidationError, model_serializer

from typedflow import Event, StartEvent, StopEvent, Workflow, step
from typedflow.events import WorkflowTimedOutEvent, dump_event, load_event

T = TypeVar("T")


class Report(StopEvent):
    path: str


class Longer(Report):
    pages: int = 1


class Counted(StopEvent[int]):
    path: str


class Held(StopEvent[int], Generic[T]):
    held: T


class Wrapped(StopEvent, Generic[T]):
    held: T


class WrapsText(Wrapped[str]):
    pages: int = 1


class Chapter(StopEvent):
    inner: Chapter | None = None


class Declared(StopEvent):
    result: str | None = None


class Written(StopEvent):
    path: str

    @model_serializer
    def written(self) -> dict[str, str]:
        return {"result": self.path}


class Holder(Event):
    report: Report


WITHOUT = [
    (Report(path="a"), {"path": "a"}, "Report(path='a')"),
    (Longer(path="a"), {"path": "a", "pages": 1}, "Longer(path='a', pages=1)"),
    (Counted(path="a"), {"path": "a"}, "Counted(path='a')"),
    (Held[str](held="a"), {"held": "a"}, "Held[str](held='a')"),
    (Wrapped[str](held="a"), {"held": "a"}, "Wrapped[str](held='a')"),
    (Wrapped(held=1), {"held": 1}, "Wrapped(held=1)"),
    (WrapsText(held="a"), {"held": "a", "pages": 1}, "WrapsText(held='a', pages=1)"),
    (Chapter(inner=Chapter()), {"inner": {"inner": None}}, "Chapter(inner=Chapter(inner=None))"),
    (Holder(report=Report(path="a")), {"report": {"path": "a"}}, "Holder(report=Report(path='a'))"),
    (
        WorkflowTimedOutEvent(timeout=1, active_steps=[]),
        {"timeout": 1, "active_steps": []},
        "WorkflowTimedOutEvent(timeout=1.0, active_steps=[])",
    ),
]
WITH = [
    (StopEvent(), {"result": None}, "StopEvent(result=None)"),
    (StopEvent(result=3), {"result": 3}, "StopEvent(result=3)"),
    (StopEvent[int](result=3), {"result": 3}, "StopEvent[int](result=3)"),
    (Report(path="a", result=3), {"result": 3, "path": "a"}, "Report(result=3, path='a')"),
    (Report(path="a", result=None), {"result": None, "path": "a"}, "Report(result=None, path='a')"),
    (Declared(), {"result": None}, "Declared(result=None)"),
]
NAMES = [shown for *_, shown in (*WITHOUT, *WITH)]


@pytest.mark.parametrize(("event", "data", "shown"), [*WITHOUT, *WITH], ids=NAMES)
def test_a_result_is_dumped_and_shown_where_it_was_set_or_is_the_point(
    event: Event, data: dict[str, object], shown: str
) -> None:
    assert event.model_dump() == data
    assert TypeAdapter(type(event)).dump_python(event, mode="json") == data
    assert repr(event) == shown


@pytest.mark.parametrize("event", [event for event, *_ in (*WITHOUT, *WITH)], ids=NAMES)
def test_it_comes_back_as_it_was(event: Event) -> None:
    kind = type(event)
    back: list[Event] = [
        kind.model_validate_json(event.model_dump_json()),
        load_event(dump_event(event), {f"{kind.__module__}.{kind.__qualname__}": kind}),
        event.model_copy(),
    ]
    assert back == [event] * 3
    assert all(again.model_dump() == event.model_dump() for again in back)


@pytest.mark.parametrize("event", [Report(path="a"), Report(path="a", result=3), Counted(path="a")], ids=repr)
def test_it_is_pickled_as_ever(event: Event) -> None:
    again = pickle.loads(pickle.dumps(event))
    assert (again, again.model_dump()) == (event, event.model_dump())


def test_what_was_saved_with_an_empty_result_is_read() -> None:
    assert Report.model_validate({"result": None, "path": "a"}) == Report(path="a")


def test_the_json_schema_is_the_same_whichever_way_it_is_asked_for() -> None:
    for kind in (StopEvent, StopEvent[int], Report, Longer, Declared):
        assert kind.model_json_schema(mode="serialization") == kind.model_json_schema(mode="validation")


def test_a_serializer_of_ones_own_is_left_alone() -> None:
    assert Written(path="a").model_dump() == {"result": "a"}
    assert Written(path="a").model_dump_json() == '{"result":"a"}'


def test_a_generic_stop_event_is_checked_and_is_the_result() -> None:
    class Wraps(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Wrapped[int]:
            return Wrapped(held=ev["held"])

    assert Wraps().run_sync(held=3) == Wrapped(held=3)
    assert issubclass(Wrapped[int], StopEvent)
    with pytest.raises(ValidationError, match="held"):
        Wrapped[int].model_validate({"held": "three"})
