"""Durable workflows: the context handed from run to run, and through JSON to another process."""

from __future__ import annotations

import json

from workflows import Context, Workflow, step
from workflows.events import StartEvent, StopEvent


class MyWorkflow(Workflow):
    @step
    async def convert_documents(self, ev: StartEvent, ctx: Context) -> StopEvent:
        converted = await ctx.store.get("converted_ids", default=[])
        for doc_id in ev.ids:
            if doc_id in converted:
                continue
            converted.append(doc_id)
            await ctx.store.set("converted_ids", converted)
        return StopEvent(result=list(converted))


async def main() -> object:
    w = MyWorkflow()
    handler = w.run(ids=["a", "b"])
    first = await handler
    stored = json.dumps(handler.ctx.to_dict())

    w = MyWorkflow()
    context = Context.from_dict(w, json.loads(stored))
    second = await w.run(ctx=context, ids=["b", "c"])
    third = await w.run(ctx=context, ids=["d"])
    return first, second, third


EXPECTED = (["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"])
