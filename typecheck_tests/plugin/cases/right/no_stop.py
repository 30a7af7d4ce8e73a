"""A run can end."""

from typing import Any, Generic, Optional, TypeVar, Union

from shop import Answer, Bill, Mixin, Order, Packed, Paid, Question, Shipped

from typedflow import Context, Event, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent

E = TypeVar("E", bound=Event)
R = TypeVar("R")


# twin: nothing is returned
class OrNothing(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent[dict[str, int]] | None:
        return StopEvent(result={})


# twin: the chain ends in nothing
class ABranchEnds(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid | StopEvent:
        return Paid()

    @step
    async def end(self, ev: Paid) -> None: ...


one_by_one = step(num_workers=1)


def logged(function: Any) -> Any:
    return step(function)


class BySomeOtherName(Workflow):
    @logged
    async def begin(self, ev: Order) -> Paid:
        return Paid()

    @step
    async def go(self, ev: Paid) -> Packed:
        return Packed()

    @one_by_one
    async def end(self, ev: Packed) -> StopEvent:
        return StopEvent()


# twin: it ends with a question
class AsksAndEnds(Workflow):
    @step
    async def begin(self, ev: Order) -> Question:
        return Question()

    @step
    async def end(self, ev: Answer) -> StopEvent[str]:
        return StopEvent(result=ev.text)


# twin: the StopEvent is only sent
class Returned(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int]:
        stop = StopEvent(result=1)
        return stop


# twin: the last event is of another base
class Receipt(Bill):  # through a class of another module
    paid: bool = True


class Subclass(Workflow):
    @step
    async def begin(self, ev: Order) -> Receipt:
        return Receipt(total=1)


# twin: the stop of a base is replaced
class Base(Workflow):
    @step
    async def begin(self, ev: Order) -> StopEvent:
        return StopEvent()


class Inherited(Base):
    @step
    async def more(self, ctx: Context, ev: Order) -> None: ...


# twin: in a thread
class InAThread(Workflow):
    @step
    def begin(self, ev: Order) -> StopEvent[Any]:
        return StopEvent(result=1)


# twin: an old union
class OldUnion(Workflow):
    @step
    async def begin(self, ev: Order) -> Optional[Union[Paid, "StopEvent[int]"]]:
        return None

    @step
    async def end(self, ev: "Paid") -> None: ...


# twin: a mixin brings the last step
class Ends:
    @step
    async def shipped(self, ev: Shipped) -> StopEvent:
        return StopEvent()


class Mixed(Mixin, Ends, Workflow):
    @step
    async def begin(self, ev: Order) -> Packed:
        return Packed()


# twin: a fan-in is the last
class FannedIn(Workflow):
    @step
    async def begin(self, ev: Order) -> list[Paid]:
        return [Paid()]

    @step
    async def end(self, evs: list[Paid]) -> StopEvent[list[int]]:
        return StopEvent(result=[one.amount for one in evs])


# twin: a generic base
class Gives(Workflow, Generic[E], open_steps=True):
    @step
    async def begin(self, ev: Order) -> E:
        raise NotImplementedError


class GivesABill(Gives[Bill]):
    pass


class Results(Workflow, Generic[R]):
    @step
    async def begin(self, ev: Order) -> StopEvent[R]:
        raise NotImplementedError


# twin: a class in a function
def in_a_function() -> None:
    class Inner(Workflow):
        @step
        async def begin(self, ev: Order) -> StopEvent[None]:
            return StopEvent(result=None)

    Inner()


# twin: only failures are answered
class Mends(Workflow):
    @step
    async def begin(self, ev: Order) -> None: ...

    @catch_error
    async def mend(self, ev: StepFailedEvent) -> StopEvent[str]:
        return StopEvent(result=ev.step_name)


# twin: a free function
class Free(Workflow):
    @step
    async def begin(self, ev: Order) -> Paid:
        return Paid()


@step(workflow=Free)
async def free(ev: Paid) -> StopEvent:
    return StopEvent()
