"""forgotten-step: a method that looks like a step in all but its decorator."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typedflow.wiring.connections import bare_events
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typedflow.wiring.connections import Connections

__all__ = ["forgotten_step", "is_among", "may_be_noted"]

PASSIVE = frozenset({"deprecated", "final", "override"})
"""Decorators that do nothing with a method but return it."""


def may_be_noted(decorators: Iterable[ast.expr]) -> bool:
    r"""Whether one of a method's decorators may note it, so that it is called from there: `@tool`, `@app.on("paid")`.

    >>> one, other = ast.parse("@typing.override\ndef a(): ...\n@tool\ndef b(): ...").body
    >>> may_be_noted(one.decorator_list), may_be_noted(other.decorator_list)
    (False, True)
    """
    functions = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    return any(getattr(one, "attr", getattr(one, "id", "")) not in PASSIVE for one in functions)


def is_among(name: str, references: Iterable[str]) -> bool:
    """Whether the attribute is among those that are read: by its name, or by one that begins like `on_*`.

    >>> is_among("on_paid", {"pay", "on_*"}), is_among("on_paid", {"pay", "on"})
    (True, False)
    """
    return any(one == name or (one.endswith("*") and name.startswith(one[:-1])) for one in references)


def forgotten_step(connections: Connections) -> Iterator[Problem]:
    """A method with the signature of a step, called by no other method, and without `@step`."""
    for lookalike in connections.graph.lookalikes:
        name = lookalike.step.name
        event = next(iter(bare_events(lookalike.step)), None)
        if lookalike.overrides:
            message = (
                f"Method '{name}' replaces the step '{name}' of a base class and has no @step, so the step is gone."
            )
            hint = "Mark it with @step; to take the step away on purpose, set it to None."
        else:
            message = (
                f"Method '{name}' has the signature of a step{f' for {event.name!r}' if event else ''} and no @step."
            )
            hint = "Mark it with @step; if it is a helper, let a step call it, or give it an argument that is no event."
        yield Problem("forgotten-step", message, hint, step=name, event=event.name if event else None, part="function")
