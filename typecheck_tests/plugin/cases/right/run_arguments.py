"""run() with the fields of the start event."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AliasChoices, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from shop import Bill, Cart, Order, Packed, Paid
from typing_extensions import TypedDict

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, WorkflowHandler, step

E = TypeVar("E", bound=Event)


class Counter(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent[int] | Packed:
        return StopEvent(result=ev.number)

    @step
    async def end(self, ev: Packed) -> StopEvent[str] | Bill | None:
        return None


class Written(Workflow[Cart, Bill]):
    start_event = Order

    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Bill:
        return Bill(total=1)


# twin: a field is missing
async def a_field_is_missing() -> None:
    await Counter().run(number=1)
    await Counter().run(start_event=Order(number=1))
    await Counter().run(ctx=Context(Counter()))  # of a run that has begun


# twin: a field is misspelt
class Given(TypedDict):
    number: int


async def a_field_is_misspelt(given: Given, anything: Any, fields: dict[str, Any]) -> None:
    await Counter().run(**given)
    await Counter().run(number=1, **anything)
    await Counter().run(**fields)


# twin: one too many
async def one_too_many() -> None:
    workflow = Counter()
    handler = workflow.run(
        number=1,
        urgent=True,
    )
    await handler


# twin: a value of another type
class Money(float):
    pass


class Bid(StartEvent):
    amount: float
    rows: list[dict[str, int | None]]


class Bids(Workflow):
    @step
    async def begin(self, ev: Bid) -> StopEvent:
        return StopEvent()


async def a_value_of_another_type(anything: Any) -> None:
    await Bids().run(amount=1, rows=[])
    await Bids().run(amount=Money(1), rows=[{"a": None}])
    await Bids().run(amount=True, rows=anything)


# twin: what run keeps for itself
async def of_its_own() -> None:
    ctx = Context(Counter())
    await Counter(timeout=1).run(number=1, urgent=True, ctx=ctx, run_id="a")
    await Counter().run(ctx, start_event=Order(number=1))


# twin: a start event without fields
class Nothing(StartEvent):
    pass


class TakesNothing(Workflow):
    @step
    async def begin(self, ev: Nothing) -> StopEvent:
        return StopEvent()


class TakesAnything(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


async def without_fields() -> None:
    await TakesNothing().run()
    await TakesAnything().run(whatever=1, more="2")


# twin: fields of every form
class Fields(StartEvent):
    mode: Literal["fast", "slow"]
    tags: list[str] = Field(default_factory=list)
    required: Annotated[int, Field(gt=0)]
    dots: int = Field(...)


class TakesFields(Workflow):
    @step
    async def begin(self, ev: Fields) -> StopEvent:
        return StopEvent()


async def fields_of_every_form(mode: Literal["slow"]) -> None:
    await TakesFields().run(mode="fast", required=1, dots=2)
    await TakesFields().run(mode=mode, required=1, dots=2, tags=["a"])


# twin: start_event is written
async def start_event_is_written() -> Bill:
    return await Written().run(number=1)


# twin: a derived start event
class Derived(Workflow):
    class Express(Order):
        fee: float = 0

    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def express(self, ev: Express | Paid) -> StopEvent[None]:
        return StopEvent(result=None)


async def a_derived_start_event() -> None:
    await Derived().run(number=1)
    await Derived().run(number=1, fee=2)


# twin: in a step
class RunsAnother(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[str]:
        bill = await Written().run(number=ev.number)
        return StopEvent(result="a" * bill.total)


# twin: at once
def at_once() -> None:
    Counter().run_sync(number=1)
    print(Written().run_sync(number=1, urgent=False).total)


# twin: aliases
class Aliased(StartEvent):
    kind: str = Field(alias="type")


class TakesAliased(Workflow):
    @step
    async def begin(self, ev: Aliased) -> StopEvent:
        return StopEvent()


async def aliases() -> None:
    await TakesAliased().run(type="a")


# twin: other names
class Camel(StartEvent):
    model_config = ConfigDict(alias_generator=to_camel)

    user_name: str


class Either(StartEvent):
    user_name: str = Field(validation_alias=AliasChoices("userName", "user"))


class OneByAnother(StartEvent):
    size: int

    @model_validator(mode="before")
    @classmethod
    def of_a_text(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {"size": len(data["text"])} if "text" in data else data


class ByBoth(StartEvent):
    model_config = ConfigDict(populate_by_name=True)

    user_name: Annotated[str, Field(alias="userName")]


class TakesCamel(Workflow):
    @step
    async def begin(self, ev: Camel) -> StopEvent:
        return StopEvent()


class TakesEither(Workflow):
    @step
    async def begin(self, ev: Either) -> StopEvent:
        return StopEvent()


class TakesOneByAnother(Workflow):
    @step
    async def begin(self, ev: OneByAnother) -> StopEvent:
        return StopEvent()


class TakesByBoth(Workflow):
    @step
    async def begin(self, ev: ByBoth) -> StopEvent:
        return StopEvent()


async def other_names() -> None:
    await TakesCamel().run(userName="Ann")
    await TakesEither().run(user="Ann")
    await TakesOneByAnother().run(text="Ann")
    await TakesByBoth().run(user_name="Ann")
    await TakesByBoth().run(userName="Ann")


# twin: unknown fields
CONFIG = ConfigDict(extra="allow")


class Loose(StartEvent):
    model_config = CONFIG

    known: int


class TakesMore(Workflow):
    @step
    async def begin(self, ev: Loose) -> StopEvent:
        return StopEvent()


async def known_fields() -> None:
    await TakesMore().run(known=1, unknown=2)


class Open(Workflow, open_steps=True):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=1)


async def unknown_fields(workflow: Workflow, anything: Any) -> None:
    await Open().run(number=1, whatever=2)
    await workflow.run(anything=1)
    await anything.run(anything=1)


# twin: a generic base
class Takes(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: E) -> StopEvent:
        return StopEvent()


class TakesAnOrder(Takes[Order]):
    pass


async def a_generic_base(any_of_it: Takes[Order]) -> None:
    await TakesAnOrder().run(number=1)
    await any_of_it.run(number="1")


# twin: any of several workflows
async def any_of_several(workflow: Counter | Written, kind: type[Counter]) -> None:
    await workflow.run(number=1)
    await kind().run(number=1)


# twin: a class in a function
async def in_a_function() -> None:
    class Local(StartEvent):
        size: int | None

    class Inner(Workflow):
        @step
        async def begin(self, ev: Local) -> StopEvent:
            return StopEvent()

    await Inner().run(size=None)


# twin: a start event that no step takes
class Late(Order):
    pass


class Later(Late):
    pass


class TakesLater(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def begin_late(self, ev: Later) -> StopEvent:
        return StopEvent()


class All(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: Event) -> StopEvent:
        return StopEvent()


class Plain(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


class ManyMore(Workflow, open_steps=True):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


async def a_start_event_that_no_step_takes(some: StartEvent, order: Order, anything: Any) -> None:
    await Counter().run(start_event=some)  # which may be an Order
    await Counter().run(start_event=anything)
    await Counter().run(None, Order(number=1))
    await TakesLater().run(start_event=Late(number=1))
    await TakesLater().run(start_event=Later(number=1))
    await TakesLater().run(start_event=order)
    await All().run(start_event=Late(number=1))
    await Plain().run(start_event=StartEvent(topic="ships"))
    await ManyMore().run(start_event=StartEvent(topic="ships"))


# twin: a name that run() keeps
class Keeps(StartEvent):
    run_ids: list[int] = []

    @property
    def run_id(self) -> int:
        return len(self.run_ids)


class Begins(Keeps):
    by: int = 0


class TakesWhatIsKept(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Begins) -> StopEvent[int]:
        return StopEvent(result=ev.by + ev.run_id)


# twin: the step's own context
class Again(Event):
    pass


class Counts(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=ev.number)


class Searching(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int] | Again:
        counter = Counts()
        found = await counter.run(ctx=Context(counter, state_of=ctx), number=1)
        found += await counter.run(Context(counter, state_of=ctx), start_event=ev)
        for _ in range(found):
            await self.run(start_event=ev)
        return StopEvent(result=found)

    @step
    def again(self, ev: Again, context: Context) -> StopEvent[int]:
        counter = Counts()
        context = Context(counter, state_of=context)
        return StopEvent(result=counter.run_sync(ctx=context, number=1))

    async def later(self, ctx: Context) -> int:
        found: int = await Counts().run(ctx=ctx, number=1)
        return found


@step(workflow=Searching)
async def free(ctx: Context, ev: Again) -> StopEvent[int]:
    async def afterwards() -> int:
        found: int = await Counts().run(ctx=ctx, number=1)
        return found

    def run(ctx: Context) -> WorkflowHandler[int]:
        return Counts().run(ctx=ctx, number=1)

    return StopEvent(result=len(repr([afterwards, run, lambda: Counts().run(ctx=ctx, number=1)])))
