"""The plain kinds of place: a scalar, an optional value, a reference into a recursive schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import Loc, Settlement

__all__ = ["LeafPlace", "NullablePlace", "Place", "RefPlace", "Validate", "exact_class"]

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

    def __init__(self, compile_: Callable[[], Validate], exact: type | None = None) -> None:
        self._compile = compile_
        self.validate: Validate = self._first
        self.exact = exact
        """The class whose own instances are all valid here, if it is known: pydantic need not be asked about them."""

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


_UNCONSTRAINED: dict[str, type] = {"int": int, "bool": bool}


def exact_class(schema: dict[str, Any]) -> type | None:  # Any: a core schema
    """The class all of whose instances (not those of classes under it) are valid by this schema, as they are.

    `str` and `float` are not among them: what they must be also hangs on the configuration of the model.
    """
    plain = schema.keys() <= {"type", "strict", "metadata", "serialization"}
    return _UNCONSTRAINED.get(schema["type"]) if plain else None
