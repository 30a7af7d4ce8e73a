"""state-type, state-default, state-unserializable: a state that can be made with no arguments, checked and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.connections import Connections
    from typedflow.wiring.graph import StateType

__all__ = ["further_in", "most_derived", "state_default", "state_type", "state_unserializable"]


def state_type(connections: Connections) -> Iterator[Problem]:
    """A state that is no pydantic model; steps whose states are not in one line of inheritance."""
    models: list[tuple[StateType, list[str]]] = []
    for state, steps in connections.states:
        if state.is_model:
            models.append((state, steps))
            continue
        for step in steps:
            yield Problem(
                "state-type",
                f"{_subject(connections, step)} uses '{state.name}' as its state, which is no pydantic model.",
                f"Derive '{state.name}' from pydantic.BaseModel, or from DictState for a state without a schema.",
                step=step or None,
            )
    if len(models) < 2 or connections.graph.open:
        return
    uses = [(step, state) for state, steps in models for step in steps]
    usual_step, usual = min(uses, key=_precedence)
    for step, state in uses:
        if not _in_line(state, usual):
            yield Problem(
                "state-type",
                f"{_subject(connections, step)} uses the state '{state.name}', but "
                f"{_lower(connections, usual_step)} uses "
                f"'{usual.name}', and neither derives from the other.",
                "A run has one state: let all steps use one model, or models of one line of inheritance.",
                step=step or None,
            )


def state_default(connections: Connections) -> Iterator[Problem]:
    """A field without a default: a run begins with the state that the model makes of nothing."""
    for step, state in most_derived(connections):
        for field in state.fields:
            if not field.has_default:
                where = "" if field.owner in (state.name, state.key) else f", declared in '{_short(field.owner)}',"
                yield Problem(
                    "state-default",
                    f"Field '{field.name}' of the state '{state.name}'{where} has no default, so a run "
                    "cannot make its first state.",
                    f"Give '{field.name}' a default value or a default_factory.",
                    step=step or None,
                    part="field",
                    name=field.name,
                )


def state_unserializable(connections: Connections) -> Iterator[Problem]:
    """A field that cannot be saved and is not excluded from saving."""
    for step, state in most_derived(connections):
        for field in state.fields:
            if field.unserializable and not field.excluded:
                yield Problem(
                    "state-unserializable",
                    f"Field '{field.name}' of the state '{state.name}' cannot be saved: {field.unserializable}.",
                    f"Give '{field.name}' a serializer, keep it out of what is saved with Field(exclude=True), "
                    "or inject it as a resource.",
                    step=step or None,
                    part="field",
                    name=field.name,
                )


def further_in(why: str, field: str, owner: str) -> str:
    """Why something cannot be saved that has a field which cannot; the place that is named is the innermost.

    >>> further_in("a function has no JSON form", "call", "Client")
    "a function has no JSON form ('call' of 'Client')"
    >>> further_in("a function has no JSON form ('call' of 'Client')", "client", "Pool")
    "a function has no JSON form ('call' of 'Client')"
    """
    return why if why.endswith(")") else f"{why} ('{field}' of '{owner}')"


def most_derived(connections: Connections) -> list[tuple[str, StateType]]:
    """The states that a run may have, each with a step that names it: those from which no other state derives."""
    found: dict[str, tuple[str, StateType]] = {}
    for state, steps in connections.states:
        if state.is_model:
            step, earlier = min(steps), found.get(state.key)
            if earlier is None or step < earlier[0]:
                found[state.key] = (step, state)
    if len(found) < 2:
        return list(found.values())
    derived_from = {key for _, state in found.values() for key in state.bases}
    return [use for key, use in found.items() if key not in derived_from]


def _in_line(one: StateType, other: StateType) -> bool:
    return (
        one.key == other.key or one.key in other.bases or other.key in one.bases or one.more_bases or other.more_bases
    )


def _precedence(use: tuple[str, StateType]) -> tuple[bool, int, str, str]:
    """What the class declares comes first, then the most derived state."""
    step, state = use
    return (step != "", -len(state.bases), state.key, step)


def _subject(connections: Connections, step: str) -> str:
    return f"Step '{step}'" if step else f"Workflow '{connections.graph.name}'"


def _lower(connections: Connections, step: str) -> str:
    subject = _subject(connections, step)
    return subject[0].lower() + subject[1:]


def _short(key: str) -> str:
    return key.rpartition(".")[2]
