"""The nodes of a workflow's graph."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel

__all__ = [
    "WorkflowEventNode",
    "WorkflowExternalNode",
    "WorkflowGenericNode",
    "WorkflowGraphNode",
    "WorkflowNodeBase",
    "WorkflowResourceConfigNode",
    "WorkflowResourceNode",
    "WorkflowStepNode",
]


class WorkflowNodeBase(BaseModel):
    """What every node has: an `id`, unique in its graph, and the `label` that a drawing shows."""

    id: str
    label: str

    def truncated_label(self, max_length: int) -> str:
        """The label, cut to `max_length` characters of which the last is then a `*`.

        >>> WorkflowNodeBase(id="a", label="HumanResponseEvent").truncated_label(6)
        'Human*'
        """
        return self.label if len(self.label) <= max_length else f"{self.label[: max_length - 1]}*"


class WorkflowStepNode(WorkflowNodeBase):
    """A step. `description` is its docstring; `state` the name of the model that its context has."""

    node_type: Literal["step"] = "step"
    description: str | None = None
    state: str | None = None


class WorkflowEventNode(WorkflowNodeBase):
    """An event class.

    `event_types` is its name and those of its event bases, nearest first, `Event` itself not among them; `event_schema`
    its JSON schema, where it has one; `produced_by` the steps that return or send it.
    """

    node_type: Literal["event"] = "event"
    event_type: str
    event_types: list[str]
    event_schema: dict[str, Any] | None = None  # Any: JSON data
    produced_by: list[str] = []

    def is_subclass_of(self, *type_names: str) -> bool:
        """Whether the event or one of its bases has one of the names."""
        return any(name in self.event_types for name in type_names)


class WorkflowExternalNode(WorkflowNodeBase):
    """The world outside, which is asked and answers."""

    node_type: Literal["external"] = "external"


class WorkflowResourceNode(WorkflowNodeBase):
    """An injected resource: the type that is asked for, and the factory that makes it and where that is written."""

    node_type: Literal["resource"] = "resource"
    type_name: str | None = None
    getter_name: str | None = None
    source_file: str | None = None
    source_line: int | None = None
    description: str | None = None


class WorkflowResourceConfigNode(WorkflowNodeBase):
    """A resource that is read from a file."""

    node_type: Literal["resource_config"] = "resource_config"
    type_name: str | None = None
    config_file: str | None = None
    path_selector: str | None = None
    config_schema: dict[str, Any] | None = None  # Any: JSON data
    config_value: dict[str, Any] | None = None  # Any: JSON data
    description: str | None = None


class WorkflowGenericNode(WorkflowNodeBase):
    """A node of a kind of one's own, for drawings that show more than a workflow has."""

    node_type: str
    event_type: str | None = None
    event_types: list[str] | None = None

    def is_subclass_of(self, *type_names: str) -> bool:
        """As `WorkflowEventNode.is_subclass_of`."""
        return any(name in (self.event_types or ()) for name in type_names)


WorkflowGraphNode: TypeAlias = (
    WorkflowStepNode
    | WorkflowEventNode
    | WorkflowExternalNode
    | WorkflowResourceNode
    | WorkflowResourceConfigNode
    | WorkflowGenericNode
)
"""Any node; the generic one last, so that it is only read where none of the others fits."""
