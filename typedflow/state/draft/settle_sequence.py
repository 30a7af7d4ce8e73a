"""Settling lists, tuples, sets and deques: only what the draft noted is looked at, then the constraints of the
whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from typedflow.state.draft.opaque import private
from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import MISSING, Loc, Settlement
from typedflow.state.draft.tuple import retuple

__all__ = ["settle_deque", "settle_frozenset", "settle_list", "settle_other", "settle_set", "settle_tuple"]

_set = list.__setitem__
_get = list.__getitem__
_SMALL = 4096  # up to here the unmoved parts of a list are compared as well, to notice writes past its class


def settle_list(draft: Any, place: Any, old: Any, run: Settlement, loc: Loc) -> Any:
    """The list draft as the committed state is to hold it: itself, or its base where nothing changed.

    `place` says what its elements must be (`place.items`), how long it may be (`place.check_length`), and whether a
    run of elements can be validated in one call (`place.bulk`).
    """
    key = id(draft)
    if key in run.stack:
        run.cycle(loc, draft)
        return draft
    run.stack.add(key)
    base = draft._base
    incremental = base is not None and base is old
    length = list.__len__(draft)
    if incremental:
        prefix, suffix = draft._prefix, draft._suffix
        if place.exposed and not _untouched_elsewhere(draft, base, prefix, suffix, length):
            prefix = suffix = 0
    else:
        prefix = suffix = 0
    window = range(min(prefix, length), max(prefix, length - suffix))
    if prefix == length and suffix == length:  # nothing moved: both ends name the same elements
        window = range(0)
        suffix = 0
    if base is not None and prefix == length == len(base):
        places = [*draft._head]
    else:
        places = [spot for spot in draft._head if spot < prefix] + [
            length - end for end in draft._tail if end <= suffix
        ]
    changed = False if base is None else length != len(base)
    shift = 0 if base is None else len(base) - length
    compare = old if isinstance(old, list) else None  # only what stood here is known to be valid here
    item_place = place.items
    valid = run.valid.get(key)
    if valid is None and item_place.leaf:
        valid = run.valid[key] = {}
    settle = item_place.settle
    drafts = item_place.drafts
    suspects: list[int] = []
    for spot in _suspects(draft, base, places, prefix, shift, drafts):
        suspects.append(spot)
        before = _get(base, spot if spot < prefix else spot + shift)
        value = _get(draft, spot)
        if valid is not None:
            if id(value) in valid:
                changed = True
                continue
            settled = settle(value, before, run, (loc, spot))
            valid[id(settled)] = settled
        else:
            settled = settle(value, before, run, (loc, spot))
        if settled is not value:
            _set(draft, spot, settled)
        if settled is not before:
            changed = True
    if window:
        bulk = place.bulk if len(window) > 4 else None
        if bulk is not None and not valid:
            settled_run = bulk([_get(draft, spot) for spot in window], run, loc, window.start)
            if settled_run is not None:
                list.__setitem__(draft, slice(window.start, window.stop), settled_run)
                if valid is not None:
                    valid.update((id(value), value) for value in settled_run)
        else:
            for spot in window:
                before = compare[spot] if compare is not None and spot < len(compare) and shift == 0 else MISSING
                value = _get(draft, spot)
                if valid is not None and id(value) in valid:
                    continue
                settled = (
                    value if incremental and value is before else item_place.settle(value, before, run, (loc, spot))
                )
                if valid is not None:
                    valid[id(settled)] = settled
                if settled is not value:
                    _set(draft, spot, settled)
        if not changed and base is not None:
            for spot in window:
                value = _get(draft, spot)
                if value is not base[spot]:
                    if not same(value, base[spot]):
                        changed = True
                        break
                    _set(draft, spot, base[spot])
    run.stack.discard(key)
    place.check_length(length, draft, run, loc)
    if base is not None and not changed:
        return base
    if len(suspects) < len(places):  # what was only read goes back to what stood there
        for spot in {*places}.difference(suspects):
            _set(draft, spot, _get(base, spot if spot < prefix else spot + shift))
    if old is not MISSING and old is not base and same(draft, old):
        return old
    run.fresh.append(draft)
    if incremental:
        run.hints[key] = (base, (prefix, suffix, places))
    return draft


def _suspects(draft: Any, base: Any, places: list[int], prefix: int, shift: int, drafts: Any) -> Iterator[int]:
    """Of these places those that may hold something new: not the old element, nor a draft of it that was only read.

    Most places of a list that was read from end to end hold such a draft, so this is the loop to keep short.
    """
    rows: Iterable[tuple[int, Any, Any]]
    if base is not None and len(places) == prefix == list.__len__(draft):
        rows = zip(range(prefix), list.__iter__(draft), base, strict=False)
    else:
        rows = ((spot, _get(draft, spot), _get(base, spot if spot < prefix else spot + shift)) for spot in places)
    return (
        spot
        for spot, value, before in rows
        if value is not before
        and not (type(value) is drafts and value._tf_changed is None and value._tf_base is before)
    )


def _untouched_elsewhere(draft: Any, base: Any, prefix: int, suffix: int, length: int) -> bool:
    """Whether all elements that no note speaks of are those of the base.

    C code that writes past the class (heapq, `list.append(x, 1)`) leaves no note. The comparison stops at a glance
    where the elements are the same objects: 0.5 ns each.
    """
    if prefix == len(base) == suffix:
        if length != prefix:
            return False
        spots = [*draft._head]
        if len(spots) == length:
            return True
        kept = [_get(draft, spot) for spot in spots]
        for spot in spots:
            _set(draft, spot, _get(base, spot))
        untouched = list.__eq__(draft, base)
        for spot, value in zip(spots, kept, strict=False):
            _set(draft, spot, value)
        return untouched is True
    if prefix + suffix > min(length, len(base)):
        return False
    if length > _SMALL:
        return True
    shift = len(base) - length
    spots = [spot for spot in draft._head if spot < prefix] + [length - end for end in draft._tail if end <= suffix]
    kept = [_get(draft, spot) for spot in spots]
    for spot in spots:
        _set(draft, spot, _get(base, spot if spot < prefix else spot + shift))
    front, back = slice(0, prefix), length - suffix
    untouched = _get(draft, front) == _get(base, front) and (
        suffix == 0 or _get(draft, slice(back, length)) == _get(base, slice(back + shift, len(base)))
    )
    for spot, value in zip(spots, kept, strict=False):
        _set(draft, spot, value)
    return untouched


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
