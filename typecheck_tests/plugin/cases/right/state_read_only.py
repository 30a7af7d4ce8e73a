"""The state is read anywhere, and changed in an edit."""

import asyncio
from collections import Counter, OrderedDict, defaultdict, deque

from pydantic import BaseModel, ConfigDict, Field
from shop import BigCart, Cart, Order

from typedflow import Context, StopEvent, Workflow, step


class Line(BaseModel):
    text: str = ""
    tags: set[str] = set()


class Letter(BaseModel):
    lines: list[Line] = []
    first: Line = Line()


class Machine(BaseModel):
    state: BigCart = BigCart()


class Meter:
    calls = 0


class Metered(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    lines: list[Line] = []
    meter: Meter = Field(default_factory=Meter, exclude=True)

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    @property
    def last(self) -> Line:
        return self.lines[-1].model_copy(deep=True)


class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a field
class Edits(Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        async with ctx.store.edit_state() as state:
            state.total = 1
            state.items.append("")
        mine = await ctx.store.get_state()
        mine.total = 3
        await ctx.store.set_state(mine)
        return StopEvent(result=ctx.state.total)


# twin: an addition
async def adds(context: Context[Cart]) -> None:
    await context.store.set("total", context.state.total + 1)
    await context.store.at(lambda state: state.total).set(context.state.total + 1)


# twin: an item
def items(ctx: Context[BigCart]) -> dict[str, str]:
    items, notes = list(ctx.state.items), {**ctx.state.notes}
    items[0] = ""
    notes[ctx.state.items[0]] = ctx.state.notes["a"]
    return notes


# twin: deleted
def deletes(ctx: Context[BigCart]) -> BigCart:
    copy = ctx.state.model_copy(deep=True)
    del copy.items[0]
    copy.total = 3
    return copy


# twin: by a method
class ByAMethod(Workflow):
    @step
    def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent[int]:
        ctx.state.items.index("")
        seen = {name: text for name, text in ctx.state.notes.items()}
        seen.update(a="")
        sorted(ctx.state.items).append(ctx.state.items.copy().pop())
        return StopEvent(result=ctx.state.items.count(""))


# twin: unpacked
def unpacked(ctx: Context[BigCart]) -> int:
    total, count = ctx.state.total, 2
    if (again := ctx.state.total) >= 1:
        return again
    return total if ctx.state.total == count and ctx.state.items != [] else count


# twin: by another name
async def by_another_name(ctx: Context[BigCart]) -> None:
    state = ctx.state
    print(state.total)
    state = BigCart()
    state.total = 1


# twin: in a loop
def in_a_loop(ctx: Context[BigCart]) -> BigCart:
    for total in range(ctx.state.total):
        print([ctx.state.notes for _ in range(total)])
    return BigCart(total=ctx.state.total, items=ctx.state.items)


# twin: through the store
def other_states(machine: Machine) -> None:
    machine.state.total = 3
    machine.state.items.append("")
    state = machine.state
    state.total = 1


# twin: from outside
async def from_outside() -> None:
    handler = Shopping().run(number=1)
    await handler
    machine = Machine(state=BigCart(total=handler.ctx.state.total))
    machine.state.total = 2
    if (
        handler.ctx.state.items.count("")
        and handler.done()
    ):
        pass


# twin: a state without a schema
class AnyState(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as state:
            state.anything = 1
            state["key"] = ctx.state.get("key", 1)
        return StopEvent()


# twin: deep inside
def deep_inside(ctx: Context[Letter]) -> list[str]:
    texts: list[str] = []
    texts.append(ctx.state.first.text)
    texts += [line.text for line in ctx.state.lines]
    tags = ctx.state.first.tags | {"a"}
    tags.add("b")
    return texts


def what_is_made_or_merely_kept(ctx: Context[Metered]) -> list[str]:
    ctx.state.meter.calls += 1
    ctx.state.last.text = "a"
    last, texts = ctx.state.last, 3
    last.tags.add("b")
    found = ctx.state.texts
    found.sort()
    return found[:texts]


# twin: in an edit of it
async def in_an_edit(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = ctx.state.total
        state.items.sort()
        state.items[:] = ctx.state.items


# twin: a part under a name
def a_part_under_a_name(ctx: Context[Letter], mine: Line) -> None:
    line = ctx.state.first.model_copy()
    line.text = "a"
    tags = ctx.state.lines[0].tags.copy()
    tags.add("a")
    lines = ctx.state.lines[1:]
    lines.append(line)
    either = ctx.state.first
    either = mine
    either.text = "b"


def a_name_of_something_else(ctx: Context[Letter], given: list[Line]) -> None:
    lines, first = ctx.state.lines, ctx.state.first
    every = ctx.state.lines
    match given:
        case [_, *every]:
            every.append(first)
        case _:
            pass
    rest = ctx.state.lines

    def copied() -> None:
        nonlocal rest
        rest = [*lines]

    copied()
    rest.append(Line())


# twin: its elements in turn
def its_elements_in_turn(ctx: Context[BigCart]) -> list[Line]:
    found: list[Line] = []
    for text in ctx.state.items:
        line = Line(text=text)
        line.tags.add(text)
        found.append(line)
    for line in found:
        line.text = ""
    for number, other in enumerate(found[: len(ctx.state.items)]):
        other.text = ctx.state.items[number]
    for key, text in ctx.state.notes.items():
        text += key
        found.append(Line(text=text))
    return found


def copies_of_its_elements(ctx: Context[Letter]) -> None:
    for number, line in enumerate([one.model_copy() for one in ctx.state.lines]):
        line.text = str(number)
    for line in sorted((one.model_copy() for one in ctx.state.lines), key=str):
        line.text = ""
    for other in list(ctx.state.model_copy(deep=True).lines):
        other.tags.clear()
    for line in reversed(ctx.state.lines):
        line.text = "of its own"


def reversed(lines: list[Line]) -> list[Line]:
    return [line.model_copy(deep=True) for line in lines[::-1]]


# twin: by setattr
async def by_setattr(ctx: Context[Cart], name: str) -> None:
    async with ctx.store.edit_state() as state:
        setattr(state, name, getattr(ctx.state, name, 1))


# twin: other collections
class Lists(BaseModel):
    queue: deque[int] = deque()
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    counts: Counter[str] = Counter()
    in_order: OrderedDict[str, int] = OrderedDict()
    names: set[str] = set()


def other_collections(ctx: Context[Lists], name: str) -> None:
    queue, by_name = deque(ctx.state.queue), dict(ctx.state.by_name)
    queue.appendleft(1)
    by_name[name] = [*ctx.state.by_name[name]]
    by_name[name].append(len(ctx.state.by_name.keys()))
    counts = ctx.state.counts + Counter(name)
    counts.subtract(dict(ctx.state.counts.most_common(ctx.state.counts[name])))
    in_order, names = ctx.state.in_order.copy(), ctx.state.names | {name}
    in_order.move_to_end(name)
    names.difference_update(ctx.state.names.difference(name))


# twin: in a lambda
class InALambda(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent[list[str]]:
        items: list[str] = []
        asyncio.get_running_loop().call_soon(lambda: items.append(ctx.state.items[0]))
        return StopEvent(result=items)


# twin: one part or the other
class Book(BaseModel):
    first: Line = Line()
    last: Line = Line()
    lines: list[Line] = []


def one_part_or_the_other(ctx: Context[Book], flag: bool) -> None:
    line: Line
    if flag:
        line = ctx.state.first
    else:
        line = Line()
    line.text = "a"
    line.tags.add("a")


# twin: in one expression
class Pair(BaseModel):
    a: list[int] = []
    b: list[int] = []


async def in_one_expression(ctx: Context[Pair], flag: bool) -> None:
    numbers = ctx.state.a if flag else [2]
    numbers.append(1)
    if more := ctx.state.b or [1]:
        more[0] = 2
    async with ctx.store.edit_state() as state:
        chosen = state.a if flag else ctx.state.b
        if flag:
            chosen.append(3)


# twin: in one loop after the other
class Kept:
    state: Letter


def in_one_loop_after_the_other(ctx: Context[Letter], kept: Kept, number: int) -> None:
    for line in ctx.state.lines:
        print(line.text)
    for line in ctx.state.model_copy(deep=True).lines:
        line.tags.clear()
    state = ctx.state
    while number:
        state = kept.state
        state.first.text = "b"


# twin: a draft after its edit
class AfterItsEdit(Workflow):
    @step
    async def begin(self, ctx: Context[Letter], ev: Order) -> StopEvent:
        letter: Letter
        async with ctx.store.edit_state() as letter:
            letter.first.text = "a"
            lines = [*letter.lines]
        lines.append(letter.first)
        letter = await ctx.store.get_state()
        letter.lines = lines
        if ev.urgent:
            letter.first.text = "b"
            del letter.lines[0]
        await ctx.store.set_state(letter)
        return StopEvent()


# twin: a draft without a schema
def without_a_schema(ctx: Context) -> None:
    while True:
        with ctx.store.edit_state() as state:
            state.count = 1
            state.count += 1
        print(state.count)
