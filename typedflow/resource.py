"""Resources: what a step needs and does not want to make itself.

>>> from typing import Annotated
>>> def connect() -> str:
...     return "connection"
>>> Connection = Annotated[str, Resource(connect)]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal

from typing_extensions import TypeVar

__all__ = ["Resource"]

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Resource(Generic[T_co]):
    """Marks an injected parameter: `client: Annotated[Client, Resource(factory)]`.

    `factory` is a function, a coroutine function, or a (sync or async) generator function that yields the value once and
    closes it after the `yield`; its own `Annotated[..., Resource(...)]` parameters are injected likewise. `cache` says how long one value
    serves: `"workflow"` (the default) for all runs of the workflow object, `"run"` for one run, `"step"` for one invocation. A value that has to be closed
    lives at most as long as the run.
    """

    factory: Callable[..., T_co]
    cache: Literal["workflow", "run", "step"] = "workflow"
