"""In which fan-out each step runs, which decides whether a fan-in or a join can ever be complete.

A scope is the name of the innermost fan-out that a step runs in: `TOP` at the top of the run, `"split"` for the work
on the elements that step `split` returned as a list. A list parameter takes what is made in a fan-out, and its step
runs where the step that fanned out ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typedflow.wiring.connections import Connections, Made
    from typedflow.wiring.graph import EventType, Parameter, StepNode

__all__ = ["ANY", "TOP", "Levels", "fan_ins"]

TOP = ""
ANY = "*"
"""Some scope that cannot be told; what depends on it is not judged."""


class Levels:
    """The scopes in which the steps of a workflow run, by following events from the start."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: dict[str, set[str]] = {}

    @property
    def _of(self) -> dict[str, set[str]]:
        """What each step runs in. Followed when first asked for: where no list is taken and nothing joined, none asks."""
        if not self._known:
            self._known = {step.name: set() for step in self._connections.steps}
            grown = True
            while grown:
                grown = False
                for step in self._connections.steps:
                    found = self._runs_in(step)
                    if not found <= self._known[step.name]:
                        self._known[step.name] |= found
                        grown = True
        return self._known

    def of_step(self, step: StepNode) -> set[str]:
        """The scopes in which the step runs; empty if it is never reached."""
        return self._of[step.name]

    def of_parameter(self, step: StepNode, parameter: Parameter) -> set[str]:
        """The scopes in which what the parameter takes is made."""
        return {scope for event in parameter.events for scope in self.of_event(step, event)}

    def of_event(self, step: StepNode, event: EventType) -> set[str]:
        """The scopes in which an event that the step takes is made."""
        connections = self._connections
        found: set[str] = set()
        if connections.comes_from_outside(step, event):
            found.add(TOP)  # what comes from outside comes into no fan-out
        makers = connections.makers(event, step.takes_subclasses)
        if connections.sends_unknown or not (makers or found):
            found.add(ANY)
        for made in makers:
            found.update(self.of_made(made))
        return found

    def of_made(self, made: Made) -> set[str]:
        """The scopes in which that step makes that event; what it sends belongs to the scope that it runs in."""
        scopes = self._of[made.step.name]
        return {made.step.name} if made.many and scopes else scopes

    def _runs_in(self, step: StepNode) -> set[str]:
        if step.handler is not None:
            return {scope for covered in self._connections.covered(step) for scope in self._of[covered.name]}
        if "unreachable-step" in step.skip or not step.takes:
            return {ANY}
        common: set[str] | None = None
        for parameter in step.takes:
            scopes = self.of_parameter(step, parameter)
            if parameter.many:
                scopes = {outer for scope in scopes for outer in self._around(scope)}
            if common is None or ANY in common:
                common = scopes if common is None or ANY not in scopes else common | scopes
            elif ANY not in scopes:
                common = common & scopes
        return common or set()

    def _around(self, scope: str) -> Iterable[str]:
        """The scopes that a fan-out lies in."""
        if scope == ANY:
            return (ANY,)
        return self._of.get(scope, set())


def fan_ins(connections: Connections) -> dict[str, tuple[str, ...]]:
    """Fan-out step -> the steps whose list parameters gather what is made in its fan-out.

    A fan-in of which that cannot be told gathers from every fan-out.
    """
    levels = Levels(connections)
    producers = sorted(step.name for step in connections.steps if any(made.many for made in step.returns))
    found: dict[str, dict[str, None]] = {producer: {} for producer in producers}
    for step in connections.steps:
        for parameter in step.takes:
            if parameter.many:
                for producer in found.keys() & levels.of_parameter(step, parameter) or found:
                    found[producer][step.name] = None
    return {producer: tuple(sorted(names)) for producer, names in found.items()}
