"""Models of every shape, random edits of them, and the oracle: an edit of a plain deep copy, then validated in full."""

from __future__ import annotations

import copy
import dataclasses
import random
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)

from typedflow.state.draft.registry import is_draft, is_read_only, plain_class

T = TypeVar("T")


class Item(BaseModel):
    qty: Annotated[int, Field(ge=0)] = 0
    tags: list[str] = []


class Pair(BaseModel):
    lo: int = 0
    hi: int = 10

    @model_validator(mode="after")
    def ordered(self) -> Pair:
        if self.lo > self.hi:
            raise ValueError("lo is above hi")
        return self


class Summed(BaseModel):
    parts: list[int] = []
    total: int = 0

    @model_validator(mode="after")
    def add_up(self) -> Summed:
        self.total = sum(self.parts)
        self.parts.sort()
        return self


class Informed(BaseModel):
    limit: int = 10
    used: int = 0

    @field_validator("used")
    @classmethod
    def within(cls, value: int, info: ValidationInfo) -> int:
        if value > info.data.get("limit", 0):
            raise ValueError("above the limit")
        return value


class Shouting(BaseModel):
    text: str = "A"

    @model_validator(mode="before")
    @classmethod
    def shout(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("text"), str):
            return {**data, "text": data["text"].upper()}
        return data


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    known: int = 0


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    n: int = 0
    names: list[str] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    tricks: list[str] = []


class Rows(RootModel[list[int]]):
    pass


class Box(BaseModel, Generic[T]):
    value: T


class Node(BaseModel):
    label: str = ""
    children: list[Node] = []


class Aliased(BaseModel):
    inner: int = Field(default=0, alias="InNer")


@dataclasses.dataclass
class Point:
    x: int = 0
    trail: list[int] = dataclasses.field(default_factory=list)


FIELDS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "number": (int, lambda: 1),
    "bounded": (Annotated[int, Field(ge=0, le=9)], lambda: 1),
    "text": (str, lambda: "x"),
    "ratio": (float, lambda: 0.5),
    "flag": (bool, lambda: False),
    "maybe": (int | None, lambda: None),
    "choice": (Literal["a", "b"], lambda: "a"),
    "doubled": (Annotated[int, BeforeValidator(lambda v: abs(v) if isinstance(v, int) else v)], lambda: 2),
    "numbers": (list[int], lambda: [3, 1, 2]),
    "few": (Annotated[list[Item], Field(max_length=4)], lambda: [Item(), Item(qty=1)]),
    "items": (list[Item], lambda: [Item(qty=i) for i in range(6)]),
    "ordered": (Annotated[list[int], AfterValidator(sorted)], lambda: [1, 2]),
    "matrix": (list[list[int]], lambda: [[1], [2, 3]]),
    "counts": (dict[str, int], lambda: {"a": 1, "b": 2}),
    "byname": (dict[str, Item], lambda: {"a": Item(), "b": Item(qty=2)}),
    "bykey": (dict[int, list[int]], lambda: {1: [1], 2: []}),
    "unique": (set[int], lambda: {1, 2}),
    "frozen": (frozenset[int], lambda: frozenset({1})),
    "pair": (tuple[int, Item], lambda: (1, Item())),
    "many": (tuple[Item, ...], lambda: (Item(), Item())),
    "inner": (Item, Item),
    "optional": (Item | None, lambda: None),
    "pet": (Cat | Dog, Cat),
    "tagged": (Annotated[Cat | Dog, Field(discriminator="kind")], Dog),
    "mixed": (int | list[int], lambda: 1),
    "queue": (deque[int], lambda: deque([1, 2], maxlen=4)),
    "lazy": (defaultdict[str, list[int]], lambda: defaultdict(list, a=[1])),
    "kept": (OrderedDict[str, int], lambda: OrderedDict(a=1, b=2)),
    "counter": (Counter[str], lambda: Counter(a=1, b=2)),
    "few_counted": (Annotated[Counter[str], Field(max_length=4)], lambda: Counter(a=1, new=0)),
    "anything": (Any, lambda: {"k": [1, {"z": Item()}]}),
    "span": (Pair, Pair),
    "summed": (Summed, Summed),
    "informed": (Informed, Informed),
    "shouting": (Shouting, Shouting),
    "loose": (Open, lambda: Open(more=[1])),  # type: ignore[call-arg]  # it allows extra fields
    "strict": (Strict, Strict),
    "rows": (Rows, lambda: Rows([1, 2])),
    "box": (Box[list[Item]], lambda: Box[list[Item]](value=[Item()])),
    "tree": (Node, lambda: Node(children=[Node(label="a"), Node(children=[Node()])])),
    "aliased": (Aliased, Aliased),
    "point": (Point, Point),
    "points": (list[Point], lambda: [Point(), Point(x=2)]),
}
_MODELS: dict[tuple[str, ...], type[BaseModel]] = {}


def model_of(names: tuple[str, ...]) -> type[BaseModel]:
    """A state model with these fields of `FIELDS`."""
    if names not in _MODELS:
        fields: Any = {name: (FIELDS[name][0], Field(default_factory=FIELDS[name][1])) for name in names}
        _MODELS[names] = create_model("State", **fields)
    return _MODELS[names]


# -- random edits: the same seed makes the same edit on a draft and on a plain copy
# ------------------------------------------


def edit(root: Any, rng: random.Random) -> None:
    """One random edit somewhere under `root`. What it raises is part of the outcome."""
    target, steps = root, rng.choice([0, 1, 1, 2, 2, 3, 4])
    for _ in range(steps):
        inner = children(target)
        if not inner:
            break
        target = inner[rng.randrange(len(inner))]
    change(target, root, rng)


def children(value: Any) -> list[Any]:
    """What can be edited inside a value, in an order that does not depend on how it is stored."""
    if isinstance(value, BaseModel):
        found = [getattr(value, name) for name in type(value).model_fields]
        found += [getattr(value, name) for name in sorted(value.model_extra or ())]
    elif dataclasses.is_dataclass(value):
        found = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, dict):
        found = [value[key] for key in list(value)]
    elif isinstance(value, list | tuple | deque):
        found = list(value)
    else:
        found = []
    return [item for item in found if isinstance(item, BaseModel | dict | list | tuple | deque | set | Point)]


def value_for(root: Any, rng: random.Random) -> Any:
    """Right, wrong, coercible and aliased values."""
    kind = rng.randrange(20)
    if kind < 6:
        return rng.randrange(-2, 12)
    if kind == 17:
        inner = children(root)
        return inner[rng.randrange(len(inner))] if inner else 0
    if kind == 18:
        spot, inner = root, children(root)
        while inner:
            spot = inner[rng.randrange(len(inner))]
            inner = children(spot) if rng.random() < 0.6 else []
        return spot
    return (
        [
            *("7", "x", None, 1.5, True, [1, 2], [], {}),
            *({"qty": "4"}, Item(qty=rng.randrange(5)), [Item(qty=2)]),
        ][kind - 6]
        if kind < 17
        else Item.model_construct(qty="corrupt", tags=[3])
    )


def change(target: Any, root: Any, rng: random.Random) -> None:
    if isinstance(target, BaseModel):
        names = [*type(target).model_fields, *(("extra1", "extra2") if type(target).model_config.get("extra") else ())]
        if not names:
            return
        name = names[rng.randrange(len(names))]
        if rng.random() < 0.5 and isinstance(getattr(target, name, None), int):
            setattr(target, name, getattr(target, name) + rng.choice([0, 1, 1, 2, -1]))
        else:
            setattr(target, name, value_for(root, rng))
    elif isinstance(target, Point):
        setattr(target, rng.choice(["x", "trail"]), value_for(root, rng))
    elif isinstance(target, list):
        change_list(target, root, rng)
    elif isinstance(target, dict):
        change_dict(target, root, rng)
    elif isinstance(target, set):
        change_set(target, rng)
    elif isinstance(target, deque):
        change_deque(target, root, rng)


def change_list(target: list[Any], root: Any, rng: random.Random) -> None:
    n = len(target)
    spot, end = rng.randrange(-1, n + 1), rng.randrange(0, n + 2)
    new: Callable[[], Any] = lambda: value_for(root, rng)  # noqa: E731
    like: Callable[[], Any] = lambda: copied(target[spot]) if 0 <= spot < n and rng.random() < 0.6 else new()  # noqa: E731
    operations: list[Callable[[], Any]] = [
        lambda: target.append(like()),
        lambda: target.extend([like() for _ in range(rng.randrange(3))]),
        lambda: target.insert(spot, like()),
        lambda: target.pop(spot),
        lambda: target.pop(),
        lambda: target.remove(target[spot]),
        lambda: target.clear() if rng.random() < 0.3 else None,
        lambda: target.sort(key=repr),
        lambda: target.reverse(),
        lambda: target.__setitem__(spot, like()),
        lambda: target.__setitem__(slice(spot, end), [like() for _ in range(rng.randrange(3))]),
        lambda: target.__setitem__(slice(None, None, 2), [like() for _ in range((n + 1) // 2)]),
        lambda: target.__delitem__(spot),
        lambda: target.__delitem__(slice(spot, end)),
        lambda: target.__delitem__(slice(None, None, 2)),
        lambda: target.__iadd__([like()]),
        lambda: target.__imul__(rng.choice([1, 2])) if n < 10 else None,
        lambda: target.append(target[0] if target else 1),
        lambda: target.insert(0, target.pop()),
        lambda: [
            child.tags.append("t")  # type: ignore[func-returns-value]  # in a lambda
            for child in target
            if isinstance(child, Item) and isinstance(child.tags, list)
        ],
        lambda: [child.__setattr__("qty", 3) for child in reversed(target) if isinstance(child, Item)],  # type: ignore[func-returns-value]  # in a lambda
        lambda: target.__setitem__(slice(None), [item for index, item in enumerate(target) if index % 2]),
        lambda: list.append(target, 5),
    ]
    operations[rng.randrange(len(operations))]()


def copied(value: Any) -> Any:
    # Python cannot deep-copy a Counter that holds itself; of a draft it can.
    return Counter(value) if isinstance(value, Counter) else copy.deepcopy(value)


def change_dict(target: dict[Any, Any], root: Any, rng: random.Random) -> None:
    keys = [*target]
    key = keys[rng.randrange(len(keys))] if keys and rng.random() < 0.6 else rng.choice(["a", "new", "3", 3, 4])
    new: Callable[[], Any] = lambda: value_for(root, rng)  # noqa: E731
    like: Callable[[], Any] = lambda: copied(target[keys[0]]) if keys and rng.random() < 0.6 else new()  # noqa: E731
    operations: list[Callable[[], Any]] = [
        lambda: target.__setitem__(key, like()),
        lambda: target.__delitem__(key),
        lambda: target.pop(key),
        lambda: target.pop(key, None),
        lambda: target.popitem(),
        lambda: target.setdefault(key, like()),
        lambda: target.update({key: like()}),
        lambda: target.__ior__({key: like()}),
        lambda: target.clear() if rng.random() < 0.3 else None,
        lambda: [child.__setattr__("qty", 4) for child in target.values() if isinstance(child, Item)],  # type: ignore[func-returns-value]  # in a lambda
        lambda: [child.append(1) for _, child in target.items() if isinstance(child, list)],  # type: ignore[func-returns-value]  # in a lambda
        lambda: target.get(key),
        lambda: target[key],
        lambda: target.move_to_end(key) if isinstance(target, OrderedDict) else None,
        lambda: target[key].append(1) if isinstance(target, defaultdict) else None,
        lambda: target.__setitem__(key, target.pop(key)),
        lambda: setattr(target, "default_factory", rng.choice([list, int, None])),  # of a defaultdict alone
    ]
    if isinstance(target, Counter) and rng.random() < 0.5:
        operations = counting(target, key, rng)
    operations[rng.randrange(len(operations))]()


def counting(target: Counter[Any], key: object, rng: random.Random) -> list[Callable[[], Any]]:
    other = rng.choice([Counter("ab"), Counter(a=3, new=-1), Counter()])
    return [
        lambda: target.update([key, key, "a"]),
        lambda: target.update(other),
        lambda: target.update(target),
        lambda: target.update(a=2, b=-1),
        lambda: target.subtract([key, "a"]),
        lambda: target.subtract(other),
        lambda: target.__setitem__(key, target[key] + 1),
        lambda: target.__iadd__(other),
        lambda: target.__isub__(other),
        lambda: target.__ior__(other),
        lambda: target.__iand__(other),
        lambda: target.most_common(1),
        lambda: [*target.elements()],
        lambda: (target.clear(), target.update(other)),  # type: ignore[func-returns-value]  # in a lambda
    ]


def change_set(target: set[Any], rng: random.Random) -> None:
    value = rng.choice([1, 2, 3, "4", "x", 1.0, True])
    operations: list[Callable[[], Any]] = [
        lambda: target.add(value),
        lambda: target.discard(value),
        lambda: target.remove(value),
        lambda: target.update({5, 6}),
        lambda: target.__ior__({7}),
        lambda: target.__iand__({1, 2}),
        lambda: target.__isub__({1}),
        lambda: target.__ixor__({1, 9}),
        lambda: target.difference_update({2}),
        lambda: target.intersection_update({1, 5}),
        lambda: target.symmetric_difference_update({3}),
        lambda: target.clear() if rng.random() < 0.3 else None,
    ]
    operations[rng.randrange(len(operations))]()


def change_deque(target: deque[Any], root: Any, rng: random.Random) -> None:
    operations: list[Callable[[], Any]] = [
        lambda: target.append(value_for(root, rng)),
        lambda: target.appendleft(1),
        lambda: target.pop(),
        lambda: target.popleft(),
        lambda: target.extend([1, 2]),
        lambda: target.rotate(1),
        lambda: target.reverse(),
        lambda: target.__setitem__(0, 8),
        lambda: target.__delitem__(0),
        lambda: target.insert(0, 3),
        lambda: target.remove(1),
        lambda: target.clear() if rng.random() < 0.3 else None,
    ]
    operations[rng.randrange(len(operations))]()


# -- the oracle
# ------------------------------------------------------------------------------------------------------------


class Rejected(Exception):
    """The oracle says no."""


def validated(value: Any, inside: tuple[int, ...] = ()) -> Any:
    """A plain value validated in full, from the leaves up: each model and dataclass as its own class."""
    if isinstance(value, BaseModel | dict | list | set | deque | Point | tuple):
        if id(value) in inside:
            raise Rejected("a cycle")
        inside = (*inside, id(value))
    again: Callable[[Any], Any] = lambda item: validated(item, inside)  # noqa: E731
    try:
        if isinstance(value, RootModel):
            if isinstance(value.root, type(value)):  # pydantic would take it for the whole, not for the root
                raise Rejected("a root model in its own root")
            return type(value).model_validate(again(value.root))
        if isinstance(value, BaseModel):
            fields = {name: again(item) for name, item in {**value.__dict__, **(value.model_extra or {})}.items()}
            return type(value).model_validate(fields, by_name=True)
        if isinstance(value, Point):
            return TypeAdapter(Point).validate_python({"x": again(value.x), "trail": again(value.trail)})
    except ValidationError as error:
        raise Rejected(str(error)) from error
    if isinstance(value, defaultdict):
        return defaultdict(value.default_factory, {key: again(item) for key, item in value.items()})
    if isinstance(value, dict):
        return type(value)({key: again(item) for key, item in value.items()})
    if isinstance(value, deque):
        return deque([again(item) for item in value], value.maxlen)
    if isinstance(value, list | tuple):
        return type(value)(again(item) for item in value)
    return value


def separate(value: Any) -> Any:
    """A plain copy in which what is committed at two places is two objects, as it is for a draft."""
    if isinstance(value, BaseModel):
        copied = copy.deepcopy(value)
        for name, item in value.__dict__.items():
            copied.__dict__[name] = separate(item)
        if copied.__pydantic_extra__ is not None:
            extra = value.__pydantic_extra__ or {}
            object.__setattr__(copied, "__pydantic_extra__", {key: separate(item) for key, item in dict.items(extra)})
        return copied
    if isinstance(value, Point):
        return Point(*(separate(value.__dict__[field.name]) for field in dataclasses.fields(value)))
    if isinstance(value, defaultdict):
        return defaultdict(value.default_factory, {key: separate(item) for key, item in value.items()})
    if isinstance(value, OrderedDict):
        return OrderedDict((key, separate(item)) for key, item in value.items())
    if isinstance(value, Counter):
        return Counter({key: separate(item) for key, item in value.items()})
    if isinstance(value, dict):
        return {key: separate(item) for key, item in value.items()}
    if isinstance(value, deque):
        return deque([separate(item) for item in value], value.maxlen)
    if isinstance(value, list):
        return [separate(item) for item in value]
    return tuple(separate(item) for item in value) if isinstance(value, tuple) else copy.deepcopy(value)


def canon(value: Any) -> Any:
    """A value as nested tuples that tell `1` from `True` and a list from a tuple, for comparing."""
    cls = plain_class(value).__name__
    if isinstance(value, BaseModel):
        extra = value.__pydantic_extra__ or {}
        fields = [(name, canon(value.__dict__[name])) for name in type(value).model_fields]
        return cls, tuple(fields), tuple(sorted((key, canon(item)) for key, item in dict.items(extra)))
    if dataclasses.is_dataclass(value):
        return cls, tuple((field.name, canon(value.__dict__[field.name])) for field in dataclasses.fields(value))
    if isinstance(value, OrderedDict):
        return cls, tuple((canon(key), canon(item)) for key, item in OrderedDict.items(value))
    if isinstance(value, defaultdict):
        return cls, repr(value.default_factory), canon(dict(dict.items(value)))
    if isinstance(value, dict):
        return cls, tuple(sorted(((canon(key), canon(item)) for key, item in dict.items(value)), key=repr))
    if isinstance(value, list):
        return cls, tuple(canon(item) for item in list.__iter__(value))
    if isinstance(value, tuple | deque):
        return cls, tuple(canon(item) for item in value)
    if isinstance(value, set | frozenset):
        return cls, tuple(sorted((canon(item) for item in value), key=repr))
    return cls, repr(value)


def leaks(value: Any, path: str = "state") -> list[str]:
    """Paths in a committed state at which something stands that is not committed: a draft, a plain container, a plain
    model.
    """
    found: list[str] = []
    if is_draft(value):
        found.append(f"{path}: a draft")
    if isinstance(value, BaseModel | dict | list | set | deque | Point) and not is_read_only(value):
        found.append(f"{path}: a plain {type(value).__name__}")
    if isinstance(value, BaseModel | Point):
        inner = {**value.__dict__, **(getattr(value, "__pydantic_extra__", None) or {})}
        items = inner.items()
    elif isinstance(value, dict):
        items = dict.items(value)
    elif isinstance(value, list):
        items = enumerate(list.__iter__(value))  # type: ignore[assignment]  # keys are ints here
    elif isinstance(value, tuple | deque):
        items = enumerate(value)  # type: ignore[assignment]  # keys are ints here
    else:
        return found
    return found + [leak for key, item in items for leak in leaks(item, f"{path}.{key}")]
