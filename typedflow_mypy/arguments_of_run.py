"""`run(**fields)` checked against the start event, and the types of what it gives.

    result = await Counter().run(by=3)      # `by` is a field of Begin; result is what the steps stop with
    handler.ctx.state                       # the state that the steps name

Phases: 1. the signature hook finds the start event and the results of the receiver's class; 2. names and values are judged by the
library's own rule and reported at the argument; 3. mypy gets a signature with exactly these fields, or one that takes anything
where a problem has been reported, or fields are unpacked from a dict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mypy.nodes import (
    ARG_NAMED,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    Expression,
    IntExpr,
    MemberExpr,
    NameExpr,
    RefExpr,
    StrExpr,
    SymbolNode,
    TypeInfo,
)
from mypy.types import AnyType, CallableType, FunctionLike, Instance, Type, TypeOfAny, get_proper_type

from typedflow.wiring.graph import START
from typedflow.wiring.problem import Problem
from typedflow.wiring.run_arguments import (
    RESERVED,
    RunField,
    context_in_use,
    run_arguments,
    wrong_argument,
    wrong_start_event,
)
from typedflow_mypy.compat import Api, current_functions, expression_type, mismatch
from typedflow_mypy.events import short_name, shown
from typedflow_mypy.graphs import read_steps
from typedflow_mypy.methods import WORKFLOW, is_workflow
from typedflow_mypy.outcomes import Outcome, names_its_start, outcome_of
from typedflow_mypy.own_context import is_own_context
from typedflow_mypy.problems import report_problem
from typedflow_mypy.start_fields import Arguments, StartFields, fields_asked

if TYPE_CHECKING:
    from mypy.plugin import MethodSigContext

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["forget", "run"]


LITERALS = {IntExpr: "builtins.int", StrExpr: "builtins.str"}
"""Values that are of these types, whatever else is known."""


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
    _judge_context(ctx.api, receiver.type, call, plugin)
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
    fields = fields_asked(ctx.api, outcome.start)
    if fields is None:
        return answer
    if _problems(ctx.api, receiver.type, outcome.start, fields, call, plugin) or ARG_STAR2 in kinds:
        anything = AnyType(TypeOfAny.special_form)
        answer.arguments = [anything, anything], [ARG_STAR, ARG_STAR2], [None, None]
    else:
        answer.arguments = fields.arguments
    return answer


def _judge_context(api: Api, info: TypeInfo, call: CallExpr, plugin: TypedflowPlugin) -> None:
    """Report a step's own context, whose run is still in progress while the step is."""
    names, kinds = call.arg_names, call.arg_kinds
    given = call.args[names.index("ctx")] if "ctx" in names else call.args[0] if kinds[:1] == [ARG_POS] else None
    if isinstance(given, NameExpr) and is_own_context(api, given):
        report_problem(api, context_in_use(short_name(info), given.name), given, plugin)


def _event_given(call: CallExpr) -> Expression | None:
    """The start event that a call passes as it is: by its name, or behind the context."""
    if "start_event" in call.arg_names:
        return call.args[call.arg_names.index("start_event")]
    return call.args[1] if call.arg_kinds[:2] == [ARG_POS, ARG_POS] else None


def _judge_event(api: Api, info: TypeInfo, start: Instance, event: Expression, plugin: TypedflowPlugin) -> None:
    """Report a start event that is of none of the classes that steps take, whatever subclass it may be of."""
    given = get_proper_type(expression_type(api, event, None))
    if not isinstance(given, Instance) or not given.type.has_base(START) or names_its_start(info) is not None:
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
    report_problem(
        api, wrong_start_event(short_name(info), short_name(start.type), short_name(given.type)), event, plugin
    )


def forget(path: str) -> None:
    """mypy has parsed a file: the call that was judged last may be another by now, in a daemon."""
    global _last
    _last = None


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
        report_problem(api, problem, at, plugin)
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
