"""Makes the plan of a workflow out of its steps: once for each class, not for each run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from typedflow.collect import Take
from typedflow.engine.plan import Mode, Plan, StepPlan
from typedflow.engine.threads import in_thread
from typedflow.engine.time_limit import limited
from typedflow.events import HumanResponseEvent
from typedflow.wiring.connections import Connections
from typedflow.wiring.levels import fan_ins

if TYPE_CHECKING:
    from typedflow.context import Context
    from typedflow.reading.signature import Signature
    from typedflow.step import Step
    from typedflow.wiring.graph import Graph

__all__ = ["compile_plan"]

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

NONE: Mapping[str, object] = MappingProxyType({})

Call = Callable[..., Any]  # Any: `(workflow, context, payload)`, of the user's types, or also `resources`


def compile_plan(name: str, steps: Sequence[Step[Any, Any, Any]], graph: Graph) -> Plan:
    """The plan of a workflow whose wiring has been checked."""
    plans = tuple(_step_plan(step, index) for index, step in enumerate(steps))
    return Plan(
        name,
        plans,
        handlers=_handlers(steps, {plan.name: plan for plan in plans}),
        collectors=fan_ins(Connections(graph)),
        takes_answers=any(issubclass(kind, HumanResponseEvent) for plan in plans for kind in plan.takes),
    )


def _step_plan(step: Step[Any, Any, Any], index: int) -> StepPlan:
    signature = step.signature.completed()
    many = signature.many
    take = many.cardinality if many is not None and isinstance(many.cardinality, Take) else None
    call: Call = caller(signature)
    if not signature.is_async:
        call = in_thread(call, abandon=step.timeout is not None)
    if signature.resources:  # few workflows have any: the others do without the imports
        from typedflow.engine.injection import injected
        from typedflow.reading.recipes import needs_of

        call = injected(call, needs_of(signature))
    if step.timeout is not None:
        call = limited(call, step.name, step.timeout)
    return StepPlan(
        step.name,
        index,
        call,
        mode=Mode.COLLECT if many is not None else Mode.JOIN if len(signature.events) > 1 else Mode.SINGLE,
        slots=tuple(parameter.events for parameter in signature.events),
        event_names=tuple(parameter.name for parameter in signature.events),
        returned=signature.returns,
        fanned_out=signature.fanned_out,
        num_workers=step.num_workers,
        retry=step.retry_policy,
        timeout=step.timeout,
        subclasses=step.accept_event_subclasses,
        take=take.n if take is not None else None,
        cancel_rest=take.cancel_rest if take is not None else False,
        max_recoveries=step.handler.max_recoveries if step.handler is not None else 1,
    )


def caller(signature: Signature) -> Call:
    """`call(workflow, context, payload)`: the function itself where its parameters are in that order, else an adapter.

    A step with resources is also given their values, by name.
    """
    function = signature.function
    context, events, receiver = (
        signature.context,
        [parameter.name for parameter in signature.events],
        signature.receiver,
    )
    if receiver is not None and len(events) == 1 and not signature.resources:
        leading = [p.name for p in inspect.signature(function).parameters.values() if p.kind in POSITIONAL]
        if leading[1:3] == [context, events[0]]:
            return function
        if context is None and leading[1:2] == events:
            return lambda workflow, ctx, payload: function(workflow, payload)
    context_name, joins = context, len(events) > 1

    def call(workflow: object, ctx: Context[Any], payload: Any, resources: Mapping[str, object] = NONE) -> Any:
        given = {**resources, **(dict(zip(events, payload, strict=True)) if joins else {events[0]: payload})}
        if context_name is not None:
            given[context_name] = ctx
        return function(workflow, **given) if receiver is not None else function(**given)

    return call


def _handlers(steps: Sequence[Step[Any, Any, Any]], plans: Mapping[str, StepPlan]) -> dict[str, StepPlan]:
    """The `@catch_error` step of each step that has one: the one that names it, else the one for all."""
    handlers = [step for step in steps if step.handler is not None]
    covered = {step.name for step in steps} - {step.name for step in handlers}
    found: dict[str, StepPlan] = {}
    for step in sorted(handlers, key=lambda step: step.handler is not None and step.handler.for_steps is not None):
        named = step.handler.for_steps if step.handler is not None else None
        found.update(dict.fromkeys(covered if named is None else covered.intersection(named), plans[step.name]))
    return found
