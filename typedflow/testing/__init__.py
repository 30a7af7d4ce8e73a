"""What tests of workflows need: a whole run with all that it did, a step alone, other resources, virtual time."""

from typedflow.resource_cache import override
from typedflow.testing.commits import REMOVED, Commits
from typedflow.testing.one_step import StepResult, run_step
from typedflow.testing.runner import WorkflowTestResult, WorkflowTestRunner
from typedflow.testing.virtual_time import VirtualTimeLoop, run_virtual, virtual_time

__all__ = [
    "REMOVED",
    "Commits",
    "StepResult",
    "VirtualTimeLoop",
    "WorkflowTestResult",
    "WorkflowTestRunner",
    "override",
    "run_step",
    "run_virtual",
    "virtual_time",
]
