"""Does a saved state come back as what it was? The comparisons behind saving and restoring."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from typing_extensions import TypeAliasType

from typedflow.state.draft.chunks import Chunks
from typedflow.state.encoding import Json, Place, Problems, plain_type, shown_name, type_name
from typedflow.state.model_json import children, field_names

__all__ = ["compare", "dropped_or_defaulted", "place_in", "report_invalid"]


def compare(value: object, back: object, place: Place, problems: Problems) -> None:
    """Report every place where `back`, restored from the saved form of `value`, is something else."""
    value, back = _as_list(value), _as_list(back)
    was, now = plain_type(value), plain_type(back)
    if was is now and was in _SCALARS and value == back:  # most values are, and this is fast
        return
    if was is not now:
        hint = ""
        if issubclass(was, BaseModel):
            hint = "; declare the field as a discriminated union that names the class"
        problems.add(place, f"a {shown_name(was)} would come back as a {shown_name(now)}{hint}")
    elif isinstance(value, set | frozenset):
        # Only as a whole: the elements have no order to compare them in. A type that differs makes models unequal.
        if value != back:
            problems.add(place, f"its elements would come back as {_shortened(back)}")
    elif field_names(value) is not None or isinstance(value, dict | list | tuple | deque):
        before, after = dict(children(value)), dict(children(back))
        for key, child in before.items():
            if key in after:
                compare(child, after[key], (*place, key), problems)
            else:
                problems.add((*place, key), "would be lost")
        for key in after.keys() - before.keys():
            problems.add((*place, key), "would appear from nowhere")
    elif not _equal(value, back):
        problems.add(place, f"{_shortened(value)} would come back as {_shortened(back)}")


def _as_list(value: object) -> object:
    """A list that a state holds in chunks is a list, which is what the model makes of the saved form."""
    return value.raw() if isinstance(value, Chunks) else value


_SCALARS = frozenset({str, int, float, bool, type(None)})


def dropped_or_defaulted(
    state: object,
    saved: Json,
    again: Json,
    fields: dict[str, list[str]],
    place: Place,
    problems: Problems,
    reload: Callable[[Json], object],
) -> None:
    """Report the keys of the saved form that the model ignored, and its fields that were saved once and are missing.

    `again` is the saved form of the restored `state`; `fields` tells which fields each class was saved with.
    """
    whole = saved

    def walk(value: object, old: Json, new: Json, at: Place, keys: tuple[str | int, ...]) -> None:
        if isinstance(old, dict) and isinstance(new, dict):
            known = field_names(value)
            for key in old.keys() - new.keys():
                if _is_ignored(state, whole, (*keys, key), reload):
                    problems.add((*at, key), f"unknown field, which would be dropped{_meant(key, known)}")
            saved_fields = fields.get(type_name(plain_type(value)), ()) if known is not None else ()
            for key in new.keys() - old.keys():
                if key in saved_fields:
                    problems.add((*at, key), "missing, though it was saved once; it would be set to its default")
            parts = _parts_by_json_key(value, new)
            for key in old.keys() & new.keys():
                walk(parts.get(key), old[key], new[key], (*at, key), (*keys, key))
        elif isinstance(old, list) and isinstance(new, list) and not isinstance(value, set | frozenset):
            if len(old) != len(new):
                problems.add(at, f"{len(old)} elements were saved, {len(new)} would be restored")
            parts_in_order = [part for _, part in children(value)]
            for index, (left, right) in enumerate(zip(old, new, strict=False)):
                part = parts_in_order[index] if index < len(parts_in_order) else None
                walk(part, left, right, (*at, index), (*keys, index))

    walk(state, saved, again, place, ())


def report_invalid(cls: type[BaseModel], data: Json, error: ValidationError, place: Place, problems: Problems) -> None:
    """Report what pydantic found in a saved form, and the keys in it that no field takes."""
    unknown = Problems()
    _unknown_keys(cls, data, place, unknown)
    for each in error.errors(include_url=False):
        where = (*place, *place_in(data, each["loc"]))
        if each["type"] == "missing":
            problems.add(where, each["msg"])
        elif each["type"] != "extra_forbidden":
            problems.add(where, f"{each['msg']} (saved value: {_shortened(each['input'])})")
        elif not unknown.has(where):
            problems.add(where, "unknown field, which would be dropped")
    problems.found += unknown.found


def place_in(data: Json, loc: tuple[int | str, ...]) -> Place:
    """The keys of pydantic's location of an error, which also names members of unions: no keys."""
    keys: list[object] = []
    at: Json = data
    for depth, key in enumerate(loc):
        if isinstance(at, dict) and key in at:  # noqa: SIM114 - told apart for type checkers
            at = at[key]
        elif isinstance(at, list) and isinstance(key, int) and key < len(at):
            at = at[key]
        elif not (depth == len(loc) - 1 and isinstance(at, dict)):  # where a key is missing
            continue
        keys.append(key)
    return tuple(keys)


def _unknown_keys(cls: type[BaseModel], data: Json, place: Place, problems: Problems) -> None:
    """As far as the annotations alone can tell: the data is not valid, so there is no model to ask."""
    if not isinstance(data, dict) or cls.model_config.get("extra") == "allow":
        return
    taken = set(cls.model_fields)
    for field in cls.model_fields.values():
        alias = field.validation_alias
        if alias is not None:
            taken.update(each for each in getattr(alias, "choices", [alias]) if isinstance(each, str))
    for key, value in data.items():
        if key in cls.model_fields:
            _unknown_within(cls.model_fields[key].annotation, value, (*place, key), problems)
        elif key not in taken:
            problems.add((*place, key), f"unknown field, which would be dropped{_meant(key, list(cls.model_fields))}")


def _unknown_within(annotation: Any, data: Json, place: Place, problems: Problems) -> None:  # Any: a type expression
    if isinstance(annotation, TypeAliasType):
        annotation = annotation.__value__
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        _unknown_within(arguments[0], data, place, problems)
    elif origin in (list, set, frozenset) and isinstance(data, list):
        for index, element in enumerate(data):
            _unknown_within(arguments[0], element, (*place, index), problems)
    elif origin is dict and isinstance(data, dict):
        for key, element in data.items():
            _unknown_within(arguments[1], element, (*place, key), problems)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        _unknown_keys(annotation, data, place, problems)
    elif origin is Union or type(annotation).__name__ == "UnionType":
        others = [each for each in arguments if each is not type(None)]
        if len(others) == 1:  # of several, nothing here can tell which one was meant
            _unknown_within(others[0], data, place, problems)


def _is_ignored(state: object, saved: Json, keys: tuple[str | int, ...], reload: Callable[[Json], object]) -> bool:
    """Whether the state would be the same with an absurd value at that key: then nothing read it.

    So a key that a before-validator or an alias takes care of is not taken for a lost one.
    """
    try:
        return bool(reload(_replaced(saved, keys)) == state)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _replaced(saved: Json, keys: tuple[str | int, ...]) -> Json:
    if not keys:
        return {"$probe": ["nobody", "writes", "this"]}
    copy: Json = list(saved) if isinstance(saved, list) else dict(saved)
    copy[keys[0]] = _replaced(saved[keys[0]], keys[1:])
    return copy


def _parts_by_json_key(value: object, new: dict[str, Json]) -> dict[str, object]:
    if isinstance(value, dict):
        return dict(zip(new, value.values(), strict=False))  # dumped in the same order, with the keys as strings
    return {key: part for key, part in children(value) if isinstance(key, str)}


def _meant(key: str, names: Iterable[str] | None) -> str:
    close = get_close_matches(key, names or (), n=1)
    return f" (did it become '{close[0]}'?)" if close else ""


def _equal(value: object, back: object) -> bool:
    if type(value).__eq__ is object.__eq__:
        return True  # equal only to itself, so there is nothing to compare but the type
    try:
        return bool(value == back) or (value != value and back != back)  # the second for NaN
    except Exception:  # an array, say, which compares element by element
        return True


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
