"""What the error of a run carries: the step where it happened, and the errors of other steps that failed with it."""

from __future__ import annotations

import builtins
import sys
from contextlib import suppress
from typing import cast

__all__ = ["annotate", "together"]


def annotate(error: BaseException, note: str) -> None:
    """Add a line to the traceback, unless it is there already (from an earlier attempt, or a subworkflow).

    An error that takes no notes, a frozen dataclass say, goes without.
    """
    notes: list[str] = getattr(error, "__notes__", [])
    if note not in notes:
        with suppress(Exception):
            if sys.version_info >= (3, 11):
                error.add_note(note)
            else:  # Python 3.10 prints no notes, but other tools do
                error.__notes__ = [*notes, note]  # type: ignore[attr-defined]  # an attribute from 3.11 on


def together(message: str, first: Exception, further: Exception) -> Exception:
    """Both errors as one `ExceptionGroup`; a third joins the group of the first two.

    Python 3.10 has no groups: there it is the first error, with the others behind it as its `__context__`.
    """
    if sys.version_info >= (3, 11):
        if isinstance(first, builtins.ExceptionGroup) and first.message == message:
            return builtins.ExceptionGroup(message, [*cast("tuple[Exception, ...]", first.exceptions), further])
        return builtins.ExceptionGroup(message, [first, further])
    else:
        last: BaseException = first
        while last.__context__ is not None and last is not further:
            last = last.__context__
        if last is not further:
            last.__context__ = further
        return first
