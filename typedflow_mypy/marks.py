"""What is written inside `Annotated[...]`: mypy drops it, so that it is read from the source.

`client: Annotated[Client, Resource(connect)]` and `evs: Annotated[list[Done], Collect(Take(2))]`, also through an alias.
"""

from __future__ import annotations

import ast

from mypy.nodes import TypeAlias, TypeInfo, Var
from mypy.types import Instance, get_proper_type

from typedflow_mypy.compat import STEADY, module_named
from typedflow_mypy.names import Scope
from typedflow_mypy.source import source_of
from typedflow_mypy.texts import depend_on_text

__all__ = ["ANNOTATED", "FIELD", "Marks", "may_say_how_to_save", "marks_of"]

LITERAL = frozenset({"typing.Literal", "typing_extensions.Literal"})
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
FIELD = "pydantic.fields.Field"
RESOURCE = "typedflow.resource.Resource"
COLLECT = "typedflow.collect.Collect"
TAKE = "typedflow.collect.Take"


class Marks:
    """`resource` is whether there is a `Resource(...)`, `factory` what it is given, to be looked up in `scope`.

    `unknown` says that the annotation could not be read to its end.
    """

    def __init__(
        self,
        resource: bool = False,
        factory: ast.expr | None = None,
        scope: Scope | None = None,
        collect: bool = False,
        take: int | None = None,
        unknown: bool = False,
    ) -> None:
        self.resource = resource
        self.factory = factory
        self.scope = scope
        self.collect = collect
        self.take = take
        self.unknown = unknown


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
        return _marks(written[1:], scope)
    if isinstance(found, TypeAlias):
        return _behind_alias(found, scope, depth)
    return Marks()


def may_say_how_to_save(annotation: ast.expr | None, scope: Scope, depth: int = 6) -> bool:
    """Whether an `Annotated` in the annotation of a field holds more than pydantic's `Field`, or may do so."""
    if annotation is None or depth == 0:
        return True
    if isinstance(annotation, ast.Constant):
        if not isinstance(annotation.value, str):
            return False
        try:
            return may_say_how_to_save(ast.parse(annotation.value, mode="eval").body, scope, depth - 1)
        except SyntaxError:
            return True
    if isinstance(annotation, ast.BinOp):
        parts = [annotation.left, annotation.right]
    elif isinstance(annotation, ast.Tuple | ast.List):
        parts = annotation.elts
    elif isinstance(annotation, ast.Subscript):
        found = scope.written(annotation.value)
        inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if found is not None and found.fullname in LITERAL:
            return False
        if found is not None and found.fullname in ANNOTATED:
            return not all(_is_field(one, scope) for one in inside[1:]) or may_say_how_to_save(
                inside[0], scope, depth - 1
            )
        parts = [annotation.value, *inside]
    else:
        found = scope.written(annotation)
        if not isinstance(found, TypeAlias):
            return found is None
        value, around = _definition(found, scope)
        if around.module is not scope.module and around.module.fullname.partition(".")[0] not in STEADY:
            return True  # mypy would not tell when that alias changes
        return may_say_how_to_save(value, around, depth - 1)
    return any(may_say_how_to_save(part, scope, depth - 1) for part in parts)


def _is_field(mark: ast.expr, scope: Scope) -> bool:
    """Whether it is `Field(...)`, or words that say nothing to pydantic."""
    if isinstance(mark, ast.Constant):
        return True
    what = scope.find(mark.func) if isinstance(mark, ast.Call) else None
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
        if info is not None and info.has_base(RESOURCE):
            factory = _argument(call, "factory") if info.fullname == RESOURCE else None
            return Marks(resource=True, factory=factory, scope=scope)
        if info is not None and info.fullname == COLLECT:
            found = Marks(collect=True, take=_take(_argument(call, "cardinality"), scope))
        elif what is None and not isinstance(mark, ast.Constant):
            found = Marks(found.resource, found.factory, found.scope, found.collect, found.take, unknown=True)
    return found


def _type_of(what: object) -> TypeInfo | None:
    """The class of a mark that is kept in a variable."""
    typ = get_proper_type(what.type) if isinstance(what, Var) and what.type is not None else None
    return typ.type if isinstance(typ, Instance) else None


def _take(cardinality: ast.expr | None, scope: Scope) -> int | None:
    if isinstance(cardinality, ast.Call):
        what = scope.find(cardinality.func)
        number = _argument(cardinality, "n")
        if isinstance(what, TypeInfo) and what.fullname == TAKE and isinstance(number, ast.Constant):
            return number.value if isinstance(number.value, int) else None
    return None


def _argument(call: ast.Call | None, keyword: str) -> ast.expr | None:
    if call is None:
        return None
    if call.args:
        return call.args[0]
    return next((one.value for one in call.keywords if one.arg == keyword), None)
