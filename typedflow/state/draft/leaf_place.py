"""The plain kinds of place: a scalar, an optional value, a reference into a recursive schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import Loc, Settlement

__all__ = ["LeafPlace", "NullablePlace", "Place", "RefPlace", "Validate"]

Validate = Callable[[Any], Any]  # Any: pydantic's validator, which takes and gives whatever the schema says
_EXACT = frozenset({int, str, bool, bytes, type(None)})


class Place:
    """A place that says nothing of its value."""

    leaf = False
    """Whether a value that was settled here once needs no second look."""
    drafts: type[Any] | None = None
    """The class of the drafts of the model that stands here, once one was seen."""

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        raise NotImplementedError


class LeafPlace(Place):
    """A scalar: pydantic validates it, and nothing in it can be drafted."""

    leaf = True

    def __init__(self, compile_: Callable[[], Validate]) -> None:
        self._compile = compile_
        self.validate: Validate = self._first

    def _first(self, value: Any) -> Any:
        self.validate = self._compile()
        return self.validate(value)

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        try:
            result = self.validate(value)
        except ValidationError as error:
            run.reject(loc, error)
            return value
        cls = type(result)
        if cls is type(old) and result == old and (cls in _EXACT or same(result, old)):
            return old
        return result


class NullablePlace(Place):
    def __init__(self, inner: Place) -> None:
        self.inner = inner

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        return None if value is None else self.inner.settle(value, old, run, loc)


class RefPlace(Place):
    """A place of a recursive schema, resolved when it is first reached."""

    def __init__(self, resolve: Callable[[], Place]) -> None:
        self._resolve = resolve
        self._inner: Place | None = None

    @property
    def inner(self) -> Place:
        if self._inner is None:
            self._inner = self._resolve()
        return self._inner

    def settle(self, value: Any, old: Any, run: Settlement, loc: Loc) -> Any:
        return self.inner.settle(value, old, run, loc)
