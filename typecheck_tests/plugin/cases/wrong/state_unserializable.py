"""A field of the state that cannot be saved."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from shop import Order

from typedflow import Context, StopEvent, Workflow, step


class Client:
    pass


class Loose(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


class Plain(Loose):
    client: Client = Field(default_factory=Client)  # E: 5 state-unserializable
    maybe: Client | None = None  # E: 5 state-unserializable
    many: list[Client] = []  # E: 5 state-unserializable


class UsesPlain(Workflow):
    @step
    async def begin(self, ctx: Context[Plain], ev: Order) -> StopEvent:
        return StopEvent()


class Functions(Loose):
    call: Callable[[int], int] = abs  # E: 5 state-unserializable
    any_call: Callable[..., Any] | None = None  # E: 5 state-unserializable


class UsesFunctions(Workflow):
    @step
    async def begin(self, ctx: Context[Functions], ev: Order) -> StopEvent:
        return StopEvent()


class Classes(Loose):
    kind: type[Client] = Client  # E: 5 state-unserializable


class UsesClasses(Workflow):
    @step
    async def begin(self, ctx: Context[Classes], ev: Order) -> StopEvent:
        return StopEvent()


class Locks(Loose):
    lock: asyncio.Lock = Field(default_factory=asyncio.Lock)  # E: 5 state-unserializable
    event: threading.Event | None = None  # E: 5 state-unserializable


class UsesLocks(Workflow):
    @step
    async def begin(self, ctx: Context[Locks], ev: Order) -> StopEvent:
        return StopEvent()


class Logged(Loose):
    logger: logging.Logger = logging.getLogger()  # E: 5 state-unserializable


class UsesLogged(Workflow):
    @step
    async def begin(self, ctx: Context[Logged], ev: Order) -> StopEvent:
        return StopEvent()


class Keyed(Loose):
    clients: dict[str, Client] = {}  # E: 5 state-unserializable


class Inherited(Keyed):
    count: int = 0


class UsesInherited(Workflow):
    @step
    async def begin(self, ctx: Context[Inherited], ev: Order) -> StopEvent:
        return StopEvent()
