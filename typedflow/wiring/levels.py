"""At which fan-out streams each step runs, which decides whether a fan-in or a join can ever be complete.

A level is the stack of the fan-outs that a step runs inside of: `()` is the top of the run, `("split",)` the work on one
element of what step `split` returned as a list. A list parameter takes what is made inside a stream and runs outside of it; of nested ones, it may be any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typedflow.wiring.connections import Connections, Made
    from typedflow.wiring.graph import EventType, Parameter, StepNode

__all__ = ["ANY", "Level", "Levels", "levels_of"]

Level: TypeAlias = "tuple[str, ...]"
ANY: Level = ("*",)
"""Some level that cannot be told; what depends on it is not judged."""

_DEEPEST = 4
_MOST = 64


class Levels:
    """The levels at which the steps of a workflow run."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._of: dict[str, set[Level]] = {step.name: set() for step in connections.steps}
        grown = True
        while grown:
            grown = False
            for step in connections.steps:
                found = self._of[step.name] | self._runs_at(step)
                if len(found) > _MOST:
                    found = {ANY}
                if found != self._of[step.name] and ANY not in self._of[step.name]:
                    self._of[step.name] = found
                    grown = True

    def of_parameter(self, step: StepNode, parameter: Parameter) -> set[Level]:
        """The levels at which what the parameter takes is made."""
        return {level for event in parameter.events for level in self.of_event(step, event)}

    def of_event(self, step: StepNode, event: EventType) -> set[Level]:
        """The levels at which an event that the step takes is made."""
        connections = self._connections
        found: set[Level] = set()
        if connections.comes_from_outside(step, event):
            found.add(() if event.is_a("typedflow.events.StartEvent") else ANY)
        makers = connections.makers(event, step.takes_subclasses)
        if connections.sends_unknown or not (makers or found):
            found.add(ANY)
        for made in makers:
            found.update(self._made_at(made))
        return found

    def _made_at(self, made: Made) -> Iterable[Level]:
        at = self._of[made.step.name]
        if made.how == "asks":
            return {ANY} if at else ()
        if made.how == "sends":
            return at | {()} if at else ()
        if made.many:
            return {ANY if level == ANY or len(level) >= _DEEPEST else (*level, made.step.name) for level in at}
        return at

    def _runs_at(self, step: StepNode) -> set[Level]:
        if step.handler is not None:
            return {level for covered in self._connections.covered(step) for level in self._of[covered.name]}
        if "unreachable-step" in step.skip or not step.takes:
            return {ANY}
        common: set[Level] | None = None
        for parameter in step.takes:
            at = self.of_parameter(step, parameter)
            if parameter.many:
                at = {ANY} if ANY in at else {level[:depth] for level in at for depth in range(len(level))}
            if common is None or ANY in common:
                common = at if common is None or ANY not in at else common | at
            elif ANY not in at:
                common = common & at
        return common or set()


def levels_of(connections: Connections) -> Levels:
    """The levels of all steps, by following events from the start until nothing new is found."""
    return Levels(connections)
