"""No step takes a StartEvent."""

from typing import Generic, TypeVar

from shop import Answer, Batch, Mixin, Packed, Packing, Paid, Question, Shipped

from typedflow import Context, Event, HumanResponseEvent, StartEvent, StopEvent, Workflow, step

E = TypeVar("E", bound=Event)


# twin: no steps
class Empty(Workflow):  # E: 1 no-start
    pass


# twin: only helpers
class OnlyHelpers(Workflow):  # E: 1 no-start
    def helper(self) -> int:
        return 1


# twin: a circle without a way in
class Circle(Workflow):  # E: 1 no-start
    @step
    async def pay(self, ev: Paid) -> Packed | StopEvent:
        return Packed()

    @step
    async def pack(self, ev: Packed) -> Paid:
        return Paid()


# twin: a mixin brings the middle alone
class Mixed(Mixin, Workflow):  # E: 1 no-start
    @step
    async def end(self, ev: Shipped) -> Packed | StopEvent:
        return StopEvent()


# twin: the first event is of another base
class Begin(Event):  # no StartEvent, by mistake
    number: int = 0


class NotAStart(Workflow):  # E: 1 no-start
    @step
    async def begin(self, ev: Begin) -> StopEvent:  # E: 31 unproduced-event
        return StopEvent()


# twin: it begins with an answer
class OnlyAnAnswer(Workflow):  # E: 1 no-start
    @step
    async def begin(self, ctx: Context, ev: Answer) -> Question | StopEvent:
        return StopEvent()


# twin: a nested class
class Outer:
    class Nested(Workflow):  # E: 5 no-start
        @step
        async def begin(self, ev: Answer) -> StopEvent:
            return StopEvent()


# twin: keywords of the class
class NoMethods(Workflow, metaclass=type):  # E: 1 no-start
    begin = None


# twin: a class in a function
def in_a_function(flag: bool = True) -> None:
    class Inner(Workflow):  # E: 5 no-start
        @step
        async def begin(self, ev: Answer) -> StopEvent:
            return StopEvent()

    def deeper() -> None:
        if flag:

            class Deep(Workflow):  # E: 13 no-start
                @step
                async def begin(self, ev: Answer) -> StopEvent:
                    return StopEvent()

            Deep()

    Inner()
    deeper()


# twin: completed, but not with a start
class Completed(Packing):  # E: 1 no-start
    @step
    async def end(self, ev: Packed) -> Paid | StopEvent:
        return StopEvent()


# twin: a list of what comes first
class OnlyLists(Workflow):  # E: 1 no-start
    @step
    async def end(self, evs: list[Answer]) -> StopEvent:  # E: 35 collect
        return StopEvent()


# twin: the first step of a base is replaced
class Base(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


class Replaced(Base):  # E: 1 no-start
    @step
    async def begin(self, ev: Answer) -> StopEvent:  # type: ignore[override]
        return StopEvent()


# twin: a generic base
class Takes(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: E) -> StopEvent:
        return StopEvent()


class TakesAnAnswer(Takes[Answer]):  # E: 1 no-start
    pass


# twin: the start is only sent
class Sends(Workflow):  # E: 1 no-start
    @step
    async def begin(self, ctx: Context, ev: Answer) -> StopEvent:
        ctx.send_event(Batch(items=[1]))
        return StopEvent()

    @step
    async def more(self, ev: Batch[int]) -> None: ...


# twin: a free function
class Free(Workflow):  # E: 1 no-start
    pass


@step(workflow=Free)
async def free(ev: HumanResponseEvent) -> StopEvent:
    return StopEvent()
