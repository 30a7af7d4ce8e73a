"""Async, event-driven workflows whose wiring and state are checked before anything runs."""

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
