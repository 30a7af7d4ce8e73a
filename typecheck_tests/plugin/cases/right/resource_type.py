"""Resources of the type that their parameters have."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Protocol

from shop import Order

from typedflow import Context, Resource, StopEvent, Workflow, step


class Client:
    def size(self) -> int:
        return 1


class Special(Client):
    pass


class Sized(Protocol):
    def size(self) -> int: ...


def connect() -> Client:
    return Client()


def special() -> Special:
    return Special()


async def connect_async() -> Client:
    return Client()


def yielding() -> Iterator[Client]:
    yield Client()


async def yielding_async() -> AsyncIterator[Special]:
    yield Special()


@contextmanager
def entered() -> Iterator[Client]:
    yield Client()


def not_said():  # type: ignore[no-untyped-def]
    return Client()


def anything() -> Any:
    return Client()


def specials() -> list[Special]:
    return []


def number() -> int:
    return 1


def needs_another(client: Annotated[Client, Resource(connect)]) -> Special:
    return Special()


def factory_of(kind: type[Client]) -> Callable[[], Client]:
    return kind


Connected = Annotated[Client, Resource(connect)]


class Functions(Workflow):
    @step
    async def begin(
        self,
        ctx: Context,
        ev: Order,
        one: Annotated[Client, Resource(connect)],
        two: Annotated[Client, Resource(special)],
        three: Annotated[Client | None, Resource(connect_async)],
        four: Annotated[Client, Resource(yielding)],
        five: Annotated[Client, Resource(yielding_async, cache="step")],
        six: Annotated[Client, Resource(entered)],
        seven: Annotated[Client, Resource(not_said)],
        eight: Annotated[Client, Resource(anything)],
        nine: Annotated[Sized, Resource(connect)],
        ten: Annotated[Sequence[Client], Resource(specials)],
        eleven: Annotated[list[Client], Resource(specials)],
        twelve: Annotated[float, Resource(number)],
        thirteen: Annotated[Client, Resource(needs_another)],
        fourteen: Annotated[Client, Resource(lambda: Client())],
        fifteen: Annotated[Client, Resource(factory_of(Special))],
        sixteen: Annotated[Client, Resource(Special)],
        seventeen: Connected,
    ) -> StopEvent:
        return StopEvent()
