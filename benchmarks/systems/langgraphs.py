"""LangGraph, with a plain typed dictionary as its state."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, StreamWriter

from benchmarks.systems import Scenario, System

__all__ = ["SYSTEM"]


class Value(TypedDict):
    n: int


class Count(TypedDict):
    n: int
    count: int


class Gathered(TypedDict):
    n: int
    results: Annotated[list[int], operator.add]


class LangGraph:
    name = "langgraph"
    version = version("langgraph")

    def _chain(self, n: int):
        builder = StateGraph(Value)
        for i in range(n):

            async def body(state: Value) -> Value:
                return {"n": state["n"] + 1}

            builder.add_node(f"step{i}", body)
            builder.add_edge(START if i == 0 else f"step{i - 1}", f"step{i}")
        builder.add_edge(f"step{n - 1}", END)
        return builder.compile()

    def chain(self, n: int) -> Scenario:
        graph = self._chain(n)

        async def run() -> object:
            return await graph.ainvoke({"n": 0}, {"recursion_limit": n + 10})

        return run

    def loop(self, n: int) -> Scenario:
        builder = StateGraph(Count)

        async def turn(state: Count) -> Count:
            return {"n": state["n"] - 1, "count": state["count"] + 1}

        builder.add_node("turn", turn)
        builder.add_edge(START, "turn")
        builder.add_conditional_edges("turn", lambda state: "turn" if state["n"] > 0 else END, ["turn", END])
        graph = builder.compile()

        async def run() -> object:
            return await graph.ainvoke({"n": n, "count": 0}, {"recursion_limit": n + 10})

        return run

    def fan_out(self, n: int) -> Scenario:
        builder = StateGraph(Gathered)

        async def split(state: Gathered) -> dict[str, object]:
            return {}

        async def work(state: Gathered) -> dict[str, object]:
            return {"results": [state["n"]]}

        async def gather(state: Gathered) -> dict[str, object]:
            return {"n": len(state["results"])}

        builder.add_node("split", split)
        builder.add_node("work", work)
        builder.add_node("gather", gather)
        builder.add_edge(START, "split")
        builder.add_conditional_edges(
            "split", lambda state: [Send("work", {"n": i}) for i in range(state["n"])], ["work"]
        )
        builder.add_edge("work", "gather")
        builder.add_edge("gather", END)
        graph = builder.compile()

        async def run() -> object:
            return await graph.ainvoke({"n": n, "results": []})

        return run

    def concurrent(self, runs: int, steps: int) -> Scenario:
        graph = self._chain(steps)

        async def run() -> object:
            return await asyncio.gather(
                *(graph.ainvoke({"n": 0}, {"recursion_limit": steps + 10}) for _ in range(runs))
            )

        return run

    def parked(self, n: int) -> Callable[[], Awaitable[Scenario]]:
        builder = StateGraph(Value)

        async def wait(state: Value) -> Value:
            await asyncio.sleep(3600)
            return {"n": 1}

        builder.add_node("wait", wait)
        builder.add_edge(START, "wait")
        builder.add_edge("wait", END)
        graph = builder.compile()

        async def start() -> Scenario:
            tasks = [asyncio.create_task(graph.ainvoke({"n": 0})) for _ in range(n)]
            await asyncio.sleep(3)

            async def end() -> None:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

            return end

        return start

    def stream(self, n: int) -> Scenario:
        builder = StateGraph(Value)

        async def write(state: Value, writer: StreamWriter) -> Value:
            for i in range(n):
                writer({"n": i})
            return {"n": n}

        builder.add_node("write", write)
        builder.add_edge(START, "write")
        builder.add_edge("write", END)
        graph = builder.compile()

        async def run() -> int:
            return len([event async for event in graph.astream({"n": 0}, stream_mode="custom")])

        return run


SYSTEM: System = LangGraph()
