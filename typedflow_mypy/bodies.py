"""What the body of a step sends, awaits and assigns, with the names resolved in mypy's symbol tables.

The twin of `typedflow.reading.body`; what is read from a body is `typedflow.wiring.body` for both.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from mypy.types import Instance

from typedflow.wiring.body import Body, HandedOn, Named, NamedStep, SelfAssignment, read_body, taken_as
from typedflow.wiring.graph import EventType
from typedflow_mypy.compat import depend
from typedflow_mypy.events import event_type, is_event
from typedflow_mypy.followed import called, rest_on
from typedflow_mypy.methods import Method
from typedflow_mypy.signatures import ReadSignature

__all__ = ["NOTHING", "BodyFacts", "read_facts", "self_references"]

DEEPEST = 8
"""How many functions the context is followed through."""

Found = dict[EventType, Named | None]
"""An event and where the body names it; None where that is in another function."""


class BodyFacts:
    """The facts of a step's body and of the functions that it hands its context to."""

    def __init__(self, *, unknown: bool = False) -> None:
        self.sends: Found = {}
        self.waits: Found = {}
        self.asks: Found = {}
        self.collects: Found = {}
        self.sends_unknown = self.waits_unknown = unknown
        self.assigns_self: tuple[SelfAssignment, ...] = ()
        self.named_steps: dict[tuple[str, EventType | None], NamedStep] = {}

    def unknown(self) -> None:
        """The context went where it cannot be followed."""
        self.sends_unknown = self.waits_unknown = True


NOTHING = BodyFacts()
"""A body of which no more is asked."""
UNKNOWN = BodyFacts(unknown=True)


def read_facts(method: Method, signature: ReadSignature, methods: Mapping[str, Method]) -> BodyFacts:
    """The facts of a step, not to be changed. Without source everything about its events is unknown, if it has a context.

    `methods` is where `self.helper` is looked up.
    """
    context = signature.context.facts.name if signature.context is not None else None
    if method.module.is_stub:  # which has no bodies
        return NOTHING if context is None else UNKNOWN
    text = method.text
    if text is not None and not _says_anything(text, context, signature.receiver):
        return NOTHING
    body = _body(method, context, signature.receiver)
    if body is None:
        return NOTHING if context is None else UNKNOWN
    taken = {
        f"{one.facts.name}[]" if one.facts.kind == "events" else one.facts.name
        for one in signature.parameters
        if one.facts.kind in ("event", "events")
    }
    facts = BodyFacts()
    _add(facts, body, method, taken, here=True)
    facts.assigns_self = body.self_assignments
    for one in body.named_steps:
        found: Found = {}
        if one.event is not None:
            _resolve([Named(one.event, one.line, one.column)], method, found, here=True)
        facts.named_steps[one.step, next(iter(found), None)] = one
    _follow(facts, body.handed_on, method, signature.receiver, methods, set(), DEEPEST)
    return facts


def self_references(method: Method, receiver: str | None) -> frozenset[str]:
    """The attributes of `self` that the function reads."""
    body = _body(method, None, receiver)
    return frozenset() if body is None else body.self_references


HARMLESS = ("store", "state", "write_event_to_stream", "retry_info", "is_running", "running_steps")
"""Attributes of a context whose use says nothing of events."""


def _says_anything(text: str, context: str | None, receiver: str | None) -> bool:
    """Whether a look at the text shows anything to read: parsing every body would cost more than all the rest.

    Each name occurs once as a parameter. After that, any use of the context but the harmless ones is read, and any of `self`
    that might assign to it.
    """
    if context is not None and len(_telling_uses(context).findall(text)) > 1:
        return True
    if receiver is None:
        return False
    return len(_handed_on_or_assigned(receiver).findall(text)) > 1 or _may_be_bound(text, f"{receiver}.")


@lru_cache
def _telling_uses(context: str) -> re.Pattern[str]:
    """That what must not come before the name is looked for after it lets a search run from name to name."""
    harmless = "|".join(HARMLESS)
    return re.compile(rf"{_name(context)}(?!\s*\.\s*(?:{harmless})\b)")


@lru_cache
def _handed_on_or_assigned(receiver: str) -> re.Pattern[str]:
    """`self` without a dot; `self.a = 1; self.a, b = 1, 2; self.a["x"] += 1`, or one of several targets, on a line of its own."""
    return re.compile(rf"{_name(receiver)}(?:(?!\s*\.)|\.(?:[^(\n]*=(?!=)|\w+\s*,\s*$))", re.MULTILINE)


def _name(name: str) -> str:
    """A pattern for a whole word that begins with the word itself."""
    text = re.escape(name)
    return rf"{text}(?<!\w{text})\b"


def _may_be_bound(text: str, attribute: str) -> bool:
    """Whether `for`, `as` or `del` stands in a line before the attribute of the receiver."""
    place = text.find(attribute)
    while place >= 0:
        if _binding().search(text, text.rfind("\n", 0, place) + 1, place):
            return True
        place = text.find(attribute, place + 1)
    return False


@lru_cache
def _binding() -> re.Pattern[str]:
    """What stands in the line before the target that it binds."""
    return re.compile(rf"{_name('del')}|{_name('for')}|{_name('as')}")


def _body(method: Method, context: str | None, receiver: str | None) -> Body | None:
    node = method.node
    return None if node is None else read_body(node, context, receiver)


def _add(facts: BodyFacts, body: Body, method: Method, taken: set[str], *, here: bool) -> None:
    """Add what a body says. What a step sends on as it came is taken and made already; from a helper it may be anything."""
    facts.sends_unknown |= body.sends_unknown or not taken.issuperset(body.resends)
    facts.waits_unknown |= body.waits_unknown
    facts.sends_unknown |= not _resolve(body.sends, method, facts.sends, here)
    _resolve(body.asks, method, facts.asks, here)
    facts.waits_unknown |= not _resolve(body.waits, method, facts.waits, here)
    _resolve(body.collects, method, facts.collects, here)


def _resolve(named: Iterable[Named], method: Method, into: Found, here: bool) -> bool:
    """Put the events of those names into `into`; whether all of them are event classes."""
    all_known = True
    for one in named:
        try:
            written = ast.parse(one.expression, mode="eval").body
        except SyntaxError:
            all_known = False
            continue
        rest_on(method.scope, written)
        typ = method.scope.type_of(written)
        if isinstance(typ, Instance):
            depend(method.api, typ.type)
        if isinstance(typ, Instance) and is_event(typ.type):
            into.setdefault(event_type(typ), one if here else None)
        else:
            all_known = False
    return all_known


def _follow(
    facts: BodyFacts,
    handed_on: Iterable[HandedOn],
    caller: Method,
    receiver: str | None,
    methods: Mapping[str, Method],
    seen: set[tuple[str, int, int | str]],
    depth: int,
) -> None:
    """Read the functions that were given the context."""
    for one in handed_on:
        found = called(one.function, caller, receiver, methods) if depth else None
        if found is None or found.method.func is None:
            facts.unknown()
            continue
        key = (found.method.func.fullname, found.method.func.line, one.argument)
        if key in seen:
            continue
        seen.add(key)
        name = taken_as(found.node, one.argument, is_bound=found.is_bound)
        if name is None:
            facts.unknown()
            continue
        own_receiver = found.method.parameter_names[0] if found.is_bound else None
        body = read_body(found.node, name, own_receiver)
        _add(facts, body, found.method, set(), here=False)
        _follow(facts, body.handed_on, found.method, own_receiver, found.methods, seen, depth - 1)
