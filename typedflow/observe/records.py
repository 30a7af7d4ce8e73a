"""Which run, step and event a log record belongs to: as attributes of every record."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from typedflow.context import current_run
from typedflow.engine.invocation import Invocation, described
from typedflow.state.origin import current_origin

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LogContext", "install_log_context", "uninstall_log_context"]

NONE = "-"


class LogContext(logging.Filter):
    """A filter that lets every record pass and gives it `run`, `step`, `event` and `attempt`, "-" where there is none.

    `handler.addFilter(LogContext())`, on the handler whose format names them; it works wherever the record is handled
    in the thread or task that made it. `install_log_context()` does the same for every record of the process.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Give the record its attributes; always true."""
        _mark(record)
        return True


_before: Callable[..., logging.LogRecord] | None = None


def install_log_context() -> None:
    """From now on every log record of the process has `run`, `step`, `event` and `attempt` ("-" outside of a run).

    It wraps the record factory, so loggers, handlers and queues need not know of it. A second call changes nothing.

    >>> import asyncio
    >>> from typedflow import StartEvent, StopEvent, Workflow, step
    >>> install_log_context()
    >>> record = logging.makeLogRecord({})
    >>> made = logging.getLogRecordFactory()("name", logging.INFO, "file", 1, "message", (), None)
    >>> tuple(vars(made)[name] for name in ("run", "step", "event"))
    ('-', '-', '-')
    >>> uninstall_log_context()
    """
    global _before
    if _before is not None:
        return
    before = _before = logging.getLogRecordFactory()

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:  # Any: as the factories of logging have it
        record = before(*args, **kwargs)
        _mark(record)
        return record

    logging.setLogRecordFactory(factory)


def uninstall_log_context() -> None:
    """Give `logging` the record factory back that it had before."""
    global _before
    if _before is not None:
        logging.setLogRecordFactory(_before)
        _before = None


def _mark(record: logging.LogRecord) -> None:
    run, origin = current_run.get(), current_origin.get()
    marks = vars(record)
    marks["run"] = run.id if run is not None else NONE
    if isinstance(origin, Invocation):
        marks.update(step=origin.step, event=described(origin.payload), attempt=origin.failures + 1)
    else:
        marks.update(step=NONE, event=NONE, attempt=NONE)


for _name in ("typedflow", "typedflow.verbose"):  # what the library itself says is marked without being asked
    logging.getLogger(_name).addFilter(LogContext())
