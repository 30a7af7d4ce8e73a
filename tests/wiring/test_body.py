"""What is read from the body of a step."""

from __future__ import annotations

import ast
import textwrap

import pytest

from typedflow.wiring.body import Body, read_body

SENDS: dict[str, tuple[list[str], bool]] = {
    "ctx.send_event(Done(n=1))": (["Done"], False),
    "ctx.send_event(events.Done())": (["events.Done"], False),
    "ctx.send_event(Batch[int](n=1))": (["Batch[int]"], False),
    "ctx.send_event(message=Done())": (["Done"], False),
    "ctx.send_event(Done(), step='b')": (["Done"], False),
    "ctx.send_event(Done() if ev.ok else Failed())": (["Done", "Failed"], False),
    "ctx.send_event(Done.model_validate({}))": (["Done"], False),
    "ctx.send_event(Done().model_copy(update={}))": (["Done"], False),
    "done = Done()\nctx.send_event(done)": (["Done"], False),
    "done: Event = Done()\nctx.send_event(done)": (["Done"], False),
    "done = Done()\nif ev.x:\n    done = Failed()\nctx.send_event(done)": (["Done", "Failed"], False),
    "ctx.send_event(done := Done())": (["Done"], False),
    "if (done := Done()):\n    ctx.send_event(done)": (["Done"], False),
    "a, b = A(), B()\nctx.send_event(a)\nctx.send_event(b)": (["A", "B"], False),
    "for n in range(3):\n    ctx.send_event(Done(n=n))": (["Done"], False),
    "for done in [Done(), Failed()]:\n    ctx.send_event(done)": (["Done", "Failed"], False),
    "for done in (Done(n=n) for n in ns):\n    ctx.send_event(done)": (["Done"], False),
    "all = [Done(n=n) for n in ns]\nfor done in all:\n    ctx.send_event(done)": (["Done"], False),
    "all = []\nall.append(Done())\nfor one in all:\n    ctx.send_event(one)": (["Done"], False),
    "[ctx.send_event(Done(n=n)) for n in ns]": (["Done"], False),
    "def later():\n    ctx.send_event(Done())\nlater()": (["Done"], False),
    "later = lambda: ctx.send_event(Done())": (["Done"], False),
    "def later(ctx):\n    ctx.send_event(Done())": ([], True),
    "ctx.send_event(ev)": ([], False),
    "ctx.write_event_to_stream(Progress())": ([], False),
    "await ctx.store.set('a', 1)": ([], False),
    "helper(ctx.store)": ([], False),
    "print(ctx)": ([], False),
    "isinstance(ctx, Context)": ([], False),
    "ctx.send_event(make())": (["make"], False),
    "make = pick()\nctx.send_event(make())": ([], True),
    "ctx.send_event(ev.next)": ([], True),
    "ctx.send_event(await load())": ([], True),
    "ctx.send_event(*all)": ([], True),
    "all = []\nfill(all)\nfor one in all:\n    ctx.send_event(one)": ([], True),
    "with made() as done:\n    ctx.send_event(done)": ([], True),
    "from x import Done\nctx.send_event(Done())": ([], True),
    "send = ctx.send_event\nsend(Done())": ([], True),
    "other = ctx": ([], True),
    "helper = pick()\nhelper(ctx)": ([], True),
    "return [ctx]": ([], True),
    "fns[0](ctx)": ([], True),
    "call(*[ctx])": ([], True),
    "call(**{'ctx': ctx})": ([], True),
    "Context.get_step_context().send_event(Done())": ([], True),
    "ctx = other()": ([], True),
}

WAITS: dict[str, tuple[list[str], list[str], list[str], bool]] = {
    "x = await ctx.wait_for_event(Answer)": (["Answer"], [], [], False),
    "x = await ctx.wait_for_event(Answer, waiter_event=Ask(q='?'))": (["Answer"], ["Ask"], [], False),
    "x = await ctx.wait_for_event(event_type=Answer, waiter_event=None)": (["Answer"], [], [], False),
    "ask = Ask()\nx = await ctx.wait_for_event(Answer, ask)": (["Answer"], ["Ask"], [], False),
    "kind = pick()\nx = await ctx.wait_for_event(kind)": ([], [], [], True),
    "x = await ctx.wait_for_event(pick())": ([], [], [], True),
    "found = ctx.collect_events(ev, [A, B])": ([], [], ["A", "B"], False),
    "found = ctx.collect_events(ev, [Done] * 3)": ([], [], ["Done"], False),
    "found = ctx.collect_events(ev, expected=(A, events.B))": ([], [], ["A", "events.B"], False),
    "kinds = [A]\nfound = ctx.collect_events(ev, kinds)": ([], [], [], False),
}

ASSIGNED: dict[str, list[str]] = {
    "self.total = 1": ["total"],
    "self.total += 1": ["total"],
    "self.total: int = 1": ["total"],
    "self.a = self.b = 1": ["a", "b"],
    "(self.a, [self.b, *self.c]) = x": ["a", "b", "c"],
    "for self.a in x:\n    pass": ["a"],
    "with open() as self.a:\n    pass": ["a"],
    "del self.a": ["a"],
    "setattr(self, 'a', 1)": ["a"],
    "object.__setattr__(self, 'a', 1)": ["a"],
    "def inner():\n    self.a = 1": ["a"],
    "def inner(self):\n    self.a = 1": [],
    "self.a.append(1)": [],
    "self.a[0] = 1": [],
    "self.a.b = 1": [],
    "setattr(ev, 'a', 1)": [],
    "x = self.a": [],
    "other.a = 1": [],
    "self.a: int": [],
    "self.a: int = 1": ["a"],
}


def read(body: str, context: str | None = "ctx") -> Body:
    source = "async def work(self, ctx, ev, evs):\n" + textwrap.indent(body, "    ")
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    return read_body(function, context)


@pytest.mark.parametrize("body", SENDS)
def test_what_a_step_sends_is_known_or_said_to_be_unknown(body: str) -> None:
    facts = read(body)
    expected, unknown = SENDS[body]
    assert ([named.expression for named in facts.sends], facts.sends_unknown) == (expected, unknown)


@pytest.mark.parametrize("body", WAITS)
def test_what_a_step_waits_for_and_collects(body: str) -> None:
    facts = read(body)
    waits, asks, collects, unknown = WAITS[body]
    assert [named.expression for named in facts.waits] == waits
    assert [named.expression for named in facts.asks] == asks
    assert [named.expression for named in facts.collects] == collects
    assert facts.waits_unknown is unknown


@pytest.mark.parametrize("body", ASSIGNED)
def test_what_a_step_assigns_on_self(body: str) -> None:
    assert [one.attribute for one in read(body).self_assignments] == ASSIGNED[body]


def test_the_step_that_an_event_is_sent_to_is_said_with_its_place() -> None:
    sends = [
        "done = Done()",
        'ctx.send_event(done, "a")',
        'ctx.send_event(Done() if ev else Task(), step="b")',
        'ctx.send_event(ev, step="c")',
        "ctx.send_event(Done(), step=evs)",
    ]
    assert [(one.step, one.event, one.line, one.column) for one in read("\n".join(sends)).named_steps] == [
        ("a", "Done", 3, 25),
        ("b", None, 4, 50),
        ("c", None, 5, 28),
    ]


def test_a_step_without_a_context_sends_nothing_it_could_hide() -> None:
    facts = read("helper(ctx)", context=None)
    assert (facts.sends, facts.sends_unknown, facts.handed_on) == ((), False, ())


def test_the_context_handed_on_is_said_with_its_place() -> None:
    facts = read("await self.helper(ev, ctx)\nawait tools.run(context=ctx)")
    assert [(one.function, one.argument) for one in facts.handed_on] == [("self.helper", 1), ("tools.run", "context")]
    assert not facts.sends_unknown


def test_a_parameter_sent_on_is_no_new_event() -> None:
    facts = read("ctx.send_event(ev)\nfor one in evs:\n    ctx.send_event(one)")
    assert facts.resends == ("ev", "evs[]")


def test_methods_used_through_self_are_known() -> None:
    assert read("self.a(1)\nrun(self.b)\nsuper().c()\nself.d = 1").self_references == {"a", "b", "c"}
    assert read("Flow.a(self)\ngetattr(self, 'b')(1)\nev.c\ngetattr(ev, 'd')").self_references == {"a", "b"}
    assert read("getattr(self, f'on_{ev.kind}')\ngetattr(self, 'as_' + name)").self_references == {"on_*", "as_*"}
    assert read("getattr(self, name, None)").self_references == {"*"}


def test_each_fact_has_its_line_and_column() -> None:
    facts = read("self.a = 1\nctx.send_event(\n    Done()\n)")
    assert [(one.line, one.column) for one in facts.self_assignments] == [(2, 4)]
    assert [(one.line, one.column) for one in facts.sends] == [(4, 8)]
