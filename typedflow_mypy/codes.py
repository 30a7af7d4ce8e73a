"""The error codes: `typedflow-<code>`, one for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.errorcodes import ErrorCode

from typedflow.wiring.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy.options import Options

__all__ = ["ERROR_CODES", "PREFIX", "disable", "unknown_names"]

PREFIX = "typedflow-"

ERROR_CODES = {code: ErrorCode(PREFIX + code, what, "typedflow") for code, what in CODES.items()}
"""code of a rule -> mypy's error code. They exist once this module is imported, as mypy demands of codes in a configuration."""


def disable(options: Options, names: Iterable[str]) -> None:
    """Turn codes off for the whole project, as `disable_error_code` does from mypy 1.19 on.

    Before, mypy refuses the codes of plugins there, since it reads its configuration before it loads them.
    """
    options.disabled_error_codes.update(ERROR_CODES[name] for name in names)


def unknown_names(options: Options) -> list[str]:
    """The names of ours in a configuration that are no codes."""
    named = {*options.disable_error_code, *options.enable_error_code}
    return sorted(name for name in named if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in ERROR_CODES)
