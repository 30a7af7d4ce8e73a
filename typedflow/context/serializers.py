"""What a context is saved as: JSON data, and nothing else.

A saved context says by name which event classes it holds, and only those of the workflow are made again; nothing in it
is imported or executed. That is why there is no pickle here: reading a pickle runs whatever its writer put into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pydantic_core import to_json

from typedflow.errors import ContextSerdeError

__all__ = ["JsonSerializer", "not_here", "only_json"]

_INSTEAD = {
    "PickleSerializer": "a saved context is JSON and is never unpickled: drop the argument, and give a field that "
    "pydantic cannot write a serializer of its own (pydantic.PlainSerializer), or keep it out with Field(exclude=True)",
    "BaseSerializer": "a saved context is JSON: what to_dict() gives can be handed to json.dumps, orjson or a database "
    "as it is, and a field says by pydantic's means how it is written",
}
_INSTEAD["JsonPickleSerializer"] = _INSTEAD["PickleSerializer"]


class JsonSerializer:
    """The one way in which contexts are saved; `ctx.to_dict()` uses it whether it is named or not.

    Raises pydantic's `PydanticSerializationError` on a value that JSON cannot hold.

    >>> JsonSerializer().serialize({"rows": (1, 2)})
    '{"rows":[1,2]}'
    >>> JsonSerializer().deserialize('{"rows": [1, 2]}')
    {'rows': [1, 2]}
    """

    def serialize(self, value: object) -> str:
        """The value as JSON text; models and events are written as what their fields hold."""
        return to_json(value).decode()

    def deserialize(self, value: str) -> Any:  # Any: JSON data
        """What the text says, as plain data."""
        import json  # an import that few programs need

        return json.loads(value)


def only_json(serializer: object) -> None:
    """Raise `ContextSerdeError` for any other serializer than `JsonSerializer` (or none)."""
    if serializer is None or type(serializer) is JsonSerializer:
        return
    raise ContextSerdeError(
        f"contexts are saved as JSON and take no {type(serializer).__name__}: drop the argument; give a field that "
        f"pydantic cannot write a serializer of its own (pydantic.PlainSerializer, @field_serializer), or keep it out "
        f"with Field(exclude=True)"
    )


def not_here(module: str, name: str) -> NoReturn:
    """Say what to use in place of a serializer that people who move over look for in `module`.

    Raises `ImportError` for those, `AttributeError` for any other name.
    """
    if name in _INSTEAD:
        raise ImportError(f"{module} has no {name}: {_INSTEAD[name]}")
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


if not TYPE_CHECKING:  # to a checker an attribute that is not there is an error as it stands

    def __getattr__(name: str) -> NoReturn:
        not_here(__name__, name)
