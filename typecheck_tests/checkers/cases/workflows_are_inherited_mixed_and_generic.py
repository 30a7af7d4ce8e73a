"""Base classes, mixins, overridden steps, abstract and open workflows, and workflows with type parameters of their own."""

from abc import ABC, abstractmethod
from typing import Any, Generic

from pydantic import BaseModel
from typedflow import Context, Event, StartEvent, Step, StopEvent, Workflow, WorkflowHandler, step
from typing_extensions import TypeVar, assert_type


class Totals(BaseModel):
    count: int = 0


class MoreTotals(Totals):
    more: int = 0


class Begin(StartEvent):
    by: int


class Task(Event):
    number: int


class Base(Workflow[Totals, int]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context[Totals], ev: Begin) -> Task:
        return Task(number=ev.by)

    @step
    async def end(self, ctx: Context[Totals], ev: Task) -> StopEvent[int]:
        return StopEvent(result=ev.number)


class Overriding(Base):
    @step
    async def end(self, ctx: Context[Totals], ev: Task) -> StopEvent[int]:
        return StopEvent(result=ev.number + 1)


class Refining(Base):
    @step
    async def end(self, ctx: Context[MoreTotals], ev: Task) -> StopEvent[bool]:
        return StopEvent(result=True)


class Logging:
    @step
    async def log(self, ev: Task) -> None: ...


class Counting(Workflow):
    @step
    async def count(self, ctx: Context[Totals], ev: Task) -> None: ...


class Mixed(Logging, Base, Counting): ...  # the typed base first: what it says of state and result holds


class Frame(Workflow[Totals, str], ABC):
    start_event = Begin

    @step
    async def begin(self, ev: Begin) -> Task:
        return Task(number=ev.by)

    @abstractmethod
    def title(self) -> str: ...


class Filled(Frame):
    @step
    async def end(self, ev: Task) -> StopEvent[str]:
        return StopEvent(result=self.title())

    def title(self) -> str:
        return "filled"


class Open(Workflow, open_steps=True): ...


class Configured(Base):
    def __init__(self, factor: int) -> None:
        super().__init__(timeout=None)
        self.factor = factor


T = TypeVar("T")
StateT = TypeVar("StateT", bound=Totals, default=Totals)


class Wrapped(StopEvent, Generic[T]):
    value: T


class Generalised(Workflow[Totals, T], Generic[T]):
    @step
    async def begin(self, ctx: Context[Totals], ev: StartEvent) -> StopEvent[T]:
        return StopEvent(result=self.value())

    def value(self) -> T:
        raise NotImplementedError


class OfText(Generalised[str]):
    def value(self) -> str:
        return "text"


class OverStates(Workflow[StateT, int], Generic[StateT]):
    @step
    async def begin(self, ctx: Context[StateT], ev: StartEvent) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.count += 1
        return StopEvent(result=ctx.state.count)


async def right() -> None:
    assert_type(await Overriding().run(by=3), int)
    assert_type(await Mixed().run(by=3), int)
    assert_type(await Filled().run(by=3), str)
    assert_type(await Configured(2).run(by=3), int)
    assert_type(Mixed.log, Step[Any, Task, None])
    assert_type(Mixed.count, Step[Totals, Task, None])
    assert_type(OfText().run(), WorkflowHandler[str, Totals])
    assert_type(await OfText().run(), str)
    assert_type(await OverStates[MoreTotals]().run(), int)
    assert_type(OverStates[MoreTotals]().run().ctx.state.more, int)
    assert_type(Context(OverStates[MoreTotals]()), Context[MoreTotals])
    workflow: Base = Overriding()
    await workflow.run(by=3)
    anything: list[Workflow] = [Overriding(), Filled(), OfText(), Refining(), Open()]
    print(anything)


async def a_step_can_be_called_as_a_method(ctx: Context[Totals]) -> None:
    assert_type(await Base().begin(ctx, Begin(by=3)), Task)
    await Filled().begin(Begin(by=3))


async def wrong() -> None:
    await Overriding().run(to=3)  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    await Configured().run(by=3)  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument] ty[missing-argument]
    await Configured(2).run()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    Frame()  # E: mypy[abstract] pyright[reportAbstractUsage] pyrefly[bad-instantiation] ty[abstract-class-instantiation]
    number: int = await OfText().run()  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    state: Context[MoreTotals] = Context(OverStates[Totals]())  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    print(number, state)


class WrongState(Workflow[int, int]): ...  # E: mypy[type-var] pyright[reportInvalidTypeArguments] pyrefly[bad-specialization] ty[invalid-type-arguments]


class WrongGenericState(OverStates[Task]): ...  # E: mypy[type-var] pyright[reportInvalidTypeArguments] pyrefly[bad-specialization] ty[invalid-type-arguments]
