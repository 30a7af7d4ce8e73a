"""Where the names in a function's annotations are looked up."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FrameType, FunctionType, MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple, get_type_hints

__all__ = ["Namespace", "Unresolved"]

NONE: Mapping[Any, object] = MappingProxyType({})  # Any: there are no keys


class Unresolved(Exception):
    """A name that an annotation uses and that is not defined (yet)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Namespace(NamedTuple):
    """A function's globals and closure, the scopes around its definition, and names given from outside, the last first.

    The frames are asked for their names at each lookup, since a scope goes on defining names after the function.
    """

    globals: dict[str, Any]  # Any: names stand for anything
    closure: Mapping[str, object] = NONE
    frames: tuple[FrameType, ...] = ()
    given: Mapping[str, object] = NONE
    variables: Mapping[object, object] = NONE
    """What type variables stand for, where a subclass of a generic workflow says it."""

    @classmethod
    def around(cls, function: object) -> Namespace:
        """The namespace of a function that is being defined further up the stack, or was defined before."""
        if not isinstance(function, FunctionType):
            return cls(getattr(function, "__globals__", {}))
        names = {parameter.__name__: parameter for parameter in getattr(function, "__type_params__", ())}
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                names[name] = cell.cell_contents
            except ValueError:  # assigned later
                continue
        return cls(function.__globals__, names, tuple(_enclosing_frames(function)))

    def extended(self, given: Mapping[str, object] | None) -> Namespace:
        """This namespace with more names, which come before all others."""
        if not given:
            return self
        return self._replace(given={**self.given, **given})

    def resolve(self, annotation: object) -> object:
        """The annotation with every string in it evaluated. Raises `Unresolved` on a name that is not defined."""
        if annotation is None:
            return type(None)
        holder = SimpleNamespace(__annotations__={"it": annotation})
        try:
            return get_type_hints(holder, self.globals, self._locals(), include_extras=True)["it"]
        except NameError as error:
            raise Unresolved(error.name or str(error)) from None
        except AttributeError as error:
            if error.name is None:
                raise
            raise Unresolved(f"{getattr(error.obj, '__name__', '?')}.{error.name}") from None

    def _locals(self) -> dict[str, Any]:  # Any: as above
        found: dict[str, Any] = dict(self.closure)
        for frame in reversed(self.frames):
            found.update(frame.f_locals)
        found.update(self.given)
        return found


def _enclosing_frames(function: FunctionType) -> list[FrameType]:
    """The running scopes that the function is defined in, innermost first.

    For `make.<locals>.W.go` they are the body of `W` and `make`.
    """
    scopes = [part for part in function.__qualname__.split(".")[:-1] if part != "<locals>"]
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and scopes:
        if frame.f_globals is function.__globals__ and frame.f_code.co_name == scopes[-1]:
            frames.append(frame)
            scopes.pop()
        frame = frame.f_back
    return frames
