"""The graph of a workflow as data, and as a Mermaid drawing."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from typedflow import Context, Event, InputRequiredEvent, Resource, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import HumanResponseEvent, StepFailedEvent
from typedflow.representation import WorkflowGraph, get_workflow_representation
from typedflow.resource import ResourceConfig


class Task(Event):
    n: int


class Done(Event):
    n: int


class Special(Done):
    pass


class Asked(InputRequiredEvent):
    pass


class Told(HumanResponseEvent):
    text: str


def connect() -> str:
    """A connection."""
    return "connection"


def client(connection: Annotated[str, Resource(connect)]) -> list[str]:
    return [connection]


class Flow(Workflow):
    """All that can be drawn."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> list[Task]:
        """Fan out."""
        return []

    @step
    async def work(self, ctx: Context, ev: Task, client: Annotated[list[str], Resource(client)]) -> Done | Special:
        await ctx.wait_for_event(Told, waiter_event=Asked())
        return Done(n=1)

    @step(accept_event_subclasses=True)
    async def gather(
        self, evs: list[Done], size: Annotated[int, ResourceConfig("settings.json", path_selector="a.size")]
    ) -> StopEvent[int]:
        return StopEvent(result=1)

    @catch_error
    async def failed(self, ev: StepFailedEvent) -> StopEvent[int]:
        return StopEvent(result=-1)


def edges_of(graph: WorkflowGraph) -> set[tuple[str, str, str | None]]:
    return {(edge.source, edge.target, edge.label) for edge in graph.edges}


def test_the_graph_has_what_signatures_and_bodies_say() -> None:
    graph = get_workflow_representation(Flow)
    nodes = {node.id: node for node in graph.nodes}
    assert graph.description == "All that can be drawn."
    assert nodes["begin"].description == "Fan out."  # type: ignore[union-attr]  # a step node
    edges = edges_of(graph)
    assert {
        ("StartEvent", "begin", None),
        ("begin", "Task", "list[Task]"),
        ("Task", "work", None),
        ("work", "Done", None),
        ("work", "Special", None),
        ("Done", "gather", "list[Done]"),
        ("Special", "gather", "list[Done]"),
        ("gather", "StopEvent[int]", None),
        ("work", "Asked", "asks"),
        ("Asked", "external_step", None),
        ("external_step", "Told", None),
        ("Told", "work", "waits"),
        ("work", "StepFailedEvent", "fails"),
        ("StepFailedEvent", "failed", None),
    } <= edges
    assert ("failed", "StepFailedEvent", "fails") not in edges


def test_resources_and_what_they_need_are_nodes() -> None:
    graph = get_workflow_representation(Flow())
    resources = {node.getter_name: node for node in graph.nodes if node.node_type == "resource"}  # type: ignore[union-attr]  # as it asks
    assert set(resources) == {"client", "connect"}
    assert resources["connect"].description == "A connection."  # type: ignore[union-attr]  # a resource node
    assert resources["connect"].source_file == __file__  # type: ignore[union-attr]  # as above
    edges = edges_of(graph)
    assert ("work", resources["client"].id, "client") in edges
    assert (resources["client"].id, resources["connect"].id, "connection") in edges
    (config,) = (node for node in graph.nodes if node.node_type == "resource_config")
    assert (config.config_file, config.path_selector) == ("settings.json", "a.size")  # type: ignore[union-attr]  # as above
    assert ("gather", config.id, "size") in edges


def test_events_say_what_they_are_and_who_makes_them() -> None:
    nodes = {node.id: node for node in get_workflow_representation(Flow).nodes}
    special, stop = nodes["Special"], nodes["StopEvent[int]"]
    assert special.event_types == ["Special", "Done"]  # type: ignore[union-attr]  # an event node
    assert special.produced_by == ["work"]  # type: ignore[union-attr]  # as above
    assert special.event_schema["properties"] == {"n": {"title": "N", "type": "integer"}}  # type: ignore[index, union-attr]  # as above
    assert stop.is_subclass_of("StopEvent")  # type: ignore[union-attr]  # as above
    assert stop.produced_by == ["gather", "failed"]  # type: ignore[union-attr]  # as above


def test_two_events_of_one_name_are_two_nodes() -> None:
    class Outer:
        class Task(Event):
            m: int

    class Twice(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Task:
            return Task(n=1)

        @step
        async def other(self, ev: Task) -> Outer.Task:
            return Outer.Task(m=1)

        @step
        async def end(self, ev: Outer.Task) -> StopEvent:
            return StopEvent()

    graph = get_workflow_representation(Twice)
    tasks = [node for node in graph.nodes if node.label == "Task"]
    assert len({node.id for node in tasks}) == 2
    assert len([edge for edge in graph.edges if edge.source in {node.id for node in tasks}]) == 2


T = TypeVar("T")


class Batch(Event, Generic[T]):
    items: list[T]


def test_a_generic_event_and_its_forms_are_joined() -> None:
    class Generically(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Batch[int]:
            return Batch[int](items=[])

        @step
        async def end(self, ev: Batch[int]) -> StopEvent:
            return StopEvent()

    edges = edges_of(get_workflow_representation(Generically))
    assert {("begin", "Batch[int]", None), ("Batch[int]", "end", None)} <= edges


def test_a_graph_without_its_events_has_them_on_its_edges() -> None:
    graph = get_workflow_representation(Flow).filter_by_node_type("event", "resource", "resource_config")
    assert {node.node_type for node in graph.nodes} == {"step", "external"}
    assert ("begin", "work", "Task") in edges_of(graph)
    assert ("work", "failed", "StepFailedEvent") in edges_of(graph)


def test_a_graph_is_data_that_can_be_stored() -> None:
    graph = get_workflow_representation(Flow)
    assert WorkflowGraph.model_validate_json(graph.model_dump_json()) == graph


def test_the_mermaid_text_names_each_node_once_and_only_with_what_mermaid_reads() -> None:
    graph = get_workflow_representation(Flow)
    text = graph.to_mermaid(direction="LR")
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "flowchart LR"
    assert 'StartEvent(["StartEvent"]):::start' in lines
    assert 'StopEvent_int_(["StopEvent[int]"]):::stop' in lines
    assert 'begin -->|"list[Task]"| Task' in lines
    assert 'external_step{{"external_step"}}:::external' in lines
    assert len([line for line in lines if ":::" in line]) == len(graph.nodes)
    assert len([line for line in lines if "-->" in line]) == len(graph.edges)


def test_names_that_mermaid_would_misread_are_changed() -> None:
    class Ends(Workflow):
        @step
        async def end(self, ev: StartEvent) -> StopEvent:
            return StopEvent()

    text = get_workflow_representation(Ends).to_mermaid()
    assert '["end"]' in text
    assert "\n    end[" not in text
