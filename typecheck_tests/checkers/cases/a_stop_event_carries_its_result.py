"""`StopEvent[int]` holds an int and nothing else; a subclass with fields is itself the result."""

from typing import Any, Optional

from pydantic import BaseModel
from typedflow import StartEvent, StopEvent, Workflow, step
from typing_extensions import assert_type


class Summary(BaseModel):
    words: int


class Report(StopEvent):
    path: str
    words: int = 0


class Score(StopEvent[float]):
    judge: str


class Right(Workflow):
    @step
    async def number(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result=3)

    @step
    async def explicit(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent[int](result=3)

    @step
    async def model(self, ev: StartEvent) -> StopEvent[Summary]:
        return StopEvent(result=Summary(words=3))

    @step
    async def items(self, ev: StartEvent) -> StopEvent[list[str]]:
        return StopEvent(result=["a", "b"])

    @step
    async def empty(self, ev: StartEvent) -> StopEvent[dict[str, int]]:
        return StopEvent(result={})

    @step
    async def nothing(self, ev: StartEvent) -> StopEvent[None]:
        return StopEvent()

    @step
    async def anything(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result="done")

    @step
    async def bare(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @step
    async def maybe(self, ev: StartEvent) -> StopEvent[Optional[int]]:
        return StopEvent(result=None)

    @step
    async def narrower(self, ev: StartEvent) -> StopEvent[float]:
        result: StopEvent[bool] = StopEvent(result=True)
        return result

    @step
    async def own(self, ev: StartEvent) -> Report:
        return Report(path="a.md", words=3)

    @step
    async def own_with_result(self, ev: StartEvent) -> Score:
        return Score(judge="Ann", result=0.5)


class Wrong(Workflow):
    @step
    async def number(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent(result="three")  # E: mypy[arg-type] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    async def explicit(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent[int](result="three")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]

    @step
    async def items(self, ev: StartEvent) -> StopEvent[list[str]]:
        return StopEvent(result=[3])  # E: mypy[list-item] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]

    @step
    async def nothing_where_a_number_is_promised(self, ev: StartEvent) -> StopEvent[int]:
        return StopEvent()  # E: mypy[-] pyright[reportReturnType] pyrefly[-] ty[-]

    @step
    async def unknown_field(self, ev: StartEvent) -> StopEvent:
        return StopEvent(value=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]

    @step
    async def own(self, ev: StartEvent) -> Report:
        return Report(words=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]

    @step
    async def own_unknown(self, ev: StartEvent) -> Report:
        return Report(path="a.md", pages=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]

    @step
    async def own_result(self, ev: StartEvent) -> Score:
        return Score(judge="Ann", result="high")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]

    @step
    async def wider(self, ev: StartEvent) -> StopEvent[bool]:
        result: StopEvent[float] = StopEvent(result=0.5)
        return result  # E: mypy[return-value] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]


def fields(stop: StopEvent[int], plain: StopEvent, report: Report, score: Score) -> None:
    assert_type(stop.result, int)
    assert_type(plain.result, Any)
    assert_type(report.words, int)
    assert_type(score.result, float)
    number: int = StopEvent(result=3).result
    print(number)
    stop.result = 4  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
