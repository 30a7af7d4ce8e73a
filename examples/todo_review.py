"""A person in the loop: go through the TODO comments of a source tree, and decide on each.

    python -m examples.todo_review [PATH] [--limit N] [--answers FILE]     (default: those of `email`, the terminal)

For each comment the run asks, and waits for the answer: `k`eep it, `d`rop it, `q`uit, or any other text, which
becomes a task. With --answers the lines of a file answer instead of a person. What is decided ends as a Markdown
list.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TextIO

from pydantic import BaseModel

from typedflow import Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Workflow, step

Decision = Literal["open", "kept", "dropped", "task"]
DECISIONS: dict[str, Decision] = {"k": "kept", "d": "dropped"}
COMMENT = re.compile(r"#\s*(TODO|FIXME|XXX)\b[:\s]*(.*)")


class Begin(StartEvent):
    root: Path
    limit: int = 5


class Next(Event): ...


class Question(InputRequiredEvent):
    number: int
    where: str
    comment: str


class Answer(HumanResponseEvent):
    number: int
    text: str


class Remark(BaseModel):
    where: str
    comment: str
    decision: Decision = "open"
    task: str = ""


class Review(BaseModel):
    remarks: list[Remark] = []


class TodoReview(Workflow[Review, str]):
    start_event = Begin

    @step
    def collect(self, ctx: Context[Review], ev: Begin) -> Next:
        found: list[Remark] = []
        for path in sorted(ev.root.rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
                if match := COMMENT.search(line):
                    where = f"{path.relative_to(ev.root).as_posix()}:{number}"
                    found.append(Remark(where=where, comment=match[2].strip() or match[1]))
        with ctx.store.edit_state() as state:
            state.remarks = found[: ev.limit]
        return Next()

    @step
    async def ask(self, ctx: Context[Review], ev: Next) -> Next | StopEvent[str]:
        number = next((n for n, remark in enumerate(ctx.state.remarks) if remark.decision == "open"), None)
        if number is None:
            return StopEvent(result=_markdown(ctx.state))
        remark = ctx.state.remarks[number]
        question = Question(number=number, where=remark.where, comment=remark.comment)
        answer = await ctx.wait_for_event(Answer, waiter_event=question, requirements={"number": number}, timeout=None)
        if answer.text == "q":
            return StopEvent(result=_markdown(ctx.state))
        async with ctx.store.edit_state() as state:
            decided = state.remarks[number]
            decided.decision = DECISIONS.get(answer.text, "task")
            decided.task = answer.text if decided.decision == "task" else ""
        return Next()


def _markdown(state: Review) -> str:
    tasks = [f"- [ ] {remark.task} (`{remark.where}`: {remark.comment})" for remark in state.remarks if remark.task]
    kept, dropped, left = (sum(r.decision == kind for r in state.remarks) for kind in ("kept", "dropped", "open"))
    return "\n".join([f"# Tasks: {len(tasks)}", *tasks, "", f"And {kept} kept, {dropped} dropped, {left} open."])


async def main(root: Path, limit: int, reply: Callable[[], str]) -> str:
    """`reply` gives the answers; it blocks, so it is called in a thread."""
    handler = TodoReview(timeout=None).run(root=root, limit=limit)
    async for question in handler.stream_events(only=Question):
        print(f"\n{question.where}: {question.comment}\n[k]eep, [d]rop, [q]uit, or a task: ", end="", flush=True)
        text = await asyncio.to_thread(reply)
        await handler.send_event(Answer(number=question.number, text=text.strip() or "k"))
    return await handler


def _reply(lines: TextIO) -> str:
    text = lines.readline() or "q\n"  # at the end
    if not lines.isatty():
        print(text, end="")
    return text


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m examples.todo_review", description="Decide on TODO comments.")
    parser.add_argument("path", nargs="?", type=Path, default=Path(sysconfig.get_path("stdlib")) / "email")
    parser.add_argument("--limit", type=int, default=5, help="most questions (default: %(default)s)")
    parser.add_argument("--answers", type=open, default=sys.stdin, help="a file with an answer on each line")
    options = parser.parse_args()
    print("\n" + asyncio.run(main(options.path, options.limit, lambda: _reply(options.answers))))
