"""The places in a file that look like a change of the committed state, or like a writer inside an edit, read from its source.

Whether what stands there is really a context or a store, mypy's hooks tell (`state_use`).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from typedflow.wiring.syntax import walk
from typedflow_mypy.glance import ALL_MUTATORS, MUTATORS, may_be_late, may_change, may_hand_on, may_nest
from typedflow_mypy.nested import Handed, handed_in, nested_in
from typedflow_mypy.scopes import bindings, own, scopes
from typedflow_mypy.source import Source

__all__ = ["ANY_KEY", "ELEMENT", "MUTATORS", "Change", "Uses", "read_uses"]

PASSING_ON = frozenset({"enumerate", "list", "reversed", "sorted", "tuple"})
"""Functions that give the elements of what they are given, and not copies of these."""

ANY_KEY = "[...]"
"""On a path: some index or key."""

ELEMENT = "[*]"
"""On a path: each element of a sequence, in turn."""

MOST_WAYS = 16
"""More ways from a name to the state are not followed."""

Position = tuple[int, int, int | None, int | None]
"""First line and column, last line and column of an expression."""

Held = Mapping[str, tuple[ast.expr, ...]]
"""Names, and all that each is bound to."""

Way = list[tuple["ast.Attribute | ast.Call", "list[str] | None", bool]]
"""The `.state`s that a chain goes through, or the call of `edit_state` whose draft it begins with.

Each with the path from there, and whether the type of its end matters.
"""


class Draft(NamedTuple):
    """What an `edit_state` block yields: the call that opens it, and the line that it ends on."""

    call: ast.Call
    end: int


class Names(NamedTuple):
    """The names of a function that hold parts of the state, and those of the drafts of its edits."""

    held: Held
    drafts: Mapping[str, Draft]

    def at(self, line: int) -> Names:
        """The drafts whose blocks have ended, at that line."""
        if not self.drafts:
            return self
        return self._replace(drafts={name: draft for name, draft in self.drafts.items() if draft.end < line})

    def without(self, name: str) -> Names:
        """The others that hold parts of the state."""
        return self._replace(held={other: values for other, values in self.held.items() if other != name})


class Ways:
    """A name that is bound at several places, each of which may lead to the state: a change only if all of them do.

        line = ctx.state.first if first else ctx.state.last
        line.text = "new"

    mypy comes to the places one after the other. What is said of each is kept until it comes to the last.

    >>> ways = Ways(2)
    >>> ways.are_certain(0, True), ways.are_certain(1, True), ways.are_certain(0, False), ways.are_certain(1, True)
    (False, True, False, False)
    """

    def __init__(self, count: int) -> None:
        self.last = count - 1
        self.certain: set[int] = set()

    def are_certain(self, number: int, certain: bool) -> bool:
        """Whether all are, where mypy has come to the last of them."""
        (self.certain.add if certain else self.certain.discard)(number)
        return number == self.last and len(self.certain) > self.last


class Change(NamedTuple):
    """A place that changes what `<...>.state` leads to: an assignment, or with `method` a call of a mutating method.

    `path` is the way from the state to what is changed, None where it cannot be told: names, keys, `ANY_KEY` and `ELEMENT`.
    `by_type` says that it is a change only if what is there is of a type that can be changed. With `ways` it is one of
    several ways to the place, the one with that number.
    """

    text: str
    line: int
    column: int
    end_column: int | None
    path: tuple[str, ...] | None = None
    method: str | None = None
    by_type: bool = False
    ways: Ways | None = None
    number: int = 0


class Uses:
    """The suspicious places of one file.

    By line and column of the call that opens an edit: `handed` are calls in it, `late` the changes of its draft below it.
    """

    def __init__(self) -> None:
        self.late: dict[tuple[int, int], list[Change]] = {}
        self.changes: dict[Position, list[Change]] = {}
        self.nested: set[tuple[int, int, str]] = set()
        self.handed: dict[tuple[int, int], list[Handed]] = {}


def read_uses(source: Source) -> Uses:
    """A look at the text first: most files have nothing to parse for."""
    uses = Uses()
    if may_change(source.content) or may_be_late(source.content):
        passing_on = PASSING_ON - set(_given_names(source.tree))
        for scope in scopes(source.tree):
            _changes(scope, uses, passing_on)
    if may_nest(source.content):
        for scope in scopes(source.tree):
            uses.nested.update(nested_in(list(own(scope, whole=True))))
    if may_hand_on(source.content):
        for scope in scopes(source.tree):
            for at, handed in handed_in(list(own(scope, whole=True))):
                uses.handed.setdefault(at, []).append(handed)
    return uses


def _given_names(tree: ast.Module) -> Iterator[str]:
    """The names of the file's functions and imports, which may be those of built-in functions too."""
    for node in walk([tree]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def _changes(scope: ast.AST, uses: Uses, passing_on: frozenset[str]) -> None:
    nodes = list(own(scope, whole=True))
    names = Names(_held(nodes, passing_on), _drafts(nodes))
    for node in nodes:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = list(node.targets)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor) or (
            isinstance(node, ast.AnnAssign) and node.value is not None
        ):
            targets = [node.target]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            targets = [node.optional_vars]
        for target in targets:
            for part in _unpacked(target):
                if isinstance(part, ast.Attribute | ast.Subscript):
                    _note(uses, part, part.value, names, None)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in ALL_MUTATORS:
                _note(uses, node.func, node.func.value, names, node.func.attr)
            elif isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr") and node.args:
                _note(uses, node.args[0], node.args[0], names, None)


def _note(uses: Uses, whole: ast.expr, inner: ast.expr, names: Names, method: str | None) -> None:
    """Note the change at every `.state` that the chain goes through, and at the edit that has given it.

    mypy says which of them is a context's, or a store's.
    """
    found = list(islice(_ways(inner, [], names.at(whole.lineno), method is not None), MOST_WAYS + 1))
    if len(found) > MOST_WAYS or not all(found):
        return
    found.sort(key=lambda way: max((source.lineno, source.col_offset) for source, _, _ in way))
    ways = Ways(len(found)) if len(found) > 1 else None
    for number, way in enumerate(found):
        for source, path, by_type in way:
            text = ast.unparse(whole if method is None else whole.value if isinstance(whole, ast.Attribute) else whole)
            at = whole.lineno, whole.col_offset, whole.end_col_offset
            told = None if path is None else tuple(path)
            change = Change(text, *at, told, method, by_type, ways, number)
            if isinstance(source, ast.Call):
                changes = uses.late.setdefault((source.lineno, source.col_offset), [])
            else:
                changes = uses.changes.setdefault(_position(source), [])
            if change not in changes:
                changes.append(change)


def _ways(node: ast.expr, path: list[str] | None, names: Names, by_type: bool) -> Iterator[Way]:
    """The `.state`s on each way that a chain may go, with the path from there, and whether its type is to be looked at.

    A name that is bound in terms of itself leads nowhere.
    """
    found: Way = []
    while True:
        if isinstance(node, ast.Name) and node.id in names.held:
            rest = names.without(node.id)
            for value in names.held[node.id]:
                for way in _ways(value, path, rest, by_type or not _is_state(value)):
                    yield [*found, *way]
            return
        if isinstance(node, ast.Attribute):
            if node.attr == "state":
                found.append((node, path, by_type))
            path = None if path is None else [node.attr, *path]
            node = node.value
        elif isinstance(node, ast.Subscript):
            key = _key(node.slice)
            path = None if path is None or key is None else [key, *path]
            node = node.value
        else:
            draft = names.drafts.get(node.id) if isinstance(node, ast.Name) else None
            yield found if draft is None else [*found, (draft.call, path, by_type)]
            return


def _position(node: ast.expr) -> Position:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _key(written: ast.expr) -> str | None:
    """The segment of a path that a subscript is; None for a slice, which gives something new."""
    if isinstance(written, ast.Constant):
        return str(written.value) if isinstance(written.value, int | str) else None
    if isinstance(written, ast.UnaryOp):
        number = written.operand.value if isinstance(written.operand, ast.Constant) else None
        return f"-{number}" if isinstance(written.op, ast.USub) and isinstance(number, int) else None
    return None if isinstance(written, ast.Slice | ast.Tuple) else ANY_KEY


def _is_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state"


def _held(nodes: list[ast.AST], passing_on: frozenset[str]) -> Held:
    """Local names that are bound to nothing but `<...>.state`, parts of it or its elements in turn; and to what."""
    held: dict[str, tuple[ast.expr, ...]] = {}
    times: Counter[str] = Counter()
    for node in nodes:
        name: ast.expr | None = None
        value: ast.expr | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            name, value = node.targets[0], node.value
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign):
            name, value = node.target, node.value
        elif isinstance(node, ast.For):
            name, value = _iterated(node, passing_on)
        if isinstance(name, ast.Name) and value is not None and all(map(_is_chain, _alternatives(value))):
            held[name.id] = (*held.get(name.id, ()), *_alternatives(value))
            times[name.id] += 1
    bound = bindings(nodes) if held else times
    return {name: values for name, values in held.items() if bound[name] == times[name]}


def _drafts(nodes: list[ast.AST]) -> dict[str, Draft]:
    """The names that nothing but one `edit_state` block binds."""
    found: dict[str, Draft] = {}
    for node in nodes:
        if not isinstance(node, ast.With | ast.AsyncWith):
            continue
        for item in node.items:
            call, name = item.context_expr, item.optional_vars
            is_edit = isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "edit_state"
            if is_edit and isinstance(call, ast.Call) and isinstance(name, ast.Name):
                found[name.id] = Draft(call, node.end_lineno or node.lineno)
    bound = bindings(nodes) if found else Counter[str]()
    return {name: draft for name, draft in found.items() if bound[name] == 1}


def _alternatives(value: ast.expr) -> list[ast.expr]:
    """What `a if flag else b`, and `a or b`, may give."""
    if isinstance(value, ast.IfExp):
        return [*_alternatives(value.body), *_alternatives(value.orelse)]
    if isinstance(value, ast.BoolOp):
        return [one for part in value.values for one in _alternatives(part)]
    return [value]


def _iterated(loop: ast.For, passing_on: frozenset[str]) -> tuple[ast.expr | None, ast.expr]:
    """The target that a loop gives the elements to, and these.

    Looked through are `for line in sorted(state.lines)` and `for key, line in state.by_name.items()`, and the like.
    """
    target: ast.expr | None = loop.target
    pair = target.elts if isinstance(target, ast.Tuple) and len(target.elts) == 2 else (None, None)
    whole, key = loop.iter, ELEMENT
    if isinstance(whole, ast.Call) and isinstance(whole.func, ast.Name) and whole.func.id in passing_on and whole.args:
        target = pair[1] if whole.func.id == "enumerate" else target
        whole = whole.args[0]
    elif (
        isinstance(whole, ast.Call) and isinstance(whole.func, ast.Attribute) and whole.func.attr in ("items", "values")
    ):
        target = pair[1] if whole.func.attr == "items" else target
        whole, key = whole.func.value, ANY_KEY
    return target, ast.Subscript(whole, ast.Constant(key), ast.Load())


def _is_chain(node: ast.expr) -> bool:
    """Whether it is a name followed by attributes and subscripts, one of them at least."""
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return False
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def _unpacked(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _unpacked(part)
    elif isinstance(target, ast.Starred):
        yield from _unpacked(target.value)
    else:
        yield target
