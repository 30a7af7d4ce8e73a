"""Values of classes that are not drafted: copied when an edit first reads them, compared when it commits.

What cannot be copied (an open file, a lock, a client) is a handle, and is shared by reference.
"""

from __future__ import annotations

import copy
from typing import Any

from typedflow.state.draft.registry import OPENERS, OTHER, DraftHost

__all__ = ["private", "same_opaque"]


def private(value: Any) -> Any:
    """A deep copy, or the value itself where it has none."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def same_opaque(one: Any, other: Any) -> bool:
    """Whether two values of a class that we know nothing of are the same. In doubt: no."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    import pickle  # an import that few programs need

    try:
        cls: Any = type(one)
        if cls.__eq__ is object.__eq__:
            return pickle.dumps(one) == pickle.dumps(other)
        return bool(one == other) and pickle.dumps(one) == pickle.dumps(other)
    except Exception:
        return False


def _open_opaque(value: Any, scope: DraftHost) -> Any:
    twin = private(value)
    if twin is not value:
        scope.opaque[id(twin)] = (twin, value)
    return twin


OPENERS.by_kind[OTHER] = _open_opaque
