"""How a finding of a rule is reported: with its code, and as a note where the project asks for no more than warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedflow_mypy.codes import ERROR_CODES
from typedflow_mypy.compat import Api, report

if TYPE_CHECKING:
    from mypy.nodes import Context

    from typedflow.wiring.problem import Problem
    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["report_problem"]


def report_problem(api: Api, problem: Problem, at: Context, plugin: TypedflowPlugin) -> None:
    """Report it at that place."""
    code = ERROR_CODES[problem.code]
    report(api, problem.message, problem.hint, at, code, as_note=problem.code in plugin.config.warn)
