"""What the bodies of live steps send and await, with the names resolved to classes."""

from __future__ import annotations

import builtins
import inspect
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, cast

from typedflow.events import Event
from typedflow.reading.source import function_node
from typedflow.wiring.body import Body, HandedOn, Named, read_body, taken_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typedflow.reading.signature import Signature

__all__ = ["BodyFacts", "read_facts", "self_references"]

DEEPEST = 8
"""How many functions the context is followed through."""


class BodyFacts:
    """The facts of a step's body and of the functions that it hands its context to."""

    def __init__(self) -> None:
        self.sends: dict[type[Event], None] = {}
        self.waits: dict[type[Event], None] = {}
        self.asks: dict[type[Event], None] = {}
        self.collects: dict[type[Event], None] = {}
        self.named_steps: dict[tuple[str, type[Event] | None], None] = {}
        self.sends_unknown = False
        self.waits_unknown = False
        self.assigns_self: tuple[str, ...] = ()

    def unknown(self) -> None:
        """The context went where it cannot be followed."""
        self.sends_unknown = self.waits_unknown = True


def read_facts(signature: Signature, owner: type | None) -> BodyFacts:
    """The facts of a step. Without source everything about its events is unknown, unless it has no context.

    `owner` is the class on which `self.helper` is looked up.
    """
    facts = BodyFacts()
    function = _plain(signature.function)
    body = None if function is None else _body(function, signature.context, signature.receiver)
    if function is None or body is None:
        if signature.context is not None:
            facts.unknown()
        return facts
    taken = {
        name
        for parameter in signature.events
        for name in ([f"{parameter.name}[]"] if parameter.many else [parameter.name])
    }
    _add(facts, body, function, taken)
    for one in body.named_steps:
        value = None if one.event is None else _value(one.event, function)
        event = value if isinstance(value, type) and issubclass(value, Event) else None
        facts.named_steps[one.step, event] = None
    facts.assigns_self = tuple(dict.fromkeys(one.attribute for one in body.self_assignments))
    _follow(facts, body.handed_on, function, signature.receiver, owner, set(), DEEPEST)
    return facts


def self_references(function: Callable[..., Any], receiver: str) -> frozenset[str]:  # Any: a function of any signature
    """The attributes of `self` that the function reads."""
    plain = _plain(function)
    body = None if plain is None else _body(plain, None, receiver)
    return frozenset() if body is None else body.self_references


def _body(function: FunctionType, context: str | None, receiver: str | None) -> Body | None:
    node = function_node(function)
    return None if node is None else read_body(node, context, receiver)


def _add(facts: BodyFacts, body: Body, function: FunctionType, taken: set[str]) -> None:
    """Add what a body says.

    What a step sends on as it came (`taken`) is made and taken already; from a helper it may be anything.
    """
    facts.sends_unknown |= body.sends_unknown or not taken.issuperset(body.resends)
    facts.waits_unknown |= body.waits_unknown
    facts.sends_unknown |= not _resolve(body.sends, function, facts.sends)
    _resolve(body.asks, function, facts.asks)
    facts.waits_unknown |= not _resolve(body.waits, function, facts.waits)
    _resolve(body.collects, function, facts.collects)


def _resolve(named: Iterable[Named], function: FunctionType, into: dict[type[Event], None]) -> bool:
    """Put the classes of those names into `into`; whether all of them are event classes."""
    all_known = True
    for one in named:
        value = _value(one.expression, function)
        if isinstance(value, type) and issubclass(value, Event):
            into[value] = None
        else:
            all_known = False
    return all_known


def _follow(
    facts: BodyFacts,
    handed_on: Iterable[HandedOn],
    caller: FunctionType,
    receiver: str | None,
    owner: type | None,
    seen: set[tuple[object, int | str]],
    depth: int,
) -> None:
    """Read the functions that were given the context."""
    for one in handed_on:
        function, bound, its_owner = _called(one.function, caller, receiver, owner)
        if function is None or depth == 0 or function.__module__.partition(".")[0] == "typedflow":
            facts.unknown()
            continue
        if (function, one.argument) in seen:
            continue
        seen.add((function, one.argument))
        node = function_node(function)
        name = None if node is None else taken_as(node, one.argument, is_bound=bound)
        if node is None or name is None:
            facts.unknown()
            continue
        own_receiver = function.__code__.co_varnames[0] if bound else None
        body = read_body(node, name, own_receiver)
        _add(facts, body, function, set())
        _follow(facts, body.handed_on, function, own_receiver, its_owner, seen, depth - 1)


def _called(
    expression: str, caller: FunctionType, receiver: str | None, owner: type | None
) -> tuple[FunctionType | None, bool, type | None]:
    """The plain function that a call goes to, whether its first parameter is bound, and the class where that one looks up."""
    first, _, rest = expression.partition(".")
    if receiver is not None and first == receiver:
        if owner is None or not rest.isidentifier():
            return None, False, None
        found = inspect.getattr_static(owner, rest, None)
        if isinstance(found, staticmethod):
            return _plain(found.__func__), False, None
        if isinstance(found, classmethod):
            return _plain(found.__func__), True, owner
        return _plain(found), True, owner
    found = _value(expression, caller)
    if isinstance(found, MethodType):
        bound_to = found.__self__
        return _plain(found.__func__), True, bound_to if isinstance(bound_to, type) else type(bound_to)
    return _plain(found), False, None


def _plain(value: object) -> FunctionType | None:
    """The function itself, under what decorators put around it and told of by `__wrapped__`; a step is such a thing too."""
    is_wrapped = callable(value) or "__wrapped__" in getattr(value, "__dict__", ())
    inner = inspect.unwrap(cast("Callable[..., object]", value)) if is_wrapped else value
    return inner if isinstance(inner, FunctionType) else None


def _value(expression: str, function: FunctionType) -> object:
    """What a dotted name stands for in the function's body; None if it cannot be told.

    Evaluated in the function's own names: nothing but attribute access and subscription, as the body itself would do
    it.
    """
    names: dict[str, object] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:
            return None
    try:
        return eval(expression, {**function.__globals__, "__builtins__": builtins}, names)
    except Exception:
        return None
