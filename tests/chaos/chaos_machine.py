"""Makes a workflow class of a random tree: event classes and steps for each level and each kind that the tree has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import reduce
from operator import or_
from random import Random
from types import GenericAlias
from typing import Annotated, Any

from chaos_ledger import Ledger
from chaos_tree import Node, Tree
from pydantic import BaseModel, model_validator

from typedflow import (
    Collect,
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StepFailedEvent,
    StopEvent,
    Take,
    Workflow,
    catch_error,
    step,
)

__all__ = ["Answer", "Ask", "Boom", "ChaosState", "Invitation", "machine"]


class Balance(BaseModel):
    """`plus` and `minus` change together, in one edit, with a suspension in between: nobody may see one alone."""

    plus: int = 0
    minus: int = 0

    @model_validator(mode="after")
    def together(self) -> Balance:
        assert self.plus == -self.minus
        return self


class ChaosState(Balance):
    """The state of a random workflow; some of the workflows that it runs work on its `Balance`."""

    seen: dict[str, int] = {}


class Boom(Exception):
    """The failures of the random steps."""


class Ask(InputRequiredEvent):
    node: int


class Answer(HumanResponseEvent):
    node: int


class Invitation(HumanResponseEvent):
    """A root that comes from outside."""

    node: int


class Numbered(Event):
    id: int


class End(Numbered):
    """A branch has ended outside of every fan-out."""


class ChildDone(Event):
    n: int


class Child(Workflow):
    """What a `sub` node runs."""

    @step
    async def begin(self, ev: StartEvent) -> list[ChildDone]:
        await asyncio.sleep(0)
        return [ChildDone(n=n) for n in range(ev["parts"])]

    @step
    async def end(self, evs: list[ChildDone]) -> StopEvent[int]:
        await asyncio.sleep(0.0005)
        return StopEvent(result=len(evs))


class SharingChild(Workflow):
    """What a `shared` node runs: it edits the state of its parent."""

    @step
    async def begin(self, ctx: Context[Balance], ev: StartEvent) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.plus += 1
            await asyncio.sleep(0)
            state.minus -= 1
        ev["ledger"].commits.append(1)
        await asyncio.sleep(0)
        return StopEvent(result=ctx.state.plus)


class RetryAtOnce:
    """Tries again as often as the random steps fail, sometimes after a delay."""

    def __init__(self, rng: Random) -> None:
        self.delays = [rng.choice([0, 0.0005, 0.002]) for _ in range(4)]

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        return self.delays[attempts - 1] if attempts <= len(self.delays) else None


Body = Callable[..., Any]  # Any: a step of whatever events


def machine(tree: Tree, ledger: Ledger, rng: Random) -> type[Workflow]:
    """The workflow class."""
    return _Machine(tree, ledger, rng).workflow()


class _Machine:
    def __init__(self, tree: Tree, ledger: Ledger, rng: Random) -> None:
        self.tree = tree
        self.ledger = ledger
        self.rng = rng
        self.nodes = tree.nodes
        self.ends = tree.ends
        self.fan_of = tree.fan_of
        self.used = sorted({(node.level, node.kind) for node in self.nodes.values()})
        self.kinds = {key: self._event(f"{key[1].title()}{key[0]}") for key in self.used}
        self.parts = {n: self._event(f"Part{n}", fan=(int, ...)) for n in range(1, len(tree.levels))}
        self.items = {n: self._event(f"Item{n}", group=(int, ...)) for n, kind in self.used if kind == "group"}
        self.halves = {
            n: (self._event(f"Left{n}"), self._event(f"Right{n}")) for n, kind in self.used if kind == "pair"
        }
        self.steps: dict[str, Any] = {}
        self.sharing = SharingChild(num_concurrent_runs=1)

    @staticmethod
    def _event(name: str, **fields: Any) -> Any:  # Any: a class of Numbered with the fields given
        annotations = {name: kind for name, (kind, _) in fields.items()}
        return type(name, (Numbered,), {"__annotations__": annotations, "__module__": __name__, "__qualname__": name})

    # -- what a node becomes, and what its branch ends with

    def event(self, node: Node) -> Event:
        made: Event = self.kinds[node.level, node.kind](id=node.id)
        return made

    def end(self, node_id: int, level: int) -> Event:
        return self.parts[level](id=node_id, fan=self.fan_of.get(abs(node_id), 0)) if level else End(id=node_id)

    def after(self, node: Node) -> Event:
        return self.event(node.children[0]) if node.children else self.end(node.id, node.level)

    def returned(self, level: int, *, many: bool = False) -> Any:
        kinds = [kind for (n, _), kind in self.kinds.items() if n == level]
        if many:
            return GenericAlias(list, reduce(or_, kinds) if kinds else self.parts[level])
        return reduce(or_, [*kinds, self.parts[level] if level else End]) | None

    # -- the class

    def workflow(self) -> type[Workflow]:
        self._add("begin", self.begin, StartEvent, self.returned(0), num_workers=1)
        self._add("finish", self.finish, End, StopEvent[int] | None)
        if any(root.outside for root in self.tree.roots):
            self._add("invited", self.invited, Invitation, self.returned(0))
        for level, kind in self.used:
            self._add_kind(level, kind)
            if kind == "doomed":
                recover = self._function(f"recover{level}", self.recover, StepFailedEvent, self.returned(level))
                self.steps[f"recover{level}"] = catch_error(for_steps=[f"doomed{level}"], max_recoveries=1000)(recover)
        return type("Chaos", (Workflow,), {**self.steps, "__module__": __name__})

    def _add_kind(self, level: int, kind: str) -> None:
        body = getattr(self, kind)
        options: dict[str, Any] = {"num_workers": self.rng.choice([1, 2, 3, 8])}
        if kind == "slow":
            options["timeout"] = 0.1
        if kind in ("flaky", "slow"):
            options["retry_policy"] = RetryAtOnce(self.rng)
        if kind == "fan":
            self._add(f"fan{level}", body, self.kinds[level, kind], self.returned(level + 1, many=True), **options)
            how = self.tree.levels[level + 1]
            wanted: Any = GenericAlias(list, self.parts[level + 1])
            if how.take is not None:
                wanted = Annotated[wanted, Collect(Take(how.take, cancel_rest=how.cancel_rest))]
            self._add(f"gather{level}", self.gather(level), wanted, self.returned(level))
            return
        if kind == "simple" and self.tree.sync and self.rng.random() < 0.3:
            self._add(f"simple{level}", self.plain_simple, self.kinds[level, kind], self.returned(level), **options)
            return
        self._add(f"{kind}{level}", body, self.kinds[level, kind], self.returned(level), **options)
        if kind == "group":
            self._add(f"collect{level}", self.collect(level), self.items[level], self.returned(level))
        if kind == "pair":
            left, right = self.halves[level]
            self.steps[f"join{level}"] = step(self._join(level, left, right))

    def _add(self, name: str, body: Body, takes: Any, returns: Any, **options: Any) -> None:
        options.setdefault("num_workers", self.rng.choice([1, 2, 4]))
        self.steps[name] = step(**options)(self._function(name, body, takes, returns))

    @staticmethod
    def _function(name: str, body: Body, takes: Any, returns: Any) -> Any:
        if asyncio.iscoroutinefunction(body):

            async def run(self: Any, ctx: Any, ev: Any) -> Any:
                return await body(ctx, ev)
        else:

            def run(self: Any, ctx: Any, ev: Any) -> Any:  # type: ignore[misc]  # a plain step is no coroutine function
                return body(ctx, ev)

        run.__name__ = run.__qualname__ = name
        run.__annotations__ = {"ctx": Context[ChaosState], "ev": takes, "return": returns}
        return run

    def _join(self, level: int, left: type[Event], right: type[Event]) -> Any:
        async def run(self: Any, ctx: Any, a: Any, b: Any) -> Any:
            return await join(a, b)

        async def join(a: Any, b: Any) -> Any:
            await asyncio.sleep(0)
            self.ledger.halves["left", a.id] += 1
            self.ledger.halves["right", b.id] += 1
            return self.end(a.id, level)

        run.__name__ = run.__qualname__ = f"join{level}"
        run.__annotations__ = {"ctx": Context[ChaosState], "a": left, "b": right, "return": self.returned(level)}
        return run

    # -- the steps

    async def act(self, ctx: Any, ev: Any) -> Node:
        """What every step does: sleep, fail if it is to, edit the state."""
        node = self.nodes[ev.id]
        self.ledger.begun[node.id] += 1
        for delay in node.delays:
            await asyncio.sleep(delay)
        failing = node.kind == "doomed" or self.ledger.failed[node.id] < node.fails
        if failing and not node.fails_in_edit:
            self.ledger.failed[node.id] += 1
            raise Boom(f"{node.kind} {node.id}")
        if node.edits or failing:
            async with ctx.store.edit_state() as state:
                state.plus += 1
                await asyncio.sleep(0)
                state.minus -= 1
                state.seen[str(node.id)] = state.seen.get(str(node.id), 0) + 1
                if failing:
                    self.ledger.failed[node.id] += 1
                    raise Boom(f"{node.kind} {node.id}, in an edit")
            self.ledger.commits.append(1)
        if node.fatal:
            raise Boom("fatal")
        assert ctx.state.plus == -ctx.state.minus
        return node

    def done(self, node: Node) -> None:
        self.ledger.done[node.id] += 1

    async def begin(self, ctx: Any, ev: Any) -> Any:
        for node in self.tree.roots:
            if not node.outside:
                ctx.send_event(self.event(node))

    async def invited(self, ctx: Any, ev: Any) -> Any:
        return self.event(self.nodes[ev.node])

    async def simple(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        self.done(node)
        return self.end(node.id, node.level)

    def plain_simple(self, ctx: Any, ev: Any) -> Any:
        node = self.nodes[ev.id]
        self.ledger.begun[node.id] += 1
        for delay in node.delays:
            time.sleep(delay)
        if node.edits:
            with ctx.store.edit_state() as state:
                state.plus += 1
                state.minus -= 1
            self.ledger.commits.append(1)
        if node.fatal:
            raise Boom("fatal")
        self.done(node)
        return self.end(node.id, node.level)

    async def chain(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        self.done(node)
        return self.after(node)

    flaky = chain

    async def doomed(self, ctx: Any, ev: Any) -> Any:
        await self.act(ctx, ev)

    async def recover(self, ctx: Any, ev: Any) -> Any:
        node = self.nodes[ev.input_event.id]
        await asyncio.sleep(0)
        self.done(node)
        return self.end(node.id, node.level)

    async def sends(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        self.done(node)
        first, *others = node.children
        for child in others:
            ctx.send_event(self.event(child))
        return self.event(first)

    async def fan(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        self.done(node)
        return [self.event(child) for child in node.children]

    def gather(self, level: int) -> Body:
        async def gather(ctx: Any, evs: Any) -> Any:
            await asyncio.sleep(0)
            for ev in evs:  # counted after the last suspension: a step that is interrupted runs again after a restore
                self.ledger.gathered[ev.id] += 1
            (fan,) = {ev.fan for ev in evs} or {0}  # an empty list does not say of which fan-out it is
            self.ledger.empty_fan_ins += not fan
            if fan:
                self.ledger.fan_ins[fan] += 1
                self.ledger.gathered_of[fan] += len(evs)
            return self.end(-fan or -100_000 - self.ledger.empty_fan_ins, level)

        return gather

    async def wait(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        ask = None if node.unanswered else Ask(node=node.id)
        limit = 0.002 if node.unanswered else 30.0
        try:
            answer = await ctx.wait_for_event(Answer, waiter_event=ask, requirements={"node": node.id}, timeout=limit)
            assert answer.node == node.id
            assert not node.unanswered
        except asyncio.TimeoutError:
            assert node.unanswered
        self.done(node)
        return self.after(node)

    async def group(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        self.done(node)
        for number in range(node.members):
            ctx.send_event(self.items[node.level](id=number, group=node.id))

    def collect(self, level: int) -> Body:
        async def collect(ctx: Any, ev: Any) -> Any:
            node = self.nodes[ev.group]
            await asyncio.sleep(0)
            got = ctx.collect_events(ev, [self.items[level]] * node.members, buffer_id=str(node.id))
            if got is None:
                return None
            for item in got:
                self.ledger.items[node.id, item.id] += 1
            return self.end(node.id, level)

        return collect

    async def pair(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        self.done(node)
        for half in self.rng.sample(self.halves[node.level], 2):
            ctx.send_event(half(id=node.id))

    async def drop(self, ctx: Any, ev: Any) -> Any:
        self.done(await self.act(ctx, ev))

    async def sub(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        parts = await Child().run(parts=node.id % 4)
        assert parts == node.id % 4
        self.ledger.children_done += 1
        self.done(node)
        return self.end(node.id, node.level)

    async def shared(self, ctx: Any, ev: Any) -> Any:
        node = await self.act(ctx, ev)
        context = Context(self.sharing, state_of=ctx)
        assert await self.sharing.run(ctx=context, ledger=self.ledger) > 0
        self.done(node)
        return self.end(node.id, node.level)

    async def slow(self, ctx: Any, ev: Any) -> Any:
        node = self.nodes[ev.id]
        self.ledger.begun[node.id] += 1
        if self.ledger.failed[node.id] < node.fails:
            self.ledger.failed[node.id] += 1
            await asyncio.sleep(30)
        self.done(node)
        return self.end(node.id, node.level)

    async def finish(self, ctx: Any, ev: Any) -> Any:
        got = ctx.collect_events(ev, [End] * self.ends)
        if got is None:
            return None
        for end in got:
            self.ledger.ended[end.id] += 1
        return StopEvent(result=len(got))
