"""A resource whose factory returns another type than its parameter has."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import shop
from shop import Order

from typedflow import Context, Resource, StopEvent, Workflow, step


class Client:
    pass


class Other:
    pass


def connect() -> Client:
    return Client()


async def connect_async() -> Client:
    return Client()


def connect_yielding() -> Iterator[Client]:
    yield Client()


async def connect_yielding_async() -> AsyncIterator[Client]:
    yield Client()


Wrong = Annotated[Other, Resource(connect)]


class Functions(Workflow):
    @step
    async def begin(
        self,
        ev: Order,
        one: Annotated[Other, Resource(connect)],  # E: 14 resource-type
        two: Annotated[str, Resource(connect_async)],  # E: 14 resource-type
        three: Annotated[Other, Resource(connect_yielding)],  # E: 16 resource-type
        four: Annotated[Other, Resource(factory=connect_yielding_async, cache="run")],  # E: 15 resource-type
        five: Wrong,  # E: 15 resource-type
        six: Annotated[Other, Resource(Client)],  # E: 14 resource-type
    ) -> StopEvent:
        return StopEvent()


def maybe() -> Client | None:
    return None


class MaybeNone(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order, one: Annotated[Client, Resource(maybe)]) -> StopEvent:  # E: 57 resource-type
        return StopEvent()


class InAString(Workflow):
    @step
    async def begin(self, ev: Order, one: "Annotated[shop.Cart, Resource(connect)]") -> StopEvent:  # E: 43 resource-type
        return StopEvent()
