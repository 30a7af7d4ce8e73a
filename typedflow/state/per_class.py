"""What is worked out once for each class."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast

__all__ = ["PerClass", "own_code"]

T = TypeVar("T")
FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])  # Any: functions of any signature


class PerClass(dict[type, T]):
    """A table that computes the entry of a class when it is first asked for: `table[type(value)]`.

    It keeps the classes alive, as pydantic does with its models. (`functools.lru_cache` would not, but mypy takes no
    class for hashable.)

    >>> names = PerClass(lambda cls: cls.__name__)
    >>> names[int]
    'int'
    """

    __slots__ = ("_compute",)

    def __init__(self, compute: Callable[[type], T]) -> None:
        self._compute = compute

    def __missing__(self, cls: type) -> T:
        value = self[cls] = self._compute(cls)
        return value


def own_code(function: FunctionT) -> FunctionT:
    """Give a closure that is made once for each class code of its own.

    CPython notes in the code of a function which classes it has met, and is fastest where that is one class; closures
    made by one `def` share their code, and so would spoil it for each other.
    """
    made = cast(FunctionType, function)
    made.__code__ = made.__code__.replace()
    return function
