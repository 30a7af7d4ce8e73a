"""Drawing: the graph of a workflow as data."""

from __future__ import annotations

from workflows import Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.representation import get_workflow_representation


class Asked(InputRequiredEvent):
    pass


class Told(HumanResponseEvent):
    pass


class Noted(Event):
    pass


class Draws(Workflow):
    """A workflow to look at."""

    @step
    async def begin(self, ev: StartEvent) -> Asked:
        """Ask."""
        return Asked()

    @step
    async def note(self, ev: Told) -> Noted:
        return Noted()

    @step
    async def end(self, ev: Noted) -> StopEvent:
        return StopEvent()


async def main() -> object:
    graph = get_workflow_representation(Draws())
    edges = sorted((edge.source, edge.target) for edge in graph.edges)
    kinds = {node.id: node.node_type for node in graph.nodes}
    short = graph.filter_by_node_type("event")
    return (
        graph.name,
        graph.description,
        edges,
        kinds["external_step"],
        kinds["begin"],
        kinds["Asked"],
        sorted((edge.source, edge.target, edge.label) for edge in short.edges),
    )


EXPECTED = (
    "Draws",
    "A workflow to look at.",
    [
        ("Asked", "external_step"),
        ("Noted", "end"),
        ("StartEvent", "begin"),
        ("Told", "note"),
        ("begin", "Asked"),
        ("end", "StopEvent"),
        ("external_step", "Told"),
        ("note", "Noted"),
    ],
    "external",
    "step",
    "event",
    [
        ("begin", "external_step", "Asked"),
        ("external_step", "note", "Told"),
        ("note", "end", "Noted"),
    ],
)
