"""When is a new value no change? Equal is not enough: `1 == True`, `0.0 == -0.0`, `Decimal('1') == Decimal('1.0')`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from typedflow.state.draft.opaque import same_opaque
from typedflow.state.draft.registry import ATOM, KINDS, OTHER, plain_class

__all__ = ["same"]

_EXACT = frozenset({int, str, bool, bytes, type(None)})


def same(one: Any, other: Any) -> bool:
    """Whether `one` could stand for `other` without anyone seeing a difference."""
    if one is other:
        return True
    cls = type(one)
    if cls in _EXACT:
        return cls is type(other) and bool(one == other)
    if plain_class(one) is not plain_class(other):
        return False
    kind = KINDS[cls]
    if kind != KINDS[type(other)]:
        return False
    if kind == ATOM:
        return bool(one == other) and repr(one) == repr(other)
    if kind == OTHER:
        return same_opaque(one, other)
    if kind in ("list", "tuple", "deque"):
        if kind == "deque" and one.maxlen != other.maxlen:
            return False
        return len(one) == len(other) and _all_same(_raw(one), _raw(other))
    if kind in ("dict", "defaultdict", "ordereddict", "counter"):
        if kind == "defaultdict" and one.default_factory is not other.default_factory:
            return False
        if kind == "ordereddict" and [*one] != [*other]:
            return False
        return len(one) == len(other) and _same_mapping(one, other)
    if kind == "chunked":
        return len(one) == len(other) and _all_same(one.raw(), other.raw())
    if kind in ("set", "frozenset"):
        return bool(one == other) and {(type(x), repr(x)) for x in one} == {(type(x), repr(x)) for x in other}
    return _same_record(one, other)


def _raw(value: Any) -> Iterable[Any]:
    """The elements as they are stored, nothing drafted."""
    if isinstance(value, list):
        return list.__iter__(value)
    return deque.__iter__(value) if isinstance(value, deque) else iter(value)


def _all_same(ones: Iterable[Any], others: Iterable[Any]) -> bool:
    return all(one is other or same(one, other) for one, other in zip(ones, others, strict=False))


def _same_record(one: Any, other: Any) -> bool:
    """Models and dataclasses: the same fields, extra values, private attributes."""
    if not _same_mapping(one.__dict__, other.__dict__):
        return False
    for name in ("__pydantic_extra__", "__pydantic_private__"):
        mine, theirs = getattr(one, name, None) or {}, getattr(other, name, None) or {}
        if len(mine) != len(theirs) or not _same_mapping(mine, theirs):
            return False
    return True


def _same_mapping(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    """Every key of `one`; `other` may hold what its cached properties keep."""
    get = dict.__getitem__
    return all(key in other and same(get(one, key), get(other, key)) for key in dict.keys(one))
