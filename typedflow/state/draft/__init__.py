"""Copy-on-write drafts of a committed state: open a scope, edit its draft, commit or close it."""

from __future__ import annotations

from typedflow.state.draft.scope import (
    Committed,
    DraftScope,
    commit_value,
    current,
    open_draft,
    original,
    private_copy,
)

__all__ = ["Committed", "DraftScope", "commit_value", "current", "open_draft", "original", "private_copy"]
