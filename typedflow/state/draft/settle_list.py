"""Settling lists: only what the draft noted is looked at, then the constraints of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from typedflow.state.draft.list import noted_in_head
from typedflow.state.draft.registry import RECORD_DRAFTS
from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import MISSING, Loc, Settlement

__all__ = ["settle_list"]

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
    prefix = suffix = 0
    places = noted_in_head(draft)
    if incremental:
        prefix, suffix = draft._prefix, draft._suffix
        if place.exposed and not _untouched_elsewhere(draft, base, places, prefix, suffix, length):
            prefix = suffix = 0
    window = None
    if incremental and prefix == suffix == length == len(base):  # nothing moved: both ends name the same elements
        suffix = shift = 0
        changed = False
    else:
        if not prefix == suffix == length:
            window = range(min(prefix, length), max(prefix, length - suffix))
        shift = 0 if base is None else len(base) - length
        changed = base is not None and shift != 0
        places = [spot for spot in places if spot < prefix]
        if not (base is not None and prefix == length == len(base)):
            places += [length - end for end in draft._tail if end <= suffix]
    item_place = place.items
    suspects: list[int] = []
    if places:
        if item_place.leaf:
            changed = _settle_scalars(draft, base, places, prefix, shift, item_place, run, loc) or changed
        else:
            for spot in _suspects(draft, base, places, prefix, shift, item_place.drafts):
                suspects.append(spot)
                before = _get(base, spot if spot < prefix else spot + shift)
                value = _get(draft, spot)
                settled = item_place.settle(value, before, run, (loc, spot))
                if settled is not value:
                    _set(draft, spot, settled)
                if settled is not before:
                    changed = True
    if window:
        known = old if isinstance(old, list) and shift == 0 else []  # only what stood here is known to be valid here
        _settle_window(draft, place, known, window, incremental, run, loc)
        if not changed and base is not None:
            changed = not _same_window(draft, base, window)
    run.stack.discard(key)
    place.check_length(length, draft, run, loc)
    if base is not None and not changed:
        return base
    if len(suspects) < len(places) and not item_place.leaf:  # what was only read goes back to what stood there
        for spot in {*places}.difference(suspects):
            _set(draft, spot, _get(base, spot if spot < prefix else spot + shift))
    if old is not MISSING and old is not base and same(draft, old):
        return old
    run.fresh.append(draft)
    if incremental:
        run.hints[key] = (base, (prefix, suffix, places))
    return draft


def _suspects(draft: Any, base: Any, places: Sequence[int], prefix: int, shift: int, drafts: Any) -> Iterator[int]:
    """Of these places those that may hold something new: not the old element, nor a draft of it that was only read.

    Most places of a list that was read from end to end hold such a draft, so this is the loop to keep short. `drafts` is
    the class that most of them have, if it is known.
    """
    rows: Iterable[tuple[int, Any, Any]]
    if base is not None and len(places) == prefix == list.__len__(draft):
        rows = zip(range(prefix), list.__iter__(draft), base, strict=False)
    else:
        rows = ((spot, _get(draft, spot), _get(base, spot if spot < prefix else spot + shift)) for spot in places)
    records = RECORD_DRAFTS
    return (
        spot
        for spot, value, before in rows
        if value is not before
        and not (
            (type(value) is drafts or type(value) in records) and value._tf_changed is None and value._tf_base is before
        )
    )


def _settle_scalars(
    draft: Any, base: Any, places: Sequence[int], prefix: int, shift: int, place: Any, run: Settlement, loc: Loc
) -> bool:
    """Settle the scalars at these places; whether anything changed. What was found valid once is not asked about again,
    since a validator may not take for valid what it has made itself.
    """
    valid = run.valid.setdefault(id(draft), {})
    changed = False
    for spot in places:
        before = _get(base, spot if spot < prefix else spot + shift)
        value = _get(draft, spot)
        if value is before:
            continue
        if id(value) in valid:
            changed = True
            continue
        settled = place.settle(value, before, run, (loc, spot))
        valid[id(settled)] = settled
        if settled is not value:
            _set(draft, spot, settled)
        if settled is not before:
            changed = True
    return changed


def _settle_window(
    draft: Any, place: Any, known: list[Any], window: range, incremental: bool, run: Settlement, loc: Loc
) -> None:
    """Settle the elements that are new, or stand where another stood: scalars in one call, if there are many."""
    item_place = place.items
    valid = run.valid.setdefault(id(draft), {}) if item_place.leaf else None
    if len(window) > 4 and place.bulk is not None and not valid:
        settled_run = place.bulk([_get(draft, spot) for spot in window], run, loc, window.start)
        if settled_run is not None:
            _set(draft, slice(window.start, window.stop), settled_run)
            if valid is not None:
                valid.update((id(value), value) for value in settled_run)
        return
    for spot in window:
        before = known[spot] if spot < len(known) else MISSING
        value = _get(draft, spot)
        if valid is not None and id(value) in valid:
            continue
        settled = value if incremental and value is before else item_place.settle(value, before, run, (loc, spot))
        if valid is not None:
            valid[id(settled)] = settled
        if settled is not value:
            _set(draft, spot, settled)


def _same_window(draft: Any, base: Any, window: range) -> bool:
    """Whether the settled elements are those of the base after all; then they are put back."""
    for spot in window:
        value = _get(draft, spot)
        if value is not base[spot]:
            if not same(value, base[spot]):
                return False
            _set(draft, spot, base[spot])
    return True


def _untouched_elsewhere(draft: Any, base: Any, noted: Sequence[int], prefix: int, suffix: int, length: int) -> bool:
    """Whether all elements that no note speaks of are those of the base.

    C code that writes past the class (heapq, `list.append(x, 1)`) leaves no note. The comparison stops at a glance
    where the elements are the same objects: 0.5 ns each.
    """
    if prefix == len(base) == suffix:
        if length != prefix:
            return False
        if len(noted) == length:
            return True
        kept = [_get(draft, spot) for spot in noted]
        for spot in noted:
            _set(draft, spot, _get(base, spot))
        untouched = list.__eq__(draft, base)
        for spot, value in zip(noted, kept, strict=False):
            _set(draft, spot, value)
        return untouched is True
    if prefix + suffix > min(length, len(base)):
        return False
    if length > _SMALL:
        return True
    shift = len(base) - length
    spots = [spot for spot in noted if spot < prefix] + [length - end for end in draft._tail if end <= suffix]
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
