"""self-state: what a step keeps on `self` is shared by all runs of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.connections import Connections

__all__ = ["assigned_on_self", "self_state"]


def self_state(connections: Connections) -> Iterator[Problem]:
    """A step assigns to `self`."""
    for step in connections.steps:
        for attribute in dict.fromkeys(step.assigns_self) if step.assigns_self else ():
            yield assigned_on_self(step.name, attribute)


def assigned_on_self(step: str, attribute: str) -> Problem:
    """The finding itself, for a reader that meets the assignment on its own."""
    return Problem(
        "self-state",
        f"Step '{step}' assigns to 'self.{attribute}', which all runs of the workflow share.",
        f"Keep '{attribute}' in the state (async with ctx.store.edit_state() as state), or set it in __init__.",
        step=step,
        part="attribute",
        name=attribute,
    )
