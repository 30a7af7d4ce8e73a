"""A workflow class of mypy's tree as the graph that the wiring rules judge.

The twin of `typedflow.graph_reader`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import CallExpr, Decorator, Expression, FuncDef, NameExpr, TypeInfo
from mypy.types import AnyType, CallableType, Instance, Type, get_proper_type, has_type_vars
from mypy.typevars import fill_typevars

from typedflow.wiring.codes import CODES
from typedflow.wiring.forgotten_step import is_among, may_be_noted
from typedflow.wiring.graph import (
    STOP,
    Directed,
    Graph,
    Handler,
    Lookalike,
    Parameter,
    Produced,
    StateType,
    StepNode,
    StopResult,
)
from typedflow.wiring.signature import is_like_a_step
from typedflow_mypy.annotations import Reading, read_type
from typedflow_mypy.bodies import NOTHING, read_facts, self_references
from typedflow_mypy.compat import Api, depend, fits
from typedflow_mypy.decorators import decorators_of
from typedflow_mypy.digests import MEMBER, says_open
from typedflow_mypy.events import event_type, shown
from typedflow_mypy.methods import STEP, WORKFLOW, Method, free_steps, methods_of
from typedflow_mypy.resources import resource_uses
from typedflow_mypy.signatures import Readings, ReadParameter, ReadSignature, read_signature
from typedflow_mypy.states import DICT_STATE, context_state, state_type

__all__ = ["ReadStep", "ReadSteps", "ReadWorkflow", "declared", "is_open", "read_steps", "read_workflow"]


States = dict[Reading, tuple[Instance, StateType]]
"""The states that the contexts of a workflow name: mostly it is one."""


class ReadStep:
    """A step as it was read: the function, its signature, and with a whole workflow its body and its node."""

    def __init__(self, method: Method, signature: ReadSignature | None) -> None:
        self.method = method
        self.signature = signature
        self.body = NOTHING
        self.node: StepNode | None = None
        self.state: Instance | None = None


class ReadSteps:
    """The steps of a class with their signatures, all its functions, and all annotations of steps that have been read.

    `others_may_come` says that steps are added in ways that cannot be followed.
    """

    def __init__(
        self, steps: list[ReadStep], methods: dict[str, Method], known: Readings, others_may_come: bool
    ) -> None:
        self.steps = steps
        self.methods = methods
        self.known = known
        self.others_may_come = others_may_come


class ReadWorkflow:
    """A class as it was read."""

    def __init__(self, info: TypeInfo, read: ReadSteps, lookalikes: list[ReadStep], graph: Graph) -> None:
        self.info = info
        self.read = read
        self.lookalikes = lookalikes
        self.graph = graph

    @property
    def steps(self) -> list[ReadStep]:
        """The steps, which have their nodes here."""
        return self.read.steps


def read_steps(api: Api, info: TypeInfo, functions: tuple[FuncDef, ...]) -> ReadSteps:
    """The steps of a class, as far as their signatures tell."""
    for cls in info.mro:
        if cls.fullname != WORKFLOW and cls.module_name != api.tree.fullname:
            depend(api, cls, (MEMBER,), whole=True)
    methods = methods_of(api, info, functions)
    free = free_steps(api, info, functions)
    others_may_come = free is None
    found: list[Method] = []
    for method in methods.values():
        if method.step is not None:
            found.append(method)
        elif not others_may_come and isinstance(method.whole, Decorator):
            others_may_come = _may_be_a_step(method)
    if free:
        found += sorted(free, key=lambda method: method.name)
    known = Readings()
    steps: list[ReadStep] = []
    for method in found:
        is_told = method.func is not None and method.step != "opaque"
        steps.append(ReadStep(method, read_signature(method, known) if is_told else None))
    return ReadSteps(steps, methods, known, others_may_come)


def _may_be_a_step(method: Method) -> bool:
    """Whether a decorator that is not ours may have made a step of the method: one that gives anything, or a step."""
    whole = method.whole
    if method.func is None or not isinstance(whole, Decorator):
        return False
    if any(map(_is_unknown, decorators_of(whole))):
        return _takes_an_event(method.func, Readings())
    given = get_proper_type(whole.var.type)
    if not isinstance(given, AnyType) and (given is not None or not any(map(_makes_a_step, decorators_of(whole)))):
        return False
    return _takes_an_event(method.func, Readings()) and is_like_a_step(read_signature(method).facts)


def _is_unknown(decorator: Expression) -> bool:
    """Whether it has a name that mypy does not know."""
    called = decorator.callee if isinstance(decorator, CallExpr) else decorator
    return isinstance(called, NameExpr) and called.node is None


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
    read = read_steps(api, info, functions)
    _depend_on(api, read.known)
    states: States = {}
    for step in read.steps:
        _complete(api, step, read.methods, states)
    state, result = declared(info)
    if result is not None:
        for step in read.steps:
            if step.node is not None:
                step.node = step.node._replace(results=tuple(_results(api, step, result)))
    lookalikes = _lookalikes(api, info, read.methods)
    return ReadWorkflow(
        info,
        read,
        [step for step, _ in lookalikes],
        Graph(
            info.name,
            tuple([step.node for step in read.steps if step.node is not None]),
            open=open or read.others_may_come or info.is_abstract,
            state=None if state is None else state_type(api, state),
            result=None if result is None else shown(result),
            lookalikes=tuple(
                [Lookalike(step.node, overrides) for step, overrides in lookalikes if step.node is not None]
            ),
        ),
    )


def _depend_on(api: Api, known: Readings) -> None:
    """The answer depends on every event that an annotation names; mostly these are in the same file."""
    here = api.tree.fullname
    for reading in known.all:
        for event in (*reading.events, *reading.elements):
            if event.type.module_name != here:
                depend(api, event.type)


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


def _complete(api: Api, step: ReadStep, methods: Mapping[str, Method], states: States) -> None:
    """Read the body and put the facts together. What a type variable stands for is unknown until a subclass says it."""
    method, signature = step.method, step.signature
    options = method.options
    if signature is None or (options is None and method.step == "catch_error"):
        step.node = _opaque(step)
        return
    takes: list[Parameter] = []
    is_given_resources = False
    for one in signature.facts.parameters:
        if one.events:
            if not one.unknown:
                takes.append(Parameter(one.name, one.events, one.kind == "events", one.take))
        elif one.kind == "resource":
            is_given_resources = True
    made: list[Produced] = []
    open_return = False
    for member in signature.facts.returns or ():
        open_return = open_return or member.unknown
        if member.event is not None:
            made.append(Produced(member.event, member.many))
    if open_return:
        made = [one for one in made if one.event.is_a(STOP)]
    # What a parameter is of which mypy does not know the type, as where a name is misspelt, it may be a context.
    sends_unknown = open_return or any(one.unknown and not one.events for one in signature.facts.parameters)
    state = None
    if signature.context is not None:
        step.state, state = _state(api, signature.context, method, states)
    node = StepNode(
        method.name,
        tuple(takes),
        tuple(made),
        may_return_none=signature.returns is not None and signature.returns.optional,
        may_stop=open_return,
        sends_unknown=sends_unknown,
        waits_unknown=signature.unknown,
        state=state,
    )
    body = step.body = read_facts(method, signature, methods)
    if body is not NOTHING:
        node = node._replace(
            sends=tuple(body.sends),
            sends_unknown=body.sends_unknown or sends_unknown,
            waits=tuple(body.waits),
            waits_unknown=body.waits_unknown or signature.unknown,
            asks=tuple(body.asks),
            collects=tuple(body.collects),
            assigns_self=tuple(dict.fromkeys([one.attribute for one in body.assigns_self])),
            directed=tuple([Directed(to, event) for to, event in body.named_steps]),
        )
    if options is None:  # given as **options: nothing is held against it
        node = node._replace(takes_subclasses=True, skip=frozenset(CODES))
    elif options:
        node = node._replace(
            takes_subclasses=_flag(options.get("accept_event_subclasses")),
            skip=_skipped(options),
        )
    if method.step == "catch_error" and options is not None:
        node = node._replace(handler=_handler(options))
    if is_given_resources:
        node = node._replace(resources=tuple(resource_uses(method, signature)))
    step.node = node


def _state(
    api: Api, context: ReadParameter, method: Method, states: States
) -> tuple[Instance, StateType] | tuple[None, None]:
    """The S of the step's `Context[S]`. That of a bare `Context` differs from step to step: in one it may be written."""
    known = states.get(context.reading)
    if known is None or known[0].type.fullname == DICT_STATE:
        state = context_state(context, method)
        if state is None:
            return None, None
        if known is None:
            known = states[context.reading] = (state, state_type(api, state))
    return known


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
    return Handler(_strings(options.get("for_steps")))


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


def _lookalikes(api: Api, info: TypeInfo, methods: Mapping[str, Method]) -> list[tuple[ReadStep, bool]]:
    candidates: list[tuple[ReadStep, bool]] = []
    bases = info.mro[1:]
    known = Readings()
    for name, method in methods.items():
        function = method.func
        if method.step is not None or function is None or not _stays_as_it_is(method):
            continue
        if name.startswith("__") or function.abstract_status or function.is_property:
            continue
        overrides = _is_step_in(api, bases, name)
        if not overrides and not _takes_an_event(function, known):
            continue
        taken = Readings()
        step = ReadStep(method, read_signature(method, taken))
        if step.signature is not None and is_like_a_step(step.signature.facts):
            _depend_on(api, taken)
            _complete(api, step, methods, {})
        elif overrides:
            step.node = StepNode(name)
        if step.node is not None:
            candidates.append((step, overrides))
    if not candidates:
        return candidates
    called: set[str] = set()
    for one in [*methods.values(), *_overridden(api, info, methods)]:
        if one.func is not None and one.func.arg_names:
            called |= self_references(one, one.parameter_names[0]) - {one.name}
    for step, _ in candidates:
        owner, source = step.method.owner, step.method.source
        if owner is not None and source is not None:
            called |= source.names_in_class(owner.name)
    return [(step, overrides) for step, overrides in candidates if overrides or not is_among(step.method.name, called)]


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


def _takes_an_event(function: FuncDef, known: Readings) -> bool:
    """Whether it is worth to look closer."""
    for typ in getattr(function.type, "arg_types", ()):
        reading = known.read(get_proper_type(typ))
        if reading.events or reading.elements:
            return True
    return False


def _is_step_in(api: Api, bases: list[TypeInfo], name: str) -> bool:
    """Whether one of the bases has the name as a step."""
    for cls in bases:
        if name in cls.names:
            found = methods_of(api, cls).get(name)
            if found is not None and found.step is not None:
                return True
    return False
