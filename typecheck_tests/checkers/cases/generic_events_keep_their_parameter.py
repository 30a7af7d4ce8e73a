"""`class Page(Event, Generic[T])`: `Page[int]` holds ints where it is made and where it is taken."""

from typing import Generic, TypeVar

from typedflow import Event, StartEvent, Step, StopEvent, Workflow, step
from typing_extensions import assert_type

T = TypeVar("T")
K = TypeVar("K")


class Page(Event, Generic[T]):
    items: list[T]


class Pair(Event, Generic[K, T]):
    key: K
    value: T


class IntPage(Page[int]):
    number: int = 0


class Flow(Workflow):
    @step
    async def split(self, ev: StartEvent) -> Page[int]:
        return Page[int](items=[1])

    @step
    async def pair(self, ev: Page[int]) -> Pair[str, int]:
        assert_type(ev.items, list[int])
        return Pair[str, int](key="a", value=ev.items[0])

    @step
    async def named(self, ev: Pair[str, int]) -> IntPage:
        assert_type(ev.key, str)
        assert_type(ev.value, int)
        return IntPage(items=[1], number=2)

    @step
    async def end(self, ev: IntPage) -> StopEvent[int]:
        assert_type(ev.items, list[int])
        return StopEvent(result=ev.items[0])


def wrong(page: Page[int], pair: Pair[str, int]) -> None:
    assert_type(Flow.pair, Step[object, Page[int], Pair[str, int]])  # E: mypy[assert-type] pyright[reportAssertTypeFailure] pyrefly[assert-type] ty[type-assertion-failure]
    text: str = page.items[0]  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    number: int = pair.key  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    page.items = [3]  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    Page[int]()  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    Page[int](items=3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Page[int](items=["a"])  # E: mypy[list-item] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Page[int](items=[1], size=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[unexpected-keyword] ty[unknown-argument]
    IntPage(items=["a"])  # E: mypy[list-item] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    Pair[str, int](key=1, value=1)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    print(text, number)
