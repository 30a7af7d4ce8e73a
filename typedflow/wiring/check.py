"""All rules on one graph, in one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.collect import collect
from typedflow.wiring.connections import Connections
from typedflow.wiring.error_handler import error_handler
from typedflow.wiring.events import unhandled_event, unproduced_event
from typedflow.wiring.forgotten_step import forgotten_step
from typedflow.wiring.no_exit import no_exit
from typedflow.wiring.reach import unreachable_step
from typedflow.wiring.resource_type import resource_type
from typedflow.wiring.result_type import result_type
from typedflow.wiring.self_state import self_state
from typedflow.wiring.start_stop import no_start, no_stop, start_types
from typedflow.wiring.state_model import state_default, state_type, state_unserializable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typedflow.wiring.graph import Graph
    from typedflow.wiring.problem import Problem

__all__ = ["check"]

RULES: tuple[Callable[[Connections], Iterable[Problem]], ...] = (
    no_start,
    no_stop,
    start_types,
    unproduced_event,
    unhandled_event,
    unreachable_step,
    no_exit,
    result_type,
    state_type,
    state_default,
    state_unserializable,
    self_state,
    forgotten_step,
    collect,
    resource_type,
    error_handler,
)

OF_EACH_STEP = (result_type, state_type, self_state, forgotten_step, resource_type, error_handler)
"""The rules that an open workflow is judged by. The others need all its steps, and the state that its subclasses refine."""


def check(graph: Graph) -> list[Problem]:
    """Everything that is wrong with a workflow, in the order of `CODES` and, within one, of the steps.

    A code in `graph.skip` or in the `skip` of the step concerned is left out; an open graph is spared what its
    completion may mend.
    """
    connections = Connections(graph)
    found: dict[Problem, None] = {}
    for rule in OF_EACH_STEP if graph.open else RULES:
        for problem in rule(connections):
            found[problem] = None
    if not found:  # as most workflows are
        return []
    skipped = {(step.name, code) for step in connections.steps for code in step.skip}
    return [one for one in found if one.code not in graph.skip and (one.step, one.code) not in skipped]
