"""`run(**fields)` checked against the start event, and the types of what it gives.

    result = await Counter().run(by=3)      # `by` is a field of Begin; result is what the steps stop with
    handler.ctx.state                       # the state that the steps name

Phases: 1. the signature hook finds the start event and the results of the receiver's class; 2. names and values are judged by the
library's own rule and reported at the argument; 3. mypy gets a signature with exactly these fields, or one that takes anything
where a problem has been reported, or fields are unpacked from a dict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_NAMED,
    ARG_NAMED_OPT,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    ArgKind,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    IntExpr,
    MemberExpr,
    RefExpr,
    StrExpr,
    SymbolNode,
    SymbolTableNode,
    TypeAlias,
    TypeInfo,
    Var,
)
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    NoneType,
    Type,
    TypeOfAny,
    UnionType,
    get_proper_type,
)

from typedflow.wiring.graph import START, STOP
from typedflow.wiring.problem import Problem
from typedflow.wiring.run_arguments import (
    RESERVED,
    RunField,
    reserved_fields,
    run_arguments,
    wrong_argument,
    wrong_start_event,
)
from typedflow_mypy.codes import ERROR_CODES
from typedflow_mypy.compat import STEADY, Api, current_functions, depend, expression_type, mismatch, report
from typedflow_mypy.events import short_name, shown
from typedflow_mypy.graphs import ReadStep, ReadSteps, is_open, read_steps
from typedflow_mypy.methods import WORKFLOW, is_workflow
from typedflow_mypy.models import MEMBER, fields_of, is_field, renames, takes_any
from typedflow_mypy.signatures import ReadParameter
from typedflow_mypy.states import context_state, dict_state

if TYPE_CHECKING:
    from mypy.plugin import MethodSigContext

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["Outcome", "forget", "note_outcome", "outcome_of", "reserved", "run"]


LITERALS = {IntExpr: "builtins.int", StrExpr: "builtins.str"}
"""Values that are of these types, whatever else is known."""


class StartField:
    """A field of the start event, by the name under which `run()` takes it."""

    def __init__(self, name: str, type: Type, required: bool) -> None:
        self.name = name
        self.type = type
        self.required = required


class StartFields:
    """The fields of a start event, and what a call with them takes."""

    def __init__(self, api: Api, fields: list[StartField]) -> None:
        self.fields = fields
        self.names = frozenset([field.name for field in fields])
        self.required = frozenset([field.name for field in fields if field.required])
        self.arguments = _arguments(api, fields)


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


def run(ctx: MethodSigContext, plugin: TypedflowPlugin) -> FunctionLike:
    """The hook of `run` and `run_sync`; mypy calls it for each overload."""
    signature, call = ctx.default_signature, ctx.context
    if not isinstance(call, CallExpr) or not isinstance(signature, CallableType) or not _may_match(signature, call):
        return signature
    answer = _answer(ctx, signature, call, plugin)
    if answer is None:
        return signature
    returned = answer.returned(signature.ret_type, answer.outcome)
    if answer.arguments is None:
        return signature.copy_modified(ret_type=returned)
    types, kinds, names = answer.arguments
    return signature.copy_modified([*types], [*kinds], [*names], ret_type=returned)


def _may_match(signature: CallableType, call: CallExpr) -> bool:
    """Whether the overload asks for nothing that the call does not give: to read the workflow for the others would be in vain."""
    given = call.arg_names
    for name, kind in zip(signature.arg_names, signature.arg_kinds, strict=True):
        if kind is ARG_NAMED and name in RESERVED and name not in given:
            return ARG_STAR2 in call.arg_kinds
    return True


Arguments = tuple[list[Type], list[ArgKind], list[str | None]]


class Answer:
    """What the overloads are told of a call: its outcome, how they return it, and their arguments where these change."""

    def __init__(self, outcome: Outcome, returned: Callable[[Type, Outcome], Type]) -> None:
        self.outcome = outcome
        self.returned = returned
        self.arguments: Arguments | None = None


_last: tuple[CallExpr, Type, list[SymbolNode | None], Answer | None] | None = None
"""The call that was judged last, on which type, the overloads that have been told so, and what they have been told."""


def _answer(ctx: MethodSigContext, signature: CallableType, call: CallExpr, plugin: TypedflowPlugin) -> Answer | None:
    """What is said of a call, once for all its overloads: one that is asked about again begins another look at the call."""
    global _last
    overload = signature.definition
    if _last is not None and _last[0] is call and _last[1] is ctx.type:
        told = _last[2]
        if overload is not None and overload not in told:
            told.append(overload)
            return _last[3]
    answer = _judged(ctx, call, plugin)
    _last = call, ctx.type, [overload], answer
    return answer


def _judged(ctx: MethodSigContext, call: CallExpr, plugin: TypedflowPlugin) -> Answer | None:
    """Phases 1 and 2; None where nothing is known."""
    receiver = get_proper_type(ctx.type)
    if not isinstance(receiver, Instance) or not is_workflow(receiver.type):
        return None
    name = call.callee.name if isinstance(call.callee, MemberExpr) else "run"
    for cls in receiver.type.mro:
        if name in cls.names:
            if cls.fullname != WORKFLOW:
                return None  # a `run` of their own
            break
    if plugin.config.is_open(receiver.type.fullname):
        return None
    outcome = outcome_of(ctx.api, receiver)
    if outcome is None:
        return None
    answer = Answer(outcome, _handler if name == "run" else _outright)
    kinds = call.arg_kinds
    event = _event_given(call)
    if event is not None and outcome.start is not None:
        _judge_event(ctx.api, receiver.type, outcome.start, event, plugin)
    if outcome.start is None or ARG_POS in kinds or ARG_STAR in kinds or "start_event" in call.arg_names:
        return answer
    fields = _fields(ctx.api, outcome.start)
    if fields is None:
        return answer
    if _problems(ctx.api, receiver.type, outcome.start, fields, call, plugin) or ARG_STAR2 in kinds:
        anything = AnyType(TypeOfAny.special_form)
        answer.arguments = [anything, anything], [ARG_STAR, ARG_STAR2], [None, None]
    else:
        answer.arguments = fields.arguments
    return answer


def _event_given(call: CallExpr) -> Expression | None:
    """The start event that a call passes as it is: by its name, or behind the context."""
    if "start_event" in call.arg_names:
        return call.args[call.arg_names.index("start_event")]
    return call.args[1] if call.arg_kinds[:2] == [ARG_POS, ARG_POS] else None


def _judge_event(api: Api, info: TypeInfo, start: Instance, event: Expression, plugin: TypedflowPlugin) -> None:
    """Report a start event that is of none of the classes that steps take, whatever subclass it may be of."""
    given = get_proper_type(expression_type(api, event, None))
    if not isinstance(given, Instance) or not given.type.has_base(START) or _names_its_start(info) is not None:
        return
    taken: list[TypeInfo] = []
    for step in read_steps(api, info, tuple(current_functions(api))).steps:
        if step.signature is None or step.signature.unknown:
            return
        for parameter in step.signature.parameters:
            taken += [taking.type for taking in parameter.reading.events]
    made = event.callee if isinstance(event, CallExpr) else None
    exactly = isinstance(made, RefExpr) and made.node is given.type  # `Begin(...)` is no object of a subclass
    for cls in taken:
        if given.type.has_base(cls.fullname) or (cls.has_base(given.type.fullname) and not exactly):
            return
    problem = wrong_start_event(short_name(info), short_name(start.type), short_name(given.type))
    as_note = problem.code in plugin.config.warn
    report(api, problem.message, problem.hint, event, ERROR_CODES[problem.code], as_note=as_note)


_known: dict[int, tuple[TypeInfo, Outcome, list[TypeInfo]]] = {}
"""id of a class -> the class, its outcome, and the classes that this rests on."""


_asked: dict[int, tuple[TypeInfo, StartFields | None]] = {}
"""id of the class of a start event -> the class and its fields, as `_fields` tells them."""


def forget(path: str) -> None:
    """mypy has parsed a file: what was known may be old, in a daemon."""
    global _last
    _last = None
    _known.clear()
    _asked.clear()


def outcome_of(api: Api, workflow: Instance) -> Outcome | None:
    """What is known of a run of the workflow; None for one of a class that others are to complete."""
    outcome = _of_class(api, workflow.type)
    return None if outcome is None else outcome.of(workflow)


def _of_class(api: Api, info: TypeInfo) -> Outcome | None:
    known = _known.get(id(info))
    if known is not None and known[0] is info:
        _depend_on(api, known[2], (MEMBER,), whole=True)
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
    _depend_on(api, classes, (MEMBER,), whole=True)
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
    symbol = _names_its_start(info)
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


def _names_its_start(info: TypeInfo) -> SymbolTableNode | None:
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


def _handler(typ: Type, outcome: Outcome) -> Type:
    """`WorkflowHandler[R, S]` with what the class does not write out filled in."""
    handler = get_proper_type(typ)
    if not isinstance(handler, Instance) or len(handler.args) != 2:
        return typ
    result, state = handler.args
    if outcome.result is not None and isinstance(get_proper_type(result), AnyType):
        result = outcome.result
    if outcome.state is not None and isinstance(get_proper_type(state), AnyType):
        state = outcome.state
    return handler.copy_modified(args=[result, state])


def _outright(typ: Type, outcome: Outcome) -> Type:
    """What `run_sync` gives, filled in likewise."""
    return outcome.result if outcome.result is not None and isinstance(get_proper_type(typ), AnyType) else typ


def _fields(api: Api, event: Instance) -> StartFields | None:
    """The fields of a start event; None where it takes any, or makes itself in a way of its own."""
    start = event.type
    _depend_on(api, start.mro, (MEMBER, "__init__"))
    known = _asked.get(id(start))
    if known is not None and known[0] is start:
        return known[1]
    found = None
    if start.fullname != START and not takes_any(start) and not renames(start):
        fields = _of_constructor(event)
        found = None if fields is None else StartFields(api, fields)
    if not event.args:
        _asked[id(start)] = start, found
    return found


def _depend_on(api: Api, classes: Iterable[TypeInfo], names: Iterable[str], *, whole: bool = False) -> None:
    """What is being checked depends on the classes, which mostly are in the same file."""
    here = api.tree.fullname
    for cls in classes:
        if cls.module_name != here:
            depend(api, cls, names, whole=whole)


def _of_constructor(event: Instance) -> list[StartField] | None:
    """Names are those of its constructor (aliases included). Types are the fields' own, since with pydantic's plugin those of the
    constructor may be Any; whether one is required is what `models` noted, since mypy does not see defaults in `Annotated`.
    Those of a generic event are with its arguments: `T` of `Begin[int]` is int.
    """
    start = event.type
    symbol = start.get("__init__")
    init = symbol.node if symbol is not None else None
    if not isinstance(init, FuncDef) and init is not None:
        init = getattr(init, "func", None)
    if symbol is None or not symbol.plugin_generated or not isinstance(init, FuncDef):
        return None
    signature = init.type
    if not isinstance(signature, CallableType):
        return None
    maker = symbol.node.info if isinstance(symbol.node, FuncDef | Decorator) else start
    found: list[StartField] = []
    for name, kind, typ in zip(signature.arg_names, signature.arg_kinds, signature.arg_types, strict=True):
        if name is None or kind not in (ARG_NAMED, ARG_NAMED_OPT) or name.startswith("__"):
            continue
        required, owner = kind == ARG_NAMED, maker
        for cls in start.mro:
            facts = (fields_of(cls) or {}).get(name)
            if facts is not None:
                required = not facts["default"]
                declared = cls.names.get(name)
                if declared is not None and isinstance(declared.node, Var) and declared.node.type is not None:
                    typ, owner = declared.node.type, cls
                break
        typ = expand_type_by_instance(typ, map_instance_to_supertype(event, owner))
        found.append(StartField(name, typ, required))
    return found


def _problems(
    api: Api, info: TypeInfo, start: Instance, asked: StartFields, call: CallExpr, plugin: TypedflowPlugin
) -> bool:
    """Report what is wrong with the arguments; whether anything is."""
    given: dict[str, Expression] = {
        name: value
        for name, value, kind in zip(call.arg_names, call.args, call.arg_kinds, strict=True)
        if kind == ARG_NAMED and name is not None and name not in RESERVED
    }
    found: list[tuple[Problem, Expression]] = []
    if not (asked.required <= given.keys() <= asked.names):
        found = _of_names(info, start, asked, given, call)
    for field in asked.fields:
        value = given.get(field.name)
        if value is None or _is_a_literal_of(value, field.type):
            continue
        typ = mismatch(api, value, field.type)
        if typ is not None:
            workflow, event = short_name(info), short_name(start.type)
            problem = wrong_argument(workflow, event, field.name, shown(field.type), shown(_plain(typ)))
            found.append((problem, value))
    for problem, at in found:
        code = ERROR_CODES[problem.code]
        report(api, problem.message, problem.hint, at, code, as_note=problem.code in plugin.config.warn)
    return bool(found)


def _of_names(
    info: TypeInfo, start: Instance, asked: StartFields, given: dict[str, Expression], call: CallExpr
) -> list[tuple[Problem, Expression]]:
    """What is wrong with the names of the arguments."""
    unpacked = ARG_STAR2 in call.arg_kinds
    goes_on = "ctx" in call.arg_names and not given  # a context that was saved in the middle of a run
    rule_fields = [RunField(field.name, field.required and not unpacked and not goes_on) for field in asked.fields]
    problems = run_arguments(short_name(info), short_name(start.type), rule_fields, list(given))
    return [(problem, given.get(problem.name or "", call)) for problem in problems]


def _is_a_literal_of(value: Expression, typ: Type) -> bool:
    """Whether it is a number or a text that is written where one is wanted: mypy need not be asked."""
    return isinstance(typ, Instance) and typ.type.fullname == LITERALS.get(type(value))


def _plain(typ: Type) -> Type:
    """The type without the literal value that mypy remembers."""
    proper = get_proper_type(typ)
    return proper.copy_modified(last_known_value=None) if isinstance(proper, Instance) else proper


def _arguments(api: Api, fields: list[StartField]) -> Arguments:
    """`run(*, by: int, ctx=..., run_id=...)`. All fields are optional here: what is missing has been judged already."""
    anything: Type = AnyType(TypeOfAny.special_form)
    text = api.named_generic_type("builtins.str", [])
    reserved = [("ctx", anything), ("run_id", UnionType([text, NoneType()]))]
    names = [(field.name, field.type) for field in fields if field.name not in RESERVED] + reserved
    return [typ for _, typ in names], [ARG_NAMED_OPT for _ in names], [name for name, _ in names]
