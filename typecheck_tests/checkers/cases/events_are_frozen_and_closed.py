"""An event takes exactly its fields, by keyword, and never changes; that holds for every subclass without a word in its body."""

from typing import Optional

from pydantic import Field, PrivateAttr
from typedflow import Event, HumanResponseEvent, InputRequiredEvent, StartEvent
from typing_extensions import assert_type


class Fetched(Event):
    url: str
    size: int = 0
    tags: list[str] = Field(default_factory=list)
    note: Optional[str] = None
    _seen: bool = PrivateAttr(default=False)


class FetchedTwice(Fetched):
    again: bool = False


class Question(InputRequiredEvent):
    text: str


class Answer(HumanResponseEvent):
    text: str


class Begin(StartEvent):
    by: int


def right() -> None:
    event = Fetched(url="a", size=3, tags=["x"])
    assert_type(event.url, str)
    assert_type(event.note, Optional[str])
    assert_type(event.model_copy(update={"size": 4}), Fetched)
    twice = FetchedTwice(url="a", again=True)
    assert_type(twice.size, int)
    either: Fetched = twice
    assert_type(Question(text="?").text, str)
    assert_type(Answer(text="!").text, str)
    assert_type(Begin(by=3).by, int)
    print(either)


def wrong(event: Fetched, twice: FetchedTwice, begin: Begin) -> None:
    event.size = 4  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    event.size += 4  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    twice.url = "b"  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    begin.by = 4  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    del event.size  # E: mypy[-] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[-]
    event.weight = 4  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[-] ty[invalid-assignment]
    print(event.weight)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    Fetched()  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    Fetched(url=["a"])  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Fetched(url="a", weight=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
    Fetched("a")  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-positional-argument] ty[missing-argument,too-many-positional-arguments]
    FetchedTwice(url="a", once=True)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
    FetchedTwice(again=True)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    Question()  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    Answer(txt="!")  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument,unexpected-keyword] ty[missing-argument,unknown-argument]
    Begin()  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    Begin(by=3, to=4)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
    Begin(by=[3])  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Begin(by="three")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Fetched(url="a", size=None)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
