"""A workflow class of mypy's tree as the graph that the wiring rules judge.

The twin of `typedflow.graph_reader`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import CallExpr, Decorator, Expression, FuncDef, TypeInfo
from mypy.types import AnyType, CallableType, Instance, Type, get_proper_type, has_type_vars
from mypy.typevars import fill_typevars

from typedflow.wiring.codes import CODES
from typedflow.wiring.forgotten_step import is_among, may_be_noted
from typedflow.wiring.graph import STOP, Graph, Handler, Lookalike, Parameter, Produced, StateType, StepNode, StopResult
from typedflow.wiring.signature import is_like_a_step
from typedflow_mypy.annotations import Reading, Readings, read_type
from typedflow_mypy.bodies import BodyFacts, read_facts, self_references
from typedflow_mypy.compat import Api, depend, fits
from typedflow_mypy.digests import MEMBER, says_open
from typedflow_mypy.events import event_type, shown
from typedflow_mypy.methods import STEP, WORKFLOW, Method, free_steps, methods_of
from typedflow_mypy.resources import resource_uses
from typedflow_mypy.signatures import ReadSignature, read_signature
from typedflow_mypy.states import context_state, state_type

__all__ = ["ReadStep", "ReadWorkflow", "declared", "is_open", "read_steps", "read_workflow"]


@dataclass
class ReadStep:
    """A step as it was read: the function, its signature, and with a whole workflow its body and its node."""

    method: Method
    signature: ReadSignature | None
    body: BodyFacts = field(default_factory=BodyFacts)
    node: StepNode | None = None
    state: Instance | None = None


@dataclass
class ReadWorkflow:
    """A class as it was read. `others_may_come` says that steps are added in ways that cannot be followed."""

    info: TypeInfo
    steps: list[ReadStep]
    lookalikes: list[ReadStep]
    graph: Graph
    others_may_come: bool


def read_steps(
    api: Api, info: TypeInfo, functions: tuple[FuncDef, ...]
) -> tuple[list[ReadStep], dict[str, Method], bool]:
    """The steps of a class with their signatures, all its functions, and whether others may be added."""
    for cls in info.mro:
        if cls.fullname != WORKFLOW and cls.module_name != api.tree.fullname:
            depend(api, cls, (MEMBER,), whole=True)
    methods = methods_of(api, info, functions)
    free = free_steps(api, info, functions)
    steps = [method for method in methods.values() if method.step is not None]
    steps += sorted(free or (), key=lambda method: method.name)
    known: Readings = {}
    read = [
        ReadStep(one, None if one.step == "opaque" or one.func is None else read_signature(one, known)) for one in steps
    ]
    return read, methods, free is None or any(_may_be_a_step(method) for method in methods.values())


def _may_be_a_step(method: Method) -> bool:
    """Whether a decorator that is not ours may have made a step of the method: one that gives anything, or a step."""
    whole = method.whole
    if method.step is not None or method.func is None or not isinstance(whole, Decorator):
        return False
    given = get_proper_type(whole.var.type)
    if not isinstance(given, AnyType) and (given is not None or not any(map(_makes_a_step, whole.decorators))):
        return False
    return _takes_an_event(method.func) and is_like_a_step(read_signature(method).facts)


def _makes_a_step(decorator: Expression) -> bool:
    """Whether it is what `step(...)` gives, under a name, or a function that is said to give a step or anything."""
    is_called = isinstance(decorator, CallExpr)
    node = getattr(decorator.callee if isinstance(decorator, CallExpr) else decorator, "node", None)
    typ = get_proper_type(getattr(node, "type", None))
    for _ in range(1 + is_called):
        typ = get_proper_type(typ.ret_type) if isinstance(typ, CallableType) else typ
    return isinstance(typ, AnyType) or (isinstance(typ, Instance) and typ.type.module_name == STEP.rpartition(".")[0])


def read_workflow(api: Api, info: TypeInfo, functions: tuple[FuncDef, ...], *, open: bool = False) -> ReadWorkflow:
    """The graph of a class, methods without `@step` that look like steps included."""
    steps, methods, others_may_come = read_steps(api, info, functions)
    states: dict[Instance, StateType] = {}
    for step in steps:
        _complete(api, step, methods, states)
    state, result = declared(info)
    for step in steps:
        if step.node is not None and result is not None:
            step.node = step.node._replace(results=tuple(_results(api, step, result)))
    lookalikes = list(_lookalikes(api, info, methods))
    return ReadWorkflow(
        info,
        steps,
        [step for step, _ in lookalikes],
        Graph(
            info.name,
            tuple(step.node for step in steps if step.node is not None),
            open=open or others_may_come or info.is_abstract,
            state=None if state is None else state_type(api, state),
            result=None if result is None else shown(result),
            lookalikes=tuple(
                Lookalike(step.node, overrides) for step, overrides in lookalikes if step.node is not None
            ),
        ),
        others_may_come,
    )


def is_open(info: TypeInfo) -> bool:
    """Whether the class says that it is still to be completed."""
    return info.is_abstract or says_open(info)


def declared(info: TypeInfo) -> tuple[Instance | None, Type | None]:
    """The S, where it is a class, and the R of `class W(Workflow[S, R])`; None where they are not written out."""
    workflow = next((cls for cls in info.mro if cls.fullname == WORKFLOW), None)
    typ = fill_typevars(info)
    if workflow is None or not isinstance(typ, Instance):
        return None, None
    state, result = map(get_proper_type, map_instance_to_supertype(typ, workflow).args[:2])
    return state if isinstance(state, Instance) else None, None if isinstance(result, AnyType) else result


def _results(api: Api, step: ReadStep, wanted: Type | None) -> Iterator[StopResult]:
    """What the step stops with, held against the result that the class declares."""
    returns = step.signature.returns if step.signature is not None else None
    if wanted is None or returns is None:
        return
    for event in (*returns.events, *returns.elements):
        given = get_proper_type(event.args[0] if event.args else None) if event.type.fullname == STOP else event
        if given is None or isinstance(given, AnyType) or not event.type.has_base(STOP):
            continue
        for one in (given, wanted):
            if isinstance(one, Instance):
                depend(api, one.type)
        fit = fits(given, wanted)
        yield StopResult(
            event_type(event), None if not fit and (has_type_vars(given) or has_type_vars(wanted)) else fit
        )


def _complete(api: Api, step: ReadStep, methods: Mapping[str, Method], states: dict[Instance, StateType]) -> None:
    """Read the body and put the facts together. What a type variable stands for is unknown until a subclass says it."""
    method, signature = step.method, step.signature
    options = method.options
    if signature is None or options is None:
        step.node = _opaque(step)
        return
    body = step.body = read_facts(method, signature, methods)
    returns = signature.returns or Reading()
    members = signature.facts.returns or ()
    open_return = any(member.unknown for member in members)
    made = [Produced(member.event, member.many) for member in members if member.event is not None]
    for reading in (returns, *[parameter.reading for parameter in signature.parameters]):
        for event in (*reading.events, *reading.elements):
            depend(api, event.type)
    state = step.state = context_state(signature.context, method)
    if state is not None and state not in states:
        states[state] = state_type(api, state)
    step.node = StepNode(
        method.name,
        takes=tuple(
            [
                Parameter(one.facts.name, one.facts.events, one.facts.kind == "events", one.facts.take)
                for one in signature.parameters
                if one.facts.kind in ("event", "events") and not one.facts.unknown
            ]
        ),
        returns=tuple([one for one in made if not open_return or one.event.is_a(STOP)]),
        may_return_none=returns.optional,
        sends=tuple(body.sends),
        sends_unknown=body.sends_unknown or open_return,
        waits=tuple(body.waits),
        waits_unknown=body.waits_unknown or signature.unknown,
        asks=tuple(body.asks),
        collects=tuple(body.collects),
        state=None if state is None else states[state],
        takes_subclasses=_flag(options.get("accept_event_subclasses")),
        handler=_handler(options) if method.step == "catch_error" else None,
        resources=tuple(resource_uses(method, signature)),
        assigns_self=tuple(dict.fromkeys(one.attribute for one in body.assigns_self)),
        skip=_skipped(options),
    )


def _opaque(step: ReadStep) -> StepNode:
    """A step that is known only by its type, or by which decorator cannot be told: nothing is held against it."""
    whole = step.method.whole
    typ = get_proper_type(whole.var.type if isinstance(whole, Decorator) else getattr(whole, "type", None))
    takes: tuple[Parameter, ...] = ()
    returns: tuple[Produced, ...] = ()
    if isinstance(typ, Instance) and len(typ.args) == 3:
        taken, made = read_type(typ.args[1]), read_type(typ.args[2])
        takes = (Parameter("ev", taken.event_types),) if taken.events else ()
        takes += (Parameter("evs", taken.element_types, True),) if taken.elements else ()
        returns = (
            *(Produced(event_type(one)) for one in made.events),
            *(Produced(event_type(one), many=True) for one in made.elements),
        )
    return StepNode(
        step.method.name,
        takes,
        returns,
        may_return_none=True,
        sends_unknown=True,
        waits_unknown=True,
        takes_subclasses=True,
        skip=frozenset(CODES),
    )


def _flag(value: ast.expr | None) -> bool:
    """Whether an option is on; what cannot be told counts as on, which lets more pass."""
    return value is not None and not (isinstance(value, ast.Constant) and not value.value)


def _handler(options: Mapping[str, ast.expr]) -> Handler:
    most = options.get("max_recoveries")
    names = options.get("for_steps")
    number = most.value if isinstance(most, ast.Constant) and isinstance(most.value, int) else 1
    return Handler(_strings(names), number)


def _strings(node: ast.expr | None) -> tuple[str, ...] | None:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    found = [one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return tuple(found) if len(found) == len(node.elts) else None


def _skipped(options: Mapping[str, ast.expr]) -> frozenset[str]:
    skipped: frozenset[str] = frozenset()
    if "skip_checks" in options:
        codes = _strings(options["skip_checks"])
        skipped = frozenset(CODES) if codes is None else frozenset(codes)
    names = options.get("for_steps")
    if names is not None and _strings(names) is None and not (isinstance(names, ast.Constant) and names.value is None):
        skipped |= {"error-handler"}
    return skipped


def _lookalikes(api: Api, info: TypeInfo, methods: Mapping[str, Method]) -> Iterator[tuple[ReadStep, bool]]:
    candidates: list[tuple[ReadStep, bool]] = []
    for name, method in methods.items():
        if method.step is not None or method.func is None or not _stays_as_it_is(method):
            continue
        if name.startswith("__") or method.func.abstract_status or method.func.is_property:
            continue
        overrides = any(_is_step_in(api, cls, name) for cls in info.mro[1:])
        if not overrides and not _takes_an_event(method.func):
            continue
        step = ReadStep(method, read_signature(method))
        if step.signature is not None and is_like_a_step(step.signature.facts):
            _complete(api, step, methods, {})
        elif overrides:
            step.node = StepNode(name)
        if step.node is not None:
            candidates.append((step, overrides))
    if not candidates:
        return
    called: set[str] = set()
    for one in [*methods.values(), *_overridden(api, info, methods)]:
        if one.func is not None and one.func.arg_names:
            called |= self_references(one, one.func.arg_names[0]) - {one.name}
    for step, _ in candidates:
        owner, source = step.method.owner, step.method.source
        if owner is not None and source is not None:
            called |= source.names_in_class(owner.name)
    for step, overrides in candidates:
        if overrides or not is_among(step.method.name, called):
            yield step, overrides


def _overridden(api: Api, info: TypeInfo, methods: Mapping[str, Method]) -> Iterator[Method]:
    """The functions of base classes in whose place others stand, which may call them by `super()`."""
    for cls in info.mro[1:]:
        for name, method in methods_of(api, cls).items() if cls.has_base(WORKFLOW) else ():
            if name not in methods or methods[name].owner is not method.owner:
                yield method


def _stays_as_it_is(method: Method) -> bool:
    """Whether it is a plain method still: undecorated, or under what does nothing with it, as `@override`."""
    whole = method.whole
    if not isinstance(whole, Decorator):
        return isinstance(whole, FuncDef)
    if whole.func.is_static or whole.func.is_class:
        return False
    return method.node is not None and not may_be_noted(method.node.decorator_list)


def _takes_an_event(function: FuncDef) -> bool:
    """Whether it is worth to look closer."""
    types = getattr(function.type, "arg_types", ())
    return any(reading.events or reading.elements for reading in map(read_type, types))


def _is_step_in(api: Api, cls: TypeInfo, name: str) -> bool:
    symbol = cls.names.get(name)
    if symbol is None or symbol.node is None:
        return False
    found = methods_of(api, cls).get(name)
    return found is not None and found.step is not None
