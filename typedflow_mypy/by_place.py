"""Whether a batch of events is used in such a way that each place of it has a type of its own.

    found = ctx.collect_events(ev, [Query, Rows])
    if found is None:
        return None
    query, rows = found  # a Query and a Rows

A list may be changed, so that nothing is known of a place in it. But one that a function alone holds, and never gives on, stays
as it came. What stands at its places is looked at too: in `[query, rows]`, and in a name that is given now the one and now the
other, mypy would find the precise types to be too narrow. There the list stays a list.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from typedflow.wiring.syntax import children, walk
from typedflow_mypy.compat import tells_what_is_redundant
from typedflow_mypy.methods import current_method
from typedflow_mypy.scopes import bindings

if TYPE_CHECKING:
    from mypy.nodes import CallExpr

    from typedflow_mypy.compat import Api
    from typedflow_mypy.source import FunctionNode

__all__ = ["Collecting", "is_used_by_place"]

SHOWING = frozenset({"print", "repr", "str"})
"""Functions that do nothing to a batch."""

ASKING = frozenset({"isinstance", "len"})
"""Functions of whose results mypy draws conclusions."""

TELLING = frozenset(
    {
        *("add", "append", "appendleft", "dict", "insert", "max", "min", "put", "put_nowait", "setdefault"),
        *("hasattr", "type"),
    }
)
"""Functions and methods of which mypy tells what they give, or what their receiver is made of, by their arguments."""

ALONE = (ast.AnnAssign, ast.Attribute, ast.Expr, ast.FormattedValue, ast.Return, ast.Yield)
"""Where an event has nothing to do with the one beside it; as an argument it mostly has not either."""


def is_used_by_place(api: Api, call: CallExpr) -> bool:
    """Whether the batch that the call gives is used by place, in the function that is being checked."""
    method = current_method(api)
    node = method.node if method is not None else None
    if node is None:
        return False
    place = call.line, call.column, call.end_line, call.end_column
    collecting = Collecting(node, doubts_count=tells_what_is_redundant(api))
    for one in collecting.around:
        if isinstance(one, ast.Call) and (one.lineno, one.col_offset, one.end_lineno, one.end_col_offset) == place:
            return collecting.is_by_place(one)
    return False


class Collecting:
    """A function in which batches are collected.

    With `doubts_count` mypy reports what is asked although it is known, so that a program which asks is left as it is.

    >>> def is_by_place(body: str) -> bool:
    ...     function = ast.parse(f"def f(ctx, ev):\\n found = collect()\\n if found is None: return\\n {body}").body[0]
    ...     return Collecting(function).is_by_place(function.body[0].value)
    >>> [is_by_place(body) for body in ("a, b = found", "print(found[0].text)", "a, b = found; return [a.x, b.y]")]
    [True, True, True]
    >>> [is_by_place(body) for body in ("found.sort()", "show(found)", "both = found", "a, b = found; return [a, b]")]
    [False, False, False, False]
    """

    def __init__(self, function: FunctionNode, *, doubts_count: bool = False) -> None:
        nodes = walk([function])
        self.function = function
        self.doubts_count = doubts_count
        self.around = {child: node for node in nodes for child in children(node)}
        self._bound = bindings(nodes)
        self._reads: dict[str, list[ast.expr]] = {}
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._reads.setdefault(node.id, []).append(node)

    def is_by_place(self, call: ast.expr) -> bool:
        """Whether what the call gives is bound to a name, once, and what is done with it leaves it as it is."""
        binding = self.around[call]
        if not isinstance(binding, ast.Assign | ast.NamedExpr):
            return False
        target, *others = binding.targets if isinstance(binding, ast.Assign) else [binding.target]
        if others or not self._is_bound_once(target) or self._is_in_a_class(binding):
            return False
        uses = self._reads.get(target.id, [])
        if isinstance(binding, ast.NamedExpr):
            uses = [binding, *uses]
        if self.doubts_count and sum(map(self._is_asked, uses)) > 1:
            return False
        return all(map(self._is_left_as_it_is, uses))

    def _is_bound_once(self, target: ast.expr) -> TypeGuard[ast.Name]:
        return isinstance(target, ast.Name) and self._bound[target.id] == 1

    def _is_in_a_class(self, node: ast.AST) -> bool:
        """Whether a name bound there is an attribute of a class in the function."""
        while node is not self.function:
            node = self.around[node]
            if isinstance(node, ast.ClassDef):
                return True
        return False

    def _is_left_as_it_is(self, batch: ast.expr) -> bool:
        """Whether the batch is not changed where it stands, nor given to others, and what is taken from it stands alone."""
        around = self.around[batch]
        if self._is_asked(batch):
            return True
        if isinstance(around, ast.Subscript):
            return isinstance(around.ctx, ast.Load) and _is_number(around.slice) and self._stands_alone(around)
        if isinstance(around, ast.Assign):
            return all(map(self._is_unpacking, around.targets))
        if isinstance(around, ast.Call):
            name = _name(around)
            return name in SHOWING or (name == "len" and self._decides_on_statements(around))
        if isinstance(around, ast.Match):
            return not self.doubts_count and all(self._is_matching(case.pattern) for case in around.cases)
        return isinstance(around, ast.FormattedValue | ast.Expr)

    def _is_asked(self, value: ast.expr) -> bool:
        """Whether nothing but the truth of a value, or whether it is None, matters where it stands."""
        around = self.around[value]
        if isinstance(around, ast.BoolOp):
            is_given = isinstance(around.op, ast.Or) or around.values[-1] is value
            return not is_given or self._is_asked(around)
        if isinstance(around, ast.Compare):
            return isinstance(around.ops[0], ast.Is | ast.IsNot) and _is_none(around.comparators[0])
        if isinstance(around, ast.UnaryOp):
            return isinstance(around.op, ast.Not)
        if isinstance(around, ast.If | ast.IfExp | ast.While | ast.Assert):
            return around.test is value
        return isinstance(around, ast.comprehension) and value in around.ifs

    def _decides_on_statements(self, asked: ast.expr) -> bool:
        """Whether what mypy concludes of a question holds for whole statements, and no more than that is done with the answer.

        Of an expression that is never reached, the other side of an `and`, mypy up to 1.13 says what is wrong with it.
        """
        around = self.around[asked]
        if self.doubts_count:
            return isinstance(around, ast.Assert)
        while isinstance(around, ast.Compare | ast.UnaryOp) or (
            isinstance(around, ast.BoolOp) and all(map(_is_question, around.values))
        ):
            around = self.around[around]
        return isinstance(around, ast.Assert | ast.If)

    def _is_unpacking(self, target: ast.expr) -> bool:
        return isinstance(target, ast.Tuple | ast.List) and all(map(self._is_name_of_one, target.elts))

    def _is_name_of_one(self, target: ast.expr) -> bool:
        """Whether it is a name that is given one event of the batch, and never anything else; mypy asks nothing of `_`."""
        if isinstance(target, ast.Name) and target.id == "_":
            return "_" not in self._reads
        return self._is_bound_once(target) and all(map(self._stands_alone, self._reads.get(target.id, ())))

    def _is_matching(self, pattern: ast.pattern) -> bool:
        """Whether a batch that is compared with the pattern is None, or unpacked, or nothing comes of it."""
        if not isinstance(pattern, ast.MatchSequence):
            return isinstance(pattern, ast.MatchSingleton | ast.MatchAs) and getattr(pattern, "name", None) is None
        inner = walk(pattern.patterns)
        names = [one.name for one in inner if isinstance(one, ast.MatchAs) and one.name is not None]
        return not any(isinstance(one, ast.MatchStar) for one in inner) and all(
            self._is_name_of_one(ast.Name(name, ast.Store())) for name in names
        )

    def _stands_alone(self, event: ast.expr) -> bool:
        """Whether the type of what an event stands in does not come of it and others."""
        around = self.around[event]
        if isinstance(around, ast.keyword):
            around = self.around[around]
        if isinstance(around, ast.Call):
            name = _name(around)
            return self._decides_on_statements(around) if name in ASKING else name not in TELLING
        if isinstance(around, ast.Assign):
            return all(map(self._is_name_of_one, around.targets))
        if isinstance(around, ast.Tuple):
            return isinstance(self.around[around], ast.Return | ast.keyword)
        if isinstance(around, ast.Subscript):
            return around.value is event
        return isinstance(around, ALONE) or self._is_asked(event)


def _is_number(index: ast.expr) -> bool:
    """Whether it is a number that is written out, from either end."""
    number = index.operand if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) else index
    return isinstance(number, ast.Constant) and type(number.value) is int


def _is_question(value: ast.expr) -> bool:
    """Whether it is one that tells mypy something, or the opposite of one."""
    while isinstance(value, ast.Compare | ast.UnaryOp):
        value = value.left if isinstance(value, ast.Compare) else value.operand
    return isinstance(value, ast.Call) and _name(value) in ASKING


def _name(call: ast.Call) -> str:
    """The name of the function, or method, that is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
