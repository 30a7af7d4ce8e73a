"""Dotted state paths: `ctx.store.get("user.address.city")` has the field's type, `set` takes no other.

A model is described to the rule `resolve_path` on demand; whatever cannot be told (an `Any`, a foreign object) leads anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import Decorator, OverloadedFuncDef, TypeInfo, Var
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    ProperType,
    TupleType,
    Type,
    TypedDictType,
    TypeOfAny,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from typedflow.wiring.problem import Problem
from typedflow.wiring.state_path import Shape, not_settable, nothing_to_set, resolve_path, wrong_value
from typedflow_mypy.compat import Api, depend, fits, is_for_daemon, mismatch
from typedflow_mypy.events import short_name, shown
from typedflow_mypy.models import MEMBER, MODEL, is_field, takes_any
from typedflow_mypy.problems import report_problem
from typedflow_mypy.states import DICT_STATE

if TYPE_CHECKING:
    from mypy.plugin import MethodContext

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["STORE", "Foreign", "get", "is_computed", "set", "shapes_of", "state_of_store"]

STORE = "typedflow.state.store.StateStore"
LEAVES = frozenset(
    f"builtins.{name}" for name in ("str", "int", "float", "bool", "bytes", "complex", "set", "frozenset")
)

Shapes = tuple[Shape[ProperType], ...]


def get(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `store.get`: the third argument of the coroutine becomes the type at the path."""
    found = _resolved(ctx, plugin)
    coroutine = get_proper_type(ctx.default_return_type)
    if found is None or not isinstance(coroutine, Instance) or len(coroutine.args) != 3:
        return ctx.default_return_type
    default = ctx.arg_types[1] if len(ctx.arg_types) > 1 else []
    value = _union([*[shape.payload for shape in found], *default])
    return coroutine.copy_modified(args=[*coroutine.args[:2], value])


def set(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `store.set`: the value must be one that may stand at the path."""
    found = _resolved(ctx, plugin)
    path = _path(ctx)
    store = get_proper_type(ctx.type)
    if path == "" and isinstance(store, Instance) and store.type.has_base(STORE):
        report_problem(ctx.api, nothing_to_set(), ctx.args[0][0], plugin)
    elif found and path and (computed := _computed(ctx, path)) is not None:
        report_problem(ctx.api, computed, ctx.args[0][0], plugin)
    elif found and path and len(ctx.args) > 1 and ctx.args[1] and not any(shape.open for shape in found):
        wanted = _union([shape.payload for shape in found])
        value, as_it_stands = ctx.args[1][0], get_proper_type(ctx.arg_types[1][0])
        if isinstance(as_it_stands, Instance) and not as_it_stands.args and fits(as_it_stands, wanted):
            return ctx.default_return_type
        given = get_proper_type(mismatch(ctx.api, value, wanted))  # with the wanted type in mind
        if given is not None:
            if isinstance(given, Instance):
                given = given.copy_modified(last_known_value=None)
            report_problem(ctx.api, wrong_value(path, shown(wanted), shown(given)), value, plugin)
    return ctx.default_return_type


def _computed(ctx: MethodContext, path: str) -> Problem | None:
    """The problem of a path that ends at a property without a setter."""
    state, (before, _, name) = state_of_store(ctx.type), path.rpartition(".")
    if state is not None and not before and (member := state.type.get(name)) and isinstance(member.node, Var):
        return None
    owners = resolve_path(before, shapes_of(ctx.api, state)[0]) if state is not None else ()
    if isinstance(owners, Problem):
        return None
    for shape in owners:
        symbol = shape.payload.type.get(name) if isinstance(shape.payload, Instance) else None
        if symbol is None or not isinstance(symbol.node, Decorator) or _getter(symbol.node) is None:
            return None
    return not_settable(path, owners[0].name) if owners else None


def state_of_store(typ: Type) -> Instance | None:
    """The S of a `StateStore[S]`, where it is a known model."""
    store = get_proper_type(typ)
    if not isinstance(store, Instance) or not store.type.has_base(STORE):
        return None
    if store.type.fullname != STORE:
        store = map_instance_to_supertype(store, next(cls for cls in store.type.mro if cls.fullname == STORE))
    state = get_proper_type(store.args[0])
    if isinstance(state, TypeVarType):
        state = get_proper_type(state.upper_bound)
    return (
        state if isinstance(state, Instance) and state.type.has_base(MODEL) and state.type.fullname != MODEL else None
    )


def _resolved(ctx: MethodContext, plugin: TypedflowPlugin) -> Shapes | None:
    state, path = state_of_store(ctx.type), _path(ctx)
    if state is None or path is None or "\\" in path:
        return None
    known = _known_in(ctx.api)
    key = (state.type, path)
    if key in known and not state.args:
        return known[key]
    whole = known.get((state.type, ""))
    if whole is None or state.args:
        whole = shapes_of(ctx.api, state)
        if not state.args:
            known[state.type, ""] = whole
    found = resolve_path(path, whole[0])
    if isinstance(found, Problem):
        report_problem(ctx.api, found, ctx.args[0][0], plugin)
        return None
    if not state.args and not any(shape.open for shape in found):
        known[key] = found
    return found


_known: tuple[Api, dict[tuple[TypeInfo, str], Shapes]] = (None, {})
"""The module that is being checked, by its checker, and what paths lead to in it: most are asked for several times."""


def _known_in(api: Api) -> dict[tuple[TypeInfo, str], Shapes]:
    """What is known in the module. Not in the daemon, where each function that asks is to be checked again by itself."""
    global _known
    if _known[0] is not api:
        if is_for_daemon(api):
            return {}
        _known = (api, {})
    return _known[1]


def _path(ctx: MethodContext) -> str | None:
    """The path, where it is a literal or a `Final` name of one."""
    if not ctx.arg_types or not ctx.arg_types[0]:
        return None
    typ = get_proper_type(ctx.arg_types[0][0])
    literal = typ.last_known_value if isinstance(typ, Instance) else typ
    return literal.value if isinstance(literal, LiteralType) and isinstance(literal.value, str) else None


def _union(types: list[Type] | list[ProperType]) -> ProperType:
    if len(types) == 1:
        return get_proper_type(types[0])
    return get_proper_type(make_simplified_union(list(types)))


# -- what a type offers to a path ------------------------------------------------------------------------------------------


def shapes_of(api: Api, typ: Type) -> Shapes:
    """What a path meets at a value of the type."""
    typ = get_proper_type(typ)
    if isinstance(typ, UnionType):
        return tuple(shape for member in typ.items for shape in shapes_of(api, member))
    if isinstance(typ, TypeVarType):
        return shapes_of(api, typ.upper_bound)
    if isinstance(typ, LiteralType):
        return (Shape(shown(typ.fallback), typ),)
    if isinstance(typ, NoneType):
        return (Shape("None", typ),)
    if isinstance(typ, TupleType):
        return (_tuple(api, typ),)
    if isinstance(typ, TypedDictType):
        fields = {name: partial(shapes_of, api, item) for name, item in typ.items.items()}
        return (Shape(shown(typ), typ, fields=fields),)
    if isinstance(typ, Instance):
        return (_class(api, typ),)
    return (_anything(shown(typ)),)


def _anything(name: str) -> Shape[ProperType]:
    return Shape(name, AnyType(TypeOfAny.special_form), open=True)


def _tuple(api: Api, typ: TupleType) -> Shape[ProperType]:
    if any(not isinstance(get_proper_type(item), ProperType) or "Unpack" in type(item).__name__ for item in typ.items):
        return _anything(shown(typ))
    names = _names_of_items(typ.partial_fallback.type)
    fields: dict[str, Callable[[], Shapes]] | None = None
    if names:
        fields = {name: partial(shapes_of, api, item) for name, item in zip(names, typ.items, strict=False)}
    return Shape(shown(typ), typ, fields=fields, item=lambda at: shapes_of(api, typ.items[at]), length=len(typ.items))


def _names_of_items(info: TypeInfo) -> list[str]:
    """The names of the items of a named tuple, in their order, in which mypy's cache does not keep the members of a class."""
    for cls in info.mro:
        if cls.is_named_tuple:
            symbol = cls.names.get("__match_args__")
            names = get_proper_type(symbol.node.type) if symbol is not None and isinstance(symbol.node, Var) else None
            given = [get_proper_type(one) for one in names.items] if isinstance(names, TupleType) else []
            return [one.value for one in given if isinstance(one, LiteralType) and isinstance(one.value, str)]
    return []


def _class(api: Api, typ: Instance) -> Shape[ProperType]:
    info = typ.type
    name = shown(typ)
    if info.fullname in LEAVES:
        return Shape(name, typ)
    if info.has_base(MODEL):
        for cls in info.mro:
            depend(api, cls, (MEMBER,), whole=True)
        is_open = takes_any(info) or info.has_base(DICT_STATE) or info.fallback_to_any
        anything = (lambda: (_anything("Any"),)) if is_open else None
        return Shape(short_name(info), typ, fields=_Members(api, typ), value=anything)
    for base, of_value in (("typing.Mapping", True), ("typing.Sequence", False)):
        found = next((cls for cls in info.mro if cls.fullname == base), None)
        if found is not None:
            value = partial(shapes_of, api, map_instance_to_supertype(typ, found).args[-1])
            return Shape(name, typ, value=value) if of_value else Shape(name, typ, item=partial(_any_item, value))
    if info.fullname == "builtins.object":
        return _anything(name)
    # What is further in cannot be told, nor what pydantic makes such an object of when it is set.
    kind = Foreign if _is_foreign(info) else Shape
    return kind(name, typ, value=lambda: (_anything(name),), open=True)


class Foreign(Shape[ProperType]):
    """An object of a class that the state knows nothing of: it is shared, and changed where it is."""

    __slots__ = ()


def _is_foreign(info: TypeInfo) -> bool:
    return not (info.fullname == "builtins.object" or info.is_protocol or info.fallback_to_any) and not any(
        "dataclass" in cls.metadata or "dataclass_tag" in cls.metadata or cls.fullname == "typing.AbstractSet"
        for cls in info.mro
    )


def is_computed(shape: Shape[ProperType], name: str) -> bool:
    """Whether the name leads to a property, which may give something new at each read."""
    return isinstance(shape.fields, _Members) and shape.fields.is_computed(name)


def _any_item(value: Callable[[], Shapes], index: int) -> Shapes:
    return value()


class _Members(Mapping[str, Callable[[], Shapes]]):
    """The fields and properties of a model, by name. Most are never asked for, so that each is made when it is."""

    def __init__(self, api: Api, typ: Instance) -> None:
        self._api = api
        self._typ = typ

    def __getitem__(self, name: str) -> Callable[[], Shapes]:
        for cls in self._classes():
            if name in cls.names and _offers(cls, name):
                return partial(_member, self._api, self._typ, cls, name)
        raise KeyError(name)

    def is_computed(self, name: str) -> bool:
        owner = next((cls for cls in self._classes() if name in cls.names and _offers(cls, name)), None)
        return owner is not None and not isinstance(owner.names[name].node, Var)

    def __iter__(self) -> Iterator[str]:
        classes = reversed(list(self._classes()))
        return iter({name: None for cls in classes for name in cls.names if _offers(cls, name)})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _classes(self) -> Iterator[TypeInfo]:
        for cls in self._typ.type.mro:
            if not cls.fullname.startswith(("pydantic.", "builtins.", "typedflow.")):
                yield cls


def _offers(cls: TypeInfo, name: str) -> bool:
    """Whether the class's own member of that name is a field or a property of the model."""
    node = cls.names[name].node
    if name.startswith("_"):
        return False
    if isinstance(node, Var):
        return is_field(cls, name)
    return _getter(node) is not None


def _getter(node: object) -> Decorator | None:
    """What gives the value of a property; the first of its functions, where it has a setter too."""
    if isinstance(node, OverloadedFuncDef) and node.is_property:
        node = node.items[0]
    return node if isinstance(node, Decorator) and (node.func.is_property or _is_cached(node)) else None


def _is_cached(node: object) -> bool:
    typ = get_proper_type(node.var.type) if isinstance(node, Decorator) else None
    return isinstance(typ, Instance) and typ.type.fullname == "functools.cached_property"


def _member(api: Api, typ: Instance, cls: TypeInfo, name: str) -> Shapes:
    node = cls.names[name].node
    getter = _getter(node)
    declared: Type | None = None
    if isinstance(node, Var):
        declared = node.type
    elif getter is not None:
        got = get_proper_type(getter.var.type)
        if isinstance(got, CallableType):
            declared = got.ret_type
        elif isinstance(got, Instance) and len(got.args) == 1:
            declared = got.args[0]
    if declared is None:
        return (_anything(name),)
    return shapes_of(api, expand_type_by_instance(declared, map_instance_to_supertype(typ, cls)))
