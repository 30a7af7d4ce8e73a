"""Handlers of failures."""

from collections.abc import Sequence
from typing import Final

from shop import Order, Packed, Packing, Paid

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


# twin: a misspelt step
NAMES: Sequence[str] = ["begin"]


class Named(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=NAMES)
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: for no step
class ForAll(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=None)
    async def mend(self, ctx: Context, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: two for one step
class OneEach(Workflow):
    @step
    async def begin(self, ev: Order) -> Packed | StopEvent:
        return Packed()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=("begin",))
    async def a(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["end"])
    async def b(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: two for all steps
class OneForAllOthers(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def pay(self, ev: Paid) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"], max_recoveries=3)
    async def a(self, ctx: Context, ev: StepFailedEvent) -> Paid:
        return Paid()

    @catch_error()
    async def b(self, ev: StepFailedEvent) -> None: ...


# twin: for a handler
class BesideAHandler(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"])
    async def a(self, ev: StepFailedEvent) -> Packed:
        return Packed()

    @step
    async def c(self, ev: Packed) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["c"])
    async def b(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: how often it recovers
TIMES = 0


class AsOftenAsSaid(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=TIMES + 1)
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: it takes another event
class TakesTheFailure(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error
    async def mend(self, failed: "StepFailedEvent") -> Paid:
        return Paid()

    @step
    async def pay(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: it takes another event too
class ContextLast(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent, ctx: Context) -> StopEvent[str]:
        return StopEvent(result=ev.step_name)


# twin: a base names a step of its subclasses
class Base(Workflow, open_steps=True):
    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a step of a base in another module
class Completed(Packing):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["pack"])
    def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: a step that is a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @catch_error(
        for_steps=["begin", "free"],
    )
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
async def free(ev: Paid) -> StopEvent:
    return StopEvent()


# twin: a helper
class OfAStep(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    def end(self, ev: Paid) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["end", "begin"])
    async def mend(self, ev: StepFailedEvent) -> None: ...


# twin: in a mixin
class Mends:
    @catch_error(for_steps=["begin"])
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class Mixed(Mends, Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a list of failures
class GoesOn(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def work(self, ev: Paid) -> Packed:
        return Packed()

    @catch_error(for_steps=["work"])
    async def mend(self, ev: StepFailedEvent) -> Packed:
        return Packed()

    @step
    async def end(self, evs: list[Packed]) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            return StopEvent()

        @catch_error(for_steps=["begin"])
        async def mend(self, ev: StepFailedEvent) -> StopEvent:
            return StopEvent()

    Inner()


# twin: less than never
MOST: Final = 3


class ThreeTimes(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(max_recoveries=MOST)
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


# twin: a name and no list
class AList(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begin"], max_recoveries=1 + 1)
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()
