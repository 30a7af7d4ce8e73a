"""An assignment through ctx.state."""

import asyncio
from collections import Counter, OrderedDict, defaultdict, deque

from pydantic import BaseModel
from shop import BigCart, Cart, Order

from typedflow import Context, StopEvent, Workflow, step


class Line(BaseModel):
    text: str = ""
    tags: set[str] = set()


class Letter(BaseModel):
    lines: list[Line] = []
    first: Line = Line()


class Shopping(Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        return StopEvent()


# twin: a field
class Assigns(Workflow):
    @step
    async def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        ctx.state.total = 1  # E: 9 state-read-only
        return StopEvent()


# twin: an addition
def adds(context: Context[Cart]) -> None:
    context.state.total += 1  # E: 5 state-read-only


# twin: an item
def items(ctx: Context[BigCart]) -> None:
    ctx.state.items[0] = ""  # E: 5 state-read-only
    ctx.state.notes["a"] = ""  # E: 5 state-read-only


# twin: deleted
def deletes(ctx: Context[BigCart]) -> None:
    del ctx.state.items[0]  # E: 9 state-read-only


# twin: by a method
class ByAMethod(Workflow):
    @step
    def begin(self, ctx: Context[BigCart], ev: Order) -> StopEvent:
        ctx.state.items.append("")  # E: 9 state-read-only
        ctx.state.notes.update(a="")  # E: 9 state-read-only
        return StopEvent()


# twin: unpacked
def unpacked(ctx: Context[BigCart]) -> int:
    ctx.state.total, count = 1, 2  # E: 5 state-read-only
    return count


# twin: by another name
async def by_another_name(ctx: Context[BigCart]) -> None:
    state = ctx.state
    state.total = 3  # E: 5 state-read-only


# twin: in a loop
def in_a_loop(ctx: Context[BigCart]) -> None:
    for ctx.state.total in range(2):  # E: 9 state-read-only
        pass


# twin: through the store
def through_the_store(context: Context[BigCart]) -> None:
    context.store.state.total = 1  # E: 5 state-read-only


# twin: from outside
async def from_outside() -> None:
    handler = Shopping().run(number=1)
    await handler
    handler.ctx.state.total = 2  # E: 5 state-read-only
    if (
        handler.ctx.state.items.pop()  # E: 9 state-read-only
        and handler.done()
    ):
        pass


# twin: a state without a schema
class AnyState(Workflow):
    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent:
        ctx.state.anything = 1  # E: 9 state-read-only
        ctx.state["key"] = 1  # E: 9 state-read-only
        return StopEvent()


# twin: deep inside
def deep_inside(ctx: Context[Letter]) -> None:
    ctx.state.first.text = "a"  # E: 5 state-read-only
    ctx.state.lines[0].tags.add("a")  # E: 5 state-read-only


# twin: in an edit of it
async def in_an_edit(ctx: Context[Cart]) -> None:
    async with ctx.store.edit_state() as state:
        state.total = ctx.state.total
        ctx.state.items.sort()  # E: 9 state-read-only


# twin: a part under a name
def a_part_under_a_name(ctx: Context[Letter]) -> None:
    first, lines = ctx.state.first, 3
    line = ctx.state.lines[lines]
    line.text = "a"  # E: 5 state-read-only
    if tags := line.tags:
        tags.add("a")  # E: 9 state-read-only
    print(first)


# twin: its elements in turn
def its_elements_in_turn(ctx: Context[Letter]) -> None:
    for line in ctx.state.lines:
        line.text = ""  # E: 9 state-read-only
        line.tags.clear()  # E: 9 state-read-only
    for number, other in enumerate(ctx.state.lines):
        other.text = str(number)  # E: 9 state-read-only
    for one in sorted(ctx.state.lines, key=str):
        one.text = ""  # E: 9 state-read-only


# twin: by setattr
def by_setattr(ctx: Context[Cart], name: str) -> None:
    setattr(ctx.state, name, 1)  # E: 13 state-read-only
    delattr(ctx.state, "total")  # E: 13 state-read-only


# twin: other collections
class Lists(BaseModel):
    queue: deque[int] = deque()
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    counts: Counter[str] = Counter()
    in_order: OrderedDict[str, int] = OrderedDict()
    names: set[str] = set()


def other_collections(ctx: Context[Lists], name: str) -> None:
    ctx.state.queue.appendleft(1)  # E: 5 state-read-only
    ctx.state.by_name[name].append(1)  # E: 5 state-read-only
    ctx.state.by_name.update(a=[])  # E: 5 state-read-only
    ctx.state.counts.update(name)  # E: 5 state-read-only
    ctx.state.counts.subtract(name)  # E: 5 state-read-only
    ctx.state.counts[name] += 1  # E: 5 state-read-only
    ctx.state.counts |= Counter(name)  # E: 5 state-read-only
    ctx.state.in_order.move_to_end(name)  # E: 5 state-read-only
    ctx.state.names.difference_update(name)  # E: 5 state-read-only


# twin: in a lambda
class InALambda(Workflow):
    @step
    async def begin(self, ctx: Context[Cart], ev: Order) -> StopEvent:
        asyncio.get_running_loop().call_soon(lambda: ctx.state.items.append("a"))  # E: 54 state-read-only
        return StopEvent()


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
        line = ctx.state.last
    line.text = "a"  # E: 5 state-read-only
    line.tags.add("a")  # E: 5 state-read-only


# twin: in one expression
class Pair(BaseModel):
    a: list[int] = []
    b: list[int] = []


async def in_one_expression(ctx: Context[Pair], flag: bool) -> None:
    numbers = ctx.state.a if flag else ctx.state.b
    numbers.append(1)  # E: 5 state-read-only
    if more := ctx.state.b or ctx.state.a:
        more[0] = 2  # E: 9 state-read-only


# twin: in one loop after the other
def in_one_loop_after_the_other(ctx: Context[Letter], number: int) -> None:
    for line in ctx.state.lines:
        line.text = "a"  # E: 9 state-read-only
    for line in reversed(ctx.state.lines):
        line.tags.clear()  # E: 9 state-read-only
    state = ctx.state
    while number:
        state = ctx.state
        state.first.text = "b"  # E: 9 state-read-only


# twin: a draft after its edit
class AfterItsEdit(Workflow):
    @step
    async def begin(self, ctx: Context[Letter], ev: Order) -> StopEvent:
        async with ctx.store.edit_state() as letter:
            letter.first.text = "a"
            first = letter.first
        letter.lines = []  # E: 9 state-read-only
        letter.lines.append(Line())  # E: 9 state-read-only
        if ev.urgent:
            first.text = "b"  # E: 13 state-read-only
            del letter.lines[0]  # E: 17 state-read-only
        return StopEvent()


# twin: a draft without a schema
def without_a_schema(ctx: Context) -> None:
    while True:
        with ctx.store.edit_state() as state:
            state.count = 1
        state.count += 1  # E: 9 state-read-only
