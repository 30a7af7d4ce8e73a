"""Copy-on-write drafts of a committed state: open a scope, edit its draft, commit or close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.first_use import first_use

# At first use: a scope needs the patches, and these need the modules of drafts, which are in this package.
if TYPE_CHECKING:
    from typedflow.state.draft.scope import (
        Committed,
        DraftScope,
        commit_value,
        current,
        open_draft,
        original,
        private_copy,
    )
else:
    __getattr__, __dir__ = first_use(
        __name__,
        {"scope": ["Committed", "DraftScope", "commit_value", "current", "open_draft", "original", "private_copy"]},
    )

__all__ = ["Committed", "DraftScope", "commit_value", "current", "open_draft", "original", "private_copy"]
