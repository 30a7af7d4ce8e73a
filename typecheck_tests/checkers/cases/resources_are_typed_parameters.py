"""`client: Annotated[Client, Resource(factory)]` after the event: the step sees a `Client`."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from pydantic import BaseModel
from typedflow import Context, Event, Resource, StartEvent, Step, StopEvent, Workflow, step
from typing_extensions import assert_type


class Client:
    def fetch(self, url: str) -> str:
        return url


class Totals(BaseModel):
    count: int = 0


class Task(Event):
    url: str


def make_client() -> Client:
    return Client()


async def make_client_later() -> Client:
    return Client()


def lend_client() -> Iterator[Client]:
    yield Client()


async def lend_client_later() -> AsyncIterator[Client]:
    yield Client()


def make_session(client: Annotated[Client, Resource(make_client)]) -> str:
    return client.fetch("a")


AClient = Annotated[Client, Resource(make_client)]


class Flow(Workflow):
    @step
    async def one(self, ev: StartEvent, client: Annotated[Client, Resource(make_client)]) -> Task:
        assert_type(client, Client)
        return Task(url=client.fetch("a"))

    @step
    async def after_context(self, ctx: Context[Totals], ev: Task, client: AClient) -> StopEvent[str]:
        assert_type(client.fetch("a"), str)
        return StopEvent(result=client.fetch(ev.url))

    @step
    async def two(
        self,
        ctx: Context[Totals],
        ev: Task,
        client: Annotated[Client, Resource(make_client_later, cache="run")],
        session: Annotated[str, Resource(make_session, cache="step")],
    ) -> StopEvent[str]:
        return StopEvent(result=session)

    @step
    async def lent(
        self,
        ev: Task,
        client: Annotated[Client, Resource(lend_client)],
        later: Annotated[Client, Resource(lend_client_later, cache="workflow")],
    ) -> StopEvent[str]:
        return StopEvent(result=client.fetch(""))

    @step(num_workers=2)
    def sync(self, ev: Task, client: AClient) -> StopEvent[str]:
        return StopEvent(result=client.fetch(""))

    @step
    async def keyword_only(self, ev: Task, *, client: AClient) -> StopEvent[str]:
        return StopEvent(result=client.fetch(""))

    @step
    async def lambda_factory(self, ev: Task, number: Annotated[int, Resource(lambda: 3)]) -> StopEvent[str]:
        return StopEvent(result=str(number))


assert_type(Flow.one, Step[Any, StartEvent, Task])
assert_type(Flow.after_context, Step[Totals, Task, StopEvent[str]])


class Wrong(Workflow):
    @step
    async def misspelt(self, ev: StartEvent, client: AClient) -> StopEvent[str]:
        return StopEvent(result=client.fecth("a"))  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]

    @step
    async def no_such_cache(self, ev: StartEvent, client: Annotated[Client, Resource(make_client, cache="ever")]) -> None: ...  # E: mypy[-] pyright[reportArgumentType] pyrefly[-] ty[invalid-argument-type]

    @step
    async def no_factory(self, ev: StartEvent, client: Annotated[Client, Resource(3)]) -> None: ...  # E: mypy[-] pyright[reportArgumentType] pyrefly[-] ty[invalid-argument-type]

    @step
    async def another_type(self, ev: StartEvent, client: Annotated[str, Resource(make_client)]) -> None: ...  # E: mypy[-] pyright[-] pyrefly[-] ty[-]


class ClientFirst(Workflow):
    """A resource may stand before the event, and before the context."""

    @step
    async def begin(self, client: Annotated[Client, Resource(make_client)], ev: Task) -> StopEvent[str]:
        return StopEvent(result=client.fetch(ev.url))
