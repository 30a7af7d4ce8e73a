"""What a run of a workflow class begins with, gives and keeps: its start event, its result and its state."""

from __future__ import annotations

from mypy.expandtype import expand_type_by_instance
from mypy.nodes import SymbolTableNode, TypeAlias, TypeInfo, Var
from mypy.typeops import make_simplified_union
from mypy.types import AnyType, CallableType, Instance, Type, get_proper_type

from typedflow.wiring.graph import START, STOP
from typedflow.wiring.problem import Problem
from typedflow.wiring.run_arguments import RESERVED, reserved_fields
from typedflow_mypy.compat import STEADY, Api, current_functions, depend_on_classes
from typedflow_mypy.events import short_name
from typedflow_mypy.graphs import ReadStep, ReadSteps, is_open, read_steps
from typedflow_mypy.models import MEMBER, is_field
from typedflow_mypy.signatures import ReadParameter
from typedflow_mypy.states import context_state, dict_state

__all__ = ["Outcome", "forget", "names_its_start", "note_outcome", "outcome_of", "reserved"]


class Outcome:
    """What is known of a run of a class: its start event, its result and its state; None for what cannot be told."""

    def __init__(self, start: Instance | None, result: Type | None, state: Instance | None) -> None:
        self.start = start
        self.result = result
        self.state = state

    def of(self, workflow: Instance) -> Outcome:
        """The same for an object of a generic class: the class's type variables are what the object's type gives them."""
        if not workflow.args:
            return self
        start, result, state = (
            None if typ is None else expand_type_by_instance(typ, workflow)
            for typ in (self.start, self.result, self.state)
        )
        return Outcome(_instance(start), result, _instance(state))


def _instance(typ: Type | None) -> Instance | None:
    proper = get_proper_type(typ)
    return proper if isinstance(proper, Instance) else None


_known: dict[int, tuple[TypeInfo, Outcome, list[TypeInfo]]] = {}
"""id of a class -> the class, its outcome, and the classes that this rests on."""


def forget(path: str) -> None:
    """mypy has parsed a file: what was known may be old, in a daemon."""
    _known.clear()


def outcome_of(api: Api, workflow: Instance) -> Outcome | None:
    """What is known of a run of the workflow; None for one of a class that others are to complete."""
    outcome = _of_class(api, workflow.type)
    return None if outcome is None else outcome.of(workflow)


def _of_class(api: Api, info: TypeInfo) -> Outcome | None:
    known = _known.get(id(info))
    if known is not None and known[0] is info:
        depend_on_classes(api, known[2], (MEMBER,), whole=True)
        return known[1]
    if is_open(info) or info.fallback_to_any:
        return None
    read = read_steps(api, info, tuple(current_functions(api)))
    return None if read.others_may_come else note_outcome(api, info, read)


def note_outcome(api: Api, info: TypeInfo, read: ReadSteps) -> Outcome:
    """What is known of a run of the class, for who has read the steps already."""
    rests_on = dict.fromkeys(info.mro)
    for reading in read.known.all:
        for event in (*reading.events, *reading.elements):
            rests_on[event.type] = None
    here = api.tree.fullname
    classes: list[TypeInfo] = []
    for cls in rests_on:
        module = cls.module_name
        if module == here or module.partition(".")[0] not in STEADY:
            classes.append(cls)
    depend_on_classes(api, classes, (MEMBER,), whole=True)
    outcome = Outcome(_start(info, read.steps), _result(read.steps), _state(api, read.steps))
    if outcome.start is not None:
        _known[id(info)] = (info, outcome, classes)
    return outcome


def reserved(outcome: Outcome) -> list[Problem]:
    """The fields of the start event that have names which `run()` keeps for itself."""
    if outcome.start is None:
        return []
    owners = [cls for cls in outcome.start.type.mro if not cls.module_name.startswith(("typedflow.", "pydantic."))]
    names = [name for name in RESERVED for cls in owners if name in cls.names and is_field(cls, name)]
    return list(reserved_fields(short_name(outcome.start.type), names)) if names else []


def _start(info: TypeInfo, steps: list[ReadStep]) -> Instance | None:
    """The event that `run(**fields)` makes: the one that the class names, else the most derived one that a step takes."""
    symbol = names_its_start(info)
    if symbol is not None:
        typ = get_proper_type(symbol.node.type) if isinstance(symbol.node, Var) else None
        made = get_proper_type(typ.ret_type) if isinstance(typ, CallableType) else getattr(typ, "item", None)
        if isinstance(symbol.node, TypeAlias):  # `start_event = Begin[int]` is one, to mypy
            made = symbol.node.target
        made = get_proper_type(made) if isinstance(made, Type) else None
        return made if isinstance(made, Instance) and made.type.has_base(START) else None
    taken: list[Instance] = []
    for step in steps:
        if step.signature is None or step.signature.unknown:
            return None
        for one in step.signature.parameters:
            if one.facts.kind == "event":
                for event in one.reading.events:
                    if event.type.has_base(START):
                        taken.append(event)
    return max(taken, key=lambda event: len(event.type.mro), default=None)


def names_its_start(info: TypeInfo) -> SymbolTableNode | None:
    """`start_event = Begin` in the class or a base; mypy itself then checks what `run(start_event=...)` is given."""
    for cls in info.mro:
        symbol = cls.names.get("start_event")
        if symbol is not None and not cls.module_name.startswith("typedflow."):
            return symbol
    return None


def _result(steps: list[ReadStep]) -> Type | None:
    """The union of what the steps stop with; None where a step says no more than `StopEvent`, or cannot be told."""
    found: list[Type] = []
    for step in steps:
        returns = step.signature.returns if step.signature is not None else None
        if returns is None or returns.unknown:
            return None
        for event in (*returns.events, *returns.elements):
            if event.type.fullname == STOP:
                result = get_proper_type(event.args[0]) if event.args else None
                if result is None or isinstance(result, AnyType):
                    return None
                found.append(result)
            elif event.type.has_base(STOP):
                found.append(event)
    return make_simplified_union(found) if found else None


def _state(api: Api, steps: list[ReadStep]) -> Instance | None:
    """The most derived of the states that the steps name; a DictState where none does."""
    states: list[Instance] = []
    last: ReadParameter | None = None
    for step in steps:
        if step.signature is None or step.signature.unknown:
            return None
        context = step.signature.context
        if context is not None and context is not last:
            state = context_state(context, step.method)
            if state is not None:
                states.append(state)
                last = context
    return max(states, key=lambda state: len(state.type.mro)) if states else dict_state(api)
