"""Edits of the state, timed: `python -m benchmarks.state [--quick]`.

Every line is the median of several rounds in which the contestants take turns, so a slow moment of the machine hits all
of them; the ratio is the median of the ratios of the rounds. What is not installed is left out, and said.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import gc
import importlib.metadata
import importlib.util
import platform
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pydantic
from pydantic import BaseModel, model_validator

from typedflow.state.chunked import ChunkedList
from typedflow.state.draft import original
from typedflow.state.store import StateStore

Run = Callable[[int], Awaitable[None]]
"""Does its work that many times."""


class Item(BaseModel):
    qty: int = 0
    name: str = "x"
    price: float = 1.0
    tag: str = "k"


class Flat(BaseModel):
    a: int = 0
    b: int = 1
    c: str = "x"
    d: float = 1.0
    e: int = 0
    f: int = 1
    g: str = "x"
    h: float = 1.0
    i: int = 0
    elsewhere: list[int] = []


class Checked(Flat):
    @model_validator(mode="after")
    def check(self) -> Checked:
        if self.a < 0:
            raise ValueError("negative")
        return self


class Four(BaseModel):
    x: int = 0


class Three(BaseModel):
    four: Four = Four()


class Two(BaseModel):
    three: Three = Three()


class One(BaseModel):
    two: Two = Two()


class Wide(BaseModel):
    items: list[Item] = []
    byname: dict[str, Item] = {}


class Big(BaseModel):
    numbers: ChunkedList[int] = []


def looped(work: Callable[[], Any]) -> Run:
    async def run(times: int) -> None:
        for _ in range(times):
            work()

    return run


def editing(store: Any, change: Callable[[Any], Any]) -> Run:
    """A whole `async with store.edit_state()`, of ours or of a peer with the same form."""

    async def run(times: int) -> None:
        for _ in range(times):
            async with store.edit_state() as state:
                change(state)

    return run


def compare(title: str, contestants: dict[str, Run], seconds: float, rounds: int, per: int = 1) -> None:
    """Print a line for each contestant; the first is the floor."""

    async def measure() -> dict[str, list[float]]:
        times: dict[str, list[float]] = {name: [] for name in contestants}
        counts: dict[str, int] = {}
        for name, run in contestants.items():
            start = time.perf_counter()
            await run(1)
            once = time.perf_counter() - start
            counts[name] = max(1, min(20_000, int(seconds / rounds / max(once, 1e-7))))
            await run(min(counts[name], 50))
        for _ in range(rounds):
            for name, run in contestants.items():
                start = time.perf_counter()
                await run(counts[name])
                times[name].append((time.perf_counter() - start) / counts[name] / per * 1e6)
        return times

    gc.collect()
    measured = asyncio.run(measure())
    print(f"\n{title}")
    floor = next(iter(measured.values()))
    for name, times in measured.items():
        ratio = statistics.median(mine / base for mine, base in zip(times, floor, strict=True))
        print(f"  {name:<44}{statistics.median(times):>14,.3f} µs   {ratio:>10,.2f}x")


def scalar(elsewhere: int, seconds: float, rounds: int) -> None:
    bare = Flat(elsewhere=[*range(elsewhere)])
    contestants = {
        "floor: pydantic +=": looped(lambda: setattr(bare, "a", bare.a + 1)),
        "edit_state, count += 1": editing(StateStore(Flat(elsewhere=[*range(elsewhere)])), _bump),
        "edit_state that changes nothing": editing(
            StateStore(Flat(elsewhere=[*range(elsewhere)])), lambda state: state.a
        ),
        "edit_state with an after-validator": editing(StateStore(Checked(elsewhere=[*range(elsewhere)])), _bump),
    }
    if elsewhere <= 100_000:

        def deep() -> None:
            copied = copy.deepcopy(bare)
            copied.a += 1
            Flat.model_validate(copied.model_dump())

        contestants["deep copy + validation"] = looped(deep)
    if importlib.util.find_spec("pyrsistent"):
        import pyrsistent

        frozen = pyrsistent.freeze(bare.model_dump())
        contestants["pyrsistent transform"] = looped(lambda: frozen.transform(["a"], lambda value: value + 1))
    liw = peer_store(Flat(elsewhere=[*range(elsewhere)]))
    if liw is not None and elsewhere <= 100_000:
        contestants["llama-index-workflows edit_state"] = editing(liw, _bump)
    compare(f"one scalar, {elsewhere:,} elements elsewhere", contestants, seconds, rounds)


def _bump(state: Any) -> None:
    state.a += 1


def peer_store(state: BaseModel) -> Any:  # Any: the peer's store, which has no types of ours
    """The store of llama-index-workflows, or None where it is not installed."""
    if importlib.util.find_spec("workflows") is None:
        return None
    from workflows.context.state_store import InMemoryStateStore

    return InMemoryStateStore(state)


def shapes(seconds: float, rounds: int, wide: int, touched: int) -> None:
    plain = One()

    def chain() -> One:
        four = plain.two.three.four.model_copy(update={"x": plain.two.three.four.x + 1})
        three = plain.two.three.model_copy(update={"four": four})
        return plain.model_copy(update={"two": plain.two.model_copy(update={"three": three})})

    def deep(state: One) -> None:
        state.two.three.four.x += 1

    deep_edit = editing(StateStore(One()), deep)
    compare("four levels deep", {"floor: model_copy chain": looped(chain), "edit_state": deep_edit}, seconds, rounds)

    items = [Item() for _ in range(wide)]
    named = {str(number): item for number, item in enumerate(items)}

    def one_item(state: Wide) -> None:
        state.items[500].qty += 1

    def one_value(state: Wide) -> None:
        state.byname["500"].qty += 1

    store = StateStore(Wide(items=items))
    lists = {"floor: list.copy": looped(items.copy), "edit_state": editing(store, one_item)}
    compare(f"one of {wide:,} list items", lists, seconds, rounds)
    store = StateStore(Wide(byname=named))
    dicts = {"floor: dict.copy": looped(named.copy), "edit_state": editing(store, one_value)}
    compare(f"one of {wide:,} dict items", dicts, seconds, rounds)

    some = [Item() for _ in range(touched)]
    store = StateStore(Wide(items=some))

    def touch(state: Wide) -> None:
        for item in state.items:
            item.qty += 1

    def by_hand() -> None:
        Wide.model_construct(items=[item.model_copy(update={"qty": item.qty + 1}) for item in some])

    hands = {"floor: hand copies": looped(by_hand), "edit_state": editing(store, touch)}
    compare(f"touch all of {touched:,} (an item, garbage collector on)", hands, seconds, rounds, touched)
    reads = {
        "floor: plain": looped(lambda: sum(item.qty for item in some)),
        "through original()": editing(store, lambda state: sum(item.qty for item in original(state).items)),
        "through store.state": looped(lambda: sum(item.qty for item in store.state.items)),
        "through a draft": editing(store, lambda state: sum(item.qty for item in state.items)),
    }
    compare(f"read all of {touched:,} (an item)", reads, seconds, rounds, touched)


def chunked(length: int, edits: int) -> None:
    """Medians of single edits of a chunked list, with every version kept."""
    print(f"\nchunked list of {length:,}, every version alive")

    async def measure(name: str, change: Callable[[Big], None]) -> None:
        store = StateStore(Big.model_construct(numbers=list(range(length))))
        kept, times = [], []
        for _ in range(edits):
            start = time.perf_counter()
            async with store.edit_state() as state:
                change(state)
            times.append(time.perf_counter() - start)
            kept.append(store.state)
        print(f"  {name:<44}{statistics.median(times) * 1e6:>14,.3f} µs")

    def one(state: Big) -> None:
        state.numbers[length // 2] += 1

    asyncio.run(measure("append", lambda state: state.numbers.append(1)))
    asyncio.run(measure("one element", one))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller sizes, about ten seconds")
    quick: bool = parser.parse_args().quick
    print(f"Python {platform.python_version()}, pydantic {pydantic.VERSION}, {sys.platform}")
    for peer in ("pyrsistent", "llama-index-workflows"):
        try:
            print(f"{peer} {importlib.metadata.version(peer)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"{peer}: not installed, left out")
    seconds, rounds = (0.1, 5) if quick else (0.6, 15)
    for elsewhere in (10, 1000, 100_000) if quick else (10, 1000, 100_000, 1_000_000):
        scalar(elsewhere, seconds, rounds)
    shapes(seconds, rounds, 100_000, 10_000)
    chunked(100_000 if quick else 1_000_000, 300 if quick else 2000)


if __name__ == "__main__":
    main()
