"""What the cases share: the events and states of a small shop, in a module of its own."""

from typing import Generic, TypeVar

from pydantic import BaseModel

from typedflow import (
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    Workflow,
    step,
)

T = TypeVar("T")


class Order(StartEvent):
    number: int
    urgent: bool = False


class Packed(Event):
    weight: float = 0.0


class Paid(Event):
    amount: int = 0


class Shipped(Event):
    pass


class Batch(Event, Generic[T]):
    items: list[T] = []


class Question(InputRequiredEvent):
    text: str = ""


class Answer(HumanResponseEvent):
    text: str = ""


class Bill(StopEvent):
    total: int


class Cart(BaseModel):
    items: list[str] = []
    total: int = 0


class BigCart(Cart):
    notes: dict[str, str] = {}


class NeedsAName(BaseModel):
    name: str
    age: int = 0


class Packing(Workflow, open_steps=True):
    """Takes what another class makes."""

    @step
    async def pack(self, ev: Paid) -> Packed:
        return Packed(weight=ev.amount)


class Asking(Workflow, open_steps=True):
    """Sends from its body."""

    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int] | None:
        ctx.send_event(Paid(amount=1))
        return None


class Mixin:
    """Steps in a class that is no workflow."""

    @step
    async def ship(self, ev: Packed) -> Shipped:
        return Shipped()
