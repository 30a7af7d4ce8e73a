"""`ChunkedList[str]` is to every checker the `list[str]` that it reads and writes like."""

from pydantic import BaseModel
from typedflow import Context, StartEvent, StopEvent, Workflow, step
from typedflow.state.chunked import ChunkedList
from typing_extensions import assert_type


class Log(BaseModel):
    lines: ChunkedList[str] = []


class Writes(Workflow[Log, int]):
    @step
    async def write(self, ctx: Context[Log], ev: StartEvent) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.lines.append("one")
            assert_type(state.lines[0], str)
            state.lines[0] = "two"
            assert_type(state.lines, list[str])
            state.lines.append(3)  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]
        assert_type(ctx.state.lines[-1], str)
        for line in ctx.state.lines:
            assert_type(line, str)
        return StopEvent(result=len(ctx.state.lines))
