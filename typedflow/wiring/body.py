"""What the body of a step shows: which events it sends and awaits, what it assigns on `self`.

Read from `ast` alone, so that the library (from a function's source) and the mypy plugin (from the file's) see the
same. Names are given as they are written (`events.Done`, `Batch[int]`); the reader resolves them and treats what is
no event class as unknown. Whatever cannot be told is said to be unknown; nothing is guessed.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from typedflow.wiring.body_values import READERS, Values
from typedflow.wiring.syntax import children, walk

__all__ = ["Body", "HandedOn", "Named", "NamedStep", "SelfAssignment", "read_body", "taken_as"]

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
STEP_CONTEXT = "get_step_context"
SETTERS = frozenset({"setattr", "delattr", "object.__setattr__", "object.__delattr__"})


class Named(NamedTuple):
    """An event class as the body writes it, and where."""

    expression: str
    line: int
    column: int


class NamedStep(NamedTuple):
    """The step that an event is sent to by its name, and where; `event` is the class as it is written, if it is one."""

    step: str
    event: str | None
    line: int
    column: int


class SelfAssignment(NamedTuple):
    """An assignment to `self.<attribute>`, and where."""

    attribute: str
    line: int
    column: int


class HandedOn(NamedTuple):
    """The context given to another function as an argument, by position or by keyword.

    A reader that knows the function may read its body in turn; one that does not must take it for unknown.
    """

    function: str
    argument: int | str
    line: int


class Body(NamedTuple):
    """The facts of one body.

    `resends` are parameters of the function that it sends on: `ev`, or `evs[]` for an element.
    """

    sends: tuple[Named, ...] = ()
    waits: tuple[Named, ...] = ()
    asks: tuple[Named, ...] = ()
    collects: tuple[Named, ...] = ()
    sends_unknown: bool = False
    waits_unknown: bool = False
    resends: tuple[str, ...] = ()
    named_steps: tuple[NamedStep, ...] = ()
    handed_on: tuple[HandedOn, ...] = ()
    self_assignments: tuple[SelfAssignment, ...] = ()
    self_references: frozenset[str] = frozenset()


def read_body(function: FunctionNode, context: str | None, receiver: str | None = "self") -> Body:
    """The facts of a function's body.

    `context` and `receiver` are the names of its context parameter and of the parameter that is the workflow, where
    it has them.

    >>> source = "async def go(self, ctx, ev):\\n    ctx.send_event(Done(n=1))\\n    self.count += 1"
    >>> body = read_body(ast.parse(source).body[0], "ctx")
    >>> [named.expression for named in body.sends], [one.attribute for one in body.self_assignments]
    (['Done'], ['count'])
    """
    reader = _Reader(function, context, receiver)
    for statement in function.body:
        reader.visit(statement)
    return reader.facts()


def taken_as(function: FunctionNode, argument: int | str, *, is_bound: bool) -> str | None:
    """The parameter that takes the argument at that place, or under that name, be it among others; None where none does.

    `is_bound` says that the first parameter is given already.

    >>> function = ast.parse("def tell(self, ctx, *rest, loud=False): ...").body[0]
    >>> [taken_as(function, argument, is_bound=True) for argument in (0, 1, "loud", "no")]
    ['ctx', 'rest', 'loud', None]
    """
    parameters = function.args
    by_place = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    if isinstance(argument, int):
        place, rest = argument + is_bound, parameters.vararg
        if place < len(by_place):
            return by_place[place]
    else:
        rest = parameters.kwarg
        if argument in (*by_place, *(one.arg for one in parameters.kwonlyargs)):
            return argument
    return None if rest is None else rest.arg


class _Found:
    def __init__(self) -> None:
        self.sends: dict[Named, None] = {}
        self.waits: dict[Named, None] = {}
        self.asks: dict[Named, None] = {}
        self.collects: dict[Named, None] = {}
        self.resends: dict[str, None] = {}
        self.named_steps: dict[NamedStep, None] = {}
        self.handed_on: list[HandedOn] = []
        self.assigned: dict[SelfAssignment, None] = {}
        self.referenced: set[str] = set()


class _Reader:
    def __init__(self, function: FunctionNode, context: str | None, receiver: str | None) -> None:
        parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        names = [parameter.arg for parameter in parameters]
        self.self_name = receiver if receiver in names else None
        self.context = context
        self.values = Values(function, frozenset(names) - {self.self_name, context})
        self.found = _Found()
        self.sends_unknown = False
        self.waits_unknown = False
        if context is not None and context in self.values.rebound:
            self.escape()

    def facts(self) -> Body:
        found = self.found
        return Body(
            sends=tuple(found.sends),
            waits=tuple(found.waits),
            asks=tuple(found.asks),
            collects=tuple(found.collects),
            sends_unknown=self.sends_unknown,
            waits_unknown=self.waits_unknown,
            resends=tuple(found.resends),
            named_steps=tuple(found.named_steps),
            handed_on=tuple(found.handed_on),
            self_assignments=tuple(found.assigned),
            self_references=frozenset(found.referenced),
        )

    def escape(self) -> None:
        """From here on anything may be done with the context."""
        self.sends_unknown = self.waits_unknown = True

    def visit(self, node: ast.AST) -> None:
        """Read a node, or else those below it."""
        read = READS.get(type(node))
        if read is not None:
            read(self, node)
            return
        for child in children(node):
            self.visit(child)

    # -- the context ---------------------------------------------------------------------------------------------------

    def _name(self, node: ast.Name) -> None:
        """The context where it is neither entered (`ctx.x`) nor an argument: those two do not come here."""
        if node.id == self.context and isinstance(node.ctx, ast.Load):
            self.escape()

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute) and self._is_context(function.value):
            self._context_call(function.attr, node)
            return
        if len(node.args) > 1 and self._is_self(node.args[0]):
            called, name = _dotted(function), node.args[1]
            if called in SETTERS and isinstance(name, ast.Constant) and isinstance(name.value, str):
                self._assigned(name.value, node)
            if called == "getattr":
                self.found.referenced.add(_read_name(name))
        self.visit(function)
        self._arguments(node)

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr == STEP_CONTEXT:
            self.escape()
        if self._is_context(node.value):
            if node.attr in ("send_event", "wait_for_event"):  # the method itself is passed on
                self.escape()
            return
        if self._is_self(node.value) or _is_super(node.value):
            if isinstance(node.ctx, ast.Load):
                self.found.referenced.add(node.attr)
            else:
                self._assigned(node.attr, node)
            return
        if isinstance(node.value, ast.Name) and node.value.id[:1].isupper():  # Flow.pay(self, ev)
            self.found.referenced.add(node.attr)
        self.visit(node.value)

    def _context_call(self, method: str, node: ast.Call) -> None:
        if method == "send_event":
            self._sent(_argument(node, 0, "message"))
            step = _argument(node, 1, "step")
            if isinstance(step, ast.Constant) and isinstance(step.value, str):
                self._sent_to(step.value, _argument(node, 0, "message"), step)
        elif method == "wait_for_event":
            self._awaited(node)
        elif method == "collect_events":
            self._collected(_argument(node, 1, "expected"))
        self._arguments(node)

    def _arguments(self, node: ast.Call) -> None:
        """Arguments, the context among them being handed on to whoever is called."""
        for place, argument in enumerate(node.args):
            self._given(node, place, argument)
        for keyword in node.keywords:
            self._given(node, keyword.arg, keyword.value)

    def _given(self, node: ast.Call, place: int | str | None, argument: ast.expr) -> None:
        if not self._is_context(argument):
            self.visit(argument)
            return
        is_told = place is not None and not isinstance(node.func, ast.Subscript) and not self.values.is_local(node.func)
        name = _dotted(node.func) if is_told else None
        if name is None or place is None:
            self.escape()
        elif name not in READERS:  # isinstance(ctx, Context), print(ctx)
            self.found.handed_on.append(HandedOn(name, place, node.lineno))

    def _sent(self, argument: ast.expr | None) -> None:
        if argument is None:
            self.sends_unknown = True
            return
        made = self.values.of(argument)
        self.sends_unknown |= made.unknown
        self.found.sends.update((_named(part), None) for part in made.classes)
        self.found.resends.update((name, None) for name in sorted(made.parameters))

    def _sent_to(self, name: str, argument: ast.expr | None, at: ast.expr) -> None:
        made = self.values.of(argument) if argument is not None else None
        is_told = made is not None and len(made.classes) == 1 and not made.unknown and not made.parameters
        event = ast.unparse(next(iter(made.classes))) if made is not None and is_told else None
        self.found.named_steps[NamedStep(name, event, at.lineno, at.col_offset)] = None

    def _awaited(self, node: ast.Call) -> None:
        wanted = _argument(node, 0, "event_type")
        if wanted is None or _dotted(wanted) is None or self.values.is_local(wanted):
            self.waits_unknown = True
        else:
            self.found.waits[_named(wanted)] = None
        question = _argument(node, 1, "waiter_event")
        if question is not None:
            made = self.values.of(question)
            self.sends_unknown |= made.unknown
            self.found.asks.update((_named(part), None) for part in made.classes)

    def _collected(self, expected: ast.expr | None) -> None:
        if isinstance(expected, ast.BinOp) and isinstance(expected.op, ast.Mult):  # [Done] * n
            expected = expected.left if isinstance(expected.left, ast.List | ast.Tuple) else expected.right
        if isinstance(expected, ast.List | ast.Tuple):
            for element in expected.elts:
                if _dotted(element) is not None and not self.values.is_local(element):
                    self.found.collects[_named(element)] = None

    # -- self ----------------------------------------------------------------------------------------------------------

    def _annotated(self, node: ast.AnnAssign) -> None:
        """`self.total: int` alone assigns nothing."""
        if node.value is not None:
            self.visit(node.target)
            self.visit(node.value)

    def _assigned(self, attribute: str, node: ast.expr) -> None:
        self.found.assigned[SelfAssignment(attribute, node.lineno, node.col_offset)] = None

    # -- nested scopes -------------------------------------------------------------------------------------------------

    def _nested(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """A function in the step sees its names, save those that its own parameters hide."""
        hidden = {argument.arg for argument in walk([node.args]) if isinstance(argument, ast.arg)}
        outer = self.self_name, self.context
        self.self_name = None if self.self_name in hidden else self.self_name
        self.context = None if self.context in hidden else self.context
        for decorator in () if isinstance(node, ast.Lambda) else node.decorator_list:
            self.visit(decorator)
        for default in (*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)):
            self.visit(default)
        for part in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(part)
        self.self_name, self.context = outer

    # -- what a node is ------------------------------------------------------------------------------------------------

    def _is_context(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.context is not None and node.id == self.context

    def _is_self(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.self_name is not None and node.id == self.self_name


READS: Mapping[type, Callable[[_Reader, Any], None]] = {  # Any: a node of that type
    ast.Name: _Reader._name,
    ast.Call: _Reader._call,
    ast.Attribute: _Reader._attribute,
    ast.AnnAssign: _Reader._annotated,
    ast.FunctionDef: _Reader._nested,
    ast.AsyncFunctionDef: _Reader._nested,
    ast.Lambda: _Reader._nested,
}
"""The nodes of which there is something to read."""


def _argument(node: ast.Call, position: int, keyword: str) -> ast.expr | None:
    if any(isinstance(argument, ast.Starred) for argument in node.args[: position + 1]):
        return None
    if len(node.args) > position:
        return node.args[position]
    return next((one.value for one in node.keywords if one.arg == keyword), None)


def _dotted(node: ast.expr) -> str | None:
    """`a.b.C` or `a.b.C[int]` as text; None for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    part = node.value if isinstance(node, ast.Subscript) else node
    while isinstance(part, ast.Attribute):
        part = part.value
    return ast.unparse(node) if isinstance(part, ast.Name) else None


def _read_name(node: ast.expr) -> str:
    """The name that is read by `getattr`; where only its beginning is written, as in `f"on_{kind}"`, that and a star."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first = node.left
    return str(first.value if isinstance(first, ast.Constant) else "") + "*"


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _named(node: ast.expr) -> Named:
    return Named(ast.unparse(node), node.lineno, node.col_offset)
