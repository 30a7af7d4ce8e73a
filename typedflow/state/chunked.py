"""`ChunkedList[T]`: a list for fields with very many elements, of which an edit copies one chunk and not all.

>>> from pydantic import BaseModel
>>> class Log(BaseModel):
...     lines: ChunkedList[str] = []

To pydantic and to every type checker the field is a `list[str]`, and a `Log` of one's own making holds one. In a state
it is held in chunks of 512: an edit of a list of a million elements costs little more than one of a list of a
thousand, with every older version alive. What a step sees there is a `MutableSequence` that reads, compares, prints,
copies, pickles and is dumped as the list; it is no instance of `list`, so `json.dumps` of the bare value refuses it:
`[*state.lines]` is a real list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from typedflow.state.core_schema import CHUNKED
from typedflow.state.draft.chunks import Chunks

__all__ = ["ChunkedList"]

T = TypeVar("T")


class _Chunked:
    """The annotation: the schema of the list, marked; dumped as the list."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        schema = handler(source)
        marked: Any = {**schema, "metadata": {**schema.get("metadata", {}), CHUNKED: True}}
        marked["serialization"] = core_schema.wrap_serializer_function_ser_schema(_as_list, schema=schema)
        result: core_schema.CoreSchema = marked
        return result


def _as_list(value: Any, handler: Callable[[Any], Any]) -> Any:
    return handler(value if isinstance(value, list) else value.raw() if isinstance(value, Chunks) else value)


ChunkedList: TypeAlias = Annotated[list[T], _Chunked()]
"""`list[T]`, held in chunks once it is part of a state."""
