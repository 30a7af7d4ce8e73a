"""A state in JSON form, and back: nothing is dropped, defaulted or turned into something else without an error.

A model saves itself (its own serializers count, `exclude=True` leaves a field out, private attributes are not saved)
and is restored by full validation. Two checks close what that leaves open:

- **Saving restores what it has just made and compares.** A subclass instance in a field of its base class, a union that
  picks another member, a `SecretStr`, a validator that changes its own output: all would come back as something else,
  and are refused by path.
- **Restoring saves again and compares.** A key that is gone was dropped by the model; one that is new was defaulted,
  which is right for a field that was added since and an error for one that the saved model had.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from typedflow.errors import ContextSerdeError
from typedflow.state.dict_state import DictState
from typedflow.state.encoding import (
    Json,
    Place,
    Problems,
    TrustedTypes,
    decode,
    encode,
    plain_type,
    type_name,
)
from typedflow.state.fidelity import compare, dropped_or_defaulted, place_in, report_invalid
from typedflow.state.model_json import children, dump_model, field_names, load_model
from typedflow.state.plain import plain, without_extra

__all__ = ["load_state", "save_state"]

ModelT = TypeVar("ModelT", bound=BaseModel)

FORMAT = 1


def save_state(state: BaseModel, *, types: Iterable[type] = ()) -> dict[str, Json]:
    """The JSON form of a state: `{"format": 1, "state": ..., "fields": ...}`.

    `types` are classes that `load_state` will be given too, which need not be found by name. Raises `ContextSerdeError`
    naming every path whose value could not be restored as it is.

    >>> save_state(DictState(seen={1}))["state"]
    {'$model': 'typedflow.state.dict_state:DictState', 'data': {}, 'extra': {'seen': {'$set': [1]}}}
    """
    saving = _Saving(types)
    saved = saving.model(plain(state), ())
    saving.problems.raise_if_any(f"The state ({plain_type(state).__name__}) cannot be saved:")
    return {"format": FORMAT, "state": saved, "fields": saving.fields}


def load_state(payload: Json, model: type[ModelT], *, types: Iterable[type] = ()) -> ModelT:
    """The state that `save_state` saved, as an instance of `model`.

    Classes that the payload names are taken from `types` and from modules that are imported already; nothing is
    imported. Raises `ContextSerdeError` naming every path that does not fit the model any more.

    >>> load_state(save_state(DictState(seen={1})), DictState)
    DictState(seen={1})
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("state"), dict):
        raise ContextSerdeError(
            "not a saved state: the keys 'format', 'state' and 'fields' that save_state writes are missing"
        )
    if payload.get("format") != FORMAT:
        raise ContextSerdeError(
            f"Cannot load a state saved in format {payload.get('format')!r}; this version reads format {FORMAT}"
        )
    loading = _Loading(types, dict(payload.get("fields") or {}))
    body = payload["state"]
    state = loading.model(model, body, ())
    saved_as = body.get("$model")
    origin = "" if saved_as == type_name(model) else f" (it was saved as {saved_as})"
    loading.problems.raise_if_any(f"The saved state does not fit {model.__name__} any more{origin}:")
    assert state is not None, "without a problem there is a state"
    return state


class _Saving:
    """One walk over a state, which collects the problems and which fields each class has."""

    def __init__(self, types: Iterable[type]) -> None:
        self.types = TrustedTypes(types)
        self.problems = Problems()
        self.fields: dict[str, list[str]] = {}

    def model(self, value: BaseModel, place: Place) -> Json:
        cls = plain_type(value)
        assert issubclass(cls, BaseModel)
        extra = None
        if isinstance(value, DictState):  # its values have no schema: each says itself what it is
            extra = self._extra(value, place)
            value = without_extra(value)
        # By name, unless the model's own serializer insists on aliases.
        refusals = []
        for by_alias in (False, True):
            problems = Problems()
            data = dump_model(value, by_alias, place, problems)
            if not problems.found:
                self._verify(value, data, by_alias, place, problems)
            if not problems.found:
                break
            refusals.append(problems)
        else:
            self.problems.found += refusals[0].found
            return None
        self._note_fields(value)
        body: dict[str, Json] = {"$model": type_name(cls), "data": data}
        if by_alias:
            body["by_alias"] = True
        if extra is not None:
            body["extra"] = extra
        return body

    def _extra(self, value: DictState, place: Place) -> dict[str, Json]:
        pairs = (value.__pydantic_extra__ or {}).items()
        return {key: encode(each, (*place, key), self.types, self.problems, self._nested_model) for key, each in pairs}

    def _nested_model(self, value: BaseModel, place: Place) -> Json:
        cls = plain_type(value)
        if not self.types.knows(cls):
            return self.problems.add(
                place,
                f"the class {type_name(cls)} could not be found again by its name; "
                "define it at the top of a module, or pass it in `types` when saving and when restoring",
            )
        return self.model(value, place)

    def _verify(self, value: BaseModel, data: Json, by_alias: bool, place: Place, problems: Problems) -> None:
        cls = plain_type(value)
        assert issubclass(cls, BaseModel)
        try:
            back = load_model(cls, data, by_alias=by_alias, by_name=not by_alias)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                problems.add(
                    (*place, *place_in(data, each["loc"])), f"its saved form would not be valid again: {each['msg']}"
                )
        else:
            compare(value, back, place, problems)

    def _note_fields(self, value: object) -> None:
        """Which fields each class in the tree is saved with: what tells an added field from a lost one."""
        names = field_names(value)
        if names is not None:
            self.fields.setdefault(type_name(plain_type(value)), list(names))
        for _, child in children(value):
            self._note_fields(child)


class _Loading:
    """One walk over a saved state, which collects the problems."""

    def __init__(self, types: Iterable[type], fields: dict[str, list[str]]) -> None:
        self.types = TrustedTypes(types)
        self.problems = Problems()
        self.fields = fields

    def model(self, cls: type[ModelT], body: Json, place: Place) -> ModelT | None:
        if not isinstance(body, dict) or "data" not in body:
            self.problems.add(place, "not the saved form of a model")
            return None
        saved_as = body.get("$model")
        if isinstance(saved_as, str) and saved_as in self.fields:
            # The class may have been renamed or moved since.
            self.fields.setdefault(type_name(cls), self.fields[saved_as])
        by_alias = bool(body.get("by_alias"))
        # Aliases are tried second, for a field that was renamed and still takes its old name as an alias.
        attempts = [(True, False)] if by_alias else [(False, True), (True, True)]
        fewest: Problems | None = None
        for alias, name in attempts:
            problems = Problems()
            state = self._attempt(cls, body["data"], alias, name, place, problems)
            if fewest is None or len(problems.found) < len(fewest.found):
                fewest = problems
            if not problems.found:
                break
        assert fewest is not None, "there is an attempt"
        self.problems.found += fewest.found
        extra = body.get("extra")
        if extra is not None and state is not None:
            self._restore_extra(state, extra, place)
        return state

    def _attempt(
        self, cls: type[ModelT], data: Json, by_alias: bool, by_name: bool, place: Place, problems: Problems
    ) -> ModelT | None:
        try:
            state = load_model(cls, data, by_alias=by_alias, by_name=by_name)
        except ValidationError as error:
            report_invalid(cls, data, error, place, problems)
            return None
        again = dump_model(state, by_alias and not by_name, place, problems)
        dropped_or_defaulted(
            state,
            data,
            again,
            self.fields,
            place,
            problems,
            reload=lambda changed: load_model(cls, changed, by_alias=by_alias, by_name=by_name),
        )
        return state

    def _restore_extra(self, state: BaseModel, extra: Json, place: Place) -> None:
        restored = {
            key: decode(each, (*place, key), self.types, self.problems, self._nested_model)
            for key, each in extra.items()
        }
        if isinstance(state, DictState):
            state.update(restored)
        elif restored:
            for key in restored:
                self.problems.add((*place, key), f"unknown field: {plain_type(state).__name__} is no DictState")

    def _nested_model(self, body: Json, place: Place) -> object:
        cls = self.types.find(body.get("$model"), BaseModel)
        if isinstance(cls, str):
            return self.problems.add(place, cls)
        return self.model(cls, body, place)
