"""state-path: whether a dotted path leads anywhere in a state model, and what it leads to.

The readers describe a model as a `Shape`, its parts on demand, for models may contain themselves. `payload` is the
reader's own (a live type, a mypy type); the rule hands it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from typedflow.wiring.nearest import listed, nearest
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "Shape",
    "no_such_name",
    "not_a_place",
    "not_an_index",
    "not_settable",
    "nothing_to_set",
    "out_of_range",
    "resolve_path",
    "wrong_value",
]

T = TypeVar("T")


class Shape(Generic[T]):
    """What a path meets at one place.

    `fields` are names that must be spelt as they are (a model's), each with what it leads to; None where there are no
    names. `item` is what an index leads to, `length` how many there are where that is fixed, `value` what any key
    leads to. `open` says that any name leads somewhere that cannot be told. A value of several types (a union) is
    several shapes.
    """

    __slots__ = ("fields", "item", "length", "name", "open", "payload", "value")

    def __init__(
        self,
        name: str,
        payload: T,
        fields: Mapping[str, Callable[[], tuple[Shape[T], ...]]] | None = None,
        item: Callable[[int], tuple[Shape[T], ...]] | None = None,
        length: int | None = None,
        value: Callable[[], tuple[Shape[T], ...]] | None = None,
        open: bool = False,
    ) -> None:
        self.name = name
        self.payload = payload
        self.fields = fields
        self.item = item
        self.length = length
        self.value = value
        self.open = open


def resolve_path(path: str, root: Shape[T]) -> tuple[Shape[T], ...] | Problem:
    """What the dotted path leads to, or what is wrong with it. The empty path is the state itself.

    >>> leaf = Shape("int", int)
    >>> state = Shape("Counter", dict, fields={"count": lambda: (leaf,)})
    >>> resolve_path("cuont", state).message
    "State path 'cuont' does not exist: 'Counter' has no field 'cuont'."
    """
    shapes: tuple[Shape[T], ...] = (root,)
    if not path:
        return shapes
    walked: list[str] = []
    for segment in path.split("."):
        following: list[Shape[T]] = []
        first: Problem | None = None
        for shape in shapes:
            step = _enter(path, walked, segment, shape)
            if isinstance(step, Problem):
                first = first or step
            else:
                following.extend(step)
        if first is not None and not following:
            return first
        shapes = tuple(following)
        walked.append(segment)
    return shapes


def _enter(path: str, walked: list[str], segment: str, shape: Shape[T]) -> tuple[Shape[T], ...] | Problem:
    field = shape.fields.get(segment) if shape.fields is not None else None
    if field is not None:
        return field()
    if shape.value is not None:
        return shape.value()
    if shape.open:
        return (shape,)
    if shape.item is not None:
        if not _is_index(segment):
            return not_an_index(path, walked, segment, shape.name)
        index = int(segment)
        if shape.length is not None and not -shape.length <= index < shape.length:
            return out_of_range(path, walked, index, shape.name, shape.length)
        return shape.item(index)
    return no_such_name(path, walked, segment, shape.name, shape.fields or ())


def _is_index(segment: str) -> bool:
    return segment.removeprefix("-").isascii() and segment.removeprefix("-").isdigit()


def no_such_name(path: str, walked: Iterable[str], segment: str, owner: str, names: Iterable[str]) -> Problem:
    """`owner`, which the path has come to by the segments `walked`, has no field of that name."""
    known = sorted(names)
    at = ".".join(walked)
    where = f"'{owner}'" + (f" at '{at}'" if at else "")
    if not known:
        return _problem(
            path,
            f"{where} has no fields",
            f"End the path at '{at}'." if at else "Use the empty path for the state itself.",
        )
    guess = nearest(segment, known)
    hint = f"Did you mean '{'.'.join(filter(None, (at, guess)))}'?" if guess else f"The fields are {listed(known)}."
    return _problem(path, f"{where} has no field '{segment}'", hint)


def not_an_index(path: str, walked: Iterable[str], segment: str, owner: str) -> Problem:
    """A sequence was entered by a name."""
    at = ".".join(walked)
    return _problem(
        path, f"'{owner}' at '{at}' is entered by a number, not by '{segment}'", f"Write an index, such as '{at}.0'."
    )


def out_of_range(path: str, walked: Iterable[str], index: int, owner: str, length: int) -> Problem:
    """A sequence of fixed length was entered past its end."""
    at = ".".join(walked)
    return _problem(
        path, f"'{owner}' at '{at}' has {length} items and none at {index}", f"Use an index from 0 to {length - 1}."
    )


def wrong_value(path: str, wanted: str, given: str) -> Problem:
    """A value of the type `given` was set where `wanted` belongs."""
    return Problem(
        "state-path",
        f"State path '{path}' holds '{wanted}', but the value given is '{given}'.",
        f"Set a value of type '{wanted}'.",
    )


def not_a_place() -> Problem:
    """The selector of `at(...)` gives something else than a place of the state."""
    return Problem(
        "state-path",
        "The selector of at() computes something: it takes a plain path into the state, attributes and [key] only.",
        "Choose a place, as lambda s: s.orders[0].name, and compute with what get() gives, or in an edit.",
    )


def nothing_to_set() -> Problem:
    """The empty path was set."""
    return Problem(
        "state-path", "State path '' cannot be set: it is the whole state.", "Replace the whole state with set_state()."
    )


def not_settable(path: str, owner: str) -> Problem:
    """A path was set that ends at a property without a setter."""
    name = path.rpartition(".")[2]
    return Problem(
        "state-path",
        f"State path '{path}' cannot be set: '{name}' of '{owner}' is computed.",
        "Set what it is computed from, or give the property a setter.",
    )


def _problem(path: str, why: str, hint: str) -> Problem:
    return Problem("state-path", f"State path '{path}' does not exist: {why}.", hint)
