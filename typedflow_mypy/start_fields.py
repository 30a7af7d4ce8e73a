"""The fields of a start event as `run(**fields)` asks for them."""

from __future__ import annotations

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ArgKind, Decorator, FuncDef, TypeInfo, Var
from mypy.types import AnyType, CallableType, Instance, NoneType, Type, TypeOfAny, UnionType

from typedflow.wiring.graph import START
from typedflow.wiring.run_arguments import RESERVED
from typedflow_mypy.compat import Api, depend_on_classes
from typedflow_mypy.models import MEMBER, MODEL, fields_of, renames, takes_any

__all__ = ["StartField", "StartFields", "fields_asked", "forget"]

Arguments = tuple[list[Type], list[ArgKind], list[str | None]]
"""Types, kinds and names of the parameters of a signature."""


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


_asked: dict[int, tuple[TypeInfo, StartFields | None]] = {}
"""id of the class of a start event -> the class and its fields, as `fields_asked` tells them."""


def forget(path: str) -> None:
    """mypy has parsed a file: what was known may be old, in a daemon."""
    _asked.clear()


def fields_asked(api: Api, event: Instance) -> StartFields | None:
    """The fields of a start event; None where it takes any, or makes itself in a way of its own."""
    start = event.type
    depend_on_classes(api, start.mro, (MEMBER, "__init__"))
    known = _asked.get(id(start))
    if known is not None and known[0] is start:
        return known[1]
    found = None
    if start.fullname != START and not takes_any(start) and not renames(start) and not _has_fields_of_others(start):
        fields = _of_constructor(event)
        found = None if fields is None else StartFields(api, fields)
    if not event.args:
        _asked[id(start)] = start, found
    return found


def _has_fields_of_others(start: TypeInfo) -> bool:
    """Whether a base that is no model declares variables: to pydantic they are fields, to mypy they are not."""
    for cls in start.mro:
        if not cls.has_base(MODEL) and cls.module_name != "typing" and cls.fullname != "builtins.object":
            for symbol in cls.names.values():
                if isinstance(symbol.node, Var) and not symbol.node.is_classvar and not symbol.plugin_generated:
                    return True
    return False


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


def _arguments(api: Api, fields: list[StartField]) -> Arguments:
    """`run(*, by: int, ctx=..., run_id=...)`. All fields are optional here: what is missing has been judged already."""
    anything: Type = AnyType(TypeOfAny.special_form)
    text = api.named_generic_type("builtins.str", [])
    reserved = [("ctx", anything), ("run_id", UnionType([text, NoneType()]))]
    names = [(field.name, field.type) for field in fields if field.name not in RESERVED] + reserved
    return [typ for _, typ in names], [ARG_NAMED_OPT for _ in names], [name for name, _ in names]
