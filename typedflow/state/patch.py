"""What changed between two committed values, as an RFC 6902 JSON patch.

The patch applies to `state.model_dump(mode="json", round_trip=True, by_alias=False)` of the old state and gives that
of the new one. Two committed values share what did not change, so the walk visits what changed and skips the rest by
identity; `hints` (left by the commit) say where in a list or dict to look, so that a list of 100,000 is not searched.

A value that has a serializer of its own, a set, a union of containers: replaced as a whole. Fields with
`exclude=True`, private attributes and computed fields are no part of a dump, so they are no part of a patch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from pydantic_core import to_jsonable_python
from typing_extensions import NotRequired

from typedflow.state.draft.leaf_place import NullablePlace, Place, RefPlace
from typedflow.state.draft.place import ANY, DictPlace, ListPlace, RecordPlace
from typedflow.state.draft.registry import KINDS, plain_class
from typedflow.state.draft.same import same
from typedflow.state.validation import plan_of

__all__ = ["PatchOp", "diff"]


class PatchOp(TypedDict):
    """One operation of a patch: what to do, at which JSON pointer, with which value (in JSON form)."""

    op: Literal["add", "remove", "replace"]
    path: str
    value: NotRequired[Any]  # Any: a JSON value, which has no closed type


Hints = dict[int, Any]  # Any: (base, where), by the id of the new container; see settlement.Hint


def diff(old: Any, new: Any, hints: Hints) -> list[PatchOp]:
    """The operations that turn the dump of `old` into the dump of `new`."""
    ops: list[PatchOp] = []
    _Walk(ops, hints).record(old, new, RecordPlace(plain_class(new), _never), "")
    return ops


def _never() -> Any:
    raise AssertionError("a patch validates nothing")


class _Walk:
    def __init__(self, ops: list[PatchOp], hints: Hints) -> None:
        self.ops = ops
        self.hints = hints

    def value(self, old: Any, new: Any, place: Place, path: str) -> None:
        """Two values of one place."""
        if old is new:
            return
        place = _inner(place)
        kind = KINDS[type(new)]
        if kind == KINDS[type(old)]:
            if kind in ("model", "dataclass"):
                return self.record(old, new, place, path)
            if kind == "list":
                return self.list(old, new, place.items if isinstance(place, ListPlace) else ANY, path)
            if kind == "chunked":
                return self.chunks(old, new, place.items if isinstance(place, ListPlace) else ANY, path)
            if kind in ("dict", "defaultdict", "counter") and not _share_names(old, new, place):
                return self.dict(old, new, place.values if isinstance(place, DictPlace) else ANY, path)
        if not same(old, new):
            self.ops.append({"op": "replace", "path": path, "value": _json(new, place)})

    def record(self, old: Any, new: Any, place: Place, path: str) -> None:
        """Two models (or dataclasses): field by field where they are of one class and dumped as that."""
        cls = plain_class(new)
        declared = place.cls if isinstance(place, RecordPlace) else cls
        if cls is not plain_class(old) or declared is not cls or plan_of(cls).dumped_whole:
            self._whole(old, new, place, path)
            return
        plan = plan_of(cls)
        for name, _field in plan.places.items():
            one, other = old.__dict__[name], new.__dict__[name]
            if one is other or name in plan.undumped:
                continue
            if plan.root_model:
                self.value(one, other, plan.dump_places[name], path)
                continue
            inner = f"{path}/{_escape(name)}"
            if name in plan.unit_dumped:
                dumps = [plan.dump(value, name) for value in (old, new)]
                if dumps[0] != dumps[1] or repr(dumps[0]) != repr(dumps[1]):
                    self.ops.append({"op": "replace", "path": inner, "value": dumps[1]})
            else:
                self.value(one, other, plan.dump_places[name], inner)
        if plan.has_extra:
            self.dict(old.__pydantic_extra__, new.__pydantic_extra__, plan.extra.values, path)

    def _whole(self, old: Any, new: Any, place: Place, path: str) -> None:
        dumps = [_json(value, place) for value in (old, new)]
        if dumps[0] != dumps[1] or repr(dumps[0]) != repr(dumps[1]):
            self.ops.append({"op": "replace", "path": path, "value": dumps[1]})

    def dict(self, old: Any, new: Any, values: Place, path: str) -> None:
        if old is new:
            return
        hint = self.hints.get(id(new))
        names = [*hint[1]] if hint is not None and hint[0] is old else [*dict.fromkeys([*old, *new])]
        get = dict.__getitem__
        for name in names:
            inner = f"{path}/{_escape(_key(name))}"
            if name not in new:
                if name in old:
                    self.ops.append({"op": "remove", "path": inner})
            elif name not in old:
                self.ops.append({"op": "add", "path": inner, "value": _json(get(new, name), values)})
            else:
                self.value(get(old, name), get(new, name), values, inner)

    def chunks(self, old: Any, new: Any, items: Place, path: str) -> None:
        """Two chunked lists: the chunks that differ, from the last to the first so that indexes still hold."""
        if len(old._chunks) == len(new._chunks):
            pairs = [number for number, chunk in enumerate(new._chunks) if chunk is not old._chunks[number]]
            for number in reversed(pairs):
                start = sum(map(len, old._chunks[:number]))
                self.list(old._chunks[number], new._chunks[number], items, path, start)
            return
        first, last = 0, 0
        shorter = min(len(old._chunks), len(new._chunks))
        while first < shorter and old._chunks[first] is new._chunks[first]:
            first += 1
        while last < shorter - first and old._chunks[-1 - last] is new._chunks[-1 - last]:
            last += 1
        middle = [
            [item for chunk in value._chunks[first : len(value._chunks) - last] for item in chunk]
            for value in (old, new)
        ]
        self._window(middle[0], middle[1], items, path, sum(map(len, old._chunks[:first])))

    def list(self, old: Any, new: Any, items: Place, path: str, start: int = 0) -> None:
        """Two lists, whose first element has the index `start`."""
        if old is new:
            return
        hint = self.hints.get(id(new))
        shift = len(new) - len(old)
        if hint is not None and hint[0] is old:
            prefix, suffix, spots = hint[1]
        else:
            prefix, suffix, spots = 0, 0, ()
        for spot in sorted(spots):
            if spot < prefix:
                self.value(old[spot], new[spot], items, f"{path}/{start + spot}")
        if not (shift == 0 and prefix == len(new)):
            self._window(old[prefix : len(old) - suffix], new[prefix : len(new) - suffix], items, path, start + prefix)
            for spot in sorted(spots):
                if spot >= prefix:
                    self.value(old[spot - shift], new[spot], items, f"{path}/{start + spot}")

    def _window(self, old: Sequence[Any], new: Sequence[Any], items: Place, path: str, offset: int) -> None:
        """A run of elements against another: what stays in order is kept, the rest removed, added or changed in
        place.
        """
        start = 0
        while start < min(len(old), len(new)) and _is(old[start], new[start]):
            start += 1
        old_end, new_end = len(old), len(new)
        while min(old_end, new_end) > start and _is(old[old_end - 1], new[new_end - 1]):
            old_end, new_end = old_end - 1, new_end - 1
        at, done_old, done_new = offset + start, start, start
        for kept_old, kept_new in [*_kept(old, new, start, old_end, new_end), (old_end, new_end)]:
            gone, come = range(done_old, kept_old), range(done_new, kept_new)
            for left, right in zip(gone, come, strict=False):
                self.value(old[left], new[right], items, f"{path}/{at}")
                at += 1
            for _ in gone[len(come) :]:
                self.ops.append({"op": "remove", "path": f"{path}/{at}"})
            for right in come[len(gone) :]:
                self.ops.append({"op": "add", "path": f"{path}/{at}", "value": _json(new[right], items)})
                at += 1
            at += 1
            done_old, done_new = kept_old + 1, kept_new + 1


def _kept(old: Sequence[Any], new: Sequence[Any], start: int, old_end: int, new_end: int) -> list[tuple[int, int]]:
    """Pairs of places of the elements that stay, in order: a longest increasing run of matches."""
    if old_end == start or new_end == start:
        return []
    where: dict[Any, list[int]] = {}
    for spot in range(old_end - 1, start - 1, -1):
        where.setdefault(_identity(old[spot]), []).append(spot)
    matches = [(spots.pop(), right) for right in range(start, new_end) if (spots := where.get(_identity(new[right])))]
    tails: list[int] = []
    links: list[tuple[int, int]] = []  # (match, link before it), as a chain for each tail
    ends: list[int] = []
    for number, (left, _) in enumerate(matches):
        spot = bisect_left(tails, left)
        links.append((number, ends[spot - 1] if spot else -1))
        if spot == len(tails):
            tails.append(left)
            ends.append(number)
        else:
            tails[spot], ends[spot] = left, number
    kept: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        kept.append(matches[number])
        number = links[number][1]
    return kept[::-1]


_SIMPLE = frozenset({int, str, bool, float, type(None)})


def _identity(value: Any) -> Any:
    """What tells whether an element of the old list is an element of the new one."""
    cls = type(value)
    return (cls, value) if cls in _SIMPLE and value == value and value != 0.0 else id(value)


def _is(one: Any, other: Any) -> bool:
    return one is other or (type(one) in _SIMPLE and same(one, other))


def _inner(place: Place) -> Place:
    while True:
        if isinstance(place, (NullablePlace, RefPlace)):
            place = place.inner
        else:
            return place


def _json(value: Any, place: Place) -> Any:
    place = _inner(place)
    if type(value) in _SIMPLE and type(value) is not float:
        return value
    if isinstance(place, RecordPlace) and isinstance(value, place.cls):
        return plan_of(place.cls).dump(value)
    if isinstance(place, ListPlace) and KINDS[type(value)] == "list":
        return [_json(item, place.items) for item in list.__iter__(value)]
    if KINDS[type(value)] == "chunked":
        return [_json(item, place.items if isinstance(place, ListPlace) else ANY) for item in value.raw()]
    if isinstance(place, DictPlace) and KINDS[type(value)] == "dict":
        return {_key(key): _json(item, place.values) for key, item in dict.items(value)}
    return to_jsonable_python(value, by_alias=False, round_trip=True, serialize_unknown=True)


def _share_names(old: Any, new: Any, place: Place) -> bool:
    """Whether two keys of one of these dicts have the same name in JSON, as `3` and `"3"`: then a pointer to that name
    does not tell which is meant.
    """
    if isinstance(place, DictPlace) and place.uniform_keys:
        return False
    both = (dict.keys(old), dict.keys(new))
    return any(len({*map(type, keys)}) > 1 and len({*map(_key, keys)}) < len(keys) for keys in both)


def _key(key: Any) -> str:
    if type(key) is str:
        return key
    return str(next(iter(to_jsonable_python({key: None}, serialize_unknown=True))))


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
