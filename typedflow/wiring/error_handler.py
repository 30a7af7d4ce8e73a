"""error-handler: a `@catch_error` step takes a StepFailedEvent and covers steps that exist, each covered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow.wiring.graph import FAILED
from typedflow.wiring.nearest import did_you_mean, listed
from typedflow.wiring.problem import Part, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedflow.wiring.connections import Connections
    from typedflow.wiring.graph import StepNode

__all__ = ["error_handler", "handler_signature"]


def error_handler(connections: Connections) -> Iterator[Problem]:
    """Handlers with a wrong signature, an unknown or foreign step, or a claim that another handler has too."""
    handlers = connections.handlers
    for step in handlers:
        yield from handler_signature(step)
    if not handlers or connections.graph.open:  # the steps that it covers may be still to come
        return
    names = {step.name: step for step in connections.steps}
    claimed: dict[str | None, str] = {}
    for step in sorted(handlers, key=lambda step: step.name):
        covers = step.handler.for_steps if step.handler is not None else ()
        if covers is not None and not covers:
            yield _problem(
                step,
                f"@catch_error step '{step.name}' covers no step.",
                "Name steps in for_steps, or leave it out to cover all.",
            )
        for name in dict.fromkeys((None,) if covers is None else covers):
            if name is not None and name not in names:
                guess = did_you_mean(name, names)
                hint = (
                    guess[:1].upper() + guess[1:]
                    if guess
                    else f"The steps are {listed(sorted(names.keys() - {handler.name for handler in handlers}))}."
                )
                yield _problem(
                    step, f"@catch_error step '{step.name}' covers '{name}', which is no step of the workflow.", hint
                )
            elif name is not None and names[name].handler is not None:
                yield _problem(
                    step,
                    f"@catch_error step '{step.name}' covers '{name}', which is a @catch_error step itself.",
                    f"Take '{name}' out of for_steps; a failure inside a handler fails the run.",
                )
            elif name in claimed:
                what = "all steps" if name is None else f"step '{name}'"
                yield _problem(
                    step,
                    f"@catch_error step '{step.name}' covers {what}, which '{claimed[name]}' covers already.",
                    "Let one handler cover it."
                    if name is not None
                    else "Name the steps of one of the two in for_steps.",
                )
            else:
                claimed[name] = step.name


def handler_signature(step: StepNode) -> Iterator[Problem]:
    """What the handler's own definition shows, for a reader that meets it on its own."""
    if step.handler is None:
        return
    events = [event for parameter in step.takes for event in parameter.events]
    if not events and step.waits_unknown:  # what it takes cannot be told
        return
    if len(events) != 1 or events[0].key != FAILED or step.takes[0].many:
        taken = f" and takes {listed([event.name for event in events])}" if events else ""
        yield _problem(
            step,
            f"@catch_error step '{step.name}' must take StepFailedEvent and no other event{taken and ','}{taken}.",
            "Give it one event parameter, annotated as StepFailedEvent.",
            part="function",
        )


def _problem(step: StepNode, message: str, hint: str, part: Part = "decorator") -> Problem:
    return Problem("error-handler", message, hint, step=step.name, part=part)
