"""What a random workflow is to do: a tree of nodes, each of which becomes one event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

__all__ = ["KINDS", "Level", "Node", "Tree", "ends_of", "random_tree"]

KINDS = ("simple", "chain", "sends", "fan", "wait", "flaky", "doomed", "group", "pair", "drop", "sub", "shared", "slow")
"""
simple  ends its branch           chain   leads to one other node         sends   sends several nodes
fan     returns a list of nodes   wait    waits for an answer             flaky   fails a few times, and is retried
doomed  fails for good, and a @catch_error step goes on                   group   sends items that are collected
pair    sends two halves that a step with two parameters joins            drop    returns nothing (within a fan-out)
sub     runs another workflow     shared  runs one that works on the same state, one such run at a time
slow    is too slow at first, and is retried when its time is over
"""

LEADING_ON = {"fan": 4, "sends": 3, "chain": 2}
"""How much likelier the kinds are that lead on to others."""
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
    outside: bool = False
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
        return sum(ends_of(root) for root in self.roots)

    @property
    def fan_of(self) -> dict[int, int]:
        """For each node the fan-out that it is a member of, by their ids; 0 where there is none."""
        found: dict[int, int] = {}

        def note(node: Node, fan: int) -> None:
            found[node.id] = fan
            for child in node.children:
                note(child, node.id if node.kind == "fan" else fan)

        for root in self.roots:
            note(root, 0)
        return found


def random_tree(rng: Random, *, atomic: bool = False, fatal: bool = False) -> Tree:
    """A tree. With `atomic` no step suspends between what it sends and its end, so that a restore doubles nothing."""
    levels = [Level()]
    for _ in range(DEEPEST):
        take = rng.choice([None, None, None, 1, 2])
        levels.append(Level(take, take is not None and rng.random() < 0.5))
    growing = _Growing(rng, levels, atomic)
    roots = [growing.simple(0), *(growing.node(0) for _ in range(rng.randint(1, 6)))]
    for root in roots:
        root.outside = not atomic and rng.random() < 0.15
    tree = Tree(roots, levels, sync=not atomic)
    if fatal:
        candidates = [node for node in tree.nodes.values() if node.kind == "simple" and not node.maybe]
        rng.choice(candidates).fatal = True
    return tree


def ends_of(node: Node) -> int:
    """How many branches end of those that lead on from a node, at its own level."""
    if node.kind == "drop":
        return 0
    if node.kind in ("chain", "sends", "wait", "flaky"):
        return sum(ends_of(child) for child in node.children) if node.children else 1
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
        if self.atomic or rng.random() < 0.8:  # it costs a tenth of a second
            kinds.remove("slow")
        if self.atomic:  # its child commits before it ends
            kinds.remove("shared")
        if self.made > MOST_NODES:
            kinds = ["simple"]
        elif level == DEEPEST:
            kinds.remove("fan")
        weights = [LEADING_ON.get(kind, 1) for kind in kinds]
        node = self._made(rng.choices(kinds, weights)[0], level, maybe)
        if node.kind in ("wait", "flaky"):
            node.children = [self.node(level, maybe)] if rng.random() < 0.5 else []
        elif node.kind == "chain":
            node.children = [self.node(level, maybe)]
        elif node.kind == "sends":
            node.children = [self.node(level, maybe) for _ in range(rng.randint(1, 3))]
        elif node.kind == "fan":
            within = maybe or self.levels[level + 1].take is not None
            node.children = [self.node(level + 1, within) for _ in range(rng.choice([0, 1, 2, 3, 5]))]
            if level:  # what a nested fan-in is given is to say of which fan-out it is, so it may not be empty
                node.children.append(self.simple(level + 1, within))
        elif node.kind == "group":
            node.members = rng.randint(1, 5)
        if node.kind == "slow":
            node.fails = 1
        if node.kind in ("flaky", "doomed"):
            node.fails = rng.randint(1, 3) if node.kind == "flaky" else 1
            node.fails_in_edit = rng.random() < 0.5
        if node.kind == "wait":
            node.unanswered = not self.atomic and rng.random() < 0.2
        return node
