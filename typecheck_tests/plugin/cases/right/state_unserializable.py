"""A state whose fields can be saved, or are kept out of what is saved."""

import asyncio
import enum
import re
import uuid
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    PrivateAttr,
    RootModel,
    SecretStr,
    field_serializer,
    model_serializer,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import CoreSchema, core_schema
from shop import Cart, Order
from typing_extensions import TypedDict

from typedflow import Context, Event, StopEvent, Workflow, step

T = TypeVar("T")


class Client:
    pass


class Loose(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


# twin: a class of one's own
class Color(enum.Enum):
    RED = 1


class Known:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )


class Own(BaseModel):
    color: Color = Color.RED
    known: Known | None = None
    model: Cart = Cart()
    event: Event | None = None


class UsesOwn(Workflow):
    @step
    async def begin(self, ctx: Context[Own], ev: Order) -> StopEvent:
        return StopEvent()


# twin: or None
class Standard(BaseModel):
    path: Path = Path()
    day: date | None = None
    price: Decimal = Decimal(0)
    key: uuid.UUID | None = None
    pattern: re.Pattern[str] | None = None
    secret: SecretStr = SecretStr("")
    anything: Any = None
    thing: object = None


class UsesStandard(Workflow):
    @step
    async def begin(self, ctx: Context[Standard], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in a collection
class Pair(NamedTuple):
    x: int


class Typed(TypedDict):
    x: int


@dataclass
class Data:
    x: int = 0


class Many(BaseModel):
    queue: deque[int] = deque()
    counts: Counter[str] = Counter()
    pairs: list[Pair] = []
    typed: dict[str, Typed] = {}
    data: tuple[Data, ...] = ()


class UsesMany(Workflow):
    @step
    async def begin(self, ctx: Context[Many], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a function
class Functions(BaseModel):
    name: str = "abs"

    def call(self, number: int) -> int:
        return abs(number)

    @property
    def function(self) -> Callable[[int], int]:
        return self.call


class UsesFunctions(Workflow):
    @step
    async def begin(self, ctx: Context[Functions], ev: Order) -> StopEvent[int]:
        return StopEvent(result=ctx.state.function(1))


# twin: a class itself
class Kind(enum.Enum):
    CLIENT = "client"

    @property
    def cls(self) -> type[Client]:
        return Client


class Classes(BaseModel):
    kind: Kind = Kind.CLIENT


class UsesClasses(Workflow):
    @step
    async def begin(self, ctx: Context[Classes], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a lock
class Locks(Loose):
    lock: asyncio.Lock = Field(default_factory=asyncio.Lock, exclude=True)
    other: Annotated[asyncio.Event | None, Field(exclude=True)] = None


class UsesLocks(Workflow):
    @step
    async def begin(self, ctx: Context[Locks], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a logger
class Hidden(BaseModel):
    _client: Client = PrivateAttr(default_factory=Client)


class UsesHidden(Workflow):
    @step
    async def begin(self, ctx: Context[Hidden], ev: Order) -> StopEvent:
        return StopEvent()


# twin: inherited
class Base(Loose):
    client: Client = Client()

    @field_serializer("client")
    def client_to_str(self, value: Client) -> str:
        return "client"


class Derived(Base):
    count: int = 0


class UsesDerived(Workflow):
    @step
    async def begin(self, ctx: Context[Derived], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a generic model
class Box(Loose, Generic[T]):
    inner: T | None = None


class UsesBox(Workflow):
    @step
    async def begin(self, ctx: Context[Box[Cart]], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in Annotated
Saved = Annotated[Client, PlainSerializer(str)]


class Marked(Loose):
    client: Annotated[Client, PlainSerializer(str)] = Client()
    again: Saved = Client()
    or_none: "Saved | None" = None
    many: list[Annotated[Client, PlainSerializer(str)]] = []
    by_name: dict[str, Saved] = {}
    with_a_field: Annotated[Saved, Field(description="who")] = Client()


class UsesMarked(Workflow):
    @step
    async def begin(self, ctx: Context[Marked], ev: Order) -> StopEvent:
        return StopEvent()


# twin: what runs
class Runs(BaseModel):
    name: str = ""


class UsesRuns(Workflow[Runs, int]):
    @step
    async def begin(self, ctx: Context[Runs], ev: Order) -> StopEvent[int]:
        task = asyncio.current_task()
        assert task is not None
        await ctx.store.set("name", task.get_name())
        return StopEvent(result=1)


# twin: further in
Written = Annotated[Callable[[], int], PlainSerializer(str)]
Kept = Annotated[Callable[[], int], Field(exclude=True)]


class Caller(BaseModel):
    call: Callable[[], int] = Field(default=int, exclude=True)
    hidden: Kept = int
    written: Written = int
    _private: Callable[[], int] = PrivateAttr(default=int)


class Shown(BaseModel):
    call: Callable[[], int] = int

    @field_serializer("call")
    def call_to_str(self, value: object) -> str:
        return "call"


class Whole(BaseModel):
    call: Callable[[], int] = int

    @model_serializer
    def whole_to_str(self) -> str:
        return "whole"


class Linked(BaseModel):
    after: "Linked | None" = None
    others: dict[str, "Linked"] = {}


class Called(Event):
    call: Annotated[Callable[[], int], Field(exclude=True)] = int
    again: Callable[[], int] = Field(default=int, exclude=True)


class Told(Event):
    call: Callable[[], int] = int

    @field_serializer("call")
    def call_to_str(self, value: object) -> str:
        return "call"


class Including(BaseModel):
    call: Callable[[], int] = int


class Excluding(Including):
    call: Callable[[], int] = Field(default=int, exclude=True)


class Stopped(StopEvent[int]):
    call: Callable[[], int] = int


class Pack(BaseModel, Generic[T]):
    inner: T | None = None


class Further(BaseModel):
    caller: Caller = Caller()
    shown: list[Shown] = []
    whole: Whole | None = None
    linked: Linked = Linked()
    called: Called = Called()
    told: Told = Told()
    excluding: Excluding = Excluding()
    stopped: Stopped | None = None
    pack: Pack[Cart] = Pack()
    as_text: Annotated[Including, PlainSerializer(str)] = Including()
    left_out: Including = Field(default=Including(), exclude=True)


class UsesFurther(Workflow):
    @step
    async def begin(self, ctx: Context[Further], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in other than models
AsText = Annotated[Callable[[], int], PlainSerializer(str)]


@dataclass
class Job:
    work: AsText = int
    hidden: Callable[[], int] = Field(default=int, exclude=True)


@pydantic_dataclass
class Task:
    work: Callable[[], int] = int

    @field_serializer("work")
    def work_to_str(self, value: object) -> str:
        return "work"


class Point(NamedTuple):
    x: int = 0
    call: AsText = int


class Options(TypedDict, total=False):
    call: AsText


class Root(RootModel[Annotated[Callable[[], int], PlainSerializer(str)]]):
    pass


class Others(BaseModel):
    job: Job = Job()
    task: Task = Task()
    point: Point = Point()
    options: Options = {}
    root: Root | None = None


class UsesOthers(Workflow):
    @step
    async def begin(self, ctx: Context[Others], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a serializer of another field
class TwoClients(Loose):
    client: Client = Client()
    other: Client = Client()

    @field_serializer("client", "other")
    def client_to_str(self, value: Client) -> str:
        return "client"


class AnyClients(Loose):
    client: Client = Client()

    @field_serializer("*")
    def client_to_str(self, value: object) -> str:
        return "client"


class MoreClients(AnyClients):
    another: Client = Client()
    clients: TwoClients = TwoClients()


class UsesTwoClients(Workflow):
    @step
    async def begin(self, ctx: Context[MoreClients], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a base that is no model
class Keeps:
    client: Annotated[Client, PlainSerializer(str)] = Client()
    limit = max

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        self.call: Callable[[], int] = int


class Keeper(Keeps, BaseModel):
    count: int = 0
    model_config = ConfigDict(extra='allow', arbitrary_types_allowed=True)


class UsesKeeper(Workflow):
    @step
    async def begin(self, ctx: Context[Keeper], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local:
        pass

    class State(Loose):
        local: Local | None = None

    class Inner(Workflow):
        @step(skip_checks=("state-unserializable",))
        async def begin(self, ctx: Context[State], ev: Order) -> StopEvent:
            return StopEvent()

    Inner()
