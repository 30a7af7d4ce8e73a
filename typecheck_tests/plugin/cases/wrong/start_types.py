"""Steps take start events of which neither derives from the other."""

from typing import Generic, TypeVar, Union

from shop import Order, Paid

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

E = TypeVar("E", bound=Event)


class Return(StartEvent):
    reason: str


class Express(Order):
    pass


# twin: two steps
class Two(Workflow):
    @step
    async def a_order(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def b_return(self, ev: Return) -> StopEvent:  # E: 34 start-types
        return StopEvent()


# twin: one step that takes both
class OneStep(Workflow):
    @step
    async def begin(self, ev: Order | Return) -> StopEvent:  # E: 39 start-types
        return StopEvent()


# twin: the odd one of three
class TheOddOne(Workflow):
    @step
    async def a(self, ev: Return) -> StopEvent:  # E: 27 start-types
        return StopEvent()

    @step
    async def b(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def c(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a step of a subclass
class Base(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class Derived(Base):
    @step
    async def other(self, ctx: Context, ev: Return) -> StopEvent:  # E: 45 start-types
        return StopEvent()


# twin: under an alias
Starts = Return | Paid


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Starts) -> StopEvent:  # E: 29 start-types
        return StopEvent()


# twin: siblings
class Siblings(Workflow):
    class Slow(Order):
        pass

    @step
    async def begin(self, ev: Express) -> StopEvent:
        return StopEvent()

    @step
    async def other(self, ev: Slow) -> StopEvent:  # E: 31 start-types
        return StopEvent()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
def free(ev: "Return") -> StopEvent:  # E: 14 start-types
    return StopEvent()


# twin: a mixin brings another
class Takes:
    @step
    async def returned(self, ev: Return) -> StopEvent:  # E: 34 start-types
        return StopEvent()


class Mixed(Takes, Workflow):
    @step
    async def a(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def b(self, ev: Order) -> None: ...


# twin: an old union
class OldUnion(Workflow):
    @step
    async def begin(self, ev: Union[Order, "Return"]) -> StopEvent:  # E: 44 start-types
        return StopEvent()


# twin: a generic base
class Begins(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: E) -> StopEvent:
        return StopEvent()


class Returned(Begins[Return]):
    @step
    async def other(self, ev: Order) -> StopEvent:  # E: 31 start-types
        return StopEvent()

    @step
    async def third(self, ev: Return) -> None: ...


# twin: a class in a function
def in_a_function() -> None:
    class Local(StartEvent):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            return StopEvent()

        @step
        async def local(self, ev: Local) -> StopEvent:  # E: 35 start-types
            return StopEvent()

    Inner()
