"""Which event a name, or an element of a list, stands for where it is sent."""

from __future__ import annotations

import ast
import textwrap

import pytest

from typedflow.wiring.body import Body, read_body

ELEMENTS: dict[str, tuple[list[str], bool]] = {
    "all = [A(), Stop()]\nctx.send_event(all[0])": (["A"], False),
    "all = A(), Stop()\nctx.send_event(all[0])": (["A"], False),
    "all = [A(), Stop()]\nctx.send_event(all[-2])": (["A"], False),
    "ctx.send_event([A(), Stop()][0])": (["A"], False),
    "ctx.send_event(([A()] if ev.x else [B(), Stop()])[0])": (["A", "B"], False),
    "if ev.x:\n    all = [A(), Stop()]\nelse:\n    all = [B()]\nctx.send_event(all[0])": (["A", "B"], False),
    "all = [A()]\nall.append(Stop())\nctx.send_event(all[0])": (["A"], False),
    "all = [A()]\nall.append(Stop())\nctx.send_event(all[-1])": ([], True),
    "all = [A()]\nall.append(Stop())\nctx.send_event(all[1])": ([], True),
    "evs.append(Stop())\nctx.send_event(evs[0])": ([], True),
    "all = [A(), Stop()]\nall.reverse()\nctx.send_event(all[0])": ([], True),
    "all = [A(), Stop()]\nall[0] = B()\nctx.send_event(all[0])": ([], True),
    "all = [A(), Stop()]\ndel all[0]\nctx.send_event(all[0])": ([], True),
    "all = [A(), Stop()]\nshuffle(all)\nctx.send_event(all[0])": ([], True),
    "all = [A(), Stop()]\nctx.send_event(all[ev.n])": ([], True),
    "all = [A(n=1), A(n=2)]\nctx.send_event(all[ev.n])": (["A"], False),
    "all = [A(n=n) for n in ns]\nctx.send_event(all[0])": (["A"], False),
    "all = [*others, A()]\nctx.send_event(all[0])": ([], True),
    "all = [A(), Stop()]\nctx.send_event(all[2])": ([], True),
    "all = {0: A(), 1: Stop()}\nctx.send_event(all[0])": ([], True),
    "all = [A(), Stop()]\nfor one in all[:1]:\n    ctx.send_event(one)": ([], True),
    "one = all = [A()]\none.append(B())\nfor each in all:\n    ctx.send_event(each)": ([], True),
    "all = [A()]\nfor one in all:\n    ctx.send_event(one)\nall.append(Stop())": (["A"], False),
    "all = [A()]\nwhile ev.x:\n    for one in all:\n        ctx.send_event(one)\n    all.append(B())": (
        ["B", "A"],
        False,
    ),
    "all = []\nif ev.x:\n    all.append(A())\nelse:\n    all.append(B())\nfor one in all:\n    ctx.send_event(one)": (
        ["A", "B"],
        False,
    ),
    "ctx.send_event(evs[0])": ([], False),
}

ORDER: dict[str, tuple[list[str], bool]] = {
    "x = A()\nctx.send_event(x)\nx = Stop()\nreturn x": (["A"], False),
    "x = Stop()\nx = A()\nctx.send_event(x)": (["A"], False),
    "x = A()\nif ev.x:\n    x = B()\nctx.send_event(x)": (["A", "B"], False),
    "x = Stop()\nif ev.x:\n    x = A()\nelse:\n    x = B()\nctx.send_event(x)\nx = C()": (["A", "B"], False),
    "x = Stop()\nif ev.x:\n    x = A()\nelse:\n    return x\nctx.send_event(x)": (["A"], False),
    "x = A()\nfor n in ns:\n    ctx.send_event(x)\n    x = B()\nx = Stop()": (["A", "B"], False),
    "x = A()\nwhile ev.x:\n    ctx.send_event(x)\n    x = B()": (["A", "B"], False),
    "x = A()\nwhile isinstance(x, A):\n    ctx.send_event(x)\n    x = B()": ([], True),
    "x = A()\nwhile True:\n    ctx.send_event(x)\n    x = B()": (["A", "B"], False),
    "try:\n    x = A()\nexcept ValueError:\n    x = B()\nctx.send_event(x)\nx = Stop()": (["A", "B"], False),
    "x = A()\nx, y = Stop(), x\nctx.send_event(y)": (["A"], False),
    "x = Stop()\ny = A()\ny, x = x, y\nctx.send_event(x)": (["A"], False),
    "def later():\n    ctx.send_event(x)\nx = A()\nlater()\nx = Stop()": ([], True),
    "x = Stop()\n[ctx.send_event(x) for x in [A(), B()]]": (["A", "B"], False),
    "for x in [A(), B()]:\n    ctx.send_event(x)\nx = Stop()": (["A", "B"], False),
}

NARROWED: dict[str, tuple[list[str], bool]] = {
    "x = A() if ev.x else Stop()\nif isinstance(x, A):\n    ctx.send_event(x)": ([], True),
    "x = A() if ev.x else Stop()\nif isinstance(x, Stop):\n    return x\nctx.send_event(x)": ([], True),
    "x = A() if ev.x else Stop()\nctx.send_event(x) if ev.x else None": ([], True),
    "x = A() if ev.x else Stop()\nev.x and ctx.send_event(x)": ([], True),
    "x = A() if ev.x else Stop()\nmatch x:\n    case A():\n        ctx.send_event(x)": ([], True),
    "for x in [A(), Stop()]:\n    if ev.x:\n        ctx.send_event(x)": ([], True),
    "[ctx.send_event(x) for x in [A(), Stop()] if x.ok]": ([], True),
    "x = A()\nif ev.x:\n    ctx.send_event(x)": (["A"], False),
    "if ev.x:\n    x = A() if ev.y else B()\n    ctx.send_event(x)": (["A", "B"], False),
    "x = A() if ev.x else B()\nif ev.y:\n    return None\nctx.send_event(x)": (["A", "B"], False),
}

CASES = {**ELEMENTS, **ORDER, **NARROWED}


def read(body: str) -> Body:
    source = "async def work(self, ctx, ev, evs):\n" + textwrap.indent(body, "    ")
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    return read_body(function, "ctx")


@pytest.mark.parametrize("body", CASES)
def test_what_is_sent_is_what_may_stand_there_or_unknown(body: str) -> None:
    facts = read(body)
    expected, unknown = CASES[body]
    assert (sorted({named.expression for named in facts.sends}), facts.sends_unknown) == (sorted(expected), unknown)


def test_a_parameter_that_is_assigned_anew_is_sent_on_only_before() -> None:
    assert read("ctx.send_event(ev)\nev = A()").resends == ("ev",)
    facts = read("ev = A()\nctx.send_event(ev)")
    assert (facts.resends, [named.expression for named in facts.sends]) == ((), ["A"])
