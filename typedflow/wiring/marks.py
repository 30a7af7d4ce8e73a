"""step-signature: what stands inside an `Annotated[...]`, `Collect(Take(2))` or `Resource(connect, cache="run")`.

The run time raises these where the mark is made. mypy looks at nothing in there, so that its plugin reads the source.
"""

from pathlib import Path
from typing import NamedTuple

__all__ = ["Refusal", "wrong_cache", "wrong_cardinality", "wrong_config_file", "wrong_factory", "wrong_take"]


class Refusal(NamedTuple):
    """Why a mark cannot be what it is, and what to write; without a full stop, since the run time makes one line of both."""

    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


def wrong_take(n: object) -> Refusal | None:
    """`Take(n)`.

    >>> str(wrong_take(0)), wrong_take(1)
    ('Take(n) takes an integer n of at least 1, not 0', None)
    """
    if isinstance(n, int) and not isinstance(n, bool) and n >= 1:
        return None
    return Refusal(f"Take(n) takes an integer n of at least 1, not {n!r}")


def wrong_cardinality(shown: str) -> Refusal:
    """`Collect(...)` of what is neither `All()` nor `Take(n)`."""
    return Refusal(f"Collect(...) takes All() or Take(n), as in Collect(Take(2)), not {shown}")


def wrong_factory(kind: str) -> Refusal:
    """`Resource(value)`, whose value is of the class `kind` and cannot be called."""
    return Refusal(
        f"Resource(factory) takes a function that makes the value, not the value itself ({kind})",
        "write Resource(lambda: value)",
    )


def wrong_cache(cache: object) -> Refusal | None:
    """`Resource(factory, cache=...)`."""
    if isinstance(cache, bool) or (isinstance(cache, str) and cache in ("workflow", "run", "step")):
        return None
    return Refusal(f"Resource(cache={cache!r}): it is 'workflow', 'run' or 'step'")


def wrong_config_file(name: str) -> Refusal | None:
    """`ResourceConfig(name)`."""
    return None if Path(name).suffix == ".json" else Refusal(f"ResourceConfig reads JSON files, not {name!r}")
