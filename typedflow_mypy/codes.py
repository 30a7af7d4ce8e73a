"""The error codes: `typedflow-<code>`, one for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.errorcodes import ErrorCode

from typedflow.wiring.codes import CODES

if TYPE_CHECKING:
    from mypy.options import Options

__all__ = ["ERROR_CODES", "PREFIX", "disable", "unknown_names"]

PREFIX = "typedflow-"

ERROR_CODES = {code: ErrorCode(PREFIX + code, what, "typedflow") for code, what in CODES.items()}
"""code of a rule -> mypy's error code. They exist once this module is imported, as mypy demands of codes in a configuration."""


def disable(options: Options) -> None:
    """Before 1.19, mypy reads which codes a configuration turns off before it knows those of plugins."""
    named = {name for name in options.disable_error_code if name.startswith(PREFIX)} - set(options.enable_error_code)
    for name in named:
        code = ERROR_CODES.get(name.removeprefix(PREFIX))
        if code is not None:
            options.disabled_error_codes.add(code)


def unknown_names(options: Options) -> list[str]:
    """The names of ours in a configuration that are no codes."""
    named = {*options.disable_error_code, *options.enable_error_code}
    return sorted(name for name in named if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in ERROR_CODES)
