"""Which event an expression in a step's body stands for, as far as the source tells.

`Done(n=1)` is a Done; a local name is whatever is assigned to it anywhere in the body; `a if c else b` is either.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

__all__ = ["READERS", "Value", "Values"]

CONSTRUCTORS = frozenset({"model_validate", "model_validate_json", "model_construct", "model_validate_strings"})
"""Class methods of every event that make one."""


READERS = frozenset({"bool", "hash", "id", "isinstance", "len", "print", "repr", "str", "type"})
"""Functions that do nothing to what is given to them."""


class Value(NamedTuple):
    """What an expression may be: events of these classes, events that came in by these parameters, or `unknown`.

    `ev` is what the parameter `ev` holds, `evs[]` an element of it.
    """

    classes: tuple[ast.expr, ...] = ()
    parameters: frozenset[str] = frozenset()
    unknown: bool = False

    def __or__(self, other: Value) -> Value:
        return Value((*self.classes, *other.classes), self.parameters | other.parameters, self.unknown or other.unknown)


NOTHING = Value()
UNKNOWN = Value(unknown=True)


class Values:
    """The values of one function's expressions."""

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameters: frozenset[str]) -> None:
        self._parameters = parameters
        self._assigned: dict[str, list[ast.expr]] = {}
        self._elements: dict[str, list[ast.expr]] = {}
        self._appended: dict[str, list[ast.expr]] = {}
        self._opaque: set[str] = set()
        self._bound: set[int] = set()
        self._harmless: set[int] = set()
        self._shared: set[str] = set()
        self.rebound: set[str] = set()
        """Names that are assigned anywhere in the body."""
        for statement in function.body:
            # Breadth first: a parent says what its names are before they come themselves.
            for node in ast.walk(statement):
                self._note(node)
        self.rebound |= self._assigned.keys() | self._elements.keys() | self._opaque

    def of(self, node: ast.expr) -> Value:
        """The event that the expression stands for."""
        return self._of(node, frozenset())

    def is_local(self, node: ast.expr) -> bool:
        """Whether the first name of a dotted expression is a variable or parameter of the function."""
        first = _first_name(node)
        return first is not None and (first in self.rebound or first in self._parameters)

    # -- reading assignments -------------------------------------------------------------------------------------------

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._bind_each(node.target, node.iter)
        elif isinstance(node, ast.Call):
            self._note_call(node)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            self._harmless.add(id(node.value))
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                if id(node) not in self._harmless:
                    self._shared.add(node.id)
            elif id(node) not in self._bound:
                self._opaque.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._opaque.add(node.name)
        elif isinstance(node, ast.arg):
            self._opaque.add(node.arg)
        elif isinstance(node, ast.alias):
            self._opaque.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name is not None:
            self._opaque.add(node.name)

    def _note_call(self, node: ast.Call) -> None:
        """`name.append(x)` adds x to what the name holds; reading functions change nothing."""
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.attr == "append":
            self._harmless.add(id(function.value))
            self._appended.setdefault(function.value.id, []).extend(node.args)
        elif isinstance(function, ast.Name) and function.id in READERS:
            self._harmless.update(id(argument) for argument in node.args)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bound.add(id(target))
            self._assigned.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            for position, part in enumerate(target.elts):
                if same and isinstance(value, ast.Tuple | ast.List):
                    self._bind(part, value.elts[position])
                elif isinstance(part, ast.Name):
                    self._opaque.add(part.id)

    def _bind_each(self, target: ast.expr, iterated: ast.expr) -> None:
        self._harmless.add(id(iterated))
        if isinstance(target, ast.Name):
            self._bound.add(id(target))
            self._elements.setdefault(target.id, []).append(iterated)
        else:
            self._opaque.update(part.id for part in ast.walk(target) if isinstance(part, ast.Name))

    # -- following expressions -----------------------------------------------------------------------------------------

    def _of(self, node: ast.expr, following: frozenset[str]) -> Value:
        if isinstance(node, ast.Call):
            return self._made(node, following)
        if isinstance(node, ast.IfExp):
            return self._of(node.body, following) | self._of(node.orelse, following)
        if isinstance(node, ast.BoolOp):
            return self._any(node.values, following)
        if isinstance(node, ast.NamedExpr):
            return self._of(node.value, following)
        if isinstance(node, ast.Constant) and node.value is None:
            return NOTHING
        if isinstance(node, ast.Name):
            return self._variable(node.id, following)
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return self._each(node.value, following)
        return UNKNOWN

    def _made(self, node: ast.Call, following: frozenset[str]) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "model_copy":
            return self._of(function.value, following)
        if isinstance(function, ast.Attribute) and function.attr in CONSTRUCTORS:
            function = function.value
        if _first_name(function) is None or self.is_local(function):
            return UNKNOWN
        return Value((function,))

    def _variable(self, name: str, following: frozenset[str]) -> Value:
        if name in following:
            return NOTHING
        if name in self._opaque:
            return UNKNOWN
        following |= {name}
        found = Value(parameters=frozenset({name})) if name in self._parameters else NOTHING
        if name in self._assigned or name in self._elements:
            found |= self._any(self._assigned.get(name, []), following)
            for iterated in self._elements.get(name, []):
                found |= self._each(iterated, following)
        elif name not in self._parameters:
            return UNKNOWN
        return found

    def _each(self, node: ast.expr, following: frozenset[str]) -> Value:
        """The elements of what is iterated: of a display, a comprehension, a parameter, a variable."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._any(node.elts, following)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self._of(node.elt, following)
        if isinstance(node, ast.IfExp):
            return self._each(node.body, following) | self._each(node.orelse, following)
        if isinstance(node, ast.Name) and node.id not in self._opaque | following:
            name = node.id
            if name in self._parameters and name not in self.rebound:
                return Value(parameters=frozenset({f"{name}[]"}))
            if name in self._assigned and name not in self._elements and name not in self._shared:
                following |= {name}
                found = self._any(self._appended.get(name, []), following)
                for value in self._assigned[name]:
                    found |= self._each(value, following)
                return found
        return UNKNOWN

    def _any(self, nodes: list[ast.expr], following: frozenset[str]) -> Value:
        found = NOTHING
        for node in nodes:
            found |= self._of(node, following)
        return found


def _first_name(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
