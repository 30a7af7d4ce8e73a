"""Which event an expression in a step's body stands for, as far as the source tells.

`Done(n=1)` is a Done; a local name is whatever may have been assigned to it by then; `a if c else b` is either;
`events[0]` is the first element of a list that is written out and never changed.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from typedflow.wiring.syntax import walk

if TYPE_CHECKING:
    from typedflow.wiring.reaching import Reaching

__all__ = ["READERS", "Value", "Values"]

CONSTRUCTORS = frozenset({"model_validate", "model_validate_json", "model_construct", "model_validate_strings"})
"""Class methods of every event that make one."""


READERS = frozenset({"bool", "hash", "id", "isinstance", "len", "print", "repr", "str", "type"})
"""Functions that do nothing to what is given to them."""


class Value(NamedTuple):
    """What an expression may be: events of these classes, events that came in by these parameters, or `unknown`.

    `ev` is what the parameter `ev` holds, `evs[]` an element of it. `narrowed` says that of several only some may be it.
    """

    classes: tuple[ast.expr, ...] = ()
    parameters: frozenset[str] = frozenset()
    unknown: bool = False
    narrowed: bool = False

    def __or__(self, other: "Value") -> "Value":
        return Value(
            (*self.classes, *other.classes),
            self.parameters | other.parameters,
            self.unknown or other.unknown,
            self.narrowed or other.narrowed,
        )

    @property
    def is_one(self) -> bool:
        """Whether it is known which event it is, and that it is no other."""
        if self.unknown or len(self.classes) + len(self.parameters) < 2:
            return not self.unknown
        return not self.parameters and len({ast.unparse(one) for one in self.classes}) == 1


NOTHING = Value()
UNKNOWN = Value(unknown=True)


Following: TypeAlias = "frozenset[tuple[int, str]]"
"""The places whose names are being followed, each with what is asked of it: a loop leads back to one."""

MOST_FOLLOWED = 500
"""How many names are followed for one expression; what takes more is unknown."""


class _Binding(NamedTuple):
    """What `name` is given: the value itself, or with `each` its elements."""

    name: ast.Name
    value: ast.expr
    each: bool = False


class Values:
    """The values of one function's expressions."""

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameters: frozenset[str]) -> None:
        self._function = function
        self._parameters = parameters
        self._bindings: dict[str, list[_Binding]] = {}
        self._appended: dict[str, list[_Binding]] = {}
        self._opaque: set[str] = set()
        self._bound: set[int] = set()
        self._harmless: set[int] = set()
        self._shared: set[str] = set()
        self._followed = 0
        self.rebound: set[str] = set()
        """Names that are assigned anywhere in the body."""
        for statement in function.body:
            # A parent says what its names are before they come themselves.
            for node in walk([statement]):
                note = NOTES.get(type(node))
                if note is not None:
                    note(self, node)
        self.rebound |= self._bindings.keys() | self._opaque

    @cached_property
    def _reaching(self) -> "Reaching":
        """Built, and imported, when a name may hold several things: most hold one."""
        from typedflow.wiring.reaching import Reaching

        return Reaching(self._function, [id(one.name) for many in self._appended.values() for one in many])

    def of(self, node: ast.expr) -> Value:
        """The event that the expression stands for."""
        self._followed = 0
        found = self._of(node, frozenset())
        return UNKNOWN if found.narrowed and not found.is_one else found

    def is_local(self, node: ast.expr) -> bool:
        """Whether the first name of a dotted expression is a variable or parameter of the function."""
        first = _first_name(node)
        return first is not None and (first in self.rebound or first in self._parameters)

    # -- reading assignments -------------------------------------------------------------------------------------------

    def _note_assignment(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._bind(target, node.value)
            if node.targets[1:]:  # two names for one list
                self._shared.update(part.id for part in walk([target]) if isinstance(part, ast.Name))

    def _note_value(self, node: ast.AnnAssign | ast.NamedExpr) -> None:
        if node.value is not None:
            self._bind(node.target, node.value)

    def _note_loop(self, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
        self._bind_each(node.target, node.iter)

    def _note_item(self, node: ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Load):
            self._harmless.add(id(node.value))

    def _note_name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if id(node) not in self._harmless:
                self._shared.add(node.id)
        elif id(node) not in self._bound:
            self._opaque.add(node.id)

    def _note_import(self, node: ast.alias) -> None:
        self._opaque.add((node.asname or node.name).partition(".")[0])

    def _note_other(self, node: ast.AST) -> None:
        name = getattr(node, "arg" if isinstance(node, ast.arg) else "name", None)
        if name is not None:
            self._opaque.add(name)

    def _note_call(self, node: ast.Call) -> None:
        """`name.append(x)` adds x to what the name holds; reading functions change nothing."""
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.attr == "append":
            self._harmless.add(id(function.value))
            added = (_Binding(function.value, argument) for argument in node.args)
            self._appended.setdefault(function.value.id, []).extend(added)
        elif isinstance(function, ast.Name) and function.id in READERS:
            self._harmless.update(id(argument) for argument in node.args)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bound.add(id(target))
            self._bindings.setdefault(target.id, []).append(_Binding(target, value))
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
            self._bindings.setdefault(target.id, []).append(_Binding(target, iterated, each=True))
        else:
            self._opaque.update(part.id for part in walk([target]) if isinstance(part, ast.Name))

    # -- following expressions -----------------------------------------------------------------------------------------

    def _of(self, node: ast.expr, following: Following) -> Value:
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
            return self._variable(node, following)
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            index = _constant(node.slice)
            if index is not None:
                return self._item(node.value, index, following)
            any_of_them = self._each(node.value, following)
            return any_of_them if any_of_them.is_one else UNKNOWN
        return UNKNOWN

    def _made(self, node: ast.Call, following: Following) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "model_copy":
            return self._of(function.value, following)
        if isinstance(function, ast.Attribute) and function.attr in CONSTRUCTORS:
            function = function.value
        if _first_name(function) is None or self.is_local(function):
            return UNKNOWN
        return Value((function,))

    def _variable(self, node: ast.Name, following: Following) -> Value:
        name = node.id
        if name in self._opaque or (name not in self._bindings and name not in self._parameters):
            return UNKNOWN

        def value(one: _Binding, following: Following) -> Value:
            return self._each(one.value, following) if one.each else self._of(one.value, following)

        return self._held(node, name, self._bindings.get(name, []), value, following)

    def _held(
        self,
        node: ast.Name,
        parameter: str,
        given: list[_Binding],
        value: Callable[[_Binding, Following], Value],
        following: Following,
    ) -> Value:
        """What the name is given, of what may have reached `node`; what came in by the parameter too."""
        asked = id(node), parameter
        if asked in following:
            return NOTHING
        self._followed += 1
        if self._followed > MOST_FOLLOWED:
            return UNKNOWN
        following |= {asked}
        comes_in = node.id in self._parameters
        if given[1:] or (given and comes_in):
            reach = self._reaching.at(node)
            given = [one for one in given if id(one.name) in reach.bindings]
            comes_in = comes_in and reach.entry
        if not given and not comes_in:
            return UNKNOWN
        found = _either(value(one, following) for one in given)
        if comes_in:
            found |= Value(parameters=frozenset({parameter}))
        if found.is_one:
            return found
        return found._replace(narrowed=found.narrowed or not self._reaching.at(node).certain)

    def _each(self, node: ast.expr, following: Following) -> Value:
        """The elements of what is iterated: of a display, a comprehension, a parameter, a variable."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._any(node.elts, following)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self._of(node.elt, following)
        if isinstance(node, ast.IfExp):
            return self._each(node.body, following) | self._each(node.orelse, following)
        if isinstance(node, ast.Name) and self._is_plain_list(node.id):
            appended = self._appended.get(node.id, [])
            given = [*self._bindings.get(node.id, ()), *appended]

            def value(one: _Binding, following: Following) -> Value:
                return self._of(one.value, following) if one in appended else self._each(one.value, following)

            return self._held(node, f"{node.id}[]", given, value, following)
        return UNKNOWN

    def _item(self, node: ast.expr, index: int, following: Following) -> Value:
        """The element at that place of a display, a parameter, or a variable that is only appended to."""
        if isinstance(node, ast.List | ast.Tuple):
            in_range = -len(node.elts) <= index < len(node.elts)
            is_known = in_range and not any(isinstance(one, ast.Starred) for one in node.elts)
            return self._of(node.elts[index], following) if is_known else UNKNOWN
        if isinstance(node, ast.ListComp):
            return self._of(node.elt, following)
        if isinstance(node, ast.IfExp):
            return self._item(node.body, index, following) | self._item(node.orelse, index, following)
        if isinstance(node, ast.Name) and self._is_plain_list(node.id):
            given = self._bindings.get(node.id, [])
            is_written_out = bool(given) and all(isinstance(one.value, ast.List) for one in given)
            if node.id in self._appended and (index < 0 or not is_written_out):
                return UNKNOWN  # it may be one that was appended
            return self._held(
                node, f"{node.id}[]", given, lambda one, following: self._item(one.value, index, following), following
            )
        return UNKNOWN

    def _is_plain_list(self, name: str) -> bool:
        """Whether all that is done to it is known: it is given a value, appended to and read."""
        if name in self._opaque:
            return False
        if name not in self._bindings:
            return name in self._parameters
        return name not in self._shared and not any(one.each for one in self._bindings[name])

    def _any(self, nodes: list[ast.expr], following: Following) -> Value:
        return _either(self._of(node, following) for node in nodes)


NOTES: Mapping[type, Callable[[Values, Any], None]] = {  # Any: a node of that type
    ast.Assign: Values._note_assignment,
    ast.AnnAssign: Values._note_value,
    ast.NamedExpr: Values._note_value,
    ast.For: Values._note_loop,
    ast.AsyncFor: Values._note_loop,
    ast.comprehension: Values._note_loop,
    ast.Call: Values._note_call,
    ast.Subscript: Values._note_item,
    ast.Name: Values._note_name,
    ast.alias: Values._note_import,
    ast.FunctionDef: Values._note_other,
    ast.AsyncFunctionDef: Values._note_other,
    ast.ClassDef: Values._note_other,
    ast.arg: Values._note_other,
    ast.MatchAs: Values._note_other,
    ast.MatchStar: Values._note_other,
    ast.ExceptHandler: Values._note_other,
}
"""The nodes that tell of names, and how what they tell is noted; three of four in a body are others."""


def _either(values: Iterable[Value]) -> Value:
    found = NOTHING
    for value in values:
        found |= value
    return found


def _constant(index: ast.expr) -> int | None:
    """The number that is written as an index, `-1` included."""
    sign = 1
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
        sign, index = -1, index.operand
    if isinstance(index, ast.Constant) and isinstance(index.value, int):
        return sign * index.value
    return None


def _first_name(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
