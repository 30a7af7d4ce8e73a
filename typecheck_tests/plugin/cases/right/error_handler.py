"""Handlers of failures."""

from collections.abc import Sequence

from shop import Order, Packed, Paid

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

NAMES: Sequence[str] = ["begin"]


class ForAll(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result=ev.step_name)


class ForSome(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def pay(self, ev: Paid) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"], max_recoveries=3)
    async def mend(self, ctx: Context, ev: StepFailedEvent) -> Paid:
        return Paid()

    @catch_error()
    async def others(self, ev: StepFailedEvent) -> None: ...


class Named(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=NAMES)
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Base(Workflow, open_steps=True):
    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class GoesOn(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed | StopEvent:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=("begin", "end"))
    async def mend(self, ev: StepFailedEvent) -> Packed:
        return Packed()


class ContextFirst(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=None)
    async def mend(self, ctx: Context, failed: StepFailedEvent) -> StopEvent | None:
        return None
