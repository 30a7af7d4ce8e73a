"""When is a graph of steps sound?

`check(graph)` applies every rule that the graph shows; `step_signature`, `resolve_path`, `run_arguments` and the
words of `store_use` serve what is seen at a single definition or call. The library, the command line and the mypy
plugin read the same facts in their own ways and call these same rules. Nothing here imports pydantic or mypy.
"""

from typedflow.wiring.body import Body, read_body
from typedflow.wiring.check import check
from typedflow.wiring.codes import CODES, unknown_codes
from typedflow.wiring.connections import Connections, routes
from typedflow.wiring.graph import (
    EventType,
    Graph,
    Handler,
    Lookalike,
    Parameter,
    Produced,
    ResourceUse,
    StateField,
    StateType,
    StepNode,
    StopResult,
)
from typedflow.wiring.problem import Problem
from typedflow.wiring.requirements import requirements
from typedflow.wiring.run_arguments import RunField, run_arguments, wrong_argument
from typedflow.wiring.signature import ReturnMember, SignatureFacts, SignatureParameter, is_like_a_step, step_signature
from typedflow.wiring.state_path import Shape, resolve_path, wrong_value
from typedflow.wiring.step_options import handler_options, step_options
from typedflow.wiring.store_use import STORE_WRITERS, late_change, nested_edit, state_read_only

__all__ = [
    "CODES",
    "STORE_WRITERS",
    "Body",
    "Connections",
    "EventType",
    "Graph",
    "Handler",
    "Lookalike",
    "Parameter",
    "Problem",
    "Produced",
    "ResourceUse",
    "ReturnMember",
    "RunField",
    "Shape",
    "SignatureFacts",
    "SignatureParameter",
    "StateField",
    "StateType",
    "StepNode",
    "StopResult",
    "check",
    "handler_options",
    "is_like_a_step",
    "late_change",
    "nested_edit",
    "read_body",
    "requirements",
    "resolve_path",
    "routes",
    "run_arguments",
    "state_read_only",
    "step_options",
    "step_signature",
    "unknown_codes",
    "wrong_argument",
    "wrong_value",
]
