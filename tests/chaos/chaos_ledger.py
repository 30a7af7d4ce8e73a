"""What happened in a random run, noted by its steps; held against the tree when it is over."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chaos_tree import Tree, ends_of

__all__ = ["Ledger"]


class Ledger:
    """Counts by node: attempts begun and failed, invocations done, arrivals at a fan-in, commits of the state."""

    def __init__(self) -> None:
        self.begun: Counter[int] = Counter()
        self.failed: Counter[int] = Counter()
        self.done: Counter[int] = Counter()
        self.gathered: Counter[int] = Counter()
        self.fan_ins: Counter[int] = Counter()
        self.gathered_of: Counter[int] = Counter()
        self.empty_fan_ins = 0
        self.items: Counter[tuple[int, int]] = Counter()
        self.halves: Counter[tuple[str, int]] = Counter()
        self.ended: Counter[int] = Counter()
        self.children_done = 0
        self.commits: list[int] = []  # appended to by threads too, which a counter would not stand

    def doubled(self) -> dict[str, list[object]]:
        """Everything that happened more than once and must not."""
        counters: dict[str, Counter[Any]] = {  # Any: whatever each of them counts
            "done": self.done,
            "gathered": self.gathered,
            "fan_ins": self.fan_ins,
            "items": self.items,
            "halves": self.halves,
            "ended": self.ended,
        }
        found: dict[str, list[object]] = {}
        for name, counter in counters.items():
            twice = [key for key, count in counter.items() if count > 1]
            if twice:
                found[name] = twice
        return found

    def partly(self, tree: Tree) -> list[str]:
        """Fan-ins that were given a part of their fan-out as if it were all."""
        found = []
        for fan, count in self.gathered_of.items():
            node = tree.nodes[fan]
            whole = sum(ends_of(child) for child in node.children)
            take = tree.levels[node.level + 1].take
            if count > whole if take is not None else count != whole:
                found.append(f"the fan-in of {fan} was given {count} of {whole}")
        return found

    def lost(self, tree: Tree) -> list[str]:
        """Everything that must have happened in a run that came to its end, and did not."""
        found = []
        for node in tree.nodes.values():
            if node.maybe:
                continue
            if self.done[node.id] != 1:
                found.append(f"{node.kind} {node.id} was done {self.done[node.id]} times")
            if node.kind == "fan" and any(map(ends_of, node.children)) and self.fan_ins[node.id] != 1:
                found.append(f"the fan-in of {node.id} fired {self.fan_ins[node.id]} times")
            if node.kind == "group":
                items = sum(count for (owner, _), count in self.items.items() if owner == node.id)
                if items != node.members:
                    found.append(f"group {node.id} collected {items} of {node.members}")
            if node.kind == "pair" and (self.halves["left", node.id], self.halves["right", node.id]) != (1, 1):
                found.append(f"pair {node.id} was not joined")
        ends = sum(self.ended.values())
        if ends != tree.ends:
            found.append(f"{ends} branches ended, of {tree.ends}")
        return found

    def attempts(self, tree: Tree) -> list[str]:
        """Nodes that were not tried as often as they failed, and once more."""
        return [
            f"{node.kind} {node.id} was begun {self.begun[node.id]} times, and fails {node.fails}"
            for node in tree.nodes.values()
            if not node.maybe and self.begun[node.id] != (1 if node.kind == "doomed" else node.fails + 1)
        ]
