"""run() with a missing, unknown or ill-typed field of the start event."""

from typing import Annotated, Literal

from pydantic import Field
from shop import Bill, Cart, Order
from typing_extensions import assert_type

from typedflow import Context, StartEvent, StopEvent, Workflow, step


class Counter(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=ev.number)


async def plain() -> None:
    await Counter().run()  # E: 11 run-arguments
    await Counter().run(nubmer=1)  # E: 11 run-arguments; 32 run-arguments
    await Counter().run(number=1, more=2)  # E: 40 run-arguments
    await Counter().run(number="1")  # E: 32 run-arguments
    await Counter().run(number=1, urgent=1)  # E: 42 run-arguments
    await Counter().run(number=None)  # E: 32 run-arguments
    await Counter(timeout=1).run(number=1, run_id=3)  # E: 11 call-overload
    await Counter().run(urgent=True, ctx=Context(Counter()))  # E: 11 run-arguments
    workflow = Counter()
    handler = workflow.run(
        number=1,
        urgnet=True,  # E: 16 run-arguments
    )
    await handler


class Nothing(StartEvent):
    pass


class Fields(StartEvent):
    mode: Literal["fast", "slow"]
    tags: list[str] = Field(default_factory=list)
    required: Annotated[int, Field(gt=0)]
    optional: Annotated[int, Field(default=1)]
    dots: int = Field(...)


class TakesNothing(Workflow):
    @step
    async def begin(self, ev: Nothing) -> StopEvent:
        return StopEvent()


class TakesFields(Workflow):
    @step
    async def begin(self, ev: Fields) -> StopEvent:
        return StopEvent()


class Written(Workflow[Cart, Bill]):
    start_event = Order

    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Bill:
        return Bill(total=1)


class Derived(Counter):
    class Express(Order):
        fee: float

    @step
    async def express(self, ev: Express) -> StopEvent[int]:
        return StopEvent(result=1)


async def others() -> None:
    await TakesNothing().run(number=1)  # E: 37 run-arguments
    await TakesFields().run(mode="fast", required=1)  # E: 11 run-arguments
    await TakesFields().run(mode="quick", required=1, dots=2)  # E: 34 run-arguments
    await TakesFields().run(mode="slow", dots=1, required=1, tags=[1])  # E: 67 run-arguments
    await TakesFields().run(mode="slow", dots=1, optional=1)  # E: 11 run-arguments
    await Written().run(numbr=1)  # E: 11 run-arguments; 31 run-arguments
    await Derived().run(number=1)  # E: 11 run-arguments
    assert_type(await Counter().run(wrong=1), int)  # E: 23 run-arguments; 43 run-arguments


class NotAStart(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[str]:
        number: int = await Counter().run(number="one")  # E: 50 run-arguments
        text: str = await Counter().run(number=1)  # E: 21 assignment
        return StopEvent(result=text * number)


def at_once() -> None:
    Counter().run_sync(number="one")  # E: 31 run-arguments
    assert_type(Counter().run_sync(numbr=1), int)  # E: 17 run-arguments; 42 run-arguments
