"""What `collect_events`, `wait_for_event` and `Context(workflow)` give.

both = ctx.collect_events(ev, [Priced, Packed])      # list[Priced | Packed] | None, by place where it is so used
answer = await ctx.wait_for_event(Answer, requirements={"nmae": "Ann"})   # error: 'Answer' has no field 'nmae'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, DictExpr, ListExpr, OpExpr, RefExpr, StrExpr, TupleExpr, Var
from mypy.typeops import make_simplified_union
from mypy.types import AnyType, CallableType, Instance, NoneType, TupleType, Type, TypeType, UnionType, get_proper_type

from typedflow.wiring.requirements import requirements
from typedflow_mypy.annotations import CONTEXT
from typedflow_mypy.by_place import is_used_by_place
from typedflow_mypy.compat import depend, drop_errors, expression_type, fits
from typedflow_mypy.events import is_event, short_name
from typedflow_mypy.methods import is_workflow
from typedflow_mypy.models import MEMBER, is_field, takes_any
from typedflow_mypy.outcomes import outcome_of
from typedflow_mypy.problems import report_problem

if TYPE_CHECKING:
    from mypy.nodes import Expression
    from mypy.plugin import FunctionContext, MethodContext, MethodSigContext
    from mypy.types import FunctionLike

    from typedflow_mypy.compat import Api
    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["classes_in_a_list", "collect_events", "context_of", "wait_for_event"]

LISTS = frozenset({"builtins.list", "typing.Sequence"})
"""Of what a variable is that classes are asked for with, and of which the answer is a list."""


def collect_events(ctx: MethodSigContext, plugin: TypedflowPlugin) -> FunctionLike:
    """The signature hook of `collect_events`: of several classes mypy sees only what they have in common, or stumbles.

    A tuple of classes gives a tuple. A list gives a list, and where all that is done with it is done by place, one whose places
    have types: to mypy a tuple that is otherwise the list, as a named tuple is otherwise its class. All overloads are told
    the same, so that mypy need not try one after the other.

    Where the surroundings ask for another type (`found: list[Event] | None = ...`), that is left to stand.
    """
    signature = ctx.default_signature
    if not _is_context(ctx.type):
        return signature
    place = signature.arg_names.index("expected") if "expected" in signature.arg_names else -1
    given = ctx.args[place][0] if 0 <= place < len(ctx.args) and ctx.args[place] else None
    if not (isinstance(given, RefExpr) or _written(given)):
        return signature
    assert given is not None
    collected = _collected(ctx, given, is_first=_is_pair(signature.arg_types[place]))
    if collected is None:
        return signature
    types = list(signature.arg_types)
    types[place], result = collected
    return signature.copy_modified(arg_types=types, ret_type=result, variables=[])


def _written(given: Expression | None) -> list[Expression]:
    """The classes that are written where they are asked for: `[A, B]`, `(A, B)` or `[A, B] * n`."""
    if isinstance(given, OpExpr) and given.op == "*" and isinstance(given.left, ListExpr):
        given = given.left
    return given.items if isinstance(given, ListExpr | TupleExpr) else []


_last: tuple[Expression, tuple[Type, Type] | None] | None = None
"""What was asked for last, and what came of it: mypy asks of each overload in turn, which are to be the same."""


def _collected(ctx: MethodSigContext, given: Expression, *, is_first: bool) -> tuple[Type, Type] | None:
    """The types of what is asked for and of the answer; None where that is left to mypy."""
    global _last
    if is_first or _last is None or _last[0] is not given:
        _last = given, _asked_and_answered(ctx, given)
    return _last[1]


def _asked_and_answered(ctx: MethodSigContext, given: Expression) -> tuple[Type, Type] | None:
    """The same, where it is known of each item which events it makes, and where no other answer is wanted."""
    made = _made_in_turn(ctx.api, given)
    if not made:
        return None
    wanted = get_proper_type(ctx.api.type_context[-1]) if ctx.api.type_context else None
    if isinstance(wanted, AnyType):
        wanted = None
    is_tuple = isinstance(given, TupleExpr)
    whole = ctx.api.named_generic_type("builtins.tuple" if is_tuple else "builtins.list", [make_simplified_union(made)])
    by_place = is_tuple or (
        wanted is None
        and isinstance(given, ListExpr)
        and len(set(made)) > 1
        and isinstance(ctx.context, CallExpr)
        and is_used_by_place(ctx.api, ctx.context)
    )
    answer = UnionType.make_union([TupleType([*made], whole) if by_place else whole, NoneType()])
    if wanted is not None and not fits(answer, wanted):
        return None
    classes = UnionType.make_union([TypeType.make_normalized(one) for one in made])
    return ctx.api.named_generic_type("typing.Sequence", [classes]), answer


def _made_in_turn(api: Api, given: Expression) -> list[Instance]:
    """What the classes make that are asked for, by place where they are written; none where it is not known of each."""
    if isinstance(given, RefExpr):
        listed = get_proper_type(expression_type(api, given, None))
        if not isinstance(listed, Instance) or listed.type.fullname not in LISTS or len(listed.args) != 1:
            return []
        kinds = get_proper_type(listed.args[0])
        made = [_made(one) for one in (kinds.items if isinstance(kinds, UnionType) else [kinds])]
    else:
        made = [_made_by(api, item) for item in _written(given)]
    known = [one for one in made if one is not None]
    return known if len(known) == len(made) else []


def _is_pair(typ: Type) -> bool:
    """Whether that is what the first overload takes."""
    proper = get_proper_type(typ)
    return isinstance(proper, TupleType) and len(proper.items) == 2


def classes_in_a_list(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The method hook of `collect_events`: takes back what mypy says of a list of classes that have as many fields each.

    mypy takes `[Paid, Packed]` for a list of functions, joins their parameters though they have other names, and finds that
    the classes do not fit the outcome.
    """
    given = ctx.args[1][0] if _is_context(ctx.type) and len(ctx.args) > 1 and ctx.args[1] else None
    for item in _written(given):
        if _made_by(ctx.api, item) is not None:
            drop_errors(ctx.api, item.line, ("list-item",), ("List item ",))
    return ctx.default_return_type


def _made_by(api: Api, node: Expression) -> Instance | None:
    """What an expression for a class makes."""
    return _made(expression_type(api, node, None))


def _made(typ: Type) -> Instance | None:
    """What a class of that type makes, if it is one of an event."""
    typ = get_proper_type(typ)
    if isinstance(typ, CallableType) and typ.is_type_obj():
        made = get_proper_type(typ.ret_type)
    elif isinstance(typ, TypeType):
        made = get_proper_type(typ.item)
    else:
        return None
    return made if isinstance(made, Instance) and is_event(made.type) else None


def wait_for_event(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `wait_for_event`: its requirements are fields of the event, or it would never come."""
    if not _is_context(ctx.type) or not ctx.args[0]:
        return ctx.default_return_type
    made = _made_by(ctx.api, ctx.args[0][0])
    given = ctx.args[3][0] if len(ctx.args) > 3 and ctx.args[3] else None
    if not isinstance(made, Instance) or not isinstance(given, DictExpr):
        return ctx.default_return_type
    for cls in made.type.mro:
        depend(ctx.api, cls, (MEMBER,), whole=True)
    if takes_any(made.type) or made.type.fallback_to_any:
        return ctx.default_return_type
    names = {
        name
        for cls in made.type.mro
        if is_event(cls)
        for name, symbol in cls.names.items()
        if isinstance(symbol.node, Var)
        and not name.startswith("_")
        and not symbol.node.is_classvar
        and is_field(cls, name)
    }
    keys = {key.value: key for key, _ in given.items if isinstance(key, StrExpr)}
    for problem in requirements(short_name(made.type), names, keys):
        report_problem(ctx.api, problem, keys[problem.name or ""], plugin)
    return ctx.default_return_type


def context_of(ctx: FunctionContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `Context(workflow)`: the state is the one that the steps name."""
    context = get_proper_type(ctx.default_return_type)
    workflow = get_proper_type(ctx.arg_types[0][0]) if ctx.arg_types and ctx.arg_types[0] else None
    if not isinstance(context, Instance) or not isinstance(workflow, Instance) or not is_workflow(workflow.type):
        return ctx.default_return_type
    if len(context.args) != 1 or not isinstance(get_proper_type(context.args[0]), AnyType):
        return ctx.default_return_type
    outcome = outcome_of(ctx.api, workflow)
    if outcome is None or outcome.state is None:
        return ctx.default_return_type
    return context.copy_modified(args=[outcome.state])


def _is_context(typ: Type) -> bool:
    proper = get_proper_type(typ)
    return isinstance(proper, Instance) and proper.type.has_base(CONTEXT)
