"""Parallel queries, and the first three answers win: who in a source tree defines a name?

    python -m examples.first_matches [NAME] [PATH]     (default: `close`, in the standard library)

One query for each directory, all at once, each in a thread. `Collect(Take(3))` goes on with the first three that
found something, and `cancel_rest` spares the others the work. Where fewer find something, it goes on with those in
the end.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sysconfig
from pathlib import Path
from typing import Annotated

from typedflow import Collect, Context, DictState, Event, StartEvent, StopEvent, Take, Workflow, step


class Begin(StartEvent):
    name: str
    root: Path


class Query(Event):
    name: str
    directory: Path


class Found(Event):
    path: Path
    line: int
    text: str


class Searching(Event):
    """For those who watch: a query begins."""

    directory: Path


class FirstMatches(Workflow[DictState, list[Found]]):
    start_event = Begin

    @step
    def split(self, ev: Begin) -> list[Query]:
        """One query for the root itself and one for each package below it."""
        packages = sorted(path.parent for path in ev.root.glob("*/__init__.py"))
        return [Query(name=ev.name, directory=directory) for directory in (ev.root, *packages)]

    @step(num_workers=8)
    def search(self, ctx: Context, ev: Query) -> Found | None:
        """The first definition in this directory, if there is one. A plain function, so it runs in a thread."""
        ctx.write_event_to_stream(Searching(directory=ev.directory))
        definition = re.compile(rf"^\s*(async def|def|class) {re.escape(ev.name)}\b")
        for path in sorted(ev.directory.glob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
                if definition.match(line):
                    return Found(path=path, line=number, text=line.strip())
        return None

    @step
    async def first(self, ev: Annotated[list[Found], Collect(Take(3, cancel_rest=True))]) -> StopEvent[list[Found]]:
        return StopEvent(result=ev)


async def main(name: str, root: Path) -> list[Found]:
    """Show what is found first."""
    handler = FirstMatches().run(name=name, root=root)
    asked = [event.directory async for event in handler.stream_events(only=Searching)]
    found = await handler
    print(f"{len(found)} definitions of {name}, after {len(asked)} queries:")
    for match in found:
        print(f"  {match.path.relative_to(root)}:{match.line}: {match.text}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m examples.first_matches", description="Who defines a name?")
    parser.add_argument("name", nargs="?", default="close")
    parser.add_argument("path", nargs="?", type=Path, default=Path(sysconfig.get_path("stdlib")))
    options = parser.parse_args()
    asyncio.run(main(options.name, options.path))
