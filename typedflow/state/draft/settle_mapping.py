"""Settling dicts, defaultdicts, OrderedDicts and Counters: only the keys that the draft noted."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from typing import Any

from typedflow.state.draft.registry import NOTED, RECORD_DRAFTS
from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import MISSING, Loc, Settlement

__all__ = ["settle_dict"]


def settle_dict(draft: Any, place: Any, old: Any, run: Settlement, loc: Loc) -> Any:
    """The dict draft as the committed state is to hold it: itself, or its base where nothing changed.

    `place.keys` and `place.values` say what keys and values must be; keys are validated, never drafted.
    """
    key = id(draft)
    if key in run.stack:
        run.cycle(loc, draft)
        return draft
    run.stack.add(key)
    base = draft._base
    incremental = base is not None and base is old
    known: Any = {} if base is None else base
    touched = draft._touched
    if not incremental or not _untouched_elsewhere(draft, base, touched):
        for name in [*dict.keys(draft), *known]:
            touched.setdefault(name, NOTED)
    ordered = isinstance(draft, OrderedDict)
    put: Any = OrderedDict.__setitem__ if ordered else dict.__setitem__
    get = dict.__getitem__
    changed = False
    renamed: dict[Any, Any] = {}
    reference: Any = old if isinstance(old, dict) else {}  # only what stood here is known to be valid here
    read: list[Any] = []
    for name, seen in touched.items():
        if name not in draft:
            changed = changed or name in known
            continue
        before = get(reference, name) if name in reference else MISSING
        value = get(draft, name)
        if incremental and (
            value is before or (type(value) in RECORD_DRAFTS and value._tf_changed is None and value._tf_base is before)
        ):
            read.append(name)
            continue
        if not (incremental and name in known):
            new_name = place.keys.settle(name, MISSING, run, (loc, name))
            if new_name is not name:
                renamed[name] = new_name
        settled = value if value is seen and place.values.leaf else place.values.settle(value, before, run, (loc, name))
        touched[name] = settled
        if settled is not value:
            put(draft, name, settled)
        if settled is not before:
            changed = True
    if renamed:
        _rename(draft, renamed, touched, ordered)
        changed = True
    if base is not None and not changed and ordered and [*draft] != [*base]:
        changed = True
    if isinstance(draft, defaultdict) and incremental and draft.default_factory is not base.default_factory:
        changed = True
    run.stack.discard(key)
    place.check_length(dict.__len__(draft), draft, run, loc)
    if base is not None and (not changed if incremental else same(draft, base)):
        return base
    if old is not MISSING and old is not base and same(draft, old):
        return old
    if incremental:
        for name in read:  # what was only read goes back to what stood there
            put(draft, name, get(base, name))
    run.fresh.append(draft)
    if incremental:
        run.hints[key] = (base, touched)
    return draft


def _untouched_elsewhere(draft: Any, base: Any, touched: dict[Any, Any]) -> bool:
    """Whether all that no note speaks of is as in the base: C code that writes past the class leaves no note."""
    added = sum(1 for name in touched if name in draft and name not in base)
    removed = sum(1 for name in touched if name not in draft and name in base)
    if dict.__len__(draft) != dict.__len__(base) + added - removed:
        return False
    if touched and dict.__len__(draft) > 4096:
        return True
    # The values as lists: compared at a glance where they are the same objects, in a fraction of the time of dict ==
    # dict.
    kept = {name: dict.__getitem__(draft, name) for name in touched if name in draft and name in base}
    if added or removed:
        return all(dict.get(base, name, MISSING) is value for name, value in dict.items(draft) if name not in touched)
    for name in kept:
        dict.__setitem__(draft, name, dict.__getitem__(base, name))
    untouched = [*dict.values(draft)] == [*dict.values(base)] or dict.__eq__(draft, base) is True
    for name, value in kept.items():
        dict.__setitem__(draft, name, value)
    return untouched


def _rename(draft: Any, renamed: dict[Any, Any], touched: dict[Any, Any], ordered: bool) -> None:
    """Put validated keys in the place of those that were written, in order."""
    pairs = [(renamed.get(name, name), dict.__getitem__(draft, name)) for name in [*draft]]
    plain: Any = OrderedDict if ordered else dict
    plain.clear(draft)
    for name, value in pairs:
        plain.__setitem__(draft, name, value)
    for name, new_name in renamed.items():
        touched.pop(name)
        touched[new_name] = dict.__getitem__(draft, new_name)
