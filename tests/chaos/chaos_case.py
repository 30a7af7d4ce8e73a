"""One random workflow and its run: to its result, or through a failure, a cancellation, a timeout or a restore."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from random import Random
from typing import Any

from chaos_ledger import Ledger
from chaos_machine import Answer, Ask, Boom, Invitation, machine
from chaos_tree import Tree, random_tree

from typedflow import Context, Workflow
from typedflow.errors import WorkflowCancelledByUser, WorkflowTimeoutError

__all__ = ["Case"]

GUARD = 20.0
"""Seconds after which a run counts as hung."""


async def answering(handler: Any, rng: Random) -> None:
    """The world outside: answers every question, some late, some twice."""
    async for question in handler.stream_events(only=Ask):
        if rng.random() < 0.5:
            await asyncio.sleep(rng.choice([0, 0.001]))
        for _ in range(rng.choice([1, 1, 2])):
            if not handler.is_done():
                await handler.send_event(Answer(node=question.node))


class Case:
    """One random workflow, and how its run is to end."""

    def __init__(self, number: int, end: str) -> None:
        self.rng = Random(number)
        self.end = end
        self.tree: Tree = random_tree(self.rng, atomic=end == "restored", fatal=end == "failure")
        self.ledger = Ledger()
        self.early_answers = 0
        self.workflow: Workflow = machine(self.tree, self.ledger, self.rng)(timeout=None)

    async def run(self) -> Any:
        """Run it to the end and answer the handler."""
        if self.end == "timeout":
            self.workflow.timeout = self.rng.choice([0.0, 0.001, 0.004])
        handler = self.workflow.run()
        outside = asyncio.ensure_future(answering(handler, self.rng))
        inviting = asyncio.ensure_future(self._invite(handler))
        try:
            if self.end == "cancelled":
                await asyncio.sleep(self.rng.choice([0, 0.001, 0.004, 0.01]))
                await asyncio.wait_for(handler.cancel_run(), GUARD)
            if self.end == "restored":
                handler = await self._restored(handler)
                outside.cancel()
                outside = asyncio.ensure_future(answering(handler, self.rng))
            await asyncio.wait_for(asyncio.shield(_over(handler)), GUARD)
        finally:
            outside.cancel()
            inviting.cancel()
            await asyncio.wait([outside, inviting])
        return handler

    async def _invite(self, handler: Any) -> None:
        for root in self.tree.roots:
            if root.outside:
                await asyncio.sleep(self.rng.choice([0, 0.001, 0.003]))
                await handler.send_event(Invitation(node=root.id))

    async def _restored(self, handler: Any) -> Any:
        for _ in range(self.rng.randint(1, 3)):
            await asyncio.sleep(self.rng.choice([0, 0.001, 0.003]))
            if handler.is_done():
                return handler
            saved = json.loads(json.dumps(handler.ctx.to_dict()))
            if not saved["is_running"]:  # its end is decided, and some steps still clean up
                return handler
            await handler.cancel_run()
            handler = self.workflow.run(ctx=Context.from_dict(self.workflow, saved))
            for wait in saved["waits"]:  # some answers come before the step has got to its wait again
                if self.rng.random() < 0.5:
                    self.early_answers += 1
                    await handler.send_event(Answer(node=wait["requirements"]["node"]))
        return handler


async def _over(handler: Any) -> None:
    with suppress(Boom, WorkflowCancelledByUser, WorkflowTimeoutError):
        await handler
