"""Which bindings of a local name may reach a place in a function's body.

    event = Draft()
    ctx.send_event(event)   # reached by the first binding alone
    event = Done()
    return event

Followed backwards through the blocks around the place: a binding that is always passed on the way hides those before it.
"""

import ast
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

__all__ = ["Reach", "Reaching"]

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
EXITS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Reach(NamedTuple):
    """What may reach a place.

    `bindings` are the ids of the `ast.Name` nodes that bind the name, or add to what it holds; `entry` says that what it
    was when the function began may reach it too. Not `certain` where only some of these may come together with what
    leads to the place, as behind an `isinstance`.
    """

    bindings: frozenset[int]
    entry: bool
    certain: bool


class Reaching:
    """Reaching bindings in one function. `additions` are the ids of names that are added to: `found` in `found.append(x)`.

    >>> function = ast.parse("def f():\\n    a = 1\\n    a = 2\\n    print(a)").body[0]
    >>> last = function.body[2].value.args[0]
    >>> Reaching(function).at(last).bindings == {id(function.body[1].targets[0])}
    True
    """

    def __init__(self, function: FunctionNode, additions: Iterable[int] = ()) -> None:
        self._function = function
        self._additions = frozenset(additions)
        self._around: dict[int, tuple[ast.AST, list[ast.stmt] | None]] = {}
        self._own_scope: set[int] = set()
        for parent in ast.walk(function):
            for child in ast.iter_child_nodes(parent):
                self._around[id(child)] = parent, None
            for _, value in ast.iter_fields(parent):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    self._around.update((id(statement), (parent, value)) for statement in value)
            if isinstance(parent, ast.comprehension):  # these names are the comprehension's own
                self._own_scope.update(id(one) for one in ast.walk(parent.target))

    def at(self, use: ast.Name) -> Reach:
        """What may reach the place where the name is read."""
        name = use.id
        found: set[int] = set()
        certain = True
        node: ast.AST = use
        while node is not self._function:
            parent, block = self._around[id(node)]
            if block is None and isinstance(node, ast.stmt | ast.expr):
                certain &= not _is_guarded(node, parent)
            if isinstance(node, ast.stmt):
                within = self._within_header(node, name)
                found |= within
                certain &= not within
            if block is not None and isinstance(node, ast.stmt):
                for earlier in reversed(block[: block.index(node)]):
                    found |= self._bound_in(earlier, name)
                    if _always_binds(earlier, name):
                        return Reach(frozenset(found), False, certain)
                    certain &= not _narrows(earlier, name)
            if isinstance(parent, SCOPES) and parent is not self._function:  # it runs whenever it is called
                return Reach(frozenset(self._bound_in(self._function, name)), True, False)
            if isinstance(parent, (*COMPREHENSIONS, ast.comprehension)):
                bound, guarded = _comprehended(node, parent, name)
                certain &= not guarded
                if bound is not None:
                    return Reach(frozenset(found | {bound}), False, certain)
            elif isinstance(parent, ast.For | ast.AsyncFor) and block is parent.body:
                if isinstance(parent.target, ast.Name) and parent.target.id == name:
                    return Reach(frozenset(found | {id(parent.target)}), False, certain)
                found |= self._bound_in(parent, name)
            elif isinstance(parent, ast.While) or (isinstance(parent, ast.Try) and block is not parent.body):
                found |= self._bound_in(parent, name)
            if block is not None and _is_branch(parent, name):
                certain = False
            node = parent
        return Reach(frozenset(found), True, certain)

    def _bound_in(self, node: ast.AST, name: str) -> set[int]:
        return {
            id(one)
            for one in ast.walk(node)
            if isinstance(one, ast.Name)
            and one.id == name
            and (not isinstance(one.ctx, ast.Load) or id(one) in self._additions)
            and id(one) not in self._own_scope
        }

    def _within_header(self, statement: ast.stmt, name: str) -> set[int]:
        """What is bound by `:=` in the statement's own expressions, before or after the place."""
        return {
            id(one.target)
            for part in ast.iter_child_nodes(statement)
            if isinstance(part, ast.expr)
            for one in ast.walk(part)
            if isinstance(one, ast.NamedExpr) and one.target.id == name
        }


def _always_binds(statement: ast.stmt, name: str) -> bool:
    """Whether no way leads past the statement but with the name bound anew."""
    if isinstance(statement, ast.Assign):
        return any(_binds(target, name) for target in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return statement.value is not None and _binds(statement.target, name)
    if isinstance(statement, ast.If):
        return all(_block_binds(block, name) for block in (statement.body, statement.orelse))
    return False


def _block_binds(block: Sequence[ast.stmt], name: str) -> bool:
    return any(isinstance(one, EXITS) or _always_binds(one, name) for one in block)


def _binds(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return any(_binds(part, name) for part in target.elts)
    return isinstance(target, ast.Name) and target.id == name


def _narrows(statement: ast.stmt, name: str) -> bool:
    """Whether what comes after the statement may be only for some values of the name.

    Either it leaves for the others (`if isinstance(event, Done): return`), or a function in it binds the name as well.
    """
    mentions = leaves = False
    for node in ast.walk(statement):
        mentions |= isinstance(node, ast.Name) and node.id == name
        leaves |= isinstance(node, (*EXITS, ast.Assert, *SCOPES))
    return mentions and leaves


def _is_guarded(node: ast.AST, parent: ast.AST) -> bool:
    """Whether the expression is evaluated only if another says so."""
    if isinstance(parent, ast.IfExp):
        return node is not parent.test
    return isinstance(parent, ast.BoolOp) and node is not parent.values[0]


def _is_branch(parent: ast.AST, name: str) -> bool:
    if isinstance(parent, ast.While):
        return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(parent.test))
    return isinstance(parent, ast.If | ast.match_case)


def _comprehended(node: ast.AST, parent: ast.AST, name: str) -> tuple[int | None, bool]:
    """The target of the comprehension that binds the name for `node`, and whether an `if` stands before it."""
    if isinstance(parent, ast.comprehension):
        generators = [] if node is parent.iter else [parent]
    else:
        generators = list(getattr(parent, "generators", ()))
        if isinstance(node, ast.comprehension):
            generators = generators[: generators.index(node)]
    guarded = any(one.ifs for one in generators)
    for one in reversed(generators):
        if isinstance(one.target, ast.Name) and one.target.id == name:
            return id(one.target), guarded
    return None, guarded
