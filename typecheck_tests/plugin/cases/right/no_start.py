"""A run can begin."""

import abc
from typing import Generic, TypeVar

from shop import Answer, Batch, Mixin, Order, Packed, Packing, Paid, Question, Shipped

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

E = TypeVar("E", bound=Event)


# twin: no steps
class Open(Workflow, open_steps=True):
    pass


# twin: only helpers
class Abstract(Workflow, abc.ABC):
    @abc.abstractmethod
    def helper(self) -> int: ...


class Concrete(Abstract):
    def helper(self) -> int:
        return 2

    @step
    async def begin(self, ev: Order) -> StopEvent[int]:
        return StopEvent(result=self.helper())


# twin: a circle without a way in
class Circle(Workflow):
    @step
    async def pay(self, ev: Paid | StartEvent) -> Packed | StopEvent:
        return Packed()

    @step
    async def pack(self, ev: Packed) -> Paid:
        return Paid()


# twin: a mixin brings the middle alone
class Mixed(Mixin, Workflow):
    @step
    async def begin(self, ev: Order | Shipped) -> Packed | StopEvent:
        return Packed()


# twin: the first event is of another base
class Begin(Order):  # through a class of another module
    again: bool = False


class AStart(Workflow):
    @step
    async def begin(self, ev: Begin) -> StopEvent:
        return StopEvent()


# twin: it begins with an answer
class AsksFirst(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Question:
        return Question()

    @step
    async def begin(self, ctx: Context, ev: Answer) -> Question | StopEvent:
        return StopEvent()


# twin: a nested class
class Outer:
    class Begin(StartEvent):
        pass

    class Nested(Workflow):
        @step
        async def begin(self, ev: "Outer.Begin") -> StopEvent:
            return StopEvent()


# twin: keywords of the class
class WithMethods(Workflow, metaclass=type):
    @step
    def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


# twin: a class in a function
def in_a_function(flag: bool = True) -> None:
    class Local(StartEvent):
        pass

    class Inner(Workflow):
        @step
        async def begin(self, ev: Local) -> StopEvent:
            return StopEvent()

    def deeper() -> None:
        if flag:

            class Deep(Workflow):
                @step
                async def begin(self, ev: Local) -> StopEvent:
                    return StopEvent()

            Deep()

    Inner()
    deeper()


# twin: completed, but not with a start
class Half(Packing, open_steps=True):
    @step
    async def end(self, ev: Packed) -> Paid | StopEvent:
        return StopEvent()


class Completed(Half):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


# twin: a list of what comes first
class FansOut(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: list[Paid]) -> StopEvent:
        return StopEvent()


# twin: the first step of a base is replaced
class Base(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


class Beside(Base):
    @step
    async def answered(self, ev: Answer) -> StopEvent:
        return StopEvent()


# twin: a generic base
class Takes(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: E) -> StopEvent:
        return StopEvent()


class TakesAnOrder(Takes[Order]):
    pass


# twin: the start is only sent
class AnyEvent(Workflow):
    @step(accept_event_subclasses=True)
    async def begin(self, ctx: Context, ev: Event) -> StopEvent | None:
        if isinstance(ev, Batch):
            return StopEvent()
        ctx.send_event(Batch(items=[1]))
        return None


# twin: a free function
class Free(Workflow):
    pass


@step(workflow=Free)
async def free(ev: Order) -> StopEvent:
    return StopEvent()
