"""The floor: what one would write by hand, a task per step and one queue."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Awaitable, Callable

from benchmarks.systems import Scenario, System

__all__ = ["SYSTEM"]


class Floor:
    name = "floor"
    version = f"Python {platform.python_version()}"

    def chain(self, n: int) -> Scenario:
        async def run() -> int:
            queue: asyncio.Queue[int] = asyncio.Queue()

            async def step(value: int) -> None:
                await queue.put(value + 1)

            tasks = set()
            value = 0
            while value < n:
                task = asyncio.create_task(step(value))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                value = await queue.get()
            return value

        return run

    def loop(self, n: int) -> Scenario:
        async def run() -> int:
            queue: asyncio.Queue[int] = asyncio.Queue()
            state = {"count": 0}

            async def step(value: int) -> None:
                state["count"] += 1
                await queue.put(value + 1)

            tasks = set()
            value = 0
            while value < n:
                task = asyncio.create_task(step(value))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                value = await queue.get()
            return state["count"]

        return run

    def fan_out(self, n: int) -> Scenario:
        async def run() -> int:
            queue: asyncio.Queue[int] = asyncio.Queue()

            async def step(value: int) -> None:
                await queue.put(value)

            tasks = set()
            for value in range(n):
                task = asyncio.create_task(step(value))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            return len([await queue.get() for _ in range(n)])

        return run

    def concurrent(self, runs: int, steps: int) -> Scenario:
        chain = self.chain(steps)

        async def run() -> object:
            return await asyncio.gather(*(chain() for _ in range(runs)))

        return run

    def parked(self, n: int) -> Callable[[], Awaitable[Scenario]]:
        async def start() -> Scenario:
            async def parked() -> int:
                queue: asyncio.Queue[int] = asyncio.Queue()

                async def step() -> None:
                    await asyncio.sleep(3600)
                    await queue.put(1)

                task = asyncio.create_task(step())
                try:
                    return await queue.get()
                finally:
                    task.cancel()

            tasks = [asyncio.create_task(parked()) for _ in range(n)]
            await asyncio.sleep(0.05)

            async def end() -> None:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

            return end

        return start

    def stream(self, n: int) -> Scenario:
        async def run() -> int:
            queue: asyncio.Queue[int | None] = asyncio.Queue()

            async def step() -> None:
                for value in range(n):
                    await queue.put(value)
                await queue.put(None)

            task = asyncio.create_task(step())
            seen = 0
            while await queue.get() is not None:
                seen += 1
            await task
            return seen

        return run


SYSTEM: System = Floor()
