"""The life of a draft (naive form: a deep copy, validated in full)."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from typedflow.errors import StateProblem, StateValidationError
from typedflow.state.origin import current_origin
from typedflow.state.patch import PatchOp

StateT = TypeVar("StateT", bound=BaseModel)
T = TypeVar("T")


class Committed(Generic[StateT]):
    def __init__(self, base: StateT, state: StateT) -> None:
        self.state = state
        self._base = base

    @property
    def patch(self) -> list[PatchOp]:
        old, new = self._base.model_dump(mode="json"), self.state.model_dump(mode="json")
        return [{"op": "replace", "path": f"/{k}", "value": v} for k, v in new.items() if old.get(k) != v]


class DraftScope(Generic[StateT]):
    def __init__(self, base: StateT) -> None:
        self._base = base
        self.draft: StateT = copy.deepcopy(base)

    def commit(self) -> Committed[StateT] | None:
        if self.draft == self._base:
            return None
        return Committed(self._base, commit_value(type(self._base), self.draft))

    def close(self) -> None: ...


def open_draft(base: StateT) -> DraftScope[StateT]:
    return DraftScope(base)


def commit_value(model: type[StateT], value: StateT) -> StateT:
    try:
        return model.model_validate(copy.deepcopy(value).model_dump(), by_name=True)
    except ValidationError as error:
        origin = current_origin.get()
        step = origin.step if origin else None
        problems = [
            StateProblem(".".join(map(str, e["loc"])), e.get("input"), e["msg"], e["type"], step)
            for e in error.errors()
        ]
        by = f" (set by step {step!r})" if step else ""
        lines = [f"state{'.' if p.path else ''}{p.path}: {p.reason}{by}" for p in problems]
        raise StateValidationError("\n".join(lines), problems) from error


def original(draft: T) -> T:
    return draft


def current(draft: T) -> T:
    return copy.deepcopy(draft)


def private_copy(state: StateT) -> StateT:
    return copy.deepcopy(state)
