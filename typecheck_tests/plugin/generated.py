"""Workflows made at random, right and wrong, as the text of modules that mypy reads and Python imports.

They vary in what the rules look at: events and their inheritance, unions and lists, what bodies send, await and collect, states,
declared results, base classes and mixins, options of steps, methods that are no steps. A step takes its branches in turn, and some
send only in one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

__all__ = ["HEAD", "workflow"]

HEAD = """
from typing import Annotated, Any, Optional, Union
from pydantic import BaseModel, Field
from typedflow import (
    Collect, Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Take, Workflow, catch_error, step,
)
from typedflow.events import StepFailedEvent

TAKEN: dict[str, int] = {}
ENDED: list[str] = []  # the steps whose branch of the run ended with None
FAILING: list[str] = []  # not empty: a step also fails in its turn

class Failed(Exception): ...

def choose(step: str, *branches):  # type: ignore[no-untyped-def]
    # the branches of a step in turn
    TAKEN[step] = TAKEN.get(step, -1) + 1
    turn = TAKEN[step] % (len(branches) + len(FAILING))
    if turn == len(branches):
        raise Failed(step)
    made = branches[turn]()
    return ended(step) if made is None else made

def ended(step: str) -> None:
    ENDED.append(step)
"""


@dataclass
class _Maker:
    random: Random
    events: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def make(self) -> str:
        future = "from __future__ import annotations\n" if self.chance(0.3) else ""
        self.declare()
        names = [f"s{n}" for n in range(self.random.randint(1, 6))]
        self.random.shuffle(names)
        methods = [self.method(name, names, first=index == 0) for index, name in enumerate(names)]
        own = [self.state_use(text) for text in methods]
        self.classes(own)
        return future + HEAD + "\n".join(self.lines) + "\n"

    # -- events and states

    def declare(self) -> None:
        for n in range(self.random.randint(1, 5)):
            base = self.random.choice(self.events) if self.events and self.chance(0.2) else "Event"
            self.lines.append(f"class E{n}({base}): ...")
            self.events.append(f"E{n}")
        self.lines.append("class Begin(StartEvent):\n    by: int = 0")
        self.starts = ["Begin"] * 6 + ["StartEvent"]
        if self.chance(0.2):
            self.lines.append(f"class Other({self.random.choice(['Begin', 'StartEvent'])}): ...")
            self.starts.append("Other")
        self.lines.append(
            "class Ask(InputRequiredEvent): ...\nclass Reply(HumanResponseEvent): ...\nclass End(StopEvent):\n    n: int = 0"
        )
        self.lines.append(
            "class S1(BaseModel):\n    a: int = 0\nclass S2(S1):\n    b: int" + ("" if self.chance(0.1) else " = 0")
        )
        self.lines.append(
            "class S3(BaseModel):\n    c: Annotated[int, Field(gt=0"
            + ("" if self.chance(0.3) else ", default=1")
            + ")]"
        )

    def event(self) -> str:
        return self.random.choice([*self.events, *self.events, *self.wanted[-3:], *self.wanted[-3:]])

    # -- steps

    def method(self, name: str, names: list[str], *, first: bool) -> str:
        handler = self.chance(0.07)
        context = handler or self.chance(0.5)
        parameters = ["self", *(["ctx: Context"] if context else [])]
        if handler:
            parameters.append("ev: StepFailedEvent")
        else:
            parameters += self.takes(first)
        decorator = self.catch(names) if handler else self.decorator()
        keyword = "async def" if self.chance(0.9) else "def"
        body = self.body(name, parameters, waits=keyword == "async def") if context else []
        if self.chance(0.03):
            body.append("self.kept = 1")
        returns = self.returns(first, none=any("ended(" in line for line in body))
        made = self.branches(returns, sends=context)
        if self.chance(0.03):
            decorator = ""
        lines = [f"    {decorator}"] if decorator else []
        lines.append(f"    {keyword} {name}({', '.join(parameters)}){returns}:")
        lines += [f"        {line}" for line in body] + [f"        return choose({', '.join([repr(name), *made])})"]
        return "\n".join(lines)

    def decorator(self) -> str:
        if self.chance(0.1):
            return "@step(accept_event_subclasses=True)"
        if self.chance(0.05):
            code = self.random.choice(
                ["unproduced-event", "unhandled-event", "no-exit", "self-state", "unreachable-step"]
            )
            return f'@step(skip_checks=["{code}"])'
        return "@step(num_workers=2)" if self.chance(0.1) else "@step"

    def catch(self, names: list[str]) -> str:
        if self.chance(0.5):
            return "@catch_error"
        covered = self.random.sample(names, k=min(len(names), self.random.randint(1, 2)))
        if self.chance(0.1):
            covered.append("nobody")
        return f"@catch_error(for_steps={covered!r})"

    def takes(self, first: bool) -> list[str]:
        if first and self.chance(0.9):
            return [f"ev: {self.random.choice(self.starts)}"]
        if self.chance(0.02):
            return self.random.choice([[], ["ev: int"], ["ev"], ["ev: StopEvent"]])
        if self.chance(0.12):
            element = self.event()
            return [
                f"evs: list[{element}]" if self.chance(0.8) else f"evs: Annotated[list[{element}], Collect(Take(2))]"
            ]
        if self.chance(0.06):
            return [f"one: {self.event()}", f"other: {self.event()}"]
        taken = [self.event() for _ in range(self.random.choice([1, 1, 1, 2]))]
        if self.chance(0.08):
            taken.append(self.random.choice(["Reply", "Event", self.random.choice(self.starts)]))
        return [f"ev: {self.union(taken)}"]

    def returns(self, first: bool, *, none: bool) -> str:
        if self.chance(0.01):
            return self.random.choice(["", " -> int"])
        made = [self.event() for _ in range(self.random.choice([0, 1, 1, 2]))]
        self.wanted += made
        if made and self.chance(0.15):
            made[0] = f"list[{made[0]}]"
        if self.chance(0.5) or not made:
            made.append(self.random.choice(["StopEvent", "StopEvent", "StopEvent[int]", "End", "None", "Ask"]))
        if none or self.chance(0.15):
            made.append("None")
        return f" -> {self.union(made)}"

    def branches(self, returns: str, *, sends: bool) -> list[str]:
        """The ways in which the body may return: each member of the annotation, some with an event sent before."""
        found: list[str] = []
        for member in re.findall(
            r"list\[\w+\]|StopEvent|\w+", returns.replace("Union", "").replace("StopEvent[int]", "StopEvent")
        ):
            if member.startswith("list"):
                found.append(f"lambda: [{member[5:-1]}(), {member[5:-1]}()]")
            elif member == "None":
                found += ["lambda: None"] * (2 if "list" in returns else 1)  # so that what multiplies dies out
            elif member != "int":
                found.append(f"lambda: {member}()")
        found = found or ["lambda: None"]
        return [self.sending(branch) if sends and self.chance(0.1) else branch for branch in found]

    def sending(self, branch: str) -> str:
        event = self.event()
        self.wanted.append(event)
        return f"lambda: (ctx.send_event({event}()), {branch.removeprefix('lambda: ')})[1]"

    def union(self, members: list[str]) -> str:
        members = list(dict.fromkeys(members))
        if len(members) > 1 and self.chance(0.2):
            return f"Union[{', '.join(members)}]"
        text = " | ".join(members)
        return f'"{text}"' if self.chance(0.1) else text

    # -- bodies

    def body(self, name: str, parameters: list[str], *, waits: bool) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            event = self.event()
            self.wanted.append(event)
            lines += self.random.choice(
                [
                    [f"ctx.send_event({event}())"],
                    [f"for _ in range(3): ctx.send_event({event}())"],
                    [f"made = {event}()", "ctx.send_event(made)"],
                    [f"ctx.send_event({event}() if ctx.is_running else {self.event()}())"],
                    ["self.helper(ctx)"],
                    ["helper(ctx)"],
                    [f"ctx.collect_events({event}(), [{event}, {self.event()}])"],
                    self.wait(event) if waits else ["print(ctx.is_running)"],
                    self.collect(name, parameters),
                    [f"held = [{event}(), {self.event()}()]", "ctx.send_event(held[0])"],
                    [f"late: Event = {event}()", "ctx.send_event(late)", f"late = {self.event()}()"],
                    ["print(ctx.state)"],
                    [f"ctx.write_event_to_stream({event}())"],
                ]
            )
        if any(part.startswith("ev:") for part in parameters) and self.chance(0.04):
            lines.append("ctx.send_event(ev)")
        if self.chance(0.03):
            lines.append("somewhere(ctx)")
        return lines

    def wait(self, event: str) -> list[str]:
        asked = self.random.choice(["", ", waiter_event=Ask()"])
        return [f"await ctx.wait_for_event({self.random.choice(['Reply', 'Reply', event])}{asked})"]

    def collect(self, name: str, parameters: list[str]) -> list[str]:
        """Two of what the step takes, or one of each."""
        taken = re.findall(r"E\d", parameters[-1]) if parameters[-1].startswith("ev:") else []
        if not taken:
            return ["print(ctx.state)"]
        wanted = f"[{taken[0]}] * 2" if len(taken) == 1 else f"[{', '.join(dict.fromkeys(taken))}]"
        return [f"if ctx.collect_events(ev, {wanted}) is None:", f"    return ended({name!r})"]

    def state_use(self, text: str) -> str:
        state = self.random.choices(["", "[S1]", "[S2]", "[S3]"], [6, 4, 2, 0.4])[0]
        return text.replace("ctx: Context", f"ctx: Context{state}")

    # -- classes

    def classes(self, methods: list[str]) -> None:
        result = self.random.choices(["", "[Any, int]", "[Any, str]", "[Any, End]"], [30, 1, 1, 1])[0]
        workflow = f"Workflow{result}"
        sent = self.event()
        helper = f"    def helper(self, ctx: Context) -> None:\n        ctx.send_event({sent}())"
        self.lines.append(f"def helper(ctx: Context) -> None:\n    ctx.send_event({self.event()}())")
        self.lines.append("def somewhere(*contexts: Context) -> None: ...")
        shape = self.random.choices(["plain", "base", "mixin"], [5, 3, 2])[0]
        split = self.random.randint(0, len(methods))
        if shape == "plain":
            self.lines.append("\n".join([f"class W({workflow}):", helper, *methods]))
            return
        first, second = methods[:split], methods[split:]
        if first and self.chance(0.15):
            second.append(self.random.choice(first))
        if shape == "base":
            self.lines.append("\n".join([f"class Base({workflow}, open_steps=True):", helper, *first]))
            self.lines.append("\n".join(["class W(Base):", "    x = 1", *second]))
        else:
            self.lines.append("\n".join(["class Mixin:", "    x = 1", *first]))
            self.lines.append("\n".join([f"class W(Mixin, {workflow}):", helper, *second]))


def workflow(seed: int) -> str:
    """The module of that number: it defines a workflow class `W`."""
    return _Maker(Random(seed)).make()
