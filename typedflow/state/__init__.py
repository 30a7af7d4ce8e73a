"""The state of a run: transactions on copy-on-write drafts, and what is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.first_use import first_use

if TYPE_CHECKING:
    from typedflow.state.dict_state import DictState
    from typedflow.state.draft import current, original
    from typedflow.state.edit import Edit
    from typedflow.state.history import Commit, Watch
    from typedflow.state.patch import PatchOp
    from typedflow.state.saving import load_state, save_state
    from typedflow.state.selector import Selection
    from typedflow.state.store import InMemoryStateStore, StateStore
else:
    __getattr__, __dir__ = first_use(
        __name__,
        {
            "dict_state": ["DictState"],
            "draft": ["current", "original"],
            "edit": ["Edit"],
            "history": ["Commit", "Watch"],
            "patch": ["PatchOp"],
            "saving": ["load_state", "save_state"],
            "selector": ["Selection"],
            "store": ["InMemoryStateStore", "StateStore"],
        },
    )

__all__ = [
    "Commit",
    "DictState",
    "Edit",
    "InMemoryStateStore",
    "PatchOp",
    "Selection",
    "StateStore",
    "Watch",
    "current",
    "load_state",
    "original",
    "save_state",
]
