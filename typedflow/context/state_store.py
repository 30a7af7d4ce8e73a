"""The names under which llama-index-workflows has the state store; they live in `typedflow.state`."""

from __future__ import annotations

from typedflow.state.dict_state import DictState
from typedflow.state.store import InMemoryStateStore, StateStore

__all__ = ["DictState", "InMemoryStateStore", "StateStore"]
