"""run() with a missing, unknown or ill-typed field of the start event."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field, model_validator
from shop import Bill, Cart, Order

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

E = TypeVar("E", bound=Event)


class Counter(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=ev.number)


# twin: a field is missing
async def a_field_is_missing() -> None:
    await Counter().run()  # E: 11 run-arguments
    await Counter().run(urgent=True, ctx=Context(Counter()))  # E: 11 run-arguments


# twin: a field is misspelt
async def a_field_is_misspelt() -> None:
    await Counter().run(nubmer=1)  # E: 11 run-arguments; 32 run-arguments


# twin: one too many
async def one_too_many() -> None:
    workflow = Counter()
    handler = workflow.run(
        number=1,
        urgnet=True,  # E: 16 run-arguments
    )
    await handler


# twin: a value of another type
async def a_value_of_another_type(text: str, maybe: int | None) -> None:
    await Counter().run(number=text)  # E: 32 run-arguments
    await Counter().run(number=1, urgent=1)  # E: 42 run-arguments
    await Counter().run(number=maybe)  # E: 32 run-arguments


# twin: what run keeps for itself
async def of_its_own() -> None:
    await Counter(timeout=1).run(number=1, run_id=3)  # E: 11 call-overload
    await Counter().run(run_id="a", urgent=True)  # E: 11 run-arguments


# twin: a start event without fields
class Nothing(StartEvent):
    pass


class TakesNothing(Workflow):
    @step
    async def begin(self, ev: Nothing) -> StopEvent:
        return StopEvent()


async def without_fields() -> None:
    await TakesNothing().run(number=1)  # E: 37 run-arguments


# twin: fields of every form
class Fields(StartEvent):
    mode: Literal["fast", "slow"]
    tags: list[str] = Field(default_factory=list)
    required: Annotated[int, Field(gt=0)]
    optional: Annotated[int, Field(default=1)]
    dots: int = Field(...)


class TakesFields(Workflow):
    @step
    async def begin(self, ev: Fields) -> StopEvent:
        return StopEvent()


async def fields_of_every_form() -> None:
    await TakesFields().run(mode="fast", required=1)  # E: 11 run-arguments
    await TakesFields().run(mode="quick", required=1, dots=2)  # E: 34 run-arguments
    await TakesFields().run(mode="slow", dots=1, required=1, tags=[1])  # E: 67 run-arguments
    await TakesFields().run(mode="slow", dots=1, optional=1)  # E: 11 run-arguments


# twin: start_event is written
class Written(Workflow[Cart, Bill]):
    start_event = Order

    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Bill:
        return Bill(total=1)


async def start_event_is_written() -> None:
    await Written().run(numbr=1)  # E: 11 run-arguments; 31 run-arguments


# twin: a derived start event
class Derived(Counter):
    class Express(Order):
        fee: float

    @step
    async def express(self, ev: Express) -> StopEvent[int]:
        return StopEvent(result=1)


async def a_derived_start_event() -> None:
    await Derived().run(number=1)  # E: 11 run-arguments


# twin: in a step
class RunsAnother(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[str]:
        number: int = await Counter().run(number="one")  # E: 50 run-arguments
        return StopEvent(result="a" * number)


# twin: at once
def at_once() -> None:
    Counter().run_sync(number="one")  # E: 31 run-arguments
    Counter().run_sync(numbr=1)  # E: 5 run-arguments; 30 run-arguments


# twin: aliases
class Aliased(StartEvent):
    kind: str = Field(alias="type")


class TakesAliased(Workflow):
    @step
    async def begin(self, ev: Aliased) -> StopEvent:
        return StopEvent()


async def aliases() -> None:
    await TakesAliased().run(kind="a")  # E: 11 run-arguments; 35 run-arguments


# twin: other names
class Named(StartEvent):
    model_config = ConfigDict(title="named")

    user_name: str = Field(serialization_alias="userName")

    @model_validator(mode="after")
    def is_checked(self) -> "Named":
        return self


class TakesNamed(Workflow):
    @step
    async def begin(self, ev: Named) -> StopEvent:
        return StopEvent()


async def other_names() -> None:
    await TakesNamed().run(userName="Ann")  # E: 11 run-arguments; 37 run-arguments


# twin: unknown fields
class Strict(StartEvent):
    model_config = ConfigDict(strict=True)

    known: int


class TakesStrict(Workflow):
    @step
    async def begin(self, ev: Strict) -> StopEvent:
        return StopEvent()


async def unknown_fields() -> None:
    await TakesStrict().run(known=1, unknown=2)  # E: 46 run-arguments


# twin: a generic base
class Takes(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: E) -> StopEvent:
        return StopEvent()


class TakesAnOrder(Takes[Order]):
    pass


async def a_generic_base() -> None:
    await TakesAnOrder().run(number="1")  # E: 37 run-arguments


# twin: any of several workflows
class Another(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


async def any_of_several(workflow: Counter | Another) -> None:
    await workflow.run(number="1")  # E: 31 run-arguments


# twin: a class in a function
async def in_a_function() -> None:
    class Local(StartEvent):
        size: int

    class Inner(Workflow):
        @step
        async def begin(self, ev: Local) -> StopEvent:
            return StopEvent()

    await Inner().run(size=None)  # E: 28 run-arguments


# twin: a start event that no step takes
class Early(StartEvent):
    pass


class Late(Order):
    pass


class TakesEarly(Workflow):
    @step
    async def begin(self, ev: Early) -> StopEvent:
        return StopEvent()


async def a_start_event_that_no_step_takes(early: Early, late: Late) -> None:
    await Counter().run(start_event=early)  # E: 37 run-arguments
    await Counter().run(start_event=StartEvent(number=1))  # E: 37 run-arguments
    await Counter().run(Context(Counter()), Early())  # E: 45 run-arguments
    Counter().run_sync(start_event=Early(), run_id="a")  # E: 36 run-arguments
    await TakesEarly().run(start_event=late)  # E: 40 run-arguments


# twin: a name that run() keeps
class Keeps(StartEvent):
    run_id: int = 0


class Begins(Keeps):
    by: int = 0


class TakesWhatIsKept(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Begins) -> StopEvent[int]:  # E: 45 run-arguments
        return StopEvent(result=ev.by)


# twin: the step's own context
class Again(Event):
    pass


class Searching(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int] | Again:
        found = await Counter().run(ctx=ctx, number=1)  # E: 41 run-arguments
        found += await Counter().run(ctx, start_event=ev)  # E: 38 run-arguments
        for _ in range(found):
            await self.run(start_event=ev, ctx=ctx)  # E: 48 run-arguments
        return StopEvent(result=found)

    @step
    def again(self, ev: Again, context: Context) -> StopEvent[int]:
        return StopEvent(result=Counter().run_sync(ctx=context, number=1))  # E: 56 run-arguments


@step(workflow=Searching)
async def free(ctx: Context, ev: Again) -> StopEvent[int]:
    return StopEvent(result=await Counter().run(ctx=ctx, number=1))  # E: 53 run-arguments
