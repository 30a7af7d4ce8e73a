"""The state of a workflow that declares none: any keys, any values."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

__all__ = ["DictState"]

# Any, throughout this file: nothing is known about the values, that is what this class is for.


class DictState(BaseModel):
    """A mapping whose keys are attributes too; the state of every `Context` without a type.

    Any string is a key by `state["name"]`; a name that the class itself has (`items`, `copy`) or that starts with an
    underscore is reached in no other way. A missing attribute raises `AttributeError`, a missing key `KeyError`. It is
    always true. A subclass may declare fields: they are keys like the others, and validated.

    >>> state = DictState(count=1)
    >>> state.count += 1
    >>> state["items"] = ["a"]
    >>> state
    DictState(count=2, items=['a'])
    >>> "count" in state, state.get("missing", 0), list(state)
    (True, 0, ['count', 'items'])
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", arbitrary_types_allowed=True)

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is no ordinary attribute.
        extra = _extra(self)
        if name in extra:
            return extra[name]
        if name.startswith("__pydantic_") or name in type(self).__private_attributes__:
            return super().__getattr__(name)  # type: ignore[misc]  # ty: ignore[missing-attribute]  # pydantic hides it
        known = ", ".join(self) or "no keys yet"
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}' (it has {known})")

    def __setattr__(self, name: str, value: Any) -> None:
        # pydantic would put `state.items = 1` into `__dict__`, over the method.
        if name.startswith("_") or name in type(self).model_fields or _is_property(type(self), name):
            super().__setattr__(name, value)
        elif hasattr(DictState, name):
            raise AttributeError(
                f"'{name}' is a method of {type(self).__name__}; write state[{name!r}] = ... to use it as a key"
            )
        else:
            self[name] = value

    def __delattr__(self, name: str) -> None:
        if name in _extra(self):
            del _extra(self)[name]
        else:
            super().__delattr__(name)

    def __getitem__(self, key: str) -> Any:
        extra = _extra(self)
        if key in extra:
            return extra[key]
        if key in type(self).model_fields:
            return getattr(self, key)
        raise KeyError(key)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"the keys of a {type(self).__name__} are strings, not {type(key).__name__}: {key!r}")
        if key in type(self).model_fields:
            setattr(self, key, value)
        else:
            _extra(self)[key] = value

    def __delitem__(self, key: str) -> None:
        if key in type(self).model_fields:
            raise KeyError(f"'{key}' is a declared field of {type(self).__name__}; it can be changed, not deleted")
        del _extra(self)[key]

    def __contains__(self, key: object) -> bool:
        return key in _extra(self) or key in type(self).model_fields

    # Of a mapping: the keys; pydantic's are pairs.
    def __iter__(self) -> Iterator[str]:  # type: ignore[override]  # ty: ignore[incompatible-method-override]
        yield from type(self).model_fields
        yield from _extra(self)

    def __len__(self) -> int:
        return len(type(self).model_fields) + len(_extra(self))

    def __bool__(self) -> bool:
        return True

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or `default`."""
        return self[key] if key in self else default  # noqa: SIM401 - this is `get`

    def keys(self) -> KeysView[str]:
        """The keys, declared fields first."""
        return self.to_dict().keys()

    def values(self) -> ValuesView[Any]:
        """The values, in the order of the keys."""
        return self.to_dict().values()

    def items(self) -> ItemsView[str, Any]:
        """The pairs of key and value."""
        return self.to_dict().items()

    def to_dict(self) -> dict[str, Any]:
        """A new dict with the keys and values as they are; the values are not copied."""
        return {key: self[key] for key in self}

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of a key, which is set to `default` first if it is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, other: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), /, **values: Any) -> None:
        """Set several keys, from a mapping or pairs and from keywords."""
        for key, value in {**dict(other), **values}.items():
            self[key] = value

    def pop(self, key: str, *default: Any) -> Any:
        """Remove a key and give its value; `KeyError` if it is missing and no default is given."""
        if key not in _extra(self) and key not in type(self).model_fields and default:
            return default[0]
        value = self[key]
        del self[key]
        return value


def _extra(state: DictState) -> dict[str, Any]:
    extra = state.__pydantic_extra__
    return {} if extra is None else extra


def _is_property(owner: type, name: str) -> bool:
    return isinstance(getattr(owner, name, None), property)
