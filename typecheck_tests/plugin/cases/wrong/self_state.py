"""A step that assigns to self, which all runs share."""

from shop import Order, Paid

from typedflow import Context, StopEvent, Workflow, step


class Plain(Workflow):
    count: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.count = 1  # E: 9 self-state
        return StopEvent()


class Augmented(Workflow):
    count: int = 0

    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        self.count += 1  # E: 9 self-state
        return StopEvent()


class Unpacked(Workflow):
    one: int = 0
    other: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.one, self.other = 1, 2  # E: 9 self-state; 19 self-state
        return StopEvent()


class BySetattr(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        setattr(self, "count", 1)  # noqa: B010  # E: 9 self-state
        return StopEvent()


class Deleted(Workflow):
    count: int = 0

    @step
    async def begin(self, ev: Order) -> StopEvent:
        del self.count  # E: 13 self-state
        return StopEvent()


class InALoop(Workflow):
    count: int = 0

    @step
    def begin(self, ev: Order) -> StopEvent:
        for self.count in range(3):  # E: 13 self-state
            pass
        return StopEvent()


class InAnInnerFunction(Workflow):
    total: int = 0

    @step
    async def begin(self, ev: Order) -> Paid:
        def add() -> None:
            self.total = 3  # E: 13 self-state

        add()
        return Paid()

    @step
    async def end(this, ev: Paid) -> StopEvent:  # noqa: N805
        this.total = 4  # E: 9 self-state
        return StopEvent()


class Base(Workflow):
    seen: bool = False

    @step
    async def begin(self, ev: Order) -> StopEvent:
        self.seen = True  # E: 9 self-state
        return StopEvent()


class Derived(Base):
    pass
