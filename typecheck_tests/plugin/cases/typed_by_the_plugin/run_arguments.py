"""What run() gives, and start events that only the plugin reads as pydantic does."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from shop import Bill, Cart, Order, Packed, Paid
from typing_extensions import assert_type

from typedflow import Context, DictState, StartEvent, StopEvent, Workflow, WorkflowHandler, step


class Counter(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent[int] | Packed:
        return StopEvent(result=ev.number)

    @step
    async def end(self, ev: Packed) -> StopEvent[str] | Bill | None:
        return None


async def typed() -> None:
    handler = Counter().run(number=1)
    assert_type(handler, WorkflowHandler[int | str | Bill, Cart])
    assert_type(await handler, int | str | Bill)
    assert_type(handler.ctx, Context[Cart])
    assert_type(handler.ctx.state.total, int)
    assert_type(await handler.ctx.store.get("items.0"), str)
    workflow = Counter()
    ctx = Context(workflow)
    assert_type(ctx, Context[Cart])
    await workflow.run(number=1, urgent=True, ctx=ctx, run_id="a")
    await workflow.run(ctx=ctx)
    assert_type(await workflow.run(start_event=Order(number=1)), int | str | Bill)
    assert_type(await workflow.run(start_event=Order(number=1), ctx=ctx), int | str | Bill)


class Fields(StartEvent):
    rows: list[dict[str, int | None]]
    price: float = 0
    factory: list[str] = Field(default_factory=list)
    default: Annotated[int, Field(default=1)]


class Loose(StartEvent):
    model_config = ConfigDict(extra="allow")

    known: int


class TakesFields(Workflow):
    @step
    async def begin(self, ev: Fields) -> StopEvent[list[str]]:
        return StopEvent(result=ev.factory)


class TakesAnything(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


class TakesMore(Workflow):
    @step
    async def begin(self, ev: Loose) -> StopEvent:
        return StopEvent()


class Written(Workflow[Cart, Bill]):
    start_event = Order

    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> Bill:
        return Bill(total=1)


class TwoStarts(Workflow):
    class Express(Order):
        fee: float = 0

    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def express(self, ev: Express | Paid) -> StopEvent[None]:
        return StopEvent(result=None)


async def calls(fields: dict[str, object]) -> None:
    await TakesFields().run(rows=[])  # `default` has one
    await TakesFields().run(rows=[{"a": None}], price=3, factory=["a"], default=2)
    assert_type(await TakesAnything().run(), Any)
    assert_type(await TakesAnything().run(whatever=1, more="2"), Any)
    await TakesMore().run(known=1, unknown=2)
    await Counter().run(**fields)
    assert_type(await Written().run(number=1), Bill)
    await TwoStarts().run(number=1, fee=2)
    assert_type(TwoStarts().run(number=1).ctx, Context[DictState])


class OwnRun(Counter):
    def run(self, times: int) -> str:  # type: ignore[override]
        return "run" * times


def own(workflow: OwnRun) -> None:
    assert_type(workflow.run(3), str)
    assert_type(workflow.run(times=3), str)


def at_once() -> None:
    assert_type(Counter().run_sync(number=1), int | str | Bill)
    assert_type(Written().run_sync(number=1), Bill)
