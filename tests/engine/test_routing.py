"""Which step gets which event."""

from __future__ import annotations

import asyncio
from typing import Any, Generic, TypeVar

import pytest

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step
from typedflow.errors import WorkflowRuntimeError, WorkflowStepDoesNotExistError


class Begin(StartEvent):
    n: int = 0


class Left(Event):
    n: int


class Right(Event):
    n: int


class Joined(Event):
    by: str


async def test_a_branch_takes_the_way_of_the_returned_event() -> None:
    class Branch(Workflow):
        @step
        async def begin(self, ev: Begin) -> Left | Right:
            return Left(n=ev.n) if ev.n < 0 else Right(n=ev.n)

        @step
        async def left(self, ev: Left) -> StopEvent[str]:
            return StopEvent(result=f"left {ev.n}")

        @step
        async def right(self, ev: Right) -> StopEvent[str]:
            return StopEvent(result=f"right {ev.n}")

    assert await Branch().run(n=-1) == "left -1"
    assert await Branch().run(n=1) == "right 1"


async def test_a_loop_comes_back_until_it_is_done() -> None:
    class Countdown(Workflow):
        @step
        async def begin(self, ev: Begin) -> Left:
            return Left(n=ev.n)

        @step
        async def down(self, ev: Left) -> Left | StopEvent[int]:
            return StopEvent(result=ev.n) if ev.n == 0 else Left(n=ev.n - 1)

    assert await Countdown().run(n=1000) == 0


async def test_every_step_that_takes_an_event_gets_it() -> None:
    class Both(Workflow):
        @step
        async def begin(self, ev: Begin) -> Left:
            return Left(n=ev.n)

        @step
        async def one(self, ev: Left) -> Joined:
            return Joined(by="one")

        @step
        async def two(self, ev: Left) -> Joined:
            return Joined(by="two")

        @step
        async def end(self, ctx: Context, ev: Joined) -> StopEvent[list[str]] | None:
            got = ctx.collect_events(ev, [Joined, Joined])
            return None if got is None else StopEvent(result=sorted(event.by for event in got))

    assert await Both().run() == ["one", "two"]


async def test_a_sent_event_goes_to_every_taker_or_to_the_one_named() -> None:
    class Send(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Left | None:
            ctx.send_event(Left(n=1))
            ctx.send_event(Left(n=10), step="two")
            return None

        @step
        async def one(self, ev: Left) -> Right:
            return Right(n=ev.n)

        @step
        async def two(self, ev: Left) -> Right:
            return Right(n=ev.n * 2)

        @step
        async def end(self, ctx: Context, ev: Right) -> StopEvent[int] | None:
            got = ctx.collect_events(ev, [Right] * 3)
            return None if got is None else StopEvent(result=sum(event.n for event in got))

    assert await Send().run() == 1 + 2 + 20


async def test_sending_to_a_step_that_is_not_there_names_the_nearest() -> None:
    class Typo(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
            ctx.send_event(Begin(), step="begun")  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowStepDoesNotExistError) as caught:
        await Typo(skip_checks=["unhandled-event"]).run()
    assert str(caught.value) == ("Begin was sent to step 'begun', which Typo does not have; did you mean 'begin'?")


async def test_sending_to_a_step_that_takes_something_else_says_what_it_takes() -> None:
    class Wrong(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> Left | StopEvent:
            ctx.send_event(Right(n=1), step="left")  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return StopEvent()

        @step
        async def left(self, ev: Left) -> None: ...

    with pytest.raises(WorkflowRuntimeError, match="Right was sent to step 'left', which takes Left"):
        await Wrong(skip_checks=["unproduced-event", "unhandled-event"]).run()


async def test_a_stop_event_that_is_sent_is_refused() -> None:
    class Sends(Workflow):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent:
            ctx.send_event(StopEvent(result=1))  # type: ignore[typedflow-unhandled-event]  # the mistake under test
            return StopEvent()

    with pytest.raises(WorkflowRuntimeError, match="StopEvent was sent, and that does not end a run: return it"):
        await Sends(skip_checks=["unhandled-event"]).run()


class Base(Event):
    n: int = 0


class Derived(Base):
    extra: int = 0


async def test_events_go_by_class_unless_a_step_asks_for_subclasses() -> None:
    class ByClass(Workflow):
        @step
        async def begin(self, ev: Begin) -> Base | Derived:
            return Derived(extra=1)

        @step(accept_event_subclasses=True)
        async def any_base(self, ev: Base) -> StopEvent[str]:
            return StopEvent(result=f"subclass {type(ev).__name__}")

        @step
        async def exact(self, ev: Base) -> StopEvent[str]:
            await asyncio.sleep(0)
            return StopEvent(result="exact")

    assert await ByClass().run() == "subclass Derived"


T = TypeVar("T")


class Batch(Event, Generic[T]):
    items: list[T]


async def test_a_generic_event_is_taken_in_its_parametrised_form() -> None:
    class Generics(Workflow):
        @step
        async def begin(self, ev: Begin) -> Batch[int]:
            return Batch(items=[1, 2, 3])

        @step
        async def total(self, ev: Batch[int]) -> StopEvent[int]:
            return StopEvent(result=sum(ev.items))

    assert await Generics().run() == 6


@pytest.mark.parametrize(
    ("made", "wanted"),
    [(Batch[Any], Batch[int]), (Batch[int], Batch[Any]), (Batch[Any], Batch), (Batch, Batch[Any])],
)
async def test_a_generic_event_of_anything_is_the_bare_one(made: type[Batch[Any]], wanted: type[Batch[Any]]) -> None:
    class OfAnything(Workflow):
        @step
        async def begin(self, ev: Begin) -> made:  # type: ignore[valid-type]  # as each case says
            return made(items=[1, 2, 3])

        @step
        async def total(self, ev: wanted) -> StopEvent[int]:  # type: ignore[valid-type]  # as each case says
            return StopEvent(result=sum(ev.items))  # type: ignore[attr-defined]  # mypy does not know the class

    assert await OfAnything().run() == 6


@pytest.mark.parametrize(
    ("made", "wanted"),
    [(Batch[int], Batch[Any]), (Batch[int], Batch), (Batch, Batch[int]), (Batch[Any], Batch[int])],
)
async def test_a_wait_is_answered_by_what_would_go_to_a_step(made: type[Batch[Any]], wanted: type[Batch[Any]]) -> None:
    class Waits(Workflow, open_steps=True):
        @step
        async def begin(self, ctx: Context, ev: Begin) -> StopEvent[int]:
            batch = await ctx.wait_for_event(wanted, timeout=1)
            return StopEvent(result=sum(batch.items))

        @step
        async def make(self, ctx: Context, ev: Begin) -> None:
            await asyncio.sleep(0.01)
            ctx.send_event(made(items=[1, 2, 3]))

    assert await Waits().run() == 6


async def test_a_returned_event_that_the_annotation_does_not_name_is_refused() -> None:
    class Lies(Workflow):
        @step
        async def begin(self, ev: Begin) -> Left | StopEvent:
            return Right(n=1)  # type: ignore[return-value]  # the mistake under test

        @step
        async def left(self, ev: Left) -> StopEvent:
            return StopEvent()

    with pytest.raises(WorkflowRuntimeError) as caught:
        await Lies().run()
    assert str(caught.value) == (
        "step 'begin' returned Right, but its annotation says Left, StopEvent; "
        "add Right to the annotation, so that the wiring can be checked"
    )


async def test_what_is_no_event_is_refused_with_its_value() -> None:
    class Returns(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return 42  # type: ignore[return-value]  # the mistake under test

    with pytest.raises(WorkflowRuntimeError, match=r"step 'begin' returned 42 \(int\), which is no event"):
        await Returns().run()


async def test_steps_are_inherited_and_mixed_in_and_overridden() -> None:
    class Greeting:
        @step
        async def greet(self, ev: Left) -> StopEvent[str]:
            return StopEvent(result="mixin")

    class Root(Workflow, open_steps=True):
        @step
        async def begin(self, ev: Begin) -> Left:
            return Left(n=1)

    class Whole(Greeting, Root):
        pass

    class Override(Whole):
        @step
        async def greet(self, ev: Left) -> StopEvent[str]:
            return StopEvent(result="overridden")

    assert await Whole().run() == "mixin"
    assert await Override().run() == "overridden"


async def test_free_functions_become_steps() -> None:
    class Host(Workflow):
        @step
        async def begin(self, ev: Begin) -> Left:
            return Left(n=ev.n)

    @step(workflow=Host)
    async def end(ctx: Context, ev: Left) -> StopEvent[int]:
        return StopEvent(result=ev.n + 1)

    assert await Host().run(n=1) == 2


async def test_a_sync_step_runs_in_a_thread_and_can_send() -> None:
    import threading

    main = threading.get_ident()

    class Sync(Workflow):
        @step
        def begin(self, ctx: Context, ev: Begin) -> Left | None:
            assert threading.get_ident() != main
            for n in range(3):
                ctx.send_event(Left(n=n))
            return None

        @step
        async def end(self, ctx: Context, ev: Left) -> StopEvent[int] | None:
            got = ctx.collect_events(ev, [Left] * 3)
            return None if got is None else StopEvent(result=sum(event.n for event in got))

    assert await Sync().run() == 3


async def test_a_step_may_be_called_by_a_test() -> None:
    class Direct(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent[int]:
            return StopEvent(result=ev.n)

    assert (await Direct().begin(Begin(n=4))).result == 4
