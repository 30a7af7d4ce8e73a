"""What one resolved annotation says: a context, events, a list of events, a resource, or something else."""

from __future__ import annotations

import types
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ForwardRef, Union, get_args, get_origin

import typing_extensions
from typing_extensions import TypeAliasType, TypeVar

from typedflow.collect import All, Cardinality, Collect
from typedflow.context import Context
from typedflow.events import Event
from typedflow.reading.namespace import Unresolved
from typedflow.resource import Resource

if TYPE_CHECKING:
    from typedflow.reading.namespace import Namespace
    from typedflow.wiring.signature import Kind

__all__ = ["Reading", "filled_in", "read_annotation", "text_of"]

YIELDING = (AsyncGenerator, AsyncIterator, AsyncIterable, Generator, Iterator)


class Reading:
    """The members of an annotation, sorted. `foreign` are those that are none of the others, as text."""

    def __init__(self) -> None:
        self.events: tuple[type[Event], ...] = ()
        self.elements: tuple[type[Event], ...] = ()
        self.foreign: list[str] = []
        self.optional = False
        self.is_context = False
        self.state: type | None = None
        self.resource: Resource[Any] | None = None  # Any: a resource of any type
        self.wants: object = None
        self.collects = False
        self.cardinality: Cardinality | None = None
        self.yields = False
        self.unknown = False
        self.variables: set[object] = set()

    @property
    def kind(self) -> Kind:
        """What a parameter with this annotation is for."""
        if self.resource is not None:
            return "resource"
        if self.is_context and not self.events and not self.elements:
            return "context"
        if self.elements and not self.events:
            return "events"
        return "event" if self.events else "other"


def read_annotation(annotation: object, names: Namespace) -> Reading:
    """Sort the members of an annotation; aliases, unions and `Annotated` are seen through."""
    reading = Reading()
    _read(annotation, names, reading, in_list=False)
    return reading


def _read(annotation: Any, names: Namespace, reading: Reading, *, in_list: bool) -> None:  # Any: a type form
    if isinstance(annotation, str | ForwardRef):
        text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        annotation = names.resolve(text)
    origin = get_origin(annotation)
    if origin is Annotated:
        _read_annotated(annotation, names, reading, in_list=in_list)
    elif _is_alias(origin):  # before the next: in Python 3.10 `Both[int]` passes for an alias itself
        _read(_value(origin)[get_args(annotation)], names, reading, in_list=in_list)
    elif _is_alias(annotation):
        _read(_value(annotation), names, reading, in_list=in_list)
    elif origin is Union or origin is types.UnionType:
        for member in get_args(annotation):
            _read(member, names, reading, in_list=in_list)
    elif annotation is None or annotation is type(None):
        if in_list:
            reading.foreign.append("None")
        reading.optional = True
    elif isinstance(annotation, typing_extensions.TypeVar | TypeVar) or type(annotation).__name__ == "TypeVar":
        _read_variable(annotation, names, reading, in_list=in_list)
    elif isinstance(annotation, type) and origin is None and issubclass(annotation, Event):
        _add(reading, _filled_in(annotation, names, reading), in_list)
    elif (_is_context(annotation) or _is_context(origin)) and not in_list:
        reading.is_context = True
        _read_state(get_args(annotation), names, reading)
    elif origin is list and not in_list:
        _read(get_args(annotation)[0], names, reading, in_list=True)
    elif annotation in (typing_extensions.Never, typing_extensions.NoReturn):
        reading.optional = True  # it returns nothing, ever
    else:
        reading.yields = reading.yields or (origin or annotation) in YIELDING
        reading.foreign.append(f"list[{text_of(annotation)}]" if in_list else text_of(annotation))


def _read_annotated(annotation: Any, names: Namespace, reading: Reading, *, in_list: bool) -> None:
    inner, *marks = get_args(annotation)
    for mark in marks:
        if isinstance(mark, Resource) and not in_list:
            reading.resource = mark
            reading.wants = inner
        elif isinstance(mark, Collect) or mark is Collect:
            reading.collects = True
            reading.cardinality = mark.cardinality if isinstance(mark, Collect) else All()
    if reading.resource is None:
        _read(inner, names, reading, in_list=in_list)


def _read_variable(variable: Any, names: Namespace, reading: Reading, *, in_list: bool) -> None:
    """A type variable stands for what it is given by a subclass; until then only its bound is known."""
    reading.variables.add(variable)
    if variable in names.variables:
        _read(names.variables[variable], names, reading, in_list=in_list)
        return
    bound = variable.__bound__
    if bound is None:
        reading.foreign.append(variable.__name__)
    else:
        _read(bound, names, reading, in_list=in_list)
    reading.unknown = True


def _filled_in(cls: type[Event], names: Namespace, reading: Reading) -> type[Event]:
    reading.variables.update(cls.__pydantic_generic_metadata__["parameters"])
    filled: type[Event] = filled_in(cls, names.variables)
    return filled


def filled_in(model: Any, variables: Mapping[object, object]) -> Any:  # Any: a type form, of whatever kind
    """`Batch[T]` as `Batch[int]`, where it is known that T is int; whatever has no such variable as it is.

    >>> from typing import Generic, TypeVar
    >>> from pydantic import BaseModel
    >>> T, U = TypeVar("T"), TypeVar("U")
    >>> class Batch(BaseModel, Generic[T]):
    ...     items: list[T] = []
    >>> filled_in(Batch[dict[str, U]], {U: int}).__name__, filled_in(int, {U: int})
    ('Batch[dict[str, int]]', <class 'int'>)
    """
    generic = getattr(model, "__pydantic_generic_metadata__", None)
    if generic is None or not any(parameter in variables for parameter in generic["parameters"]):
        return model
    return model[tuple(variables.get(parameter, parameter) for parameter in generic["parameters"])]


def _read_state(arguments: tuple[Any, ...], names: Namespace, reading: Reading) -> None:
    if arguments:
        state: Any = get_args(arguments[0])[0] if get_origin(arguments[0]) is Annotated else arguments[0]
        if _is_alias(state):
            state = _value(state)
        if isinstance(state, TypeVar) or type(state).__name__ == "TypeVar":
            reading.variables.add(state)
            state = names.variables.get(state)
        reading.variables.update(getattr(state, "__pydantic_generic_metadata__", {}).get("parameters", ()))
        state = filled_in(state, names.variables)
        reading.state = state if isinstance(state, type) else get_origin(state)


def _add(reading: Reading, cls: type[Event], in_list: bool) -> None:
    if in_list and cls not in reading.elements:
        reading.elements += (cls,)
    elif not in_list and cls not in reading.events:
        reading.events += (cls,)


def _is_context(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Context)


def _is_alias(annotation: object) -> bool:
    return isinstance(annotation, TypeAliasType) or type(annotation).__name__ == "TypeAliasType"


def _value(alias: Any) -> Any:  # Any: a type form
    try:
        return alias.__value__
    except NameError as error:
        raise Unresolved(error.name or str(error)) from None


def text_of(annotation: object) -> str:
    """An annotation as a message shows it: as it is written, or without the modules."""
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    origin = get_origin(annotation)
    if origin is Union or origin is types.UnionType:
        return " | ".join(text_of(member) for member in get_args(annotation))
    if origin is Annotated:
        return text_of(get_args(annotation)[0])
    if origin is not None and get_args(annotation):
        inner = ", ".join(
            f"[{', '.join(map(text_of, argument))}]" if isinstance(argument, list) else text_of(argument)
            for argument in get_args(annotation)
        )
        return f"{getattr(origin, '__name__', origin)}[{inner}]"
    if annotation is type(None):
        return "None"
    if annotation is ...:
        return "..."
    return getattr(annotation, "__name__", None) or str(annotation).replace("typing.", "")
