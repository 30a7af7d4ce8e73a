"""The error codes: `typedflow-<code>`, one for each rule."""

from __future__ import annotations

from mypy.errorcodes import ErrorCode

from typedflow_mypy import rules  # noqa: F401 - makes the next import cheap

from typedflow.wiring.codes import CODES

__all__ = ["ERROR_CODES", "PREFIX"]

PREFIX = "typedflow-"

ERROR_CODES = {code: ErrorCode(PREFIX + code, what, "typedflow") for code, what in CODES.items()}
"""code of a rule -> mypy's error code. They exist once this module is imported, as mypy demands of codes in a configuration."""
