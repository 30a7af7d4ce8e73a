"""The handler: a run that is cancelled, one that fails, one that takes too long, and where each can be seen."""

from __future__ import annotations

import asyncio

from workflows import Context, Workflow, step
from workflows.errors import WorkflowCancelledByUser, WorkflowTimeoutError
from workflows.events import (
    StartEvent,
    StopEvent,
    WorkflowCancelledEvent,
    WorkflowFailedEvent,
    WorkflowTimedOutEvent,
)


class Long(Workflow):
    @step
    async def sleep(self, ctx: Context, ev: StartEvent) -> StopEvent:
        if ev.get("fails"):
            raise KeyError("lost")
        await asyncio.sleep(60)
        return StopEvent()


async def end_of(handler) -> tuple[str, str]:
    last = [event async for event in handler.stream_events()][-1]
    try:
        await handler
    except (WorkflowCancelledByUser, WorkflowTimeoutError, KeyError) as error:
        assert handler.is_done()
        return type(last).__name__, type(error).__name__
    return type(last).__name__, ""


async def main() -> object:
    cancelled = Long().run()
    await asyncio.sleep(0.01)
    await cancelled.cancel_run()
    events = (WorkflowCancelledEvent, WorkflowFailedEvent, WorkflowTimedOutEvent)
    return [
        await end_of(cancelled),
        await end_of(Long().run(fails=True)),
        await end_of(Long(timeout=0.05).run()),
        [event.__name__ for event in events],
    ]


EXPECTED = [
    ("WorkflowCancelledEvent", "WorkflowCancelledByUser"),
    ("WorkflowFailedEvent", "KeyError"),
    ("WorkflowTimedOutEvent", "WorkflowTimeoutError"),
    ["WorkflowCancelledEvent", "WorkflowFailedEvent", "WorkflowTimedOutEvent"],
]
