"""A graph in Mermaid's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from typedflow.representation.nodes import WorkflowEventNode, WorkflowGraphNode

__all__ = ["mermaid"]

SHAPES = {
    "step": '["{}"]',
    "event": '(["{}"])',
    "external": '{{{{"{}"}}}}',
    "resource": '[("{}")]',
    "resource_config": '[/"{}"/]',
}
COLOURS = {
    "step": "fill:#e3f2fd,stroke:#1565c0",
    "event": "fill:#fff8e1,stroke:#f9a825",
    "start": "fill:#e8f5e9,stroke:#2e7d32",
    "stop": "fill:#ffebee,stroke:#c62828",
    "external": "fill:#f3e5f5,stroke:#6a1b9a",
    "resource": "fill:#eceff1,stroke:#455a64",
    "resource_config": "fill:#eceff1,stroke:#455a64",
    "other": "fill:#ffffff,stroke:#616161",
}


def mermaid(
    nodes: Sequence[WorkflowGraphNode], edges: Iterable[tuple[str, str, str | None]], direction: str = "TD"
) -> str:
    """The text; `edges` are source, target and label."""
    names = _names([node.id for node in nodes])
    lines = [f"flowchart {direction}"]
    used: dict[str, None] = {}
    for node in nodes:
        look = _look(node)
        used[look] = None
        shape = SHAPES.get(node.node_type, '["{}"]').format(_text(node.label))
        lines.append(f"    {names[node.id]}{shape}:::{look}")
    for source, target, label in edges:
        arrow = f'-->|"{_text(label)}"|' if label else "-->"
        lines.append(f"    {names[source]} {arrow} {names[target]}")
    lines += [f"    classDef {look} {COLOURS[look]}" for look in used]
    return "\n".join(lines)


def _look(node: WorkflowGraphNode) -> str:
    if isinstance(node, WorkflowEventNode):
        if node.is_subclass_of("StartEvent"):
            return "start"
        return "stop" if node.is_subclass_of("StopEvent") else "event"
    return node.node_type if node.node_type in COLOURS else "other"


def _names(ids: Sequence[str]) -> dict[str, str]:
    """A name for each node that Mermaid can read: `end` and what has other characters than letters would break it."""
    names: dict[str, str] = {}
    for id in ids:
        name = re.sub(r"\W", "_", id, flags=re.ASCII)
        if not name or name.lower() == "end" or name[0] in "ox" or name in names.values():
            name = f"n{len(names)}_{name}"
        names[id] = name
    return names


def _text(text: str) -> str:
    return text.replace('"', "#quot;").replace("\n", " ")
