"""How many events of a fan-out a fan-in waits for.

>>> from typing import Annotated
>>> from typedflow.events import Event
>>> class Answered(Event):
...     text: str
>>> FirstTwo = Annotated[list[Answered], Collect(Take(2))]
"""

from __future__ import annotations

from dataclasses import dataclass, field

from typedflow.wiring.marks import wrong_cardinality, wrong_take

__all__ = ["All", "Cardinality", "Collect", "Take"]


class Cardinality:
    """The base of `All` and `Take`."""


@dataclass(frozen=True)
class All(Cardinality):
    """Every event of the fan-out, handed over when the last has arrived."""


@dataclass(frozen=True)
class Take(Cardinality):
    """The first `n` events of the fan-out. With `cancel_rest` the steps that still work on it are cancelled then.

    Raises `ValueError` where `n` is less than 1.
    """

    n: int
    cancel_rest: bool = False

    def __post_init__(self) -> None:
        refused = wrong_take(self.n)
        if refused is not None:
            raise ValueError(str(refused))


@dataclass(frozen=True)
class Collect:
    """Marks a fan-in parameter: `Annotated[list[Answered], Collect(Take(2))]`; a bare `list[Answered]` means `All()`.

    Raises `TypeError` for anything else than `All()` and `Take(n)`.
    """

    cardinality: Cardinality = field(default_factory=All)

    def __post_init__(self) -> None:
        if not isinstance(self.cardinality, Cardinality):
            raise TypeError(str(wrong_cardinality(repr(self.cardinality))))
