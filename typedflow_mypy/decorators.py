"""The decorators of a function as they are written, whatever stands in their place while mypy checks the class."""

from __future__ import annotations

from mypy.nodes import Decorator, Expression

__all__ = ["decorators_of", "put_back", "put_by"]

_put_by: dict[Decorator, list[Expression]] = {}


def decorators_of(function: Decorator) -> list[Expression]:
    """Those that mypy has not taken away itself, as it does with `@property`."""
    return _put_by.get(function, function.decorators)


def put_by(function: Decorator, instead: Expression) -> None:
    """Let mypy see another expression in the place of the decorators, until they are put back."""
    _put_by[function] = function.decorators
    function.decorators = [instead]


def put_back() -> None:
    """Let mypy see all decorators again that have been put by."""
    for function, written in _put_by.items():
        function.decorators = written
    _put_by.clear()
