"""Which fields of a pydantic model have a default: noted when mypy analyzes the class, and kept with it.

Phases: 1. a hook that mypy calls for every class notes the facts of each model's own body; 2. `state_of` puts them together along
the bases when a workflow is checked. Later than in (1) the body of a class in another module is no longer there.

mypy's own record (`has_explicit_value`) is wrong for `= ...`, for every `Field()` without a default and for all defaults inside
`Annotated`; pydantic's plugin, where it is on, for the last of these.
"""

from __future__ import annotations

import ast
import json
import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict

from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    Decorator,
    DictExpr,
    EllipsisExpr,
    Expression,
    ExpressionStmt,
    FuncDef,
    MypyFile,
    NameExpr,
    PassStmt,
    PlaceholderNode,
    Statement,
    StrExpr,
    SymbolNode,
    TempNode,
    TypeAlias,
    TypeInfo,
    Var,
)
from mypy.types import UnboundType

from typedflow.wiring.graph import EVENT, START
from typedflow_mypy.class_names import fullname_of
from typedflow_mypy.compat import STEADY, current_module, module_named, remember, remembered, statements
from typedflow_mypy.marks import ANNOTATED, FIELD
from typedflow_mypy.source import LONGEST_ALIAS, Source, source_of

if TYPE_CHECKING:
    from mypy.plugin import ClassDefContext
    from typing_extensions import NotRequired

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = [
    "ALL",
    "MODEL",
    "FieldFacts",
    "fields_of",
    "is_field",
    "note_fields",
    "renames",
    "saved_otherwise",
    "says_no_default",
    "takes_any",
]

MODEL = "pydantic.main.BaseModel"
MEMBER = "__typedflow_fields__"
PRIVATE = "pydantic.fields.PrivateAttr"
WRITER = json.JSONEncoder(sort_keys=True)
PLAIN = frozenset({"bool", "bytes", "float", "int", "str"})
"""Annotations behind which there is no alias."""

RENAMING = frozenset({"alias_generator", "populate_by_name", "validate_by_name", "validate_by_alias"})
"""Settings by which a field may be given by another name than mypy knows."""

MORE_THAN_A_FIELD = ("ClassVar", "Final", "Annotated")
"""The ends of annotations with which a name in a class may be no field, or one that is kept out of what is saved."""

NO_FIELD_NAMES = ("_", "model_config")
"""The beginnings of names that may be no fields."""

SERIALIZERS = ("field_serializer", "model_serializer", "serializer")

ALL = "*"
"""Stands for all fields where those are named that a serializer is for, as it does to pydantic."""


class FieldFacts(TypedDict):
    """What the body of a class says about one field; `renamed`: that it may be given by a name that mypy does not know."""

    default: bool
    excluded: bool
    renamed: NotRequired[bool]


def note_fields(ctx: ClassDefContext, plugin: TypedflowPlugin) -> None:
    """Phase 1."""
    cls = ctx.cls
    info = cls.info
    # Of other events no more is asked than which members are fields, and whether there may be unknown ones.
    in_full = not info.has_base(EVENT) or info.has_base(START)
    if not in_full and not cls.keywords and _declares_fields_alone(cls.defs.body):
        return
    fields: dict[str, FieldFacts] = {}
    others = False
    saved: list[str] = []
    is_plain = True
    settings: list[tuple[str | None, Expression]] = list(cls.keywords.items())
    extra = _extra(settings)
    renames = _renames(settings)
    for statement in statements(cls.defs):
        if isinstance(statement, Decorator):
            saved += (name for one in statement.original_decorators for name in _saved_by(one))
            renames = renames or any(_comes_before(one) for one in statement.original_decorators)
        elif isinstance(statement, AssignmentStmt) and len(statement.lvalues) == 1:
            target = statement.lvalues[0]
            if isinstance(target, NameExpr):
                if target.name == "model_config":
                    settings = _settings(statement.rvalue)
                    saved += (ALL for name, _ in settings if name == "json_encoders")
                    extra = _extra(settings)
                    renames = renames or _renames(settings)
                found = _field(ctx, statement, target.name)
                if found is not None:
                    fields[target.name] = found
                    is_plain = is_plain and getattr(statement.unanalyzed_type, "name", None) in PLAIN
                else:
                    others = True
    excludes = any(one["excluded"] for one in fields.values())
    if in_full or others or saved or excludes or extra is not None:
        remember(ctx.api, info, MEMBER, WRITER.encode([fields, saved, extra, renames, _text(ctx, is_plain=is_plain)]))


def _declares_fields_alone(body: list[Statement]) -> bool:
    """Whether all that the body of a class assigns is `name: Type` and `name: Type = value`, as in most events."""
    for statement in body:
        if not isinstance(statement, AssignmentStmt):
            if not isinstance(statement, ExpressionStmt | FuncDef | PassStmt):
                return False
            continue
        target, annotation = statement.lvalues[0], statement.unanalyzed_type
        if (
            not isinstance(annotation, UnboundType)
            or annotation.name.endswith(MORE_THAN_A_FIELD)
            or not isinstance(target, NameExpr)
            or target.name.startswith(NO_FIELD_NAMES)
            or isinstance(statement.rvalue, CallExpr)
        ):
            return False
    return True


def _text(ctx: ClassDefContext, *, is_plain: bool) -> int:
    """Changes with what no type of the class tells: what stands in any `Annotated` of the file, for mypy drops it; and by which
    aliases the fields are declared, where they are not plain, for mypy looks through them."""
    source = source_of(current_module(ctx.api).path)
    if source is None:
        return 0
    if is_plain:
        return source.marks
    return zlib.crc32(source.text(ctx.cls.line, ctx.cls.end_line or ctx.cls.line).encode(), source.marks)


def fields_of(info: TypeInfo) -> dict[str, FieldFacts] | None:
    """What was noted for that very class; None where nothing was."""
    noted = _noted(info)
    return None if noted is None else noted[0]


def saved_otherwise(info: TypeInfo) -> frozenset[str]:
    """The fields of which that very class says how they are saved; `ALL` among them where it is said of the whole."""
    noted = _noted(info)
    return frozenset({ALL} if noted is None else noted[1])


def takes_any(info: TypeInfo) -> bool:
    """Whether instances may have fields that the class does not declare."""
    for cls in info.mro:
        noted = _noted(cls)
        if noted is not None and noted[2] is not None:
            return bool(noted[2] == "allow")
    return False


def renames(info: TypeInfo) -> bool:
    """Whether instances may be made with other names than mypy knows: by an alias generator, by either name, by a validator."""
    noted = [one for one in map(_noted, info.mro) if one is not None]
    return any(one[3] or any("renamed" in facts for facts in one[0].values()) for one in noted)


def is_field(info: TypeInfo, name: str) -> bool:
    """Whether the variable of that name in that very class is a field; where nothing is known of the class it counts as one."""
    text = remembered(info, MEMBER)
    return text is None or name in _parsed(text)[0]


def _noted(info: TypeInfo) -> Any:  # Any: JSON
    text = remembered(info, MEMBER)
    return None if text is None else _parsed(text)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:  # Any: JSON
    return json.loads(text)


def _field(ctx: ClassDefContext, statement: AssignmentStmt, name: str) -> FieldFacts | None:
    """The field that an assignment in the class body declares, if it does."""
    annotation = statement.unanalyzed_type
    # What mypy 1.11.0 reads in quotes stands in another type.
    annotation = getattr(annotation, "node", None) or annotation
    if annotation is None or name.startswith("_") or name == "model_config":
        return None
    value = statement.rvalue
    has_value = not isinstance(value, TempNode)
    written = annotation.name.rpartition(".")[2] if isinstance(annotation, UnboundType) else ""
    if written == "ClassVar" or (written == "Final" and has_value):
        return None
    facts = FieldFacts(default=False, excluded=False)
    if written == "Annotated" and isinstance(annotation, UnboundType):
        what = ctx.api.lookup_qualified(annotation.name, annotation, suppress_errors=True)
        if what is not None and what.node is not None and what.node.fullname in ANNOTATED:
            facts = _annotated(ctx, statement)
    elif not has_value and isinstance(annotation, UnboundType) and _may_hide_a_default(ctx, annotation):
        facts["default"] = True
    if not has_value:
        return facts
    if isinstance(value, CallExpr) and fullname_of(ctx, value.callee) == PRIVATE:
        return None
    if isinstance(value, CallExpr) and fullname_of(ctx, value.callee) == FIELD:
        arguments = list(zip(value.arg_names, value.args, strict=True))
        _read_field(facts, [(name, _is_nothing(given, name)) for name, given in arguments], _is_true(value, "exclude"))
    elif not isinstance(value, EllipsisExpr) or current_module(ctx.api).is_stub:
        facts["default"] = True
    return facts


def _read_field(facts: FieldFacts, arguments: list[tuple[str | None, bool]], excluded: bool) -> None:
    """`Field(default, default_factory=...)`; arguments come as name and whether the value says nothing."""
    for place, (name, says_nothing) in enumerate(arguments):
        if name in ("default", "default_factory") or (name is None and place == 0):
            facts["default"] = facts["default"] or not says_nothing
        elif name is None:  # **settings
            facts["default"] = True
        if name == "validation_alias" or (name is None and place > 0):
            facts["renamed"] = True
    facts["excluded"] = facts["excluded"] or excluded


def _is_nothing(value: Expression, name: str | None) -> bool:
    if name == "default_factory":
        return isinstance(value, NameExpr) and value.name == "None"
    return isinstance(value, EllipsisExpr) or getattr(value, "name", None) == "PydanticUndefined"


def _is_true(call: CallExpr, keyword: str) -> bool:
    return any(
        name == keyword and not (isinstance(value, NameExpr) and value.name in ("False", "None"))
        for name, value in zip(call.arg_names, call.args, strict=True)
    )


def _annotated(ctx: ClassDefContext, statement: AssignmentStmt) -> FieldFacts:
    """What `Annotated[int, Field(default=0)]` says, from the source: mypy keeps no calls inside a type."""
    unknown = FieldFacts(default=True, excluded=False)
    source = source_of(current_module(ctx.api).path)
    node = source.statement_at(statement.line, statement.end_line or statement.line) if source is not None else None
    if isinstance(node, ast.AnnAssign):
        annotation: ast.expr | None = node.annotation
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval").body
            except SyntaxError:
                annotation = None
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
            facts = FieldFacts(default=False, excluded=False)
            for mark in annotation.slice.elts[1:]:
                if isinstance(mark, ast.Call):
                    _read_mark(ctx, facts, mark)
                elif isinstance(mark, ast.Starred):
                    return unknown
                elif isinstance(mark, ast.Name | ast.Attribute):  # a FieldInfo kept in a variable, perhaps
                    what = ctx.api.lookup_qualified(ast.unparse(mark), ctx.cls, suppress_errors=True)
                    if what is None or not isinstance(what.node, TypeInfo):
                        facts["default"] = True
            return facts
    return unknown


def _may_hide_a_default(ctx: ClassDefContext, annotation: UnboundType) -> bool:
    """Whether the annotation is an alias of an `Annotated` with a default in it (`Count = Annotated[int, Field(default=0)]`).

    What cannot be told counts as one: the run time knows.
    """
    symbol = ctx.api.lookup_qualified(annotation.name, annotation, suppress_errors=True)
    return _hides_a_default(ctx, symbol.node if symbol is not None else None)


def _hides_a_default(ctx: ClassDefContext, alias: SymbolNode | None, depth: int = 5) -> bool:
    if not isinstance(alias, TypeAlias):
        is_special = isinstance(alias, Var) and alias.fullname.startswith(("typing.", "typing_extensions."))
        return alias is None or (isinstance(alias, PlaceholderNode | Var) and not is_special)
    module = module_named(ctx.api, alias.fullname.rpartition(".")[0])
    source = source_of(module.path) if module is not None else None
    if module is None or source is None or depth == 0:
        return True
    if module is not current_module(ctx.api) and module.fullname.partition(".")[0] not in STEADY:
        return True  # mypy would not tell when that alias changes
    if not any(alias.name in line for line in source.lines_with("Annotated")):
        return False
    defined = [number for number, line in enumerate(source.lines, 1) if _defines(line, alias.name)]
    return not defined or any(_is_with_a_default(ctx, module, source, first, depth) for first in defined)


def _defines(line: str, name: str) -> bool:
    """Whether an assignment to the name begins there. mypy's cache does not keep where an alias is."""
    return line.lstrip().startswith(name) and re.match(rf"\s*{re.escape(name)}\s*(?::[^=]*)?=(?!=)", line) is not None


def _is_with_a_default(ctx: ClassDefContext, module: MypyFile, source: Source, first: int, depth: int) -> bool:
    for last in range(first, first + LONGEST_ALIAS):
        node = source.statement_at(first, last)
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Tuple):
            inner, *marks = value.slice.elts
            behind = module.names.get(inner.id) if isinstance(inner, ast.Name) else None
            return not all(map(says_no_default, marks)) or (
                behind is not None and _hides_a_default(ctx, behind.node, depth - 1)
            )
    return True


def says_no_default(mark: ast.expr) -> bool:
    """Whether it is a text, or an object of a class, or a `Field()` without one."""
    if isinstance(mark, ast.Call):
        name = getattr(mark.func, "attr", getattr(mark.func, "id", ""))
        keywords = [one.arg for one in mark.keywords]
        if {"default", "default_factory", None}.intersection(keywords) or (name == "Field" and mark.args):
            return False
        return name == "Field" or bool(name[:1].isupper())
    return isinstance(mark, ast.Constant)


def _read_mark(ctx: ClassDefContext, facts: FieldFacts, call: ast.Call) -> None:
    what = None
    if isinstance(call.func, ast.Name | ast.Attribute):
        what = ctx.api.lookup_qualified(ast.unparse(call.func), ctx.cls, suppress_errors=True)
    if what is None or what.node is None:
        facts["default"] = True
    elif what.node.fullname == FIELD:
        arguments: list[tuple[str | None, bool]] = [(None, _says_nothing(one, None)) for one in call.args]
        arguments += [(one.arg, _says_nothing(one.value, one.arg)) for one in call.keywords]
        excluded = any(one.arg == "exclude" and not _is_constant(one.value, False, None) for one in call.keywords)
        _read_field(facts, arguments, excluded)
        if any(one.arg == "alias" for one in call.keywords):  # which mypy sees as little as the default
            facts["renamed"] = True


def _says_nothing(value: ast.expr, name: str | None) -> bool:
    if name == "default_factory":
        return _is_constant(value, None)
    return _is_constant(value, ...) or ast.unparse(value).endswith("PydanticUndefined")


def _is_constant(value: ast.expr, *wanted: object) -> bool:
    return isinstance(value, ast.Constant) and any(value.value is one for one in wanted)


def _settings(value: Expression) -> list[tuple[str | None, Expression]]:
    """`ConfigDict(extra="allow")` or `{"extra": "allow"}`."""
    if isinstance(value, CallExpr):
        return list(zip(value.arg_names, value.args, strict=True))
    if isinstance(value, DictExpr):
        return [(key.value if isinstance(key, StrExpr) else None, item) for key, item in value.items]
    return [(None, value)]


def _renames(settings: list[tuple[str | None, Expression]]) -> bool:
    return any(name is None or name in RENAMING for name, _ in settings)


def _comes_before(decorator: Expression) -> bool:
    """Whether it is a validator that may make fields of what is no field."""
    if not isinstance(decorator, CallExpr):
        return False
    modes = [value for name, value in zip(decorator.arg_names, decorator.args, strict=True) if name == "mode"]
    return getattr(decorator.callee, "name", None) == "model_validator" and not any(
        isinstance(mode, StrExpr) and mode.value == "after" for mode in modes
    )


def _extra(settings: list[tuple[str | None, Expression]]) -> str | None:
    """What the settings say about unknown fields, None for nothing; what cannot be told counts as "allow"."""
    for name, value in settings:
        if name == "extra":
            return value.value if isinstance(value, StrExpr) else "allow"
        if name is None:
            return "allow"
    return None


def _saved_by(decorator: Expression) -> list[str]:
    """The fields that a decorated method makes a form for."""
    callee = decorator.callee if isinstance(decorator, CallExpr) else decorator
    if getattr(callee, "name", None) not in SERIALIZERS:
        return []
    if not isinstance(decorator, CallExpr) or getattr(callee, "name", None) != "field_serializer":
        return [ALL]
    named = [one for kind, one in zip(decorator.arg_kinds, decorator.args, strict=True) if not kind.is_named()]
    return [one.value if isinstance(one, StrExpr) else ALL for one in named]
