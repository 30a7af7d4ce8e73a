"""Async, event-driven workflows whose wiring and state are checked before anything runs."""

from typing import TYPE_CHECKING

from typedflow.first_use import first_use

if TYPE_CHECKING:
    from typedflow.collect import All, Collect, Take
    from typedflow.context import Context, RetryInfo
    from typedflow.events import (
        Event,
        HumanResponseEvent,
        InputRequiredEvent,
        StartEvent,
        StepFailedEvent,
        StopEvent,
    )
    from typedflow.handler import WorkflowHandler
    from typedflow.resource import Resource
    from typedflow.state.dict_state import DictState
    from typedflow.step import Step, catch_error, step
    from typedflow.workflow import Workflow
else:
    __getattr__, __dir__ = first_use(
        __name__,
        {
            "collect": ["All", "Collect", "Take"],
            "context": ["Context", "RetryInfo"],
            "events": [
                "Event",
                "HumanResponseEvent",
                "InputRequiredEvent",
                "StartEvent",
                "StepFailedEvent",
                "StopEvent",
            ],
            "handler": ["WorkflowHandler"],
            "resource": ["Resource"],
            "state.dict_state": ["DictState"],
            "step": ["Step", "catch_error", "step"],
            "workflow": ["Workflow"],
        },
    )

__all__ = [
    "All",
    "Collect",
    "Context",
    "DictState",
    "Event",
    "HumanResponseEvent",
    "InputRequiredEvent",
    "Resource",
    "RetryInfo",
    "StartEvent",
    "Step",
    "StepFailedEvent",
    "StopEvent",
    "Take",
    "Workflow",
    "WorkflowHandler",
    "catch_error",
    "step",
]
