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
    from collections.abc import Callable, Iterator

    from typedflow.wiring.graph import Graph
    from typedflow.wiring.problem import Problem

__all__ = ["check"]

WHOLE: tuple[Callable[[Connections], Iterator[Problem]], ...] = (
    no_start,
    no_stop,
    start_types,
    unproduced_event,
    unhandled_event,
    unreachable_step,
    no_exit,
)
"""These need the whole workflow and wait where it is still open."""

MODELS: tuple[Callable[[Connections], Iterator[Problem]], ...] = (state_default, state_unserializable)
"""These judge the state of the whole workflow, which a completing subclass may refine, and wait as well."""


def check(graph: Graph) -> list[Problem]:
    """Everything that is wrong with a workflow, in the order of `CODES` and, within one, of the steps.

    A code in `graph.skip` or in the `skip` of the step concerned is left out; an open graph is spared what its
    completion may mend.
    """
    connections = Connections(graph)
    rules: list[Callable[[Connections], Iterator[Problem]]] = [] if graph.open else list(WHOLE)
    rules.extend((result_type, state_type))
    rules.extend(() if graph.open else MODELS)
    rules.extend((self_state, forgotten_step))
    rules.extend(() if graph.open else (collect,))
    rules.extend((resource_type, error_handler))
    skipped = {(step.name, code) for step in connections.steps for code in step.skip}
    found: dict[Problem, None] = {}
    for rule in rules:
        for problem in rule(connections):
            if problem.code not in graph.skip and (problem.step, problem.code) not in skipped:
                found[problem] = None
    return list(found)
