"""No step takes a StartEvent."""

from shop import Answer, Mixin, Packed, Paid, Question, Shipped

from typedflow import Context, Event, StopEvent, Workflow, step


class Empty(Workflow):  # E: 1 no-start
    pass


class OnlyHelpers(Workflow):  # E: 1 no-start
    def helper(self) -> int:
        return 1


class Circle(Workflow):  # E: 1 no-start
    @step
    async def pay(self, ev: Paid) -> Packed | StopEvent:
        return Packed()

    @step
    async def pack(self, ev: Packed) -> Paid:
        return Paid()


class Mixed(Mixin, Workflow):  # E: 1 no-start
    @step
    async def end(self, ev: Shipped) -> Packed | StopEvent:
        return StopEvent()


class Begin(Event):  # no StartEvent, by mistake
    number: int = 0


class NotAStart(Workflow):  # E: 1 no-start
    @step
    async def begin(self, ev: Begin) -> StopEvent:  # E: 31 unproduced-event
        return StopEvent()


class OnlyAnAnswer(Workflow):  # E: 1 no-start
    @step
    async def begin(self, ctx: Context, ev: Answer) -> Question | StopEvent:
        return StopEvent()


class Outer:
    class Nested(Workflow):  # E: 5 no-start
        @step
        async def begin(self, ev: Answer) -> StopEvent:
            return StopEvent()


class NoMethods(Workflow, metaclass=type):  # E: 1 no-start
    begin = None


def in_a_function() -> None:
    class Around:
        class Inner(Workflow):  # E: 9 no-start
            @step
            async def begin(self, ev: Answer) -> StopEvent:
                return StopEvent()

    def deeper(flag: bool) -> None:
        if flag:

            class Deep(Workflow):  # E: 13 no-start
                @step
                async def begin(self, ev: Answer) -> StopEvent:
                    return StopEvent()
