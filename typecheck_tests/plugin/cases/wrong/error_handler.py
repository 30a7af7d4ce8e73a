"""A @catch_error step with a wrong signature, or for an unknown step."""

from typing import Final

from shop import Order, Packed, Packing, Paid

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


# twin: a misspelt step
class UnknownStep(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begni"])  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: for no step
class NoStep(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=[])  # E: 6 error-handler
    async def mend(self, ctx: Context, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: two for one step
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


# twin: two for all steps
class TwoForAll(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def a(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=2)  # E: 6 error-handler
    async def b(self, ev: StepFailedEvent) -> None: ...


# twin: for a handler
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


# twin: how often it recovers
class Never(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=0)  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: it takes another event
class TakesAnother(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error
    async def mend(self, ev: Paid) -> StopEvent:  # E: 15 error-handler
        return StopEvent()


# twin: it takes another event too
class TakesBoth(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error(for_steps=["begin"])
    async def mend(self, ctx: Context, ev: StepFailedEvent | Paid) -> StopEvent:  # E: 15 error-handler
        return StopEvent()


# twin: a base names a step of its subclasses
class Base(Workflow, open_steps=True):
    @catch_error(for_steps=["begin"])  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def begins(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a step of a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["packed"])  # E: 6 error-handler
    def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: a step that is a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error(  # E: 6 error-handler
        for_steps=["begin", "fre"],
    )
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ev: Paid) -> StopEvent:
    return StopEvent()


# twin: a helper
class OfAHelper(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return self.end(Paid())

    def end(self, ev: Paid) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["end"])  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> None: ...


# twin: in a mixin
class Mends:
    @catch_error(for_steps=["start"])  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Mixed(Mends, Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a list of failures
class TakesMany(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, evs: list[StepFailedEvent]) -> StopEvent:  # E: 36 collect; 15 error-handler
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            return StopEvent()

        @catch_error(for_steps=["Inner.begin"])  # E: 10 error-handler
        async def mend(self, ev: StepFailedEvent) -> StopEvent:
            return StopEvent()

    Inner()


# twin: less than never
LEAST: Final = -1


class LessThanNever(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=LEAST)  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: a name and no list
class NoList(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps="begin")  # E: 6 error-handler
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()
