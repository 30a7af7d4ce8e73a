"""Drafts and committed twins of pydantic models: generated real subclasses with a complete `__dict__`.

For a model `M` there are three classes: `tracked(M)`, with room for what a draft remembers; the read-only one, whose
instances are committed state; and the draft one. The last two have one layout, so a commit freezes a draft by
changing its class. A fourth, `blank`, is what a draft is while it is filled: its slots are written plainly. `M`'s
methods, validators, private attributes and computed fields are inherited, so they work on either.

The classes are made by `type.__new__`, over `BaseModel`, and get `M` as base afterwards: pydantic's metaclass and
`M.__init_subclass__` do not run, so no registry of subclasses sees them (`M.__subclasses__()` does).
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from copy import deepcopy
from functools import cached_property
from typing import Any, NamedTuple, NoReturn, TypeVar

from pydantic import BaseModel

from typedflow.state.draft.dict import adopt_dict, open_dict
from typedflow.state.draft.registry import NOTED, OPEN_RUNS, OPENERS, DraftHost, note, register, set_class, write_late
from typedflow.state.per_class import own_code
from typedflow.state.readonly import refuse_write

__all__ = [
    "BOOKKEEPING",
    "EXTRA",
    "PRIVATE",
    "ModelTwin",
    "child_property",
    "model_twin",
    "new_model",
    "set_dict",
    "set_extra",
    "set_private",
]

ModelT = TypeVar("ModelT", bound=BaseModel)

# How a draft notes that something was written which is no field: names that no field can have.
EXTRA, PRIVATE = "<extra>", "<private>"

_new = object.__new__
_slot = BaseModel.__dict__
set_dict: Callable[[Any, dict[str, Any]], None] = _slot["__dict__"].__set__
set_fields_set: Callable[[Any, set[str]], None] = _slot["__pydantic_fields_set__"].__set__
set_extra: Callable[[Any, Any], None] = _slot["__pydantic_extra__"].__set__
set_private: Callable[[Any, Any], None] = _slot["__pydantic_private__"].__set__

BOOKKEEPING = ("_tf_base", "_tf_changed", "_tf_scope")
_PLAIN_ACCESS = ("__new__", "__init__", "__setattr__", "__delattr__", "__class__")
"""With these of `object` itself, an instance is made and its attributes are written at the speed of any class with
slots.
"""


class ModelTwin(NamedTuple):
    """The generated classes of one model."""

    plain: type[Any]
    read_only: type[Any]
    draft: type[Any]
    names: tuple[str, ...]
    has_extra: bool
    has_private: bool


_TWINS: dict[type, ModelTwin] = {}


def model_twin(model: type[Any], child_fields: frozenset[str]) -> ModelTwin:
    """The twins of `model`, made on first use. `child_fields` may hold values that an edit drafts; the others are
    scalars.
    """
    twin = _TWINS.get(model)
    if twin is None:
        twin = _TWINS[model] = _make(model, child_fields)
    return twin


def new_model(twin: ModelTwin, value: Any, scope: DraftHost) -> Any:
    """A draft that holds what the plain model `value` holds, and has no base: all of it is new."""
    draft = _new(twin.draft)
    fields = value.__dict__
    set_dict(draft, {name: fields[name] for name in twin.names if name in fields})
    set_fields_set(draft, set(value.__pydantic_fields_set__))
    changed = dict.fromkeys(twin.names, NOTED)
    if twin.has_extra:
        set_extra(draft, adopt_dict(value.__pydantic_extra__ or {}, scope, False))
        changed[EXTRA] = NOTED
    if twin.has_private:
        private = value.__pydantic_private__
        set_private(draft, None if private is None else dict(private))
        changed[PRIVATE] = NOTED
    store = object.__setattr__
    store(draft, "_tf_base", None)
    store(draft, "_tf_changed", changed)
    store(draft, "_tf_scope", scope)
    return draft


def _reset(draft: Any, twin: ModelTwin) -> None:
    if draft._tf_changed is None:
        return
    base = draft._tf_base
    set_dict(draft, dict(base.__dict__))
    set_fields_set(draft, base.__pydantic_fields_set__)
    if twin.has_extra:
        set_extra(draft, base.__pydantic_extra__)
    if twin.has_private:
        set_private(draft, base.__pydantic_private__)


def _make(model: type[Any], child_fields: frozenset[str]) -> ModelTwin:
    has_extra = model.model_config.get("extra") == "allow"
    has_private = bool(model.__private_attributes__)
    names = tuple(model.__pydantic_fields__)
    shared = {"__slots__": BOOKKEEPING, "__class__": property(lambda self: model), **_plain_copies(model)}
    if not has_extra:
        shared["__pydantic_extra__"] = None
    if not has_private:
        shared["__pydantic_private__"] = None
    tracked = _subclass(model, shared)
    cached = [name for name in dir(model) if isinstance(_static(model, name), cached_property)]
    reading = {name: child_property(name, tracked) for name in names if name in child_fields}
    reading |= {name: property(_static(model, name).func) for name in cached}

    def __new__(cls: type[Any], /, *args: Any, **fields: Any) -> Any:
        return model(*args, **fields)  # whoever builds by `type(x)(...)` wants a plain one

    own = {"__slots__": (), "__new__": __new__}
    read_only = _subclass(tracked, {**own, **_read_only_methods()})
    draft = _subclass(tracked, {**own, **reading, **_draft_methods(model, names, tracked)})
    blank = _subclass(tracked, {"__slots__": (), **{name: object.__dict__[name] for name in _PLAIN_ACCESS}})
    twin = ModelTwin(model, read_only, draft, names, has_extra, has_private)
    opener, freezer = _opener(twin, blank, bool(cached)), _freezer(twin, blank)
    if not (cached or has_extra or has_private):
        OPEN_RUNS[read_only] = _run_opener(draft, blank)
    register("model", model, read_only, draft, opener, freezer, lambda value: _reset(value, twin))
    return twin


def _static(cls: type, name: str) -> Any:
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return None


def _subclass(base: type[Any], namespace: dict[str, Any]) -> type[Any]:
    """A subclass of `base` that neither pydantic's metaclass nor `__init_subclass__` hears of."""
    namespace |= {"__module__": base.__module__, "__qualname__": base.__qualname__, "__doc__": base.__doc__}
    if "_tf_base" in base.__dict__:  # a class of ours, whose __init_subclass__ does nothing
        return _plain_subclass(base, base.__name__, namespace)
    cls = _plain_subclass(_EMPTY, base.__name__, {**namespace, "__init_subclass__": classmethod(_nothing)}, type(base))
    try:
        cls.__bases__ = (base,)
    except TypeError:  # a model with slots of its own has another layout: then its __init_subclass__ runs
        cls = _plain_subclass(base, base.__name__, {**namespace, "__init_subclass__": classmethod(_nothing)})
    return cls


def _plain_subclass(base: type[Any], name: str, namespace: dict[str, Any], meta: type | None = None) -> type[Any]:
    cls: type[Any] = type.__new__(meta or type(base), name, (base,), namespace)
    return cls


def _nothing(cls: type[Any], /, **named: object) -> None:
    """In the place of the `__init_subclass__` of a user's model, which is not to hear of our classes."""


# Not BaseModel itself to start from: a model has room for weak references, which BaseModel has not.
_EMPTY = type.__new__(type(BaseModel), "_Empty", (BaseModel,), {"__module__": __name__})


def _opener(twin: ModelTwin, blank: type[Any], has_cached: bool) -> Callable[[Any, DraftHost], Any]:
    draft_class, names = twin.draft, twin.names

    @own_code
    def open_simple(base: Any, scope: DraftHost) -> Any:
        draft = blank()
        draft.__dict__ = base.__dict__.copy()
        draft.__pydantic_fields_set__ = base.__pydantic_fields_set__
        draft._tf_base = base
        draft._tf_changed = None
        draft._tf_scope = scope
        draft.__class__ = draft_class
        if not scope.writable:  # a validator has read something, and now there is a draft that is not settled
            scope.late = True
        return draft

    def open_full(base: Any, scope: DraftHost) -> Any:
        draft = open_simple(base, scope)
        if has_cached:  # what the committed instance has cached would be stale after an edit
            fields = base.__dict__
            set_dict(draft, {name: fields[name] for name in names if name in fields})
        if twin.has_extra:
            set_extra(draft, open_dict(base.__pydantic_extra__, scope))
            note(draft, EXTRA)  # the values may change in place, which only the draft dict hears of
        if twin.has_private:
            private = base.__pydantic_private__
            if private is not None:
                private = {name: _opened(value, scope) for name, value in private.items()}
            set_private(draft, private)
            note(draft, PRIVATE)
        return draft

    return open_full if has_cached or twin.has_extra or twin.has_private else open_simple


def _run_opener(draft_class: type[Any], blank: type[Any]) -> Callable[[list[Any], DraftHost], list[Any]]:
    @own_code
    def open_run(bases: list[Any], scope: DraftHost) -> list[Any]:
        """As `open_simple` for each: the call would be a fifth of the time."""
        drafts = []
        for base in bases:
            draft = blank()
            draft.__dict__ = base.__dict__.copy()
            draft.__pydantic_fields_set__ = base.__pydantic_fields_set__
            draft._tf_base = base
            draft._tf_changed = None
            draft._tf_scope = scope
            draft.__class__ = draft_class
            drafts.append(draft)
        if not scope.writable:
            scope.late = True
        return drafts

    return open_run


def _freezer(twin: ModelTwin, blank: type[Any]) -> Callable[[Any], None]:
    read_only = twin.read_only

    @own_code
    def freeze(draft: Any) -> None:
        set_class(draft, blank)
        draft._tf_base = draft._tf_scope = draft._tf_changed = None
        draft.__class__ = read_only

    return freeze


def _opened(value: Any, scope: DraftHost) -> Any:
    opener = OPENERS[type(value)]
    return value if opener is None else opener(value, scope)


def child_property(name: str, tracked: type[Any], openers: Any = OPENERS) -> property:
    """A field whose value is drafted when it is read."""
    set_changed = tracked.__dict__["_tf_changed"].__set__

    @own_code
    def get(self: Any) -> Any:
        fields = self.__dict__
        try:
            value = fields[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None
        opener = openers[type(value)]
        if opener is None:
            return value
        scope = self._tf_scope
        if not scope.open:
            return value
        child = opener(value, scope)
        if child is not value:
            fields[name] = child
            if self._tf_changed is None:
                set_changed(self, name)
                scope.drafts.append(self)
            else:
                note(self, name)
        return child

    return property(get)


def _draft_methods(model: type[Any], names: tuple[str, ...], tracked: type[Any]) -> dict[str, Any]:
    config = model.model_config
    frozen = bool(config.get("frozen"))
    plain: Any = model  # its special methods are looked up on the class, which mypy takes for those of `type`
    base: Any = BaseModel
    own_setattr = plain.__setattr__ is not base.__setattr__
    plain_fields = frozenset(
        name for name in names if not frozen and not own_setattr and not model.__pydantic_fields__[name].frozen
    )
    private = frozenset(model.__private_attributes__)
    store = object.__setattr__
    set_changed = tracked.__dict__["_tf_changed"].__set__

    @own_code
    def __setattr__(self: Any, name: str, value: Any) -> None:
        scope = self._tf_scope
        if not scope.writable:
            write_late(self, scope, f".{name} =")
        if name in plain_fields:
            self.__dict__[name] = value
            changed = self._tf_changed
            if changed is None:
                set_changed(self, name)
                if self is not scope.draft:
                    scope.drafts.append(self)
            elif type(changed) is dict:
                changed[name] = NOTED
            elif changed != name:
                set_changed(self, {changed: NOTED, name: NOTED})
            fields_set = self.__pydantic_fields_set__
            if name not in fields_set:
                set_fields_set(self, fields_set | {name})  # the set is shared with the base
        else:
            set_other(self, name, value)

    def set_other(self: Any, name: str, value: Any) -> None:
        if name in BOOKKEEPING:
            store(self, name, value)
        elif name in private:
            if self.__pydantic_private__ is None:
                set_private(self, {})
            note(self, PRIVATE)
            plain.__setattr__(self, name, value)
        elif own_setattr:
            set_fields_set(self, set(self.__pydantic_fields_set__))
            note(self, *names)
            plain.__setattr__(self, name, value)
        else:  # a property, an extra value, or one of pydantic's errors: unknown, frozen
            plain.__setattr__(self, name, value)

    def __delattr__(self: Any, name: str) -> None:
        if not self._tf_scope.writable:
            write_late(self, self._tf_scope, f".{name} (del)")
        if name in plain_fields:
            if name not in self.__dict__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            del self.__dict__[name]
            note(self, name)
        else:
            if name in private:
                note(self, PRIVATE)
            plain.__delattr__(self, name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _read_only_methods() -> dict[str, Any]:
    def __setattr__(self: Any, name: str, value: Any) -> NoReturn:
        refuse_write(self, f".{name} =")

    def __delattr__(self: Any, name: str) -> NoReturn:
        refuse_write(self, f".{name} (del)")

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _plain_copies(model: type[Any]) -> dict[str, Any]:
    """What copies, pickles or builds from a twin gives a plain model."""

    def __copy__(self: Any) -> Any:
        for name in self.__dict__:
            getattr(self, name, None)  # a draft drafts here what the copy is to share with it
        extra = self.__pydantic_extra__
        return rebuilt(dict(self.__dict__), self, None if extra is None else dict(extra), copied_private(self, None))

    def __deepcopy__(self: Any, memo: dict[int, Any] | None = None) -> Any:
        memo = {} if memo is None else memo
        result = rebuilt({}, self, None, None)
        memo[id(self)] = result
        set_dict(result, deepcopy(self.__dict__, memo))
        set_extra(result, deepcopy(self.__pydantic_extra__, memo))
        set_private(result, copied_private(self, memo))
        return result

    def copied_private(self: Any, memo: dict[int, Any] | None) -> Any:
        private = self.__pydantic_private__
        if private is None:
            return None
        return dict(private) if memo is None else deepcopy(private, memo)

    def rebuilt(fields: dict[str, Any], self: Any, extra: Any, private: Any) -> Any:
        result = _new(model)
        set_dict(result, fields)
        set_fields_set(result, set(self.__pydantic_fields_set__))
        set_extra(result, extra)
        set_private(result, private)
        return result

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        return copyreg.__newobj__, (model,), self.__getstate__()  # type: ignore[attr-defined]  # in no stub, but public

    def to_plain_class(name: str) -> classmethod[Any, Any, Any]:
        return classmethod(lambda cls, *args, **named: getattr(model, name)(*args, **named))

    constructors = ("model_construct", "model_validate", "model_validate_json", "model_validate_strings")
    methods: dict[str, Any] = {name: to_plain_class(name) for name in constructors}
    methods |= {"__copy__": __copy__, "__deepcopy__": __deepcopy__}
    plain: Any = model
    if plain.__reduce__ is object.__reduce__ and plain.__reduce_ex__ is object.__reduce_ex__:
        methods["__reduce_ex__"] = __reduce_ex__
    return methods
