"""What is read from a body is what it does: bodies made at random are read, and run in many ways."""

from __future__ import annotations

import ast
import textwrap
from contextlib import suppress
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from typedflow.wiring.body import read_body

WAYS = 150
"""How often a body is run; each condition is thrown anew."""


class Sent(Exception):
    """Something was thrown in a `try`."""


class Oracle:
    """Decides what a body asks for, and notes what it sends."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.sent: set[str] = set()
        self.steps = 0

    def send_event(self, event: object) -> None:
        self.sent.add(type(event).__name__)

    def maybe(self) -> bool:
        self.steps += 1
        return self.random.random() < 0.5 and self.steps < 60

    def some(self) -> range:
        self.steps += 1
        return range(self.random.randint(0, 2) if self.steps < 60 else 0)

    def boom(self) -> None:
        if self.random.random() < 0.5:
            raise Sent


CLASSES = {name: type(name, (), {}) for name in "ABC"}
EVENTS = st.sampled_from([*(f"{name}()" for name in CLASSES), "x", "y", "xs[0]", "(A() if maybe() else B())"])


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0, loop: bool = False, grows: bool = True) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        lines += draw(statements(depth, loop, grows))
    return lines


@st.composite
def statements(draw: st.DrawFn, depth: int, loop: bool, grows: bool) -> list[str]:
    """`grows` says that the list may be appended to: where it is gone through, it would never end."""
    kinds = ["assign", "assign", "send", "send", "each", "swap", "list", "boom"]
    kinds += ["append"] if grows else []
    if depth < 3:
        kinds += ["if", "if else", "for", "while", "try", "items"]
    kinds += ["leave"] if loop else []
    kind = draw(st.sampled_from(kinds))

    def inner(in_loop: bool = loop, may_grow: bool = grows) -> list[str]:
        return [f"    {line}" for line in draw(blocks(depth + 1, in_loop, may_grow))]

    if kind == "assign":
        return [f"{draw(st.sampled_from('xy'))} = {draw(EVENTS)}"]
    if kind == "send":
        return [f"ctx.send_event({draw(EVENTS)})"]
    if kind == "append":
        return [f"xs.append({draw(EVENTS)})"]
    if kind == "each":
        return ["for one in xs:", "    ctx.send_event(one)"]
    if kind == "items":
        return ["for x in xs:", *inner(True, False)]
    if kind == "swap":
        return ["x, y = y, x"]
    if kind == "list":
        return [f"xs = [{draw(EVENTS)}, {draw(EVENTS)}]"]
    if kind == "boom":
        return ["boom()"]
    if kind == "if":
        return ["if maybe():", *inner()]
    if kind == "if else":
        return ["if maybe():", *inner(), "else:", *inner()]
    if kind == "for":
        return ["for _ in some():", *inner(True)]
    if kind == "while":
        return ["while maybe():", *inner(True)]
    if kind == "try":
        return ["try:", *inner(), "except Sent:", *inner()]
    return [draw(st.sampled_from(["break", "continue"]))] if draw(st.booleans()) else ["if maybe():", "    return"]


def sent_by(source: str) -> set[str]:
    """What the body sends in all the ways in which it is run."""
    code = compile(source, "body", "exec")
    sent: set[str] = set()
    for seed in range(WAYS):
        oracle = Oracle(seed)
        names: dict[str, object] = {
            **CLASSES, "Sent": Sent, "maybe": oracle.maybe, "some": oracle.some, "boom": oracle.boom
        }  # fmt: skip
        exec(code, names)
        with suppress(Sent):
            names["work"](oracle)  # type: ignore[operator]  # the function that the code defines
        sent |= oracle.sent
    return sent


@settings(max_examples=300, deadline=None)
@given(blocks())
def test_a_body_sends_what_is_read_and_nothing_else(lines: list[str]) -> None:
    start = ["x = A()", "y = B()", "xs = [A()]"]
    source = "def work(ctx):\n" + textwrap.indent("\n".join([*start, *lines]), "    ")
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    facts = read_body(function, "ctx", None)
    sent = sent_by(source)
    if facts.sends_unknown:
        return
    assert sent <= {named.expression for named in facts.sends}, source
