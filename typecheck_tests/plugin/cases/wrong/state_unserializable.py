"""A field of the state that cannot be saved."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_serializer
from shop import Order
from typing_extensions import TypedDict

from typedflow import Context, Event, StopEvent, Workflow, step

T = TypeVar("T")


class Client:
    pass


class Loose(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


# twin: a class of one's own
class Plain(Loose):
    client: Client = Field(default_factory=Client)  # E: 5 state-unserializable


class UsesPlain(Workflow):
    @step
    async def begin(self, ctx: Context[Plain], ev: Order) -> StopEvent:
        return StopEvent()


# twin: or None
class OrNone(Loose):
    maybe: Client | None = None  # E: 5 state-unserializable
    either: str | Client = ""  # E: 5 state-unserializable


class UsesOrNone(Workflow):
    @step
    async def begin(self, ctx: Context[OrNone], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in a collection
class Many(Loose):
    many: list[Client] = []  # E: 5 state-unserializable
    clients: dict[str, Client] = {}  # E: 5 state-unserializable
    pair: tuple[int, Client | None] = (1, None)  # E: 5 state-unserializable


class UsesMany(Workflow):
    @step
    async def begin(self, ctx: Context[Many], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a function
class Functions(Loose):
    call: Callable[[int], int] = abs  # E: 5 state-unserializable
    any_call: Callable[..., Any] | None = None  # E: 5 state-unserializable


class UsesFunctions(Workflow):
    @step
    async def begin(self, ctx: Context[Functions], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a class itself
class Classes(Loose):
    kind: type[Client] = Client  # E: 5 state-unserializable


class UsesClasses(Workflow):
    @step
    async def begin(self, ctx: Context[Classes], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a lock
class Locks(Loose):
    lock: asyncio.Lock = Field(default_factory=asyncio.Lock)  # E: 5 state-unserializable
    event: threading.Event | None = None  # E: 5 state-unserializable


class UsesLocks(Workflow):
    @step
    async def begin(self, ctx: Context[Locks], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a logger
class Logged(Loose):
    logger: logging.Logger = logging.getLogger()  # E: 5 state-unserializable


class UsesLogged(Workflow):
    @step
    async def begin(self, ctx: Context[Logged], ev: Order) -> StopEvent:
        return StopEvent()


# twin: inherited
class Base(Loose):
    client: Client = Client()  # E: 5 state-unserializable


class Derived(Base):
    count: int = 0


class UsesDerived(Workflow):
    @step
    async def begin(self, ctx: Context[Derived], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a generic model
class Box(Loose, Generic[T]):
    inner: T | None = None  # E: 5 state-unserializable


class UsesBox(Workflow):
    @step
    async def begin(self, ctx: Context[Box[Client]], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in Annotated
class Marked(Loose):
    client: Annotated[Client, Field(description="who")] = Client()  # E: 5 state-unserializable


class UsesMarked(Workflow):
    @step
    async def begin(self, ctx: Context[Marked], ev: Order) -> StopEvent:
        return StopEvent()


# twin: what runs
class Runs(Loose):
    task: asyncio.Task[int] | None = None  # E: 5 state-unserializable
    pool: Executor | None = None  # E: 5 state-unserializable


class UsesRuns(Workflow[Runs, int]):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


# twin: further in
class Caller(BaseModel):
    call: Callable[[], int] = int


class Callers(BaseModel):
    callers: list[Caller] = []
    by_name: dict[str, tuple[int, Caller]] = {}


class Called(Event):
    call: Callable[[], int] = int


class Excluding(Caller):
    call: Callable[[], int] = Field(default=int, exclude=True)


class Including(Excluding):
    call: Callable[[], int] = int


class Pack(BaseModel, Generic[T]):
    inner: T | None = None


class Further(BaseModel):
    caller: Caller = Caller()  # E: 5 state-unserializable
    callers: Callers | None = None  # E: 5 state-unserializable
    called: Called | None = None  # E: 5 state-unserializable
    pack: Pack[Caller] = Pack()  # E: 5 state-unserializable
    including: Including = Including()  # E: 5 state-unserializable


class UsesFurther(Workflow):
    @step
    async def begin(self, ctx: Context[Further], ev: Order) -> StopEvent:
        return StopEvent()


# twin: in other than models
@dataclass
class Job:
    work: Callable[[], None] | None = None


@dataclass
class LongJob(Job):
    hours: int = 1


@dataclass
class Crate(Generic[T]):
    inner: T


class Point(NamedTuple):
    x: int = 0
    kind: type[int] = int


class Options(TypedDict, total=False):
    call: Callable[[], int]


class Root(RootModel[Callable[[], int]]):
    root: Callable[[], int] = int


class Others(Loose):
    job: Job = Job()  # E: 5 state-unserializable
    long_job: LongJob | None = None  # E: 5 state-unserializable
    crate: Crate[Client] | None = None  # E: 5 state-unserializable
    point: Point = Point()  # E: 5 state-unserializable
    options: Options = {}  # E: 5 state-unserializable
    root: Root = Root()  # E: 5 state-unserializable


class UsesOthers(Workflow):
    @step
    async def begin(self, ctx: Context[Others], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a serializer of another field
class TwoClients(Loose):
    client: Client = Client()
    other: Client = Client()  # E: 5 state-unserializable

    @field_serializer("client")
    def client_to_str(self, value: Client) -> str:
        return "client"


class UsesTwoClients(Workflow):
    @step
    async def begin(self, ctx: Context[TwoClients], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a base that is no model
class Keeps:
    client: Client = Client()  # E: 5 state-unserializable
    limit = max

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        self.call: Callable[[], int] = int


class Keeper(Keeps, Loose):
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
        local: Local | None = None  # E: 9 state-unserializable

    class Inner(Workflow):
        @step
        async def begin(self, ctx: Context[State], ev: Order) -> StopEvent:
            return StopEvent()

    Inner()
