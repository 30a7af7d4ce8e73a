"""resource-type: what a factory gives must be what its parameter wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.connections import Connections

__all__ = ["nothing_injected", "resource_type", "unmakeable"]


def resource_type(connections: Connections) -> Iterator[Problem]:
    """A factory that certainly returns another type than the parameter's, or that cannot be called."""
    for step in connections.steps:
        for use in step.resources:
            if use.lacks is not None:
                message, hint = nothing_injected(use.factory, use.lacks)
                yield unmakeable(step.name, use.parameter, message, hint)
            elif use.fits is False:
                yield Problem(
                    "resource-type",
                    f"Parameter '{use.parameter}' of step '{step.name}' wants '{use.wants}', "
                    f"but its factory '{use.factory}' returns '{use.gives}'.",
                    f"Annotate '{use.parameter}' as '{use.gives}', or use a factory that returns '{use.wants}'.",
                    step=step.name,
                    part="parameter",
                    name=use.parameter,
                )


def unmakeable(step: str, parameter: str, message: str, hint: str) -> Problem:
    """The resource of that parameter can never be made."""
    return Problem(
        "resource-type",
        f"Step '{step}', parameter '{parameter}': {message}",
        hint,
        step=step,
        part="parameter",
        name=parameter,
    )


def nothing_injected(factory: str, needed: str) -> tuple[str, str]:
    """Why a factory cannot be called that has a parameter `needed`, and what to do."""
    return (
        f"the factory '{factory}' needs '{needed}', which nothing is injected for.",
        f"Give '{needed}' a default, or annotate it as Annotated[..., Resource(...)].",
    )
