"""A state whose fields can be saved, or are kept out of what is saved."""

import enum
import re
import uuid
from collections import Counter, deque
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Protocol, TypedDict

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PrivateAttr, SecretStr, field_serializer
from shop import Cart, Order

from typedflow import Context, Event, StopEvent, Workflow, step


class Client:
    pass


class Tuple(NamedTuple):
    x: int


class Typed(TypedDict):
    x: int


@dataclass
class Data:
    x: int = 0


class Color(enum.Enum):
    RED = 1


class Money(int):
    pass


class Known:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any: ...


class Sized(Protocol):
    def size(self) -> int: ...


class Standard(BaseModel):
    path: Path = Path()
    day: date | None = None
    price: Decimal = Decimal(0)
    key: uuid.UUID | None = None
    pattern: re.Pattern[str] | None = None
    queue: deque[int] = deque()
    counts: Counter[str] = Counter()
    secret: SecretStr = SecretStr("")
    anything: Any = None
    thing: object = None


class UsesStandard(Workflow):
    @step
    async def begin(self, ctx: Context[Standard], ev: Order) -> StopEvent:
        return StopEvent()


class Own(BaseModel):
    tuple: Tuple = Tuple(1)
    typed: Typed = {"x": 1}
    data: Data = Data()
    color: Color = Color.RED
    money: Money = Money(1)
    known: Known | None = None
    model: Cart = Cart()
    event: Event | None = None


class UsesOwn(Workflow):
    @step
    async def begin(self, ctx: Context[Own], ev: Order) -> StopEvent:
        return StopEvent()


class Excluded(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: Client = Field(default_factory=Client, exclude=True)
    other: Annotated[Client | None, Field(exclude=True)] = None
    _private: Client = PrivateAttr(default_factory=Client)


class UsesExcluded(Workflow):
    @step
    async def begin(self, ctx: Context[Excluded], ev: Order) -> StopEvent:
        return StopEvent()


class Serialized(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: Client = Client()

    @field_serializer("client")
    def client_to_str(self, value: Client) -> str:
        return "client"


class UsesSerialized(Workflow):
    @step
    async def begin(self, ctx: Context[Serialized], ev: Order) -> StopEvent:
        return StopEvent()


class Marked(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: Annotated[Client, PlainSerializer(str)] = Client()


class UsesMarked(Workflow):
    @step
    async def begin(self, ctx: Context[Marked], ev: Order) -> StopEvent:
        return StopEvent()


class SaidToBe(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: Client = Client()


class UsesSaidToBe(Workflow):
    @step(skip_checks=("state-unserializable",))
    async def begin(self, ctx: Context[SaidToBe], ev: Order) -> StopEvent:
        return StopEvent()
