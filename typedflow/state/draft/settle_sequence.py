"""Settling tuples, sets and deques, and values of classes that are not drafted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from typedflow.state.draft.opaque import private
from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import MISSING, Loc, Settlement
from typedflow.state.draft.tuple import retuple

__all__ = ["settle_deque", "settle_frozenset", "settle_other", "settle_set", "settle_tuple"]


def settle_tuple(value: tuple[Any, ...], places: Any, old: Any, run: Settlement, loc: Loc) -> Any:
    """`places(index)` is the place of each element."""
    key = id(value)
    if key in run.stack:
        run.cycle(loc, value)
        return value
    run.stack.add(key)
    known = old if isinstance(old, tuple) and len(old) == len(value) and type(old) is type(value) else None
    items = [
        places(index).settle(item, MISSING if known is None else known[index], run, (loc, index))
        for index, item in enumerate(value)
    ]
    run.stack.discard(key)
    if known is not None and all(one is other for one, other in zip(items, known, strict=False)):
        return old
    return retuple(value, items)


def settle_members(values: Iterable[Any], place: Any, run: Settlement, loc: Loc) -> list[Any]:
    """Members of a set, keys of a dict: values that are hashed, so they are taken as they are and never drafted."""
    return [place.settle(value, MISSING, run, (loc, value)) for value in values]


def settle_set(draft: Any, place: Any, old: Any, run: Settlement, loc: Loc) -> Any:
    """The set draft as the committed state is to hold it; only members that its base lacks are validated."""
    base = draft._base
    incremental = base is not None and base is old
    if base is not None and set.__len__(draft) == len(base) and set.__eq__(draft, base):
        if incremental:
            return base
        new = set(draft)
    else:
        new = set.difference(draft, base) if incremental else set(draft)
    settled = place.bulk(new, run, loc) if place.bulk is not None else settle_members(new, place.items, run, loc)
    if settled is not None and incremental:
        # Of members that are equal to one of the base (`True` to `1`) that of the base is kept: it is the one that is
        # valid.
        kept = set.difference(base, set.difference(base, draft))
        set.clear(draft)
        set.update(draft, kept, settled)
    elif settled is not None and (len(settled) != len(new) or {*map(id, settled)} != {*map(id, new)}):
        set.difference_update(draft, new)
        set.update(draft, settled)
    place.check_length(set.__len__(draft), draft, run, loc)
    if base is not None and set.__eq__(draft, base):
        return base
    if old is not MISSING and old is not base and same(draft, old):
        return old
    run.fresh.append(draft)
    return draft


def settle_frozenset(value: Any, place: Any, old: Any, run: Settlement, loc: Loc) -> Any:
    members = settle_members(value, place.items, run, loc)
    settled = value if all(one is other for one, other in zip(members, value, strict=False)) else frozenset(members)
    return old if old is not MISSING and same(settled, old) else settled


def settle_deque(draft: Any, place: Any, old: Any, run: Settlement, loc: Loc) -> Any:
    key = id(draft)
    if key in run.stack:
        run.cycle(loc, draft)
        return draft
    run.stack.add(key)
    base = draft._base
    known = old if isinstance(old, deque) else ()  # only what stood here is known to be valid here
    for index, value in enumerate([*deque.__iter__(draft)]):
        before = known[index] if index < len(known) else MISSING
        settled = place.items.settle(value, before, run, (loc, index))
        if settled is not value:
            deque.__setitem__(draft, index, settled)
    run.stack.discard(key)
    for candidate in (base, old):
        if candidate is not None and candidate is not MISSING and same(draft, candidate):
            return candidate
    run.fresh.append(draft)
    return draft


def settle_other(value: Any, old: Any, run: Settlement) -> Any:
    """A value of a class that is not drafted: the old one where they are the same, else a copy of its own."""
    if id(value) in run.copies:
        return value
    known = run.scope.opaque.get(id(value))
    if known is not None and same(value, known[1]):
        return known[1]
    if old is not MISSING and same(value, old):
        return old
    copied = private(value)
    run.copies[id(copied)] = copied
    return copied
