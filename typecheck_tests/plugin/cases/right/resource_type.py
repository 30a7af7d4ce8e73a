"""Resources of the type that their parameters have."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any, Protocol

import shop
from shop import Order

from typedflow import Context, Resource, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class Client:
    def size(self) -> int:
        return 1


class Special(Client):
    pass


def connect() -> Client:
    return Client()


# twin: a function
class AFunction(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Client, Resource(connect)]) -> StopEvent[int]:
        return StopEvent(result=client.size())


# twin: a coroutine
async def connect_async() -> Client:
    return Client()


class ACoroutine(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        client: Annotated[Client | None, Resource(connect_async)],
    ) -> StopEvent:
        return StopEvent()


# twin: a generator
def connect_yielding() -> Iterator[Client]:
    yield Client()


class AGenerator(Workflow):
    @step
    def begin(self, ev: Order, client: Annotated[Client, Resource(connect_yielding)]) -> StopEvent:
        return StopEvent()


# twin: an asynchronous generator
async def connect_yielding_async() -> AsyncIterator[Client]:
    yield Client()


class AnAsyncGenerator(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        *,
        client: Annotated[Client, Resource(factory=connect_yielding_async, cache="step")],
    ) -> StopEvent:
        return StopEvent()


# twin: under an alias
Connected = Annotated[Client, Resource(connect)]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order, client: Connected) -> StopEvent:
        return StopEvent()


# twin: a class
class AClass(Workflow):
    @step
    async def begin(self, client: Annotated[Client, Resource(Client)], ev: Order) -> StopEvent:
        return StopEvent()


# twin: or None
def maybe() -> Client | None:
    return None


class MaybeNone(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, one: Annotated[Client | None, Resource(maybe)]) -> StopEvent:
        return StopEvent()


# twin: in a string
class InAString(Workflow):
    @step
    async def begin(self, ev: Order, one: "Annotated[shop.Cart, Resource(shop.Cart)]") -> StopEvent:
        return StopEvent()


# twin: a context manager
@contextmanager
def entered() -> Generator[Client]:
    yield Client()


class AContextManager(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Client, Resource(entered)]) -> StopEvent:
        return StopEvent()


# twin: a protocol
class Sized(Protocol):
    def size(self) -> int: ...


class AProtocol(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Sized, Resource(connect)]) -> StopEvent:
        return StopEvent()


# twin: a generic
def clients() -> list[Client]:
    return []


class AGeneric(Workflow):
    @step
    async def begin(self, ev: Order, many: Annotated[Sequence[Client], Resource(clients)]) -> StopEvent:
        return StopEvent()


# twin: a derived class
def special() -> Special:
    return Special()


def number() -> int:
    return 1


class ADerivedClass(Workflow):
    @step
    async def begin(
        self, ev: Order, client: Annotated[Client, Resource(special)], rate: Annotated[float, Resource(number)]
    ) -> StopEvent:
        return StopEvent()


# twin: in a mixin
class Connects:
    @step
    async def begin(self, ev: Order, client: Annotated[Client, Resource(lambda: Client())]) -> StopEvent:
        return StopEvent()


class Mixed(Connects, Workflow):
    pass


# twin: of a handler of failures
def anything() -> Any:
    return Client()


class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent, log: Annotated[int, Resource(anything)]) -> StopEvent:
        return StopEvent()


# twin: of a free function
def needs_another(client: Annotated[Client, Resource(connect)]) -> Special:
    return Special()


class Free(Workflow):
    pass


@step(workflow=Free)
async def free(ev: Order, client: Annotated[Client, Resource(needs_another)]) -> StopEvent:
    return StopEvent()


# twin: a method of a class
class Pool:
    @staticmethod
    def client() -> Client:
        return Client()

    @classmethod
    def made(cls) -> "Pool":
        return cls()


class AStaticMethod(Workflow):
    @step
    async def begin(
        self, ev: Order, client: Annotated[Client, Resource(Pool.client)], pool: Annotated[Pool, Resource(Pool.made)]
    ) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    def factory_of(kind: type[Client]) -> Callable[[], Client]:
        return kind

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order, client: Annotated[Client, Resource(factory_of(Special))]) -> StopEvent:
            return StopEvent()

    Inner()


# twin: a factory that needs something
Linked = Annotated[Client, Resource(connect)]


def connect_to(client: "Linked", address: str = "here", *more: int) -> Client:
    return client


@asynccontextmanager
async def opened(*, client: Annotated[Client, Resource(connect)], **more: int) -> AsyncGenerator[str, None]:
    yield "open"


class NeedsSomething(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        client: Annotated[Client, Resource(connect_to)],
        text: Annotated[str, Resource(opened)],
    ) -> StopEvent:
        return StopEvent()
