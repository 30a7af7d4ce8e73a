"""What the packages of `generated_packages` consist of.

`aliases` and `events` and `states` are what is talked of, `names` gives it on; `base` has a base workflow or a mixin with helpers,
`flow` what is derived from it, `more` what is derived from that, and `call` runs it all and shows the steps as mypy sees them.
`further` and `telling` have functions that take a context, which the steps in `hands` and `handed` hand to them. Slots without a
reason of their own are the edits that one makes in such a program.
"""

from __future__ import annotations

__all__ = ["TEXTS"]

ALIASES = """«from __future__ import annotations
¦»«¦# a line more
»import functools
from typing import Annotated, Any, Callable, Final, TypeVar
from pydantic import BaseModel, Field, PlainSerializer
from typedflow import Collect, Resource, Take
F = TypeVar("F", bound=Callable[..., Any])
class Client:
    name: str = ""
class Other: ...
Amount = «Annotated[int, Field(default=0)]¦Annotated[int, Field(gt=0)]¦int¦str»
Saved = «Annotated[Client, PlainSerializer(str)]¦Client¦Annotated[Client, Field(title="a client")]¦str»
Inner = «Saved¦Annotated[Saved, Field(title="another")]¦list[Saved]»
PATH: Final = «"count"¦"address.city"¦"nothing"»
SKIPPED = «["self-state"]¦["unhandled-event"]»
def connect() -> «str¦int¦Client»: ...
def other() -> str: ...
Connected = Annotated[«str¦int», «Resource(connect«¦, cache=False»)¦Resource(other)¦Field(title="none")»]
Collected = Annotated[list[Any], «Collect(Take(2))¦Collect(Take(3))¦Field(title="none")»]
def logged(function: «F¦Any») -> «F¦Any»:
    «return function
    ¦@functools.wraps(function)
    def inner(*args: Any) -> Any: ...
    return inner
    ¦def inner(*args: Any) -> Any: ...
    return inner
    »
"""

EVENTS = """«from __future__ import annotations
¦»«¦
# lines more

»from typing import Annotated, Any, ClassVar, Generic, TypeVar, Union
from pydantic import BaseModel, Field, PrivateAttr
from typedflow import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from .aliases import Amount
«¦from . import flow
»T = TypeVar("T")
class First(«Event¦Event¦Event¦Event¦StopEvent¦HumanResponseEvent¦InputRequiredEvent¦BaseModel¦StartEvent»):
    «number¦total»: «int = 0¦int¦Amount¦str = ""»
class Second(«Event¦First¦StopEvent[int]¦Event»): ...
class Third(«First¦Event¦Second»): ...
class Item(Event, Generic[T]):
    value: «T¦list[T]»
class Parent(«StartEvent¦StartEvent, extra="allow"¦StartEvent¦StartEvent¦BaseModel»):
    «¦model_config = {"populate_by_name": True}
    »«note: str = ""¦note: str¦hint: str = ""¦_note: str = ""¦note: ClassVar[str] = ""¦note: str = PrivateAttr("")»
class Begin(«Parent¦StartEvent¦Parent¦StartEvent¦Event»):
    «by: int¦by: int = 0¦to: int¦by: str¦by: Annotated[int, Field(gt=0)]¦by: Annotated[int, Field(default=0)]¦by: Amount¦by: int = Field(gt=0)¦by: int = Field(0)¦by: int = Field(alias="on")¦by: list[int]»
class Later(Begin):
    «...¦more: int = 0¦more: int¦by: int = 1¦def __init__(self, by: int) -> None: ...»
class Boxed(StartEvent, Generic[T]):
    value: «T¦list[T]¦int»
class Ask(«InputRequiredEvent¦Event»):
    text: str = ""
class Reply(«HumanResponseEvent¦Event»):
    «text: str = ""¦words: str = ""¦text: ClassVar[str] = ""»
class Finish(«StopEvent¦StopEvent[int]¦Event»):
    text: str = ""
Either = «First | Second¦First¦Second¦Union[First, Third]»
Firstly = «First¦Second»
Many = «list[First]¦list[Second]»
"""

STATES = """«from __future__ import annotations
¦»«¦# a line more
»from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Generic, NamedTuple, TypedDict, TypeVar
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PrivateAttr, computed_field, field_serializer
from typedflow import DictState
from .aliases import Amount, Client, Inner, Saved
«¦from . import call
»T = TypeVar("T")
Kept = Annotated[Client, «PlainSerializer(str)¦Field(title="kept")»]
Here = «Kept¦Client¦Kept | None»
class Root(BaseModel):
    «¦model_config = ConfigDict(extra="allow")
    »«count: int = 0¦count: int¦count: Annotated[int, Field(default=0)]¦count: Annotated[int, Field(gt=0)]¦count: Amount¦count: int = Field(default=0)¦count: int = Field(gt=0)¦count: str = ""¦total: int = 0¦count: ClassVar[int] = 0¦_count: int = 0»
class Address(BaseModel):
    «city¦town»: «str¦int¦list[str]¦str | None» = «Field()¦...  # type: ignore[assignment]»
class Box(BaseModel, Generic[T]):
    inner: «T | None = None¦list[T] = []¦T»
class Pair(«NamedTuple¦BaseModel»):
    left: int
    «right¦wrong»: str
class State(«Root¦BaseModel¦DictState»):
    model_config = ConfigDict(arbitrary_types_allowed=True«¦, extra="allow"¦, frozen=True»)
    «address: Address | None = None¦address: Address = Field(default_factory=lambda: Address())¦address: dict[str, Address] = {}¦address: list[Address] = []¦address: Address»
    tags: «list[str]¦list[int]¦dict[str, int]¦set[str]¦tuple[str, ...]» = Field(«None¦default=None¦gt=0¦default_factory=None»)  # type: ignore
    «¦client: Saved | None = None
    ¦client: Client | None = None
    ¦client: Inner | None = None
    ¦client: Here | None = None
    ¦client: Here
    ¦client: Annotated[Client | None, Field(exclude=True)] = None
    ¦client: list[Annotated[Saved, Field(title="x")]] = []
    »«¦@field_serializer("client", check_fields=False)
    def saved(self, value: Any) -> str: return ""
    »«@property
    def double(self) -> int: return 2
    ¦@cached_property
    def double(self) -> str: return ""
    ¦double: int = 2
    ¦def double(self) -> int: return 2
    »pair: Pair = «Pair(left=1, right="")¦Field()»
class Wide(«State¦BaseModel¦Root»):
    box: Box[int] = «Box()¦Field()»
Mine = «State¦Wide¦Box[int]»
"""

NAMES = """from .events import *
from .events import «First¦Second» as Renamed
from . import events, states
from .states import «State¦Wide» as Kept
from typedflow import step as «part¦part, catch_error¦part»
from typedflow import *
Made = «events.First¦events.Second¦Renamed¦First | Second»
def tell(ctx: Context[Any]) -> None:
    ctx.send_event(«First¦Second¦Third»())
class Told:
    def told(self, ctx: Context[Any]) -> None:
        ctx.send_event(«First¦Second»(«¦number=1»))
"""
NAMES = "from typing import Any\nfrom typedflow import Context\n" + NAMES

IMPORTED = """«how|from typedflow import step¦import typedflow as tf¦from typedflow import step as part¦from . import names¦from .names import part as step»
"""

BASE = (
    """«from __future__ import annotations
¦»«¦
# lines more

»from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar
from typedflow import Collect, Context, Event, Resource, StartEvent, StopEvent, Take, Workflow, catch_error
from typedflow.events import StepFailedEvent
from .aliases import SKIPPED, Client, Connected, connect, logged, other
from .events import Ask, Begin, Boxed, Finish, Firstly, Item, Later, Reply
«from .events import Either, First, Many, Second, Third
¦from .names import *
from .names import Either, First, Many, Second, Third
¦from . import events
First = events.First
Second = events.Second
Third = events.Third
Either = events.Either
Many = events.Many
¦if TYPE_CHECKING:
    from .events import Either, First, Many, Second, Third
»from .names import Kept, Made, Told, tell
«from .states import Mine, State, Wide
¦from .states import Wide as Mine, State, Wide
»from .states import Box
"""
    + IMPORTED
    + """S = TypeVar("S")
Together = Annotated[list[First], «Collect(Take(2))¦Collect(Take(3))¦Collect()¦"together"»]
Given = «Annotated[str, Resource(connect)]¦Annotated[str, Resource(other)]¦str¦Connected»
class Options: ...
def beside(ctx: Context[Any]«¦, number: int = 0») -> None:
    «ctx.send_event(First())¦ctx.send_event(Second())¦further(ctx)¦ctx.send_event(Third())¦...»
def further(ctx: Context[Any]) -> None:
    ctx.send_event(«Second¦First¦Firstly¦Made¦Third»())
class Over(«Told¦Options»):
    «¦@«how|step¦tf.step¦part¦names.part¦step»
    »async def over(self, ctx: Context, ev: «Third¦Second») -> «None¦Finish»:
        «ctx.send_event(Second())¦ctx.send_event(Finish())¦self.told(ctx)  # type: ignore[attr-defined]¦...»
class «shape|Base(Over, Workflow«[Any, Any]¦[State, int]¦[Any, str]¦[Mine, Any]», open_steps=True)¦Base(Over)¦Base(Over, Workflow)¦Base(Over, Workflow, ABC)¦Base(Workflow, open_steps=True)¦Base»:
    kept: int = 0
    first = «First¦Second»
    «¦start_event = «Begin¦Later»
    »«¦class Special(First): ...
    »@«how|step¦tf.step¦part¦names.part¦step»«¦()¦(num_workers=2)¦(skip_checks=["self-state"])¦(skip_checks=SKIPPED)¦(accept_event_subclasses=True)»
    async def begin(self, ctx: Context«[State]¦¦[Mine]¦[Wide]¦[Kept]¦[Box[int]]¦[Any]», ev: «Begin¦Later¦StartEvent¦Begin | Reply¦Boxed[int]»«¦, client: Annotated[str, Resource(connect)]¦, client: Connected¦, client: Given») -> «First¦Second¦First | None¦list[First]¦StopEvent[int]¦Item[int]¦Either¦"First"¦None¦Many¦Finish»:
        «¦ctx.send_event(«Second¦First¦Made¦Firstly¦Third¦self.first¦Item[int]¦Item[str]»())
        ¦self.tell(ctx)
        ¦beside(ctx)
        ¦tell(ctx)
        ¦self.kept = 1
        ¦await ctx.wait_for_event(«Reply¦First», «waiter_event=Ask()¦requirements={"text": ""}»)
        ¦print(ctx.collect_events(ev, [«First, Second¦Begin, Begin¦Second») ]))
        ¦ctx.state.count = 1
        ¦await ctx.store.set("count", «1¦""»)
        »raise NotImplementedError
    def tell(self, ctx: Context[Any]) -> None:
        «ctx.send_event(First())¦ctx.send_event(Second())¦beside(ctx)¦self.again(ctx)¦tell(ctx)¦self.kept = 2»
    def again(self, ctx: Context[Any]) -> None:
        «ctx.send_event(«First¦Third»())¦...»
    «@«how|step¦tf.step¦part¦names.part¦step»«¦(skip_checks=["unproduced-event"])»
    ¦@logged
    ¦# @step
    ¦@catch_error
    ¦@catch_error(for_steps=["«begin¦ending»"])
    ¦@«how|step¦tf.step¦part¦names.part¦step»
    @logged
    »async def middle(self, ev: «First¦Second¦Either¦list[First]¦Annotated[list[First], Collect(Take(2))]¦Together¦Together¦StepFailedEvent¦Item[int]¦Many») -> «Third¦Second¦Third | None¦StopEvent[str]»:
        «¦self.kept = 1
        ¦self.tell(None)  # type: ignore[arg-type]
        ¦await self.middle(ev)
        »raise NotImplementedError
    «¦@abstractmethod
    def todo(self) -> None: ...
    »
"""
).replace(") ]))", "]))")

DERIVED_FROM = "shape|Base¦Base, Workflow¦Base¦Base¦Base¦Base, Workflow"

FLOW = (
    """«from __future__ import annotations
¦»«¦# a line more
»from typing import TYPE_CHECKING, Annotated, Any
from typedflow import Context, Event, StartEvent, StopEvent, Workflow
«import typedflow as tf
¦»from . import base, events
from .base import Base
from .names import «First, Second, Third¦First, Second as Third, Third as Second»
from .events import Begin, Either, Finish, Item, Reply
from .states import State, Wide
"""
    + IMPORTED.replace("how|", "way|")
    + """«class W(«"""
    + DERIVED_FROM
    + """»)¦class W(«"""
    + DERIVED_FROM
    + """», open_steps=True)¦class W(«shape|base.Base¦base.Base, Workflow¦base.Base¦base.Base¦base.Base¦base.Base, Workflow»)»:
    «¦more: int = 0
    »@«way|step¦tf.step¦part¦names.part¦step»«¦(accept_event_subclasses=True)¦(skip_checks=["unproduced-event", "unreachable-step"])»
    async def end(self, ctx: Context«[State]¦¦[Wide]», ev: «Third¦Third | Second¦Either¦Finish¦events.Item[int]») -> «StopEvent[int]¦StopEvent[str]¦StopEvent¦Finish¦None»:
        «¦self.tell(ctx)
        ¦base.beside(ctx)
        ¦self.again(ctx)
        ¦self.kept = 3
        ¦ctx.send_event(«Second¦events.First»())
        »raise NotImplementedError
    «¦@«way|step¦tf.step¦part¦names.part¦step»
    async def over(self, ctx: Context, ev: Third) -> Second:
        «return Second()¦await super().over(ctx, ev); return Second()»
    ¦async def over(self, ctx: Context, ev: Third) -> None: ...
    ¦def tell(self, ctx: Context[Any]) -> None: ...
    ¦def again(self, ctx: Context[Any]) -> None: ctx.send_event(First())
    ¦async def middle(self, ev: First) -> Third: raise NotImplementedError
    »
«¦@«way|step¦tf.step¦part¦names.part¦step»(workflow=W)
async def free(ctx: Context[State], ev: «First¦Second¦Begin») -> «Third¦StopEvent[int]»:
    raise NotImplementedError
»class Plain(Workflow):
    @«way|step¦tf.step¦part¦names.part¦step»
    async def only(self, ctx: Context[«State¦Wide»], ev: «Begin¦events.Later¦events.Boxed[int]¦StartEvent») -> «Finish¦First¦StopEvent[First]»:
        «¦base.beside(ctx)
        ¦ctx.state.tags.append("a")
        ¦await ctx.wait_for_event(Reply)
        »raise NotImplementedError
"""
)

MORE = """«from __future__ import annotations
¦»from typing import Any
from typedflow import Context, StopEvent, Workflow, step
from . import flow
from .events import First, Second, Third
from .flow import W
class V(«W¦flow.W¦W, flow.Plain»«¦, open_steps=True»):
    «...¦@step
    async def also(self, ev: «First¦Second¦Third») -> «None¦Third»: raise NotImplementedError
    ¦async def end(self, ctx: Context, ev: Third) -> StopEvent: raise NotImplementedError
    ¦async def begin(self, ctx: Context, ev: «First¦Third») -> StopEvent: raise NotImplementedError
    »
def local() -> None:
    class L(«flow.Plain¦W»):
        «...¦@step
        async def mine(self, ev: First) -> «None¦Second»: raise NotImplementedError»
class Known:
    flow = «W()¦V()¦flow.Plain()»
"""

CALL = """from typing import Any
from typedflow import Context
from . import base, flow
from .aliases import PATH
from .events import Begin, First, Later, Reply, Second
from .flow import «W¦Plain as W¦W¦W»
from .more import Known, V
from .states import Mine, State, Wide
reveal_type(base.beside)
reveal_type(base.further)
reveal_type(base.Over.over)
reveal_type(base.Base.begin)
reveal_type(base.Base.middle)
reveal_type(flow.W.end)
reveal_type(flow.Plain.only)
async def main() -> None:
    handler = «W¦V¦flow.Plain»().run(«by=1¦by="a"¦to=1¦by=1, note=""¦¦start_event=Begin(by=1)»)
    reveal_type(handler)
    reveal_type(await handler)
    reveal_type(handler.ctx.state)
    print(await handler.ctx.store.get("count"))
    handler.ctx.state.tags.clear()
    Known.flow.run(«by=1¦by=1, more=1¦value=1»)
def blocking() -> None:
    reveal_type(«W¦V»().run_sync(«by=1¦note=""»))
    reveal_type(Context(W()).state)
async def paths(ctx: Context[«State¦Wide¦Mine¦Any»]) -> None:
    reveal_type(await ctx.store.get("count"))
    reveal_type(await ctx.store.get("address.city"))
    reveal_type(await ctx.store.get("tags.0"))
    reveal_type(await ctx.store.get("double"))
    reveal_type(await ctx.store.get("box.inner"))
    reveal_type(await ctx.store.get(PATH))
    await ctx.store.set("count", «1¦"a"»)
    await ctx.store.set("double", 1)
    await ctx.store.set("address.city", "a")
    await ctx.store.set("pair.right", "a")
async def changes(ctx: Context[«State¦Wide¦Mine»]) -> None:
    ctx.state.count = 1
    ctx.state.address.city = "a"
    ctx.state.tags.append("a")
    ctx.state.double.x = 1
    async with ctx.store.edit_state() as state:
        «state.count = 1¦await ctx.store.set("count", 1)»
    await ctx.wait_for_event(Reply, requirements={"«text¦words»": ""})
    reveal_type(ctx.collect_events(First(), [First, Second]))
"""

FURTHER = """«from __future__ import annotations
¦»from typing import Any
from typedflow import Context
from . import «names¦events as names»
from .names import «First¦Second» as Told
«¦from . import hands
»def hand(ctx: Context[Any]) -> None:
    ctx.send_event(«Told¦names.First¦names.Third¦names.Firstly»())
«¦async »def other(ctx: Context[Any]«¦, number: int = 0») -> None:
    ctx.send_event(names.«Second¦First¦Item[int]»())
def number(of: int) -> int:
    return «of¦of + 1»
"""

TELLING = """«from __future__ import annotations
¦»«¦
# lines more

»import functools
from typing import Any
from typedflow import Context
from . import events, further
from .aliases import logged
from .events import «First, Second, Third¦First, Second as Third, Third as Second»
from .names import Made, Renamed
from .further import «hand¦other as hand», other
«Spoken = First¦Spoken = Second¦Spoken = events.First¦Spoken = Made»
«¦@logged
¦@functools.cache
»def say(«before| ¦text: str, »«given|ctx¦of¦spoken»: «Context[Any]¦Any») -> None:
    «given|ctx¦of¦spoken».send_event(«First¦Second¦Spoken¦Renamed¦events.Third»())
    «...¦...¦further.hand(«given|ctx¦of¦spoken»)¦other(«given|ctx¦of¦spoken»)»
«¦say = logged(say)
¦if further:
    def say(ctx: Context[Any]) -> None: ...
»class Teller:
    @classmethod
    def hand(cls, ctx: Context[Any]) -> None:
        «cls.tell(ctx)¦say(ctx)¦hand(ctx)¦...»
    «@classmethod
    def tell(cls, ctx: Context[Any]) -> None:
    ¦@staticmethod
    def tell(ctx: Context[Any]) -> None:
    ¦def tell(self, ctx: Context[Any]) -> None:
    ¦@classmethod
    @logged
    def tell(cls, ctx: Context[Any]) -> None:
    »    ctx.send_event(«First¦Second¦Spoken»())
class Silent(Teller):
    «kept: int = 0¦@classmethod
    def tell(cls, ctx: Context[Any]) -> None: «...¦ctx.send_event(Second())»»
teller«¦: Teller» = «Teller()¦Silent()»
shout = «say¦hand¦further.other¦Teller.hand»
"""

HANDS = """«from __future__ import annotations
¦»from typing import Any
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from . import telling
from .events import First, Second, Third
from .telling import Silent, Teller, hand, say, shout, teller
class H(«Workflow¦Teller, Workflow¦Silent, Workflow»):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> None:
        «say(ctx)¦telling.say(ctx)¦telling.further.hand(ctx)¦hand(ctx)¦shout(ctx)¦Teller.hand(ctx)¦Silent.hand(ctx)¦telling.Teller.tell(ctx)¦teller.hand(ctx)¦self.hand(ctx)¦say("", ctx)»
    @step
    async def end(self, ev: «First¦Second¦First | Third») -> StopEvent:
        raise NotImplementedError
def local() -> None:
    class L(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> None:
            «telling.say(ctx)¦hand(ctx)¦Teller.hand(ctx)»
        @step
        async def end(self, ev: First) -> StopEvent:
            raise NotImplementedError
"""

HANDED = """from .events import First, Second
from .hands import H
from typedflow import StopEvent, step
class I(H):
    «...¦@step
    async def more(self, ev: Second) -> StopEvent: raise NotImplementedError»
"""

TEXTS = {
    "aliases": ALIASES,
    "events": EVENTS,
    "states": STATES,
    "names": NAMES,
    "base": BASE,
    "flow": FLOW,
    "more": MORE,
    "call": CALL,
    "further": FURTHER,
    "telling": TELLING,
    "hands": HANDS,
    "handed": HANDED,
}
