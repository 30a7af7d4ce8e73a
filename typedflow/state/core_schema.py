"""The words of pydantic's core schemas, as far as the state asks about them."""

from __future__ import annotations

from typing import Any

__all__ = ["CHUNKED", "FUNCTIONS", "NOT_SCHEMAS", "RECORDS", "SCALARS", "Schema"]

Schema = dict[str, Any]  # Any: a core schema, whose shape depends on its "type"

SCALARS = frozenset(
    [
        "none",
        "bool",
        "int",
        "float",
        "decimal",
        "str",
        "bytes",
        "date",
        "time",
        "datetime",
        "timedelta",
        "literal",
        "enum",
        "complex",
        "uuid",
        "url",
        "multi-host-url",
    ]
)
FUNCTIONS = frozenset({"function-after", "function-before", "function-wrap", "function-plain"})
RECORDS = FUNCTIONS | {"model", "dataclass"}
NOT_SCHEMAS = frozenset({"default", "expected", "metadata", "serialization", "function", "config", "cls", "members"})
"""The keys of a schema under which no other schema is found."""

CHUNKED = "typedflow_chunked"
"""The mark in the metadata of the schema of a list that is held in chunks."""
