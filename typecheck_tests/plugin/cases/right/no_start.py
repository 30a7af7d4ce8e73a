"""A run can begin."""

import abc

from shop import Mixin, Order, Packed, Paid, Shipped
from unfollowed import Foreign  # type: ignore[import-not-found]

from typedflow import Event, StartEvent, StopEvent, Workflow, step


class Plain(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


class Subclassed(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class AnyEvent(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: Event) -> StopEvent:
        return StopEvent()


class Open(Workflow, open_steps=True):
    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


class Completed(Open):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


class Abstract(Workflow, abc.ABC):
    @abc.abstractmethod
    def price(self) -> int: ...

    @step
    async def end(self, ev: Paid) -> StopEvent[int]:
        return StopEvent(result=self.price())


class Concrete(Abstract):
    def price(self) -> int:
        return 2

    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


class Mixed(Mixin, Workflow):
    @step
    async def begin(self, ev: Order | Shipped) -> Packed | StopEvent:
        return Packed()


class Free(Workflow):
    pass


@step(workflow=Free)
async def begin(ev: Order) -> StopEvent:
    return StopEvent()


class BeginsElsewhere(Workflow):
    """What an import that mypy does not follow gives may well be a start event."""

    @step
    async def begin(self, ev: Foreign) -> StopEvent[int]:
        return StopEvent(result=1)
