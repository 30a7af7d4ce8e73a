"""`collect_events(ev, [A, A])` is a list of A or None, `collect_events(ev, (A, B))` an A and a B, `wait_for_event(A)` an A."""

from typing import Optional

from typedflow import Context, Event, HumanResponseEvent, InputRequiredEvent, RetryInfo, StartEvent, StopEvent, Workflow, step
from typing_extensions import assert_type


class Done(Event):
    number: int


class Other(Event):
    name: str


class Question(InputRequiredEvent):
    text: str


class Answer(HumanResponseEvent):
    text: str


class Flow(Workflow):
    @step
    async def collect(self, ctx: Context, ev: Done) -> StopEvent[int] | None:
        batch = ctx.collect_events(ev, [Done, Done])
        assert_type(batch, Optional[list[Done]])
        if batch is None:
            return None
        ctx.collect_events(ev, [Done] * 3, buffer_id="threes")
        return StopEvent(result=sum(done.number for done in batch))

    @step
    async def collect_two(self, ctx: Context, ev: Done | Other) -> StopEvent[int] | None:
        batch = ctx.collect_events(ev, [Done, Other])
        if batch is None:
            return None
        first: Event = batch[0]
        print(first)
        return StopEvent(result=len(batch))

    @step
    async def collect_by_place(self, ctx: Context, ev: Done | Other) -> StopEvent[str] | None:
        pair = ctx.collect_events(ev, (Done, Other))
        assert_type(pair, Optional[tuple[Done, Other]])
        if pair is None:
            return None
        done, other = pair
        assert_type(done.number, int)
        assert_type(other.name, str)
        assert_type(pair[-1], Other)
        assert_type(ctx.collect_events(ev, (Other, Done, Other), buffer_id="3"), Optional[tuple[Other, Done, Other]])
        assert_type(ctx.collect_events(ev, (Done, Other, Done, Other), "4"), Optional[tuple[Done, Other, Done, Other]])
        assert_type(ctx.collect_events(ev, (Done, Other, Done, Other, Done), "5"), Optional[tuple[Done, Other, Done, Other, Done]])
        assert_type(ctx.collect_events(ev, (Done, Other, Done, Other, Done, Other), "6"), Optional[tuple[Done, Other, Done, Other, Done, Other]])
        return StopEvent(result=other.name)

    @step
    async def collect_tuples(self, ctx: Context, ev: Done | Other) -> StopEvent[int] | None:
        many: tuple[type[Done], ...] = tuple([Done] * 3)
        assert_type(ctx.collect_events(ev, many), Optional[tuple[Done, ...]])
        assert_type(ctx.collect_events(ev, (Done,), "one"), Optional[tuple[Done, ...]])
        some = ctx.collect_events(ev, (Done,) * 2, "two")
        events: Optional[tuple[Event, ...]] = ctx.collect_events(ev, (Done, Other, Done, Other, Done, Other, Done), "seven")
        print(events)
        return None if some is None else StopEvent(result=sum(done.number for done in some))

    @step
    async def wait(self, ctx: Context, ev: StartEvent) -> StopEvent[str]:
        answer = await ctx.wait_for_event(Answer)
        assert_type(answer, Answer)
        again = await ctx.wait_for_event(Answer, waiter_event=Question(text="?"), waiter_id="again", requirements={"text": "yes"}, timeout=None)
        assert_type(again.text, str)
        assert_type(ctx.retry_info(), RetryInfo)
        assert_type(ctx.retry_info().retry_number, int)
        assert_type(ctx.is_running, bool)
        return StopEvent(result=answer.text)

    @step
    async def wrong(self, ctx: Context, ev: Done) -> StopEvent[int] | None:
        batch = ctx.collect_events(ev, [Done, Done])
        print(len(batch))  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        ctx.collect_events(ev, [int])  # E: mypy[type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        ctx.collect_events(3, [Done])  # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        ctx.collect_events(ev, Done)  # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        pair = ctx.collect_events(ev, (Done, Other))
        if pair is not None:
            print(pair[0].name)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
            print(pair[2])  # E: mypy[misc] pyright[reportGeneralTypeIssues] pyrefly[bad-index] ty[index-out-of-bounds]
            first, second, third = pair  # E: mypy[misc] pyright[reportAssignmentType] pyrefly[bad-unpacking] ty[invalid-assignment]
            pair.append(ev)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        ctx.collect_events(ev, (Done, int))  # E: mypy[type-var] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
        answer = await ctx.wait_for_event(Answer)
        print(answer.txt)  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        await ctx.wait_for_event(int)  # E: mypy[type-var] pyright[reportArgumentType] pyrefly[bad-specialization] ty[invalid-argument-type]
        await ctx.wait_for_event(Answer, waiter_event="?")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        await ctx.wait_for_event(Answer(text="!"))  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        number: int = await ctx.wait_for_event(Answer)  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
        ctx.wait_for_event(Answer).text  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
        return StopEvent(result=number)
