"""One start event, or a line of them."""

from typing import Generic, TypeVar, Union

from shop import Order, Paid

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

E = TypeVar("E", bound=Event)


class Return(StartEvent):
    reason: str = ""


class Express(Order):
    fee: int = 0


# twin: two steps
class Two(Workflow):
    @step
    async def a_order(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def b_again(self, ctx: Context, order: Order) -> None: ...


# twin: one step that takes both
class OneStep(Workflow):
    @step
    async def begin(self, ev: Order | Express) -> StopEvent:
        return StopEvent()


# twin: the odd one of three
class TheOddOne(Workflow):
    @step
    async def a(self, ev: Express) -> StopEvent:
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
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()

    @step
    async def other(self, ctx: Context, ev: Express) -> StopEvent:
        return StopEvent()


# twin: under an alias
Starts = Order | Paid


class UnderAnAlias(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def end(self, ev: Starts) -> StopEvent:
        return StopEvent()


# twin: siblings
class InLine(Workflow):
    class Slow(Express):
        pass

    @step
    async def begin(self, ev: Express) -> StopEvent:
        return StopEvent()

    @step
    async def other(self, ev: Slow) -> StopEvent:
        return StopEvent()


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


@step(workflow=Free)
def free(ev: "Express") -> StopEvent:
    return StopEvent()


# twin: a mixin brings another
class Takes:
    @step
    async def returned(self, ev: Return) -> StopEvent:
        return StopEvent()


class Mixed(Takes, Workflow):
    @step
    async def begin(self, ev: Return) -> StopEvent:
        return StopEvent()


# twin: an old union
class AnyStart(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ev: StartEvent) -> Paid | StopEvent:
        return StopEvent()

    @step
    async def end(self, ev: Union["Return", Paid]) -> StopEvent:
        return StopEvent()


# twin: a generic base
class Begins(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: E) -> StopEvent:
        return StopEvent()


class Returned(Begins[Return]):
    pass


class Ordered(Begins[Order]):
    @step
    async def express(self, ev: Express) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function() -> None:
    class Local(Order):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent:
            return StopEvent()

        @step
        async def local(self, ev: Local) -> StopEvent:
            return StopEvent()

    Inner()
