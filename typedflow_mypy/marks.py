"""What is written inside `Annotated[...]`: mypy drops it, so that it is read from the source.

`client: Annotated[Client, Resource(connect)]` and `evs: Annotated[list[Done], Collect(Take(2))]`, also through an alias.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from mypy.nodes import FuncDef, TypeAlias, TypeInfo, Var
from mypy.types import CallableType, Instance, ProperType, get_proper_type

from typedflow.wiring.marks import Refusal, wrong_cache, wrong_cardinality, wrong_config_file, wrong_factory, wrong_take
from typedflow_mypy.compat import STEADY, depend, depend_on_symbol, module_named
from typedflow_mypy.events import short_name
from typedflow_mypy.names import Scope, instance_of
from typedflow_mypy.options import UNKNOWN, literal
from typedflow_mypy.source import source_of
from typedflow_mypy.texts import depend_on_text

__all__ = ["ANNOTATED", "FIELD", "Marks", "may_say_how_to_save", "marks_of"]

LITERAL = frozenset({"typing.Literal", "typing_extensions.Literal"})
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
UNIONS = frozenset(f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("Union", "Optional"))
FIELD = "pydantic.fields.Field"
RESOURCE = "typedflow.resource.Resource"
RESOURCE_CONFIG = "typedflow.resource.ResourceConfig"
COLLECT = "typedflow.collect.Collect"
TAKE = "typedflow.collect.Take"


class Marks:
    """`resource` is whether there is a `Resource(...)`, `factory` what it is given, to be looked up in `scope`.

    `refused` is why a mark cannot be made as it is written; `unknown` says that the annotation could not be read to its end.
    """

    def __init__(
        self,
        resource: bool = False,
        factory: ast.expr | None = None,
        scope: Scope | None = None,
        collect: bool = False,
        take: int | None = None,
        unknown: bool = False,
        refused: Refusal | None = None,
    ) -> None:
        self.resource = resource
        self.factory = factory
        self.scope = scope
        self.collect = collect
        self.take = take
        self.unknown = unknown
        self.refused = refused


def marks_of(annotation: ast.expr | None, scope: Scope, depth: int = 5) -> Marks:
    """The marks of an annotation."""
    if annotation is None or depth == 0:
        return Marks(unknown=True)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return marks_of(ast.parse(annotation.value, mode="eval").body, scope, depth - 1)
        except SyntaxError:
            return Marks(unknown=True)
    found = scope.written(annotation)
    if isinstance(annotation, ast.Subscript) and found is not None and found.fullname in ANNOTATED:
        written = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        outer = _marks(written[1:], scope)
        return outer if outer.resource or outer.collect else _either([outer, marks_of(written[0], scope, depth - 1)])
    if isinstance(found, TypeAlias):
        return _behind_alias(found, scope, depth)
    if isinstance(annotation, ast.BinOp):
        return _either([marks_of(one, scope, depth) for one in (annotation.left, annotation.right)])
    if isinstance(annotation, ast.Subscript) and found is not None and found.fullname in UNIONS:
        members = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return _either([marks_of(one, scope, depth - 1) for one in members])
    return Marks()


def _either(found: list[Marks]) -> Marks:
    """The marks of what has several parts, most of which have none."""
    for one in found:
        if one.resource:
            return one
    return next((one for one in found if one.collect), next((one for one in found if one.unknown), found[0]))


def may_say_how_to_save(annotation: ast.expr | None, scope: Scope) -> bool:
    """Whether an `Annotated` in the annotation of a field holds more than pydantic's `Field`, or may do so."""
    return not all_marks(annotation, scope, _is_field)


def all_marks(
    annotation: ast.expr | None, scope: Scope, are_such: Callable[[ast.expr, Scope], bool], depth: int = 6
) -> bool:
    """Whether all that stands in the `Annotated`s of an annotation is such, beyond doubt. Aliases are looked through."""
    if annotation is None or depth == 0:
        return False
    if isinstance(annotation, ast.Constant):
        if not isinstance(annotation.value, str):
            return True
        try:
            return all_marks(ast.parse(annotation.value.strip(), mode="eval").body, scope, are_such, depth - 1)
        except SyntaxError:
            return False
    if isinstance(annotation, ast.BinOp):
        parts = [annotation.left, annotation.right]
    elif isinstance(annotation, ast.Tuple | ast.List):
        parts = annotation.elts
    elif isinstance(annotation, ast.Subscript):
        found = scope.written(annotation.value)
        inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if found is not None and found.fullname in LITERAL:
            return True
        if found is not None and found.fullname in ANNOTATED:
            marked = all(are_such(one, scope) for one in inside[1:])
            return marked and all_marks(inside[0], scope, are_such, depth - 1)
        parts = [annotation.value, *inside]
    else:
        found = scope.written(annotation)
        if not isinstance(found, TypeAlias):
            return found is not None
        value, around = _definition(found, scope)
        if around.module is not scope.module and around.module.fullname.partition(".")[0] not in STEADY:
            return False  # mypy would not tell when that alias changes
        return all_marks(value, around, are_such, depth - 1)
    return all(all_marks(part, scope, are_such, depth - 1) for part in parts)


def _is_field(mark: ast.expr, scope: Scope) -> bool:
    """Whether it is a `Field(...)` that does not keep the field out of what is saved, or words that say nothing to pydantic."""
    if isinstance(mark, ast.Constant):
        return isinstance(mark.value, str)  # `SerializeAsAny` is declared as an `Annotated[T, ...]`
    if not isinstance(mark, ast.Call) or any(one.arg in ("exclude", None) for one in mark.keywords):
        return False
    what = scope.find(mark.func)
    return what is not None and what.fullname == FIELD


def _behind_alias(alias: TypeAlias, scope: Scope, depth: int) -> Marks:
    value, around = _definition(alias, scope)
    return marks_of(value, around, depth - 1)


def _definition(alias: TypeAlias, scope: Scope) -> tuple[ast.expr | None, Scope]:
    """What an alias is an alias of, None where that cannot be found, and where its names are looked up."""
    module = module_named(scope.api, alias.module) if hasattr(alias, "module") else None
    module = module or module_named(scope.api, alias.fullname.rpartition(".")[0])
    source = source_of(module.path) if module is not None else None
    if module is None or source is None:
        return None, scope
    depend_on_text(scope.api, module)
    for node in ast.walk(source.tree):
        if node.__class__.__name__ == "TypeAlias" or isinstance(node, ast.Assign | ast.AnnAssign):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None) or getattr(node, "name", None)]
            if any(isinstance(target, ast.Name) and target.id == alias.name for target in targets):
                return getattr(node, "value", None), Scope(scope.api, module)
    return None, scope


def _marks(written: list[ast.expr], scope: Scope) -> Marks:
    found = Marks()
    for mark in written:
        call = mark if isinstance(mark, ast.Call) else None
        what = scope.find(call.func if call is not None else mark)
        info = what if isinstance(what, TypeInfo) else _type_of(what)
        if info is not None and info.has_base(RESOURCE) and not (call is None and info is what):  # not the bare class
            factory = _argument(call, "factory") if info.fullname == RESOURCE else None
            return Marks(resource=True, factory=factory, scope=scope, refused=_refused_resource(call, info, scope))
        if info is not None and info.fullname == COLLECT:
            take, refused = _taken(_argument(call, "cardinality"), scope)
            found = Marks(collect=True, take=take, refused=refused)
        elif what is None and not isinstance(mark, ast.Constant):
            found.unknown = True
    return found


def _type_of(what: object) -> TypeInfo | None:
    """The class of a mark that is kept in a variable."""
    typ = get_proper_type(what.type) if isinstance(what, Var) and what.type is not None else None
    return typ.type if isinstance(typ, Instance) else None


def _taken(cardinality: ast.expr | None, scope: Scope) -> tuple[int | None, Refusal | None]:
    """The n of a `Take(n)`; or why `Collect` does not take what it is given, where that is certain."""
    if cardinality is None:
        return None, None
    shown = ast.unparse(cardinality)
    if not isinstance(cardinality, ast.Call):
        is_class = isinstance(scope.find(cardinality), TypeInfo)
        return None, wrong_cardinality(shown) if is_class or literal(cardinality, scope) is not UNKNOWN else None
    what = scope.find(cardinality.func)
    if not isinstance(what, TypeInfo) or what.fullname != TAKE:
        return None, None
    number = literal(_argument(cardinality, "n"), scope)
    refused = None if number is UNKNOWN else wrong_take(number)
    return number if isinstance(number, int) and refused is None else None, refused


def _refused_resource(call: ast.Call | None, info: TypeInfo, scope: Scope) -> Refusal | None:
    """Why `Resource(...)` or `ResourceConfig(...)` raises, where that is certain."""
    if call is None:
        return None
    if info.fullname == RESOURCE_CONFIG:
        name = literal(_argument(call, "config_file"), scope)
        return wrong_config_file(name) if isinstance(name, str) else None
    if info.fullname != RESOURCE:
        return None
    kind = _class_of_value(_argument(call, "factory"), scope)
    cache = literal(_argument(call, "cache", 1), scope)
    return wrong_factory(kind) if kind else None if cache is UNKNOWN else wrong_cache(cache)


def _class_of_value(factory: ast.expr | None, scope: Scope) -> str | None:
    """The class of what is given as a factory and cannot be called: a constant, or what a function or a class makes."""
    value = literal(factory, scope)
    if value is not UNKNOWN:
        return type(value).__name__
    made = scope.find(factory.func) if isinstance(factory, ast.Call) else None
    if made is None:
        return None
    given: ProperType | None = instance_of(made) if isinstance(made, TypeInfo) else None
    if isinstance(made, FuncDef) and isinstance(made.type, CallableType):
        given = get_proper_type(made.type.ret_type)
    if not isinstance(given, Instance) or given.type.get("__call__") is not None or given.type.is_protocol:
        return None
    if given.type.fallback_to_any or given.type.fullname == "builtins.object":
        return None
    depend_on_symbol(scope.api, made)
    depend(scope.api, given.type, ("__call__",))
    return short_name(given.type)


def _argument(call: ast.Call | None, keyword: str, place: int = 0) -> ast.expr | None:
    """What a call gives to a parameter; None for nothing, and where it unpacks something."""
    if call is None or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    if len(call.args) > place:
        return call.args[place]
    return next((one.value for one in call.keywords if one.arg == keyword), None)
