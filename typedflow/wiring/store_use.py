"""state-read-only, nested-edit: how a step may not use its store. The words are here; the readers find the places."""

from __future__ import annotations

from typedflow.wiring.problem import Problem

__all__ = ["STORE_WRITERS", "late_change", "nested_edit", "state_read_only"]

STORE_WRITERS = frozenset({"edit_state", "set_state", "set", "clear", "undo"})
"""The methods of a store that write, and so may not be called inside an `edit_state` block of that store.

So does `set` of what the store's `at(...)` gives.
"""


def state_read_only(target: str, step: str | None = None) -> Problem:
    """`target` (`ctx.state.count`, or the path in the state alone) was to be changed in place."""
    return Problem(
        "state-read-only",
        f"'{target}' cannot be changed: ctx.state is the committed state, which is read-only.",
        "Change it in an edit: async with ctx.store.edit_state() as state.",
        step=step,
    )


def late_change(target: str, step: str | None = None) -> Problem:
    """`target` (`state.count`) was to be changed in the draft of an edit that has ended."""
    return Problem(
        "state-read-only",
        f"'{target}' cannot be changed any more: the edit_state block that it is of has ended.",
        "Change it inside the block, or open another one.",
        step=step,
    )


def nested_edit(writer: str, step: str | None = None, by: str | None = None) -> Problem:
    """`writer` (`set`, `edit_state`) was called inside an `edit_state` block of the same store, or by a function, `by`."""
    inside = "" if step is None else f" in step '{step}'"
    called = "is called" if by is None else f"is called by '{by}'"
    return Problem(
        "nested-edit",
        f"'{writer}' {called} inside an edit_state block of the same store{inside}, where it would wait for itself.",
        "Change the state that the block yields, or call it after the block."
        if by is None
        else f"Hand the state that the block yields to '{by}', or call it after the block.",
        step=step,
    )
