"""Methods that are no steps, and do not look like one."""

import abc
from typing import Any

from shop import Order, Packed, Paid

from typedflow import Context, Event, StopEvent, Workflow, step


class Helpers(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        await self.called(ctx, ev)
        self.shown(Packed())
        return StopEvent()

    async def called(self, ctx: Context, ev: Order) -> Packed:
        return Packed()

    def shown(self, ev: Packed) -> None: ...

    def looks(self, ev: Event) -> str:
        return str(ev)

    def counts(self, ev: Paid, times: int) -> Paid:
        return ev

    def makes(self) -> Paid:
        return Paid()

    @staticmethod
    def static(ev: Paid) -> Packed:
        return Packed()

    @classmethod
    def of_class(cls, ev: Paid) -> Packed:
        return Packed()

    @property
    def last(self) -> Paid:
        return Paid()

    def anything(self, ev: Any) -> Any:
        return ev


class HandedOn(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=len(list(map(self.packed, [Paid()]))))

    def packed(self, ev: Paid) -> Packed:
        return Packed()


class Abstract(Workflow, abc.ABC):
    @abc.abstractmethod
    async def begin(self, ev: Order) -> StopEvent: ...


class TakenAway(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def more(self, ev: Order) -> None: ...


class Without(TakenAway):
    more = None  # type: ignore[assignment]  # takes the step away on purpose


class Nested(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        async def inner(ev: Paid) -> Packed:
            return Packed()

        await inner(Paid())
        return StopEvent()
