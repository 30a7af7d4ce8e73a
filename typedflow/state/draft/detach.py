"""Drafts of another edit (or of `get_state()`) as plain values, sharing what they did not change."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

from typedflow.state.draft.registry import KINDS, is_draft, plain_class
from typedflow.state.draft.tuple import retuple

__all__ = ["detach", "mapping_like"]


def detach(value: Any) -> Any:
    """`value` without drafts: committed values where nothing was written, plain ones where something was.

    The draft itself is left as it is, so it can be edited and detached again.
    """
    if type(value) is tuple or (isinstance(value, tuple) and KINDS[type(value)] == "tuple"):
        items = [detach(item) for item in value]
        return (
            retuple(value, items) if any(one is not other for one, other in zip(items, value, strict=False)) else value
        )
    if not is_draft(value):
        return value
    kind = KINDS[type(value)]
    if kind in ("model", "dataclass"):
        return _record(value)
    base = value._base
    if kind == "chunked":
        items = [detach(item) for item in value.raw()]
        return base if base is not None and _are(items, base.raw()) else items
    if kind == "list":
        items = [detach(item) for item in list.__iter__(value)]
        return base if base is not None and _are(items, base) else items
    if kind == "deque":
        items = [detach(item) for item in deque.__iter__(value)]
        return base if base is not None and _are(items, base) else deque(items, value.maxlen)
    if kind == "set":
        return base if base is not None and set.__eq__(value, base) else set(value)
    pairs = {key: detach(item) for key, item in dict.items(value)}
    if (
        base is not None
        and pairs.keys() == base.keys()
        and all(dict.__getitem__(base, key) is pairs[key] for key in pairs)
        and (kind != "ordereddict" or [*base] == [*value])
        and (kind != "defaultdict" or base.default_factory is value.default_factory)
    ):
        return base
    return mapping_like(value, pairs)


def mapping_like(value: Any, pairs: dict[Any, Any]) -> Any:
    """A plain mapping of the kind, and in the order, of `value`, which holds what `pairs` has for its keys."""
    kind = KINDS[type(value)]
    if kind == "defaultdict":
        return defaultdict(value.default_factory, pairs)
    if kind == "counter":
        return Counter(pairs)
    return OrderedDict((key, pairs[key]) for key in value) if kind == "ordereddict" else pairs


def _record(draft: Any) -> Any:
    base = draft._tf_base
    fields = {name: detach(item) for name, item in draft.__dict__.items()}
    extra = getattr(draft, "__pydantic_extra__", None)
    extra = None if extra is None else detach(extra)
    private = getattr(draft, "__pydantic_private__", None)
    private = None if private is None else {name: detach(item) for name, item in private.items()}
    if base is not None and all(base.__dict__.get(name, base) is item for name, item in fields.items()):
        old_private = getattr(base, "__pydantic_private__", None)
        kept = private is None or (
            old_private is not None and all(old_private.get(k, base) is v for k, v in private.items())
        )
        if kept and extra is getattr(base, "__pydantic_extra__", None) and len(fields) == len(draft.__dict__):
            return base
    plain = plain_class(draft)
    result: Any = object.__new__(plain)
    store = object.__setattr__
    if hasattr(draft, "__pydantic_fields_set__"):
        store(result, "__dict__", fields)
        store(result, "__pydantic_fields_set__", set(draft.__pydantic_fields_set__))
        store(result, "__pydantic_extra__", extra)
        store(result, "__pydantic_private__", private)
    else:
        for name, item in fields.items():
            store(result, name, item)
    return result


def _are(items: list[Any], base: Any) -> bool:
    return len(items) == len(base) and all(one is other for one, other in zip(items, base, strict=False))
