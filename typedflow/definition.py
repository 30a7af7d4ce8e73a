"""What a workflow class amounts to, worked out once: its steps, its graph and its plan, its state and its start event."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from typedflow.engine.compile import compile_plan
from typedflow.engine.plan import Plan
from typedflow.errors import WorkflowConfigurationError, WorkflowValidationError
from typedflow.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, event_key
from typedflow.reading.body import read_facts
from typedflow.reading.graph import read_graph, steps_of
from typedflow.state.dict_state import DictState
from typedflow.wiring import Problem, RunField, check, run_arguments, unknown_codes
from typedflow.wiring.graph import HUMAN_RESPONSE, INPUT_REQUIRED
from typedflow.wiring.run_arguments import reserved_fields

if TYPE_CHECKING:
    from typedflow.reading.signature import Signature
    from typedflow.step import Step
    from typedflow.wiring import Graph
    from typedflow.workflow import Workflow

__all__ = ["Definition", "define", "undefine"]

AnyWorkflow = type["Workflow[Any, Any]"]  # Any: a definition is of a workflow with whatever state and result


class Definition:
    """A workflow class, read. `graph` is what the rules judge; `plan` what the engine runs, made when first asked for."""

    def __init__(self, workflow: AnyWorkflow) -> None:
        self.name = workflow.__name__
        self._workflow = workflow
        self.steps: tuple[Step[Any, Any, Any], ...] = tuple(steps_of(workflow))
        self.graph: Graph = read_graph(workflow)
        self.start = _start_class(workflow, self.steps)
        self.state_model = _state_model(self.steps)
        self._passed: set[frozenset[str]] = set()
        self._plan: Plan | None = None

    @property
    def plan(self) -> Plan:
        """The workflow made ready to run."""
        if self._plan is None:
            self._plan = compile_plan(self.name, self.steps, self.graph)
        return self._plan

    @property
    def stop(self) -> type[StopEvent[Any]]:
        """The stop event that the steps return; `StopEvent` where they return several."""
        found = {kind for kind in _made(self.steps) if issubclass(kind, StopEvent)}
        return found.pop() if len(found) == 1 else StopEvent

    @property
    def events(self) -> tuple[type[Event], ...]:
        """Every event class that a step takes or returns, by name."""
        found = {*_made(self.steps), *_taken(self.steps)}
        return tuple(sorted(found, key=lambda kind: kind.__name__))

    @property
    def events_by_key(self) -> Mapping[str, type[Event]]:
        """The same by full name: what a saved context may contain."""
        waited = (kind for step in self.steps for kind in read_facts(step.signature, self._workflow).waits)
        return {event_key(kind): kind for kind in (*waited, *self.events)}

    @property
    def asks_people(self) -> bool:
        """Whether the workflow asks for input from outside, or takes it, by what its steps and their bodies show."""
        if any(issubclass(kind, (InputRequiredEvent, HumanResponseEvent)) for kind in self.events):
            return True
        shown = (event for step in self.graph.steps for event in (*step.waits, *step.asks, *step.sends))
        return any(event.is_a(INPUT_REQUIRED) or event.is_a(HUMAN_RESPONSE) for event in shown)

    def check(self, skip: Collection[str] = ()) -> None:
        """Apply every wiring rule, once for each set of skipped codes.

        Raises `WorkflowValidationError` with all problems, a `WorkflowConfigurationError` where there is no step at
        all.
        """
        skipped = frozenset(skip)
        if skipped in self._passed:
            return
        unknown = unknown_codes(skipped)
        if unknown:
            raise WorkflowValidationError(f"skip_checks names {', '.join(unknown)}: there is no such check")
        found = (
            *check(self.graph),
            *reserved_fields(self.start.__name__, self.start.model_fields),
            *self._unmakeable(),
        )
        problems = [problem for problem in found if problem.code not in skipped]
        if problems:
            count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
            kind = WorkflowValidationError if self.steps else WorkflowConfigurationError
            raise kind(f"workflow '{self.name}' has {count}:\n" + "\n".join(f"  {p}" for p in problems), problems)
        self._passed.add(skipped)

    def wrong_fields(
        self, given: Mapping[str, Any], error: ValidationError
    ) -> list[Problem]:  # Any: what the user gave
        """Why the start event could not be made of what `run()` was given."""
        name, event = self.name, self.start.__name__
        fields = [RunField(f.alias or name, f.is_required()) for name, f in self.start.model_fields.items()]
        takes_any = self.start.model_config.get("extra") == "allow"
        problems = list(run_arguments(name, event, fields, given, open=takes_any))
        for finding in error.errors():
            if finding["type"] not in ("missing", "extra_forbidden") or len(finding["loc"]) != 1:
                path = ".".join(map(str, finding["loc"]))
                message = (
                    f"{name}.run() got {finding['input']!r} for '{path}', which '{event}' does not accept: "
                    f"{finding['msg']}."
                )
                problems.append(
                    Problem("run-arguments", message, f"Pass what the fields of '{event}' ask for.", event=event)
                )
        return problems

    @property
    def signatures(self) -> Iterator[Signature]:
        """Those of the steps that are given resources."""
        return (step.signature for step in self.steps if step.signature.resources)

    def _unmakeable(self) -> list[Problem]:
        """Resources that can never be made. Few workflows have any: the others do without the import."""
        signatures = list(self.signatures)
        if not signatures:
            return []
        from typedflow.reading.recipes import resource_problems

        return resource_problems(signatures)


def define(workflow: AnyWorkflow) -> Definition:
    """The definition of a class, made when first asked for; `undefine` drops it."""
    kept: Definition | None = workflow.__dict__.get("_definition")
    if kept is None:
        kept = workflow._definition = Definition(workflow)
    return kept


def undefine(workflow: AnyWorkflow) -> None:
    """A free-function step has come to the class: it and its subclasses are read again."""
    workflow._definition = None
    for subclass in workflow.__subclasses__():
        undefine(subclass)


def _taken(steps: tuple[Step[Any, Any, Any], ...]) -> list[type[Event]]:
    return [kind for step in steps for parameter in step.signature.events for kind in parameter.events]


def _made(steps: tuple[Step[Any, Any, Any], ...]) -> list[type[Event]]:
    return [kind for step in steps for kind in (*step.signature.returns, *step.signature.fanned_out)]


def _start_class(workflow: AnyWorkflow, steps: tuple[Step[Any, Any, Any], ...]) -> type[StartEvent]:
    """The class that `run(**fields)` makes: the one that the class names, else the most derived one that a step takes."""
    declared = workflow.start_event
    if declared is not StartEvent:
        return declared
    taken = [kind for kind in _taken(steps) if issubclass(kind, StartEvent)]
    return max(taken, key=lambda kind: len(kind.__mro__), default=StartEvent)


def _state_model(steps: tuple[Step[Any, Any, Any], ...]) -> type[BaseModel]:
    """The most derived of the states that the steps name, which the rule `state-type` has found to be one line."""
    named = [state for step in steps if (state := step.signature.state) is not None]
    models = [state for state in named if isinstance(state, type) and issubclass(state, BaseModel)]
    return max(models, key=lambda model: len(model.__mro__), default=DictState)
