"""See what runs do: log records that say which run and step they belong to, and OpenTelemetry."""

from typedflow.observe.records import LogContext, install_log_context, uninstall_log_context
from typedflow.observe.telemetry import instrument, uninstrument

__all__ = ["LogContext", "install_log_context", "instrument", "uninstall_log_context", "uninstrument"]
