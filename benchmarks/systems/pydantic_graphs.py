"""pydantic-graph, through its builder."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise

from pydantic_graph import GraphBuilder, StepContext, reduce_list_append

from benchmarks.systems import Scenario, System

__all__ = ["SYSTEM"]


@dataclass
class Count:
    count: int = 0


class PydanticGraph:
    name = "pydantic-graph"
    version = version("pydantic-graph")

    def _chain(self, n: int):
        g = GraphBuilder(name="chain", input_type=int, output_type=int, auto_instrument=False)
        steps = []
        for i in range(n):

            async def body(ctx: StepContext[None, None, int]) -> int:
                return ctx.inputs + 1

            steps.append(g.step(body, node_id=f"step{i}"))
        edges = [g.edge_from(g.start_node).to(steps[0])]
        edges += [g.edge_from(a).to(b) for a, b in pairwise(steps)]
        g.add(*edges, g.edge_from(steps[-1]).to(g.end_node))
        return g.build()

    def chain(self, n: int) -> Scenario:
        graph = self._chain(n)

        async def run() -> object:
            return await graph.run(inputs=0)

        return run

    def loop(self, n: int) -> Scenario:
        g = GraphBuilder(name="loop", state_type=Count, input_type=int, output_type=int, auto_instrument=False)

        @g.step
        async def turn(ctx: StepContext[Count, None, int]) -> int:
            ctx.state.count += 1
            return ctx.inputs - 1

        decision = (
            g.decision()
            .branch(g.match(int, matches=lambda value: value > 0).to(turn))
            .branch(g.match(int, matches=lambda value: value <= 0).to(g.end_node))
        )
        g.add(g.edge_from(g.start_node).to(turn), g.edge_from(turn).to(decision))
        graph = g.build()

        async def run() -> object:
            return await graph.run(inputs=n, state=Count())

        return run

    def fan_out(self, n: int) -> Scenario:
        g = GraphBuilder(name="fan", input_type=int, output_type=list[int], auto_instrument=False)

        @g.step
        async def split(ctx: StepContext[None, None, int]) -> list[int]:
            return list(range(ctx.inputs))

        @g.step
        async def work(ctx: StepContext[None, None, int]) -> int:
            return ctx.inputs

        gather = g.join(reduce_list_append, initial_factory=list[int])
        g.add(
            g.edge_from(g.start_node).to(split),
            g.edge_from(split).map().to(work),
            g.edge_from(work).to(gather),
            g.edge_from(gather).to(g.end_node),
        )
        graph = g.build()

        async def run() -> object:
            return await graph.run(inputs=n)

        return run

    def concurrent(self, runs: int, steps: int) -> Scenario:
        graph = self._chain(steps)

        async def run() -> object:
            return await asyncio.gather(*(graph.run(inputs=0) for _ in range(runs)))

        return run

    def parked(self, n: int) -> Callable[[], Awaitable[Scenario]]:
        g = GraphBuilder(name="parked", input_type=int, output_type=int, auto_instrument=False)

        @g.step
        async def wait(ctx: StepContext[None, None, int]) -> int:
            await asyncio.sleep(3600)
            return 1

        g.add(g.edge_from(g.start_node).to(wait), g.edge_from(wait).to(g.end_node))
        graph = g.build()

        async def start() -> Scenario:
            tasks = [asyncio.create_task(graph.run(inputs=0)) for _ in range(n)]
            await asyncio.sleep(0.5)

            async def end() -> None:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

            return end

        return start

    def stream(self, n: int) -> Scenario | None:
        return None  # it shows node transitions, but has no events that a step writes


SYSTEM: System = PydanticGraph()
