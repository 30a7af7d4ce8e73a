"""step-signature, where the class says what a run gives: its steps stop with that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.connections import Connections

__all__ = ["result_type"]


def result_type(connections: Connections) -> Iterator[Problem]:
    """A step of `class W(Workflow[S, R])` that stops with what is certainly no R."""
    result = connections.graph.result
    for step in connections.steps:
        for stop in step.results:
            if stop.fits is False:
                yield Problem(
                    "step-signature",
                    f"Step '{step.name}' returns '{stop.event.name}', but the result of the workflow is '{result}'.",
                    f"Return StopEvent[{result}], or write in Workflow[..., {result}] what the steps stop with.",
                    step=step.name,
                    event=stop.event.name,
                    part="return",
                )
