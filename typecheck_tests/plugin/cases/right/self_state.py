"""What a step keeps, it keeps in the state; what is set up once, in `__init__`."""

import functools

from shop import Cart, Order, Paid

from typedflow import Context, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent


# twin: an assignment
class SetUp(Workflow):
    def __init__(self, limit: int) -> None:
        super().__init__(timeout=1.0)
        self.limit = limit

    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=self.limit)


# twin: an addition
class InTheState(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.total += 1
        return StopEvent()


# twin: unpacked
class Locals(Workflow):
    one: int = 0
    other: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        self.total: int  # says its type, and assigns nothing
        one, other = self.one, self.other
        one += other
        return StopEvent(result=one)


# twin: by setattr
class AttributesOfOthers(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            setattr(state, "total", getattr(self, "timeout", 1))
        return StopEvent(result=ctx.state.total)


# twin: deleted
class DeletesOthers(Workflow):
    count: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        me = [self]
        me[0] = self
        del me[0]
        return StopEvent()


# twin: in a loop
class InALoop(Workflow):
    count: int = 3

    @step
    def begin(self, ev: Order) -> StopEvent[int]:
        for count in range(self.count):
            print(self.count == count, self.count >= count)
        return StopEvent(result=len([self for _ in range(self.count)]))


# twin: in an inner function
class OtherSelf(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        class Inner:
            def __init__(self) -> None:
                self.count = 1

        Inner().count = 2
        return StopEvent()


# twin: under another name
class AnotherName(Workflow):
    @step
    async def begin(this, ev: Order) -> StopEvent:
        self = Cart()
        self.total = 4
        return StopEvent()


# twin: in a base
class Base(Workflow, open_steps=True):
    seen: int = 0

    def reset(self) -> None:
        self.seen = 0


class Derived(Base):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Paid) -> StopEvent:
        self.log(seen=self.seen)
        return StopEvent()

    def log(self, seen: int) -> None: ...


# twin: in a mixin
class Counts:
    count: int = 0

    def __init_subclass__(cls) -> None:
        cls.count = 1

    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=self.count)


class Mixed(Counts, Workflow):
    pass


# twin: kept for the next run
class Keeps(Workflow):
    @functools.cached_property
    def lines(self) -> list[str]:
        return []

    @step
    async def begin(self, ev: Order) -> StopEvent:
        with open(__file__) as file:
            self.lines.extend(file)
        return StopEvent()


# twin: by a handler of failures
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @catch_error
    async def mend(self, ctx: Context[Cart], ev: StepFailedEvent) -> StopEvent:
        await ctx.store.set("items", [ev.step_name])
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Inner(Workflow):
        calls: int = 0

        @step(num_workers=2, skip_checks=["self-state"])
        async def begin(self, ev: Order) -> StopEvent:
            if ev.urgent:
                self.calls |= 1
            return StopEvent()

    Inner()
