"""What is worked out once for each class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["PerClass"]

T = TypeVar("T")


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
