"""The one list of codes: what every rule is called, here, in the errors and in mypy (`typedflow-<code>`)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from typedflow.wiring.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CODES", "unknown_codes"]

CODES: Mapping[str, str] = MappingProxyType(
    {
        "step-signature": "a step without an event, with a wrong annotation or option, or a return that is no event",
        "no-start": "no step takes a StartEvent",
        "no-stop": "no step returns a StopEvent",
        "start-types": "steps take unrelated start events",
        "unproduced-event": "an event that a step takes and none makes",
        "unhandled-event": "an event that a step makes and none takes",
        "unreachable-step": "a step with no way in from the start",
        "no-exit": "a step with no way out to a StopEvent",
        "state-type": "a state that is no pydantic model, or states that are not in one line of inheritance",
        "state-default": "a field of the state without a default",
        "state-path": "a path that the state does not have, or a value of the wrong type for it",
        "state-unserializable": "a field of the state that cannot be saved",
        "self-state": "a step that assigns to self, which all runs share",
        "state-read-only": "an assignment through ctx.state, or to a draft whose edit has ended",
        "nested-edit": "a writer of the store inside an edit_state block of the same store",
        "run-arguments": "run() with a missing, unknown or ill-typed field of the start event",
        "forgotten-step": "a method with the signature of a step and no @step",
        "collect": "a fan-in or collect_events that can never be complete",
        "resource-type": "a resource whose factory returns another type than its parameter has",
        "error-handler": "a @catch_error step with a wrong signature, or for an unknown step",
    }
)
"""code -> what is wrong, in the order in which problems are reported."""


def unknown_codes(names: Iterable[str]) -> list[str]:
    """The names that are no codes (as given to `skip_checks`), quoted, each with the code that was probably meant.

    >>> unknown_codes(["no-exit", "unhandled-events"])
    ["'unhandled-events' (did you mean 'unhandled-event'?)"]
    """
    found: list[str] = []
    for name in sorted(set(names) - CODES.keys()):
        guess = did_you_mean(name, CODES)
        found.append(f"'{name}'" + (f" ({guess})" if guess else ""))
    return found
