"""A step that assigns to self, which all runs share."""

from shop import Order, Paid

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


# twin: an assignment
class Plain(Workflow):
    count: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.count = 1  # E: 9 self-state
        return StopEvent()


# twin: an addition
class Augmented(Workflow):
    count: int = 0

    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        self.count += 1  # E: 9 self-state
        return StopEvent()


# twin: unpacked
class Unpacked(Workflow):
    one: int = 0
    other: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.one, self.other = 1, 2  # E: 9 self-state; 19 self-state
        return StopEvent()


# twin: by setattr
class BySetattr(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        setattr(self, "count", 1)  # E: 9 self-state
        return StopEvent()


# twin: deleted
class Deleted(Workflow):
    count: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        del self.count  # E: 13 self-state
        return StopEvent()


# twin: in a loop
class InALoop(Workflow):
    count: int = 0

    @step
    def begin(self, ev: Order) -> StopEvent:
        for self.count in range(3):  # E: 13 self-state
            pass
        return StopEvent()


# twin: in an inner function
class InAnInnerFunction(Workflow):
    total: int = 0

    @step
    async def begin(self, ev: Order) -> Paid:
        def add() -> None:
            self.total = 3  # E: 13 self-state

        add()
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        return StopEvent()


# twin: under another name
class AnotherName(Workflow):
    total: int = 0

    @step
    async def begin(this, ev: Order) -> StopEvent:
        this.total = this.total * 2  # E: 9 self-state
        return StopEvent()


# twin: in a base
class Base(Workflow):
    seen: bool = False

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.seen = True  # E: 9 self-state
        return StopEvent()


class Derived(Base):
    pass


# twin: in a mixin
class Counts:
    count: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.count: int = 1  # E: 9 self-state
        return StopEvent()


class Mixed(Counts, Workflow):
    pass


# twin: kept for the next run
class Keeps(Workflow):
    lines: list[str]

    @step
    async def begin(self, ev: Order) -> StopEvent:
        with open(__file__) as self.file:  # E: 32 self-state
            self.lines = [line for line in self.file]  # E: 13 self-state
        return StopEvent()


# twin: by a handler of failures
class Mends(Workflow):
    last: str = ""

    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent:
        self.last = ev.step_name  # E: 9 self-state
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Inner(Workflow):
        calls: int = 0

        @step(num_workers=2)
        async def begin(self, ev: Order) -> StopEvent:
            if ev.urgent:
                self.calls |= 1  # E: 17 self-state
            return StopEvent()

    Inner()
