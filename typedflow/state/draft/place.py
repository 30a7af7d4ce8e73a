"""The places of a state that hold models and containers (scalars: `leaf_place.py`): what becomes of a value left there.

A place answers `settle(value, old, run, loc)` with what the committed state is to hold: `old` itself where nothing really
changed, a scalar, a committed value, or a draft that is valid and will be frozen. Problems are noted on `run`; what is
returned then is of no account.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticKnownError

from typedflow.state.core_schema import SCALARS
from typedflow.state.draft.detach import detach, mapping_like
from typedflow.state.draft.dict import adopt_dict, deepen_dict, open_dict
from typedflow.state.draft.leaf_place import Place, Validate
from typedflow.state.draft.list import adopt_list, deepen_list, open_list
from typedflow.state.draft.registry import ATOM, KINDS, OPENERS, OTHER, is_draft, is_read_only, plain_class
from typedflow.state.draft.same import same
from typedflow.state.draft.set import adopt_deque, adopt_set
from typedflow.state.draft.settle_list import settle_list
from typedflow.state.draft.settle_mapping import settle_dict
from typedflow.state.draft.settle_model import guarded, settle_model
from typedflow.state.draft.settle_sequence import (
    settle_deque,
    settle_frozenset,
    settle_other,
    settle_set,
    settle_tuple,
)
from typedflow.state.draft.settlement import MISSING, Loc, Settlement
from typedflow.state.draft.tuple import retuple

__all__ = [
    "ANY",
    "PLANS",
    "TRUST",
    "AnyPlace",
    "BarrierPlace",
    "ChoicePlace",
    "DictPlace",
    "ListPlace",
    "RecordPlace",
    "SetPlace",
    "TuplePlace",
]


class _Plans(dict[type, Any]):
    """What is known of each model or dataclass, by its plain class; built when first asked for."""

    build: Callable[[type], Any]

    def __missing__(self, cls: type) -> Any:
        plan = self[cls] = self.build(cls)
        return plan


PLANS = _Plans()


class AnyPlace(Place):
    """A place without a schema of its own: each value is treated by its class, each model is valid as its own class.

    With `validate=False` it takes over what pydantic has just validated.
    """

    def __init__(self, validate: bool) -> None:
        self.validate = validate
        self.items = self.keys = self.values = self
        self.list = ListPlace(self)
        self.dict = DictPlace(self, self)
        self.set = SetPlace(self)
        self.handlers: dict[str, Callable[[Any, Any, Settlement, Loc], Any]] = {
            ATOM: lambda value, old, run, loc: old if same(value, old) else value,
            OTHER: lambda value, old, run, loc: settle_other(value, old, run),
            "model": self._record,
            "dataclass": self._record,
            "list": self.list.settle,
            "dict": self.dict.settle,
            "defaultdict": self.dict.settle,
            "ordereddict": self.dict.settle,
            "counter": self.dict.settle,
            "set": self.set.settle,
            "frozenset": lambda value, old, run, loc: settle_frozenset(value, self, old, run, loc),
            "tuple": lambda value, old, run, loc: settle_tuple(value, lambda index: self, old, run, loc),
            "deque": self._deque,
            "chunked": lambda value, old, run, loc: self.list.settle(value.raw(), old, run, loc),
        }

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if value is old or is_read_only(value):
            return value
        return self.handlers[KINDS[type(value)]](value, old, run, loc)

    def _record(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        return settle_record(value, old, run, loc, self.validate)

    def _deque(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if is_draft(value):
            if value._scope is not run.scope:
                return self.settle(detach(value), old, run, loc)
            return settle_deque(value, self, old, run, loc)
        with _Entered(value, run, loc) as entered:
            return settle_deque(adopt_deque(value, run.scope), self, old, run, loc) if entered else value


class _Entered:
    """While a plain value is being taken over; entering it again is a cycle."""

    def __init__(self, value: Any, run: Settlement, loc: Loc) -> None:
        self.value, self.run, self.loc = value, run, loc
        self.entered = id(value) not in run.stack

    def __enter__(self) -> bool:
        if self.entered:
            self.run.stack.add(id(self.value))
        else:
            self.run.cycle(self.loc, self.value)
        return self.entered

    def __exit__(self, *_: object) -> None:
        if self.entered:
            self.run.stack.discard(id(self.value))


def settle_record(value: Any, old: Any, run: Settlement, loc: Loc, validate: bool) -> Any:
    """A model or dataclass, as its own class."""
    if is_read_only(value):
        return value
    plan = PLANS[plain_class(value)]
    if is_draft(value):
        if value._tf_scope is not run.scope:
            return settle_record(detach(value), old, run, loc, validate)
        return settle_model(value, plan, old, run, loc, True, validate or id(value) not in run.results)
    if plan.opaque:
        return settle_other(value, old, run)
    with _Entered(value, run, loc) as entered:
        if not entered:
            return value
        return settle_model(plan.adopt(value, run.scope), plan, old, run, loc, validate, validate)


def coerce(value: Any, old: Any, validator: Validate, run: Settlement, loc: Loc, expose: bool = False) -> Any:
    """Have pydantic validate a value as a whole.

    Instances in it are settled first, each as its own class: pydantic lets them pass without a look. `expose`:
    functions are going to see the value, so what is committed in it is drafted for them.
    """
    found = len(run.problems)
    settled = ANY.settle(value, old, run, loc)
    if len(run.problems) > found or run.cyclic:
        return value
    if expose:
        settled = _exposed(settled, run)
    # Some versions of pydantic read a subclass in the order of its hash table.
    if KINDS[type(settled)] == "ordereddict":
        settled = OrderedDict(OrderedDict.items(settled))
    late = run.scope.late
    result = guarded(validator, settled, run, loc)
    if result is MISSING:
        return value
    run.scope.late = True
    try:
        return TRUST.settle(result, old, run, loc)
    finally:
        run.scope.late = late


def _exposed(value: Any, run: Settlement) -> Any:
    """`value` with drafts for the committed models in it, at whatever depth of containers.

    The containers are plain copies: what a function drafts by reading them must not stand in a container that is
    settled, and may be committed at another place.
    """
    kind = KINDS[type(value)]
    if kind == "list":
        return [_exposed(item, run) for item in list.__iter__(value)]
    if kind == "deque":
        return deque([_exposed(item, run) for item in deque.__iter__(value)], value.maxlen)
    if kind == "tuple":
        return retuple(value, [_exposed(item, run) for item in value])
    if kind in ("dict", "defaultdict", "ordereddict", "counter"):
        return mapping_like(value, {key: _exposed(dict.__getitem__(value, key), run) for key in value})
    opener = OPENERS[type(value)]
    return value if opener is None else opener(value, run.scope)


class BarrierPlace(Place):
    """A value that pydantic validates as a whole whenever anything in it changed."""

    def __init__(self, compile_: Callable[[], Validate], functions: bool) -> None:
        self._compile = compile_
        self._functions = functions
        self._validate: Validate | None = None

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if value is old:
            return old
        if is_draft(value) and KINDS[type(value)] != ATOM:
            found = len(run.problems)
            settled = ANY.settle(value, old, run, loc)
            if settled is old or len(run.problems) > found:
                return settled
        if self._validate is None:
            self._validate = self._compile()
        return coerce(value, old, self._validate, run, loc, self._functions)


class RecordPlace(Place):
    """A model or dataclass of a given class, or one under it."""

    def __init__(self, cls: type, compile_: Callable[[], Validate]) -> None:
        self.cls = cls
        self._compile = compile_
        self._validate: Validate | None = None
        self.drafts: type[Any] | None = None
        self._plan: Any = None

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if value is old:
            return old
        if type(value) is self.drafts and value._tf_scope is run.scope:
            base, changed, plan = value._tf_base, value._tf_changed, self._plan
            if changed is None:
                return base
            verdict = plan.quick(value, changed, base)
            if verdict is not None:
                if verdict:
                    run.fresh.append(value)
                    return value
                return base
            return settle_model(value, plan, old, run, loc)
        if self._plan is None and is_draft(value) and plain_class(value) is self.cls:
            self._plan = PLANS[self.cls]
            self.drafts = type(value)
        if issubclass(plain_class(value), self.cls):
            return settle_record(value, old, run, loc, True)
        if self._validate is None:
            self._validate = self._compile()
        return coerce(value, old, self._validate, run, loc)


class ChoicePlace(Place):
    """A union of models and scalars: an instance of exactly one of the models is settled as that; else pydantic
    decides.
    """

    def __init__(self, models: dict[type, Place], barrier: Place) -> None:
        self.models = models
        self.barrier = barrier

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        place = self.models.get(plain_class(value), self.barrier)
        return place.settle(value, old, run, loc)


class _Container(Place):
    """What lists, dicts and sets have in common: how a value becomes a draft of this edit, and how long it may be."""

    kind = ""
    plain: type = object

    def __init__(self, schema: dict[str, Any] | None = None, compile_: Callable[[], Validate] | None = None) -> None:
        schema = schema or {}
        self._least = schema.get("min_length")
        self._most = schema.get("max_length")
        self._compile = compile_
        self._validate: Validate | None = None

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if value is old:
            return old
        if KINDS[type(value)] == "chunked":
            value = value.raw()
        if KINDS[type(value)] != self.kind and not self._takes(value):
            return self._coerced(value, old, run, loc)
        if is_draft(value):
            if value._scope is not run.scope:
                return self.settle(detach(value), old, run, loc)
            return self._once(value, old, run, loc)
        if is_read_only(value):  # committed at another place, where something else may have been asked of it
            return self._settle(self._open(value, run), old, run, loc)
        with _Entered(value, run, loc) as entered:
            return self._settle(self._adopt(value, run), old, run, loc) if entered else value

    def _once(self, draft: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        """A draft at two places is settled once if they ask the same of it; else the second place gets a copy."""
        known = run.results.get(id(draft))
        if known is not None and not run.scope.late and id(draft) not in run.stack:
            if known[1] is self or self is TRUST.list or self is TRUST.dict or self is TRUST.set:
                return known[2]
            if known[2] is draft:
                with _Entered(draft, run, loc):
                    return self._settle(self._adopt(draft, run), old, run, loc)
        result = self._settle(draft, old, run, loc)
        run.results[id(draft)] = (draft, self, result)
        return result

    def _coerced(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        assert self._compile is not None
        if self._validate is None:
            self._validate = self._compile()
        return coerce(value, old, self._validate, run, loc)

    def check_length(self, length: int, value: Any, run: Settlement, loc: Loc) -> None:
        """Note a problem where the container is too short or too long, in pydantic's own words."""
        name = self.plain.__name__
        if self._least is not None and length < self._least:
            facts = {
                "field_type": name.title() if name != "dict" else "Dictionary",
                "min_length": self._least,
                "actual_length": length,
            }
            run.problem(loc, value, PydanticKnownError("too_short", facts).message(), "too_short")
        if self._most is not None and length > self._most:
            facts = {
                "field_type": name.title() if name != "dict" else "Dictionary",
                "max_length": self._most,
                "actual_length": length,
            }
            run.problem(loc, value, PydanticKnownError("too_long", facts).message(), "too_long")

    def _takes(self, value: Any) -> bool:
        return False

    def _open(self, value: Any, run: Settlement) -> Any:
        raise NotImplementedError

    def _adopt(self, value: Any, run: Settlement) -> Any:
        raise NotImplementedError

    def _settle(self, draft: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        raise NotImplementedError


class ListPlace(_Container):
    kind, plain = "list", list
    exposed = True
    """Whether the list itself is in the hands of the user, so that C code may write to it past its class."""

    def __init__(
        self,
        items: Place,
        schema: dict[str, Any] | None = None,
        compile_: Callable[[], Validate] | None = None,
        compile_items: Callable[[], Validate] | None = None,
    ) -> None:
        super().__init__(schema, compile_)
        self.items = items
        self._compile_items = compile_items
        self._validate_items: Validate | None = None
        self.bulk = self._bulk if compile_items is not None else None

    def _bulk(self, values: list[Any], run: Settlement, loc: Loc, start: int) -> list[Any] | None:
        """Validate a run of scalar elements in one call; None where there was a problem."""
        if self._validate_items is None:
            assert self._compile_items is not None
            self._validate_items = self._compile_items()
        try:
            result: list[Any] = self._validate_items(values)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                index, *rest = found["loc"]
                inner: Loc = (loc, start + int(index))
                for key in rest:
                    inner = (inner, key)
                run.problem(inner, found["input"], found["msg"], found["type"])
            return None
        return result

    def _open(self, value: Any, run: Settlement) -> Any:
        return open_list(value, run.scope)

    def _adopt(self, value: Any, run: Settlement) -> Any:
        return adopt_list(list.__iter__(value), run.scope, self.bulk is not None)

    def _settle(self, draft: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if self.bulk is None:
            deepen_list(draft)
        return settle_list(draft, self, old, run, loc)


class DictPlace(_Container):
    kind, plain = "dict", dict

    def __init__(
        self,
        keys: Place,
        values: Place,
        schema: dict[str, Any] | None = None,
        compile_: Callable[[], Validate] | None = None,
    ) -> None:
        super().__init__(schema, compile_)
        self.keys, self.values = keys, values
        kind = (schema or {}).get("keys_schema", {}).get("type")
        self.uniform_keys = kind in SCALARS and kind not in ("literal", "enum")
        """Whether all keys are of one class, so that no two of them can have the same name in JSON."""

    def _takes(self, value: Any) -> bool:
        return self._compile is None and isinstance(value, dict)

    def _open(self, value: Any, run: Settlement) -> Any:
        return open_dict(value, run.scope)

    def _adopt(self, value: Any, run: Settlement) -> Any:
        return adopt_dict(value, run.scope, self.values.leaf)

    def _settle(self, draft: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if not self.values.leaf:
            deepen_dict(draft)
        return settle_dict(draft, self, old, run, loc)


class SetPlace(_Container):
    kind, plain = "set", set

    def __init__(
        self,
        items: Place,
        schema: dict[str, Any] | None = None,
        compile_: Callable[[], Validate] | None = None,
        compile_items: Callable[[], Validate] | None = None,
    ) -> None:
        super().__init__(schema, compile_)
        self.items = items
        self._compile_items = compile_items
        self._validate_items: Validate | None = None
        self.bulk = self._bulk if compile_items is not None else None

    def _bulk(self, values: Iterable[Any], run: Settlement, loc: Loc) -> Any:
        if self._validate_items is None:
            assert self._compile_items is not None
            self._validate_items = self._compile_items()
        try:
            return self._validate_items(set(values))
        except ValidationError as error:
            run.reject(loc, error)
            return None

    def _open(self, value: Any, run: Settlement) -> Any:
        opener = OPENERS[type(value)]
        assert opener is not None
        return opener(value, run.scope)

    def _adopt(self, value: Any, run: Settlement) -> Any:
        return adopt_set(set.__iter__(value), run.scope)

    def _settle(self, draft: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        return settle_set(draft, self, old, run, loc)


class TuplePlace(Place):
    """A tuple that may hold models or containers: each element by its own place."""

    def __init__(self, places: list[Place], variadic: int | None, compile_: Callable[[], Validate]) -> None:
        self._places, self._variadic = places, variadic
        self._compile = compile_
        self._validate: Validate | None = None

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        if value is old:
            return old
        if type(value) is tuple and (self._variadic is not None or len(value) == len(self._places)):
            found = len(run.problems)
            settled = settle_tuple(value, self._at(len(value)), old, run, loc)
            if len(run.problems) > found or settled is old or self._variadic is None:
                return settled if len(run.problems) > found or not same(settled, old) else old
            value = settled
        if self._validate is None:
            self._validate = self._compile()
        return coerce(value, old, self._validate, run, loc)

    def _at(self, length: int) -> Callable[[int], Place]:
        variadic, places = self._variadic, self._places
        if variadic is None:
            return places.__getitem__
        extra = length - (len(places) - 1)

        def at(index: int) -> Place:
            if index < variadic:
                return places[index]
            return places[variadic] if index < variadic + extra else places[index - extra + 1]

        return at


ANY = AnyPlace(validate=True)
TRUST = AnyPlace(validate=False)
