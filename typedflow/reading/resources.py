"""What a resource's factory returns, held against what its parameter wants."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Any, get_args, get_origin

from typedflow.reading.annotation import text_of
from typedflow.reading.namespace import Namespace, Unresolved
from typedflow.reading.types import fits
from typedflow.wiring.graph import ResourceUse

if TYPE_CHECKING:
    from collections.abc import Callable

    from typedflow.reading.signature import ResourceParameter

__all__ = ["resource_use"]

YIELDING = (AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterable, Iterator)


def resource_use(resource: ResourceParameter) -> ResourceUse:
    """The facts of an injected parameter. Whether it fits is only said of plain classes; all else is left open."""
    factory = getattr(resource.marker, "factory", None)
    gives = None if factory is None else _gives(factory)
    return ResourceUse(
        resource.name,
        text_of(resource.wants),
        getattr(factory, "__name__", type(factory).__name__),
        text_of(gives) if gives is not None else "?",
        fits(resource.wants, gives),
    )


def _gives(factory: Callable[..., Any]) -> object:  # Any: a factory of any signature
    """The annotated return type of a factory, or what its generator yields; None where it is not said."""
    if isinstance(factory, type):
        return factory
    inner = inspect.unwrap(factory)
    annotation = getattr(inner, "__annotations__", {}).get("return")
    if annotation is None:
        return None
    try:
        gives = Namespace.around(inner).resolve(annotation)
    except Unresolved:
        return None
    if inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner):
        return get_args(gives)[0] if get_origin(gives) in YIELDING and get_args(gives) else None
    if get_origin(gives) in (AbstractContextManager, AbstractAsyncContextManager):  # entered for the parameter
        return get_args(gives)[0]
    return gives
