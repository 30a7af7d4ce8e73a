"""The graph of a workflow, as data that can be stored, filtered and drawn."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from typedflow.representation.mermaid import mermaid
from typedflow.representation.nodes import WorkflowGraphNode

__all__ = ["WorkflowGraph", "WorkflowGraphEdge"]


class WorkflowGraphEdge(BaseModel):
    """An arrow from node `source` to node `target`, by their ids; `label` says how, where that is not plain."""

    source: str
    target: str
    label: str | None = None


class WorkflowGraph(BaseModel):
    """All nodes and edges of a workflow. `description` is the docstring of its class."""

    name: str
    nodes: list[WorkflowGraphNode]
    edges: list[WorkflowGraphEdge]
    description: str | None = None

    def filter_by_node_type(self, *node_types: str) -> WorkflowGraph:
        """The graph without the nodes of those types. A way that led through them becomes one edge.

        Its label is that of the first node that it led through, so a graph without events has them on its edges.
        """
        nodes = {node.id: node for node in self.nodes}
        outgoing: dict[str, list[WorkflowGraphEdge]] = {}
        for edge in self.edges:
            outgoing.setdefault(edge.source, []).append(edge)

        def onward(source: str, label: str | None, seen: set[str]) -> Iterator[tuple[str, str | None]]:
            for edge in outgoing.get(source, ()):
                target = nodes[edge.target]
                if target.node_type not in node_types:
                    yield edge.target, edge.label if label is None else label
                elif edge.target not in seen:
                    seen.add(edge.target)
                    yield from onward(edge.target, target.label if label is None else label, seen)

        kept = [node for node in self.nodes if node.node_type not in node_types]
        edges: dict[tuple[str, str], WorkflowGraphEdge] = {}
        for node in kept:
            for target, label in onward(node.id, None, set()):
                edges.setdefault((node.id, target), WorkflowGraphEdge(source=node.id, target=target, label=label))
        return WorkflowGraph(name=self.name, nodes=kept, edges=list(edges.values()), description=self.description)

    def to_mermaid(self, *, direction: str = "TD") -> str:
        """The graph in Mermaid's language, which GitHub, GitLab and many editors draw.

        >>> from typedflow import StartEvent, StopEvent, Workflow, step
        >>> from typedflow.representation import get_workflow_representation
        >>> class Hello(Workflow):
        ...     @step
        ...     async def greet(self, ev: StartEvent) -> StopEvent[str]:
        ...         return StopEvent(result="hello")
        >>> print(get_workflow_representation(Hello).to_mermaid())
        flowchart TD
            greet["greet"]:::step
            StartEvent(["StartEvent"]):::start
            StopEvent_str_(["StopEvent[str]"]):::stop
            StartEvent --> greet
            greet --> StopEvent_str_
            classDef step fill:#e3f2fd,stroke:#1565c0
            classDef start fill:#e8f5e9,stroke:#2e7d32
            classDef stop fill:#ffebee,stroke:#c62828
        """
        return mermaid(self.nodes, [(edge.source, edge.target, edge.label) for edge in self.edges], direction)
