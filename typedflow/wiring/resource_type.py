"""resource-type: what a factory gives must be what its parameter wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.connections import Connections

__all__ = ["resource_type"]


def resource_type(connections: Connections) -> Iterator[Problem]:
    """A factory that certainly returns another type than the parameter's."""
    for step in connections.steps:
        for use in step.resources:
            if use.fits is False:
                yield Problem(
                    "resource-type",
                    f"Parameter '{use.parameter}' of step '{step.name}' wants '{use.wants}', "
                    f"but its factory '{use.factory}' returns '{use.gives}'.",
                    f"Annotate '{use.parameter}' as '{use.gives}', or use a factory that returns '{use.wants}'.",
                    step=step.name,
                    part="parameter",
                    name=use.parameter,
                )
