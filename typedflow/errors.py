"""Every exception that typedflow raises on purpose.

All of them derive from `WorkflowError`, so `except WorkflowError` catches what the library says and nothing else.
An error that a user's own step raises reaches the caller as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedflow.wiring.problem import Problem

__all__ = [
    "ContextSerdeError",
    "ContextStateError",
    "DraftClosedError",
    "EditTimeoutError",
    "NestedEditError",
    "StateError",
    "StatePathError",
    "StateReadOnlyError",
    "StateTypeError",
    "StateValidationError",
    "StateVersionError",
    "StepTimeoutError",
    "WorkflowCancelledByUser",
    "WorkflowConfigurationError",
    "WorkflowError",
    "WorkflowRuntimeError",
    "WorkflowStalledError",
    "WorkflowStepDoesNotExistError",
    "WorkflowTimeoutError",
    "WorkflowValidationError",
]


class WorkflowError(Exception):
    """The base of all errors of this library."""


class WorkflowValidationError(WorkflowError):
    """The workflow as written cannot work; nothing has run.

    `problems` lists every finding of the wiring rules, each with its code, step, event and hint; it is empty where the
    error is about an argument (`Workflow(timeout=-1)`) and not about a step or the graph.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = tuple(problems)


class WorkflowConfigurationError(WorkflowValidationError):
    """A workflow without steps, without a start or without a stop."""


class WorkflowRuntimeError(WorkflowError):
    """A run did something that the engine cannot carry out (a step returned no event, a stream was misused)."""


class WorkflowStalledError(WorkflowRuntimeError):
    """The run can make no progress: no step runs, no event is queued, no timer is set.

    The text names who waits for what, and the last events of the run that no step took, each with who made it.
    """


class WorkflowStepDoesNotExistError(WorkflowRuntimeError):
    """An event was sent to a step that the workflow does not have."""


class WorkflowTimeoutError(WorkflowError, TimeoutError):
    """The run took longer than its `timeout`."""


class StepTimeoutError(WorkflowError, TimeoutError):
    """One attempt of a step took longer than the `timeout` of its `@step`. It is a failure like others: it may be tried again."""


class WorkflowCancelledByUser(WorkflowError):
    """The run was cancelled through its handler."""


class ContextSerdeError(WorkflowError):
    """A context could not be saved, or a saved one could not be restored. The text names every offending path."""


class ContextStateError(WorkflowError):
    """A member of the context was used where it has no meaning (before the run, outside a step, while running)."""


class StateError(WorkflowError):
    """The base of all errors about the state."""


class StateValidationError(StateError, ValueError):
    """An edit was rejected at its commit; the state is what it was.

    `problems` has one `StateProblem` for each finding.
    """

    def __init__(self, message: str, problems: Sequence[StateProblem] = ()) -> None:
        super().__init__(message)
        self.problems: tuple[StateProblem, ...] = tuple(problems)


class StateProblem:
    """One finding of a validation: where in the state, which value, and why.

    `path` is dotted (`items.3.qty`; the empty string is the state itself), `value` is what was found there, `reason` is
    pydantic's own sentence, `type` its error type (`int_parsing`), `step` the step that made the edit, where one did.
    """

    __slots__ = ("path", "reason", "step", "type", "value")

    def __init__(self, path: str, value: object, reason: str, type: str, step: str | None = None) -> None:
        self.path: str = path
        self.value: object = value
        self.reason: str = reason
        self.type: str = type
        self.step: str | None = step

    def __repr__(self) -> str:
        return f"StateProblem(path={self.path!r}, value={self.value!r}, reason={self.reason!r}, step={self.step!r})"


class StatePathError(StateError, ValueError):
    """`get`, `set` or a saved state names a path that the state does not have."""


class StateTypeError(StateError, ValueError):
    """A value of another type where the state model was asked for."""


class StateReadOnlyError(StateError, TypeError):
    """A committed state was to be changed in place; `edit_state()` is the way."""


class DraftClosedError(StateReadOnlyError, RuntimeError):
    """A draft was changed after its `edit_state` block had ended.

    By then it is committed state (or was dropped), so this is a `StateReadOnlyError` too.
    """


class StateVersionError(StateError, LookupError):
    """A version of the state that is not kept, or not any more."""


class NestedEditError(StateError, RuntimeError):
    """A writer was called inside an `edit_state` block of the same store, where it would wait for itself."""


class EditTimeoutError(StateError, TimeoutError):
    """`edit_state(timeout=...)` was not served in time."""
