"""What the store keeps is of the state's type: versions, the log of commits, a watch, and a store made by itself."""

from pydantic import BaseModel
from typedflow import Context, DictState
from typedflow.state import Commit, PatchOp, StateStore
from typing_extensions import assert_type


class Totals(BaseModel):
    count: int = 0


async def right(ctx: Context[Totals]) -> None:
    store = ctx.store
    assert_type(store, StateStore[Totals])
    assert_type(store.state, Totals)
    assert_type(store.state_type, type[Totals])
    assert_type(store.history, tuple[Commit[Totals], ...])
    assert_type(store.history[-1].version, int)
    assert_type(store.history[-1].patch, list[PatchOp])
    assert_type(store.snapshot(1).count, int)
    await store.undo(1)
    await store.clear()
    async for commit in store.watch(buffer=3):
        assert_type(commit.state, Totals)
        assert_type(commit.step, str | None)
    assert_type(StateStore(Totals), StateStore[Totals])
    assert_type(StateStore(Totals(count=3), history=2), StateStore[Totals])
    assert_type(StateStore(DictState()), StateStore[DictState])
    assert_type(StateStore.from_dict(store.to_dict(), Totals), StateStore[Totals])


async def wrong(ctx: Context[Totals]) -> None:
    ctx.store.snapshot("1")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    ctx.store.snapshot(1).total  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    ctx.store.history[0].state.total  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    async for commit in ctx.store.watch():
        commit.state.total  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    ctx.store.version = 3  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    ctx.store.state = Totals()  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    ctx.state = Totals()  # E: mypy[misc] pyright[reportAttributeAccessIssue] pyrefly[read-only] ty[invalid-assignment]
    StateStore(Totals).state.total  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] pyrefly[missing-attribute] ty[missing-attribute]
    StateStore(3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
    store: StateStore[DictState] = StateStore(Totals)  # E: mypy[arg-type] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
    for late in ctx.store.watch():  # E: mypy[attr-defined] pyright[reportGeneralTypeIssues] pyrefly[not-iterable] ty[not-iterable]
        del late
    print(store)
