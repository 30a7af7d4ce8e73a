"""A @catch_error step with a wrong signature, or for an unknown step."""

from shop import Order, Paid

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


class UnknownStep(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begni"])  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class NoStep(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=[])  # E: 6 error-handler
    async def mend(self, ctx: Context, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Twice(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=("begin",))
    async def a(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"])  # E: 6 error-handler
    async def b(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class TwoForAll(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def a(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=2)  # E: 6 error-handler
    async def b(self, ev: StepFailedEvent) -> None: ...


class OfAHandler(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"])
    async def a(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["a"])  # E: 6 error-handler
    async def b(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Never(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=0)  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class TakesAnother(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error
    async def mend(self, ev: Paid) -> StopEvent:  # E: 15 error-handler
        return StopEvent()


class TakesBoth(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error(for_steps=["begin"])
    async def mend(self, ctx: Context, ev: StepFailedEvent | Paid) -> StopEvent:  # E: 15 error-handler
        return StopEvent()
