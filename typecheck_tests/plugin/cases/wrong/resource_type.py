"""A resource whose factory returns another type than its parameter has."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Protocol

import shop
from shop import Order

from typedflow import Context, Resource, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class Client:
    pass


class Other:
    pass


def connect() -> Client:
    return Client()


# twin: a function
class AFunction(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Other, Resource(connect)]) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


# twin: a coroutine
async def connect_async() -> Client:
    return Client()


class ACoroutine(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        text: Annotated[str, Resource(connect_async)],  # E: 15 resource-type
    ) -> StopEvent:
        return StopEvent()


# twin: a generator
def connect_yielding() -> Iterator[Client]:
    yield Client()


class AGenerator(Workflow):
    @step
    def begin(self, ev: Order, client: Annotated[Other, Resource(connect_yielding)]) -> StopEvent:  # E: 40 resource-type
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
        client: Annotated[Other, Resource(factory=connect_yielding_async, cache="run")],  # E: 17 resource-type
    ) -> StopEvent:
        return StopEvent()


# twin: under an alias
Wrong = Annotated[Other, Resource(connect)]


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order, client: Wrong) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


# twin: a class
class AClass(Workflow):
    @step
    async def begin(self, client: Annotated[Other, Resource(Client)], ev: Order) -> StopEvent:  # E: 35 resource-type
        return StopEvent()


# twin: or None
def maybe() -> Client | None:
    return None


class MaybeNone(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, one: Annotated[Client, Resource(maybe)]) -> StopEvent:  # E: 57 resource-type
        return StopEvent()


# twin: in a string
class InAString(Workflow):
    @step
    async def begin(self, ev: Order, one: "Annotated[shop.Cart, Resource(connect)]") -> StopEvent:  # E: 43 resource-type
        return StopEvent()


# twin: a context manager
@asynccontextmanager
async def entered() -> AsyncIterator[Client]:
    yield Client()


class AContextManager(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Other, Resource(entered)]) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


# twin: a protocol
class Sized(Protocol):
    def size(self) -> int: ...


class AProtocol(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Sized, Resource(connect)]) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


# twin: a generic
def clients() -> list[Client]:
    return []


class AGeneric(Workflow):
    @step
    async def begin(self, ev: Order, one: Annotated[dict[str, Client], Resource(clients)]) -> StopEvent:  # E: 43 resource-type
        return StopEvent()


# twin: a derived class
class Special(Client):
    pass


class ADerivedClass(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Special, Resource(connect)]) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


# twin: in a mixin
class Connects:
    @step
    async def begin(self, ev: Order, client: Annotated[Other, Resource(connect)]) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


class Mixed(Connects, Workflow):
    pass


# twin: of a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent, log: Annotated[int, Resource(connect)]) -> StopEvent:  # E: 52 resource-type
        return StopEvent()


# twin: of a free function
class Free(Workflow):
    pass


@step(workflow=Free)
async def free(ev: Order, client: Annotated[Other, Resource(connect)]) -> StopEvent:  # E: 35 resource-type
    return StopEvent()


# twin: a method of a class
class Pool:
    @staticmethod
    def client() -> Client:
        return Client()

    def own(self) -> Client:
        return Client()

    @staticmethod
    def named(name: str) -> Client:
        return Client()

    @classmethod
    def numbered(cls, number: int) -> Client:
        return Client()


class AStaticMethod(Workflow):
    @step
    async def begin(self, ev: Order, client: Annotated[Other, Resource(Pool.client)]) -> StopEvent:  # E: 46 resource-type
        return StopEvent()


class AMethodThatNeedsMore(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        own: Annotated[Client, Resource(Pool.own)],  # E: 14 resource-type
        named: Annotated[Client, Resource(Pool.named)],  # E: 16 resource-type
        numbered: Annotated[Client, Resource(Pool.numbered)],  # E: 19 resource-type
    ) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    def local() -> Client:
        return Client()

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order, client: Annotated[Other, Resource(local)]) -> StopEvent:  # E: 50 resource-type
            return StopEvent()

    Inner()


# twin: a factory that needs something
def connect_to(address: str, client: Annotated[Client, Resource(connect)]) -> Client:
    return client


@asynccontextmanager
async def opened(*, mode: "int", **more: int) -> AsyncIterator[str]:
    yield "open"


class NeedsSomething(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        client: Annotated[Client, Resource(connect_to)],  # E: 17 resource-type
        text: Annotated[str, Resource(opened)],  # E: 15 resource-type
    ) -> StopEvent:
        return StopEvent()
