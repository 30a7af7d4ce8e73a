"""What a random workflow is to do: a tree of nodes, each of which becomes one event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

__all__ = ["KINDS", "Level", "Node", "Tree", "random_tree"]

KINDS = ("simple", "chain", "sends", "fan", "wait", "flaky", "doomed", "group", "pair", "drop", "sub")
"""
simple  ends its branch           chain   leads to one other node         sends   sends several nodes
fan     returns a list of nodes   wait    waits for an answer             flaky   fails a few times, and is retried
doomed  fails for good, and a @catch_error step goes on                   group   sends items that are collected
pair    sends two halves that a step with two parameters joins            drop    returns nothing (within a fan-out)
sub     runs another workflow
"""

DEEPEST = 3
MOST_NODES = 40


@dataclass
class Node:
    """One event. `delays` are sleeps in seconds, `maybe` says that a fan-in may have enough before it is done."""

    id: int
    kind: str
    level: int
    children: list[Node] = field(default_factory=list)
    delays: tuple[float, ...] = ()
    edits: bool = False
    fails: int = 0
    fails_in_edit: bool = False
    fatal: bool = False
    unanswered: bool = False
    members: int = 0
    maybe: bool = False

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Level:
    """How the events of a nesting depth are gathered: `take` first ones, or all."""

    take: int | None = None
    cancel_rest: bool = False


@dataclass
class Tree:
    """The whole. `ends` is how many branches end outside of every fan-out."""

    roots: list[Node]
    levels: list[Level]
    sync: bool

    @property
    def nodes(self) -> dict[int, Node]:
        """All nodes by their id."""
        return {node.id: node for root in self.roots for node in root.walk()}

    @property
    def ends(self) -> int:
        """How many branches end at level 0."""
        return sum(_ends(root) for root in self.roots)


def random_tree(rng: Random, *, atomic: bool = False, fatal: bool = False) -> Tree:
    """A tree. With `atomic` no step suspends between what it sends and its end, so that a restore doubles nothing."""
    levels = [Level()]
    for _ in range(DEEPEST):
        take = rng.choice([None, None, None, 1, 2])
        levels.append(Level(take, take is not None and rng.random() < 0.5))
    growing = _Growing(rng, levels, atomic)
    tree = Tree([growing.simple(0), *(growing.node(0) for _ in range(rng.randint(1, 4)))], levels, sync=not atomic)
    if fatal:
        candidates = [node for node in tree.nodes.values() if node.kind == "simple" and not node.maybe]
        rng.choice(candidates).fatal = True
    return tree


def _ends(node: Node) -> int:
    if node.kind in ("chain", "sends", "wait", "flaky"):
        return sum(_ends(child) for child in node.children) if node.children else 1
    return 1  # a fan-out, a group and a pair come together again


class _Growing:
    def __init__(self, rng: Random, levels: list[Level], atomic: bool) -> None:
        self.rng = rng
        self.levels = levels
        self.atomic = atomic
        self.made = 0

    def simple(self, level: int, maybe: bool = False) -> Node:
        return self._made("simple", level, maybe)

    def _made(self, kind: str, level: int, maybe: bool) -> Node:
        self.made += 1
        rng = self.rng
        return Node(
            self.made,
            kind,
            level,
            delays=tuple(rng.choice([0, 0, 0.0005, 0.002]) for _ in range(rng.randint(0, 2))),
            edits=rng.random() < 0.4,
            maybe=maybe,
        )

    def node(self, level: int, maybe: bool = False) -> Node:
        """A node and what is below it; small when much has been made."""
        rng = self.rng
        kinds = [kind for kind in KINDS if not (kind == "drop" and not level)]
        if self.made > MOST_NODES:
            kinds = ["simple"]
        elif level == DEEPEST:
            kinds.remove("fan")
        node = self._made(rng.choice(kinds), level, maybe)
        if node.kind in ("wait", "flaky"):
            node.children = [self.node(level, maybe)] if rng.random() < 0.5 else []
        elif node.kind == "chain":
            node.children = [self.node(level, maybe)]
        elif node.kind == "sends":
            node.children = [self.node(level, maybe) for _ in range(rng.randint(1, 3))]
        elif node.kind == "fan":
            within = maybe or self.levels[level + 1].take is not None
            node.children = [self.node(level + 1, within) for _ in range(rng.choice([0, 1, 2, 3, 5]))]
        elif node.kind == "group":
            node.members = rng.randint(1, 5)
        if node.kind in ("flaky", "doomed"):
            node.fails = rng.randint(1, 3) if node.kind == "flaky" else 1
            node.fails_in_edit = rng.random() < 0.5
        if node.kind == "wait":
            node.unanswered = not self.atomic and rng.random() < 0.2
        return node
