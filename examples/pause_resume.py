"""Pause a run, save it as JSON, and go on in another process: checksums of all files of a tree.

    python -m examples.pause_resume [PATH]     (default: the standard library's asyncio, paused half way)

Two processes, one after the other: the first ends half way and saves its context, the second restores it and goes on.
What was being done at the pause is done again, nothing else is. With --checkpoint FILE it is one process, which
begins or goes on there, and with --stop-after N pauses after N files.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from pydantic import BaseModel

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step


class Begin(StartEvent):
    root: Path


class Checksum(Event):
    path: Path


class Done(Event):
    path: Path
    sha256: str


class Progress(Event):
    files: int


class Checksums(BaseModel):
    done: dict[str, str] = {}
    processes: dict[str, int] = {}


class Manifest(Workflow[Checksums, str]):
    start_event = Begin

    @step
    async def begin(self, ev: Begin) -> list[Checksum]:
        return [Checksum(path=path) for path in sorted(ev.root.resolve().rglob("*.py"))]

    @step(num_workers=2)
    async def checksum(self, ctx: Context[Checksums], ev: Checksum) -> Done:
        digest = await asyncio.to_thread(lambda: hashlib.sha256(ev.path.read_bytes()).hexdigest())
        async with ctx.store.edit_state() as state:
            state.done[str(ev.path)] = digest
            me = f"process {os.getpid()}"
            state.processes[me] = state.processes.get(me, 0) + 1
        ctx.write_event_to_stream(Progress(files=len(ctx.state.done)))
        return Done(path=ev.path, sha256=digest)

    @step
    async def sign(self, ev: list[Done]) -> StopEvent[str]:
        """One checksum over all of them, in the order of their paths."""
        lines = sorted(f"{done.sha256}  {done.path}" for done in ev)
        return StopEvent(result=hashlib.sha256("\n".join(lines).encode()).hexdigest())


async def one_process(root: Path, saved: str | None, stop_after: int | None) -> str | None:
    """Begin, or go on with what was saved; what is to be saved, or None at the end."""
    workflow = Manifest()
    if saved:
        ctx = Context.from_dict(workflow, json.loads(saved))
        print(f"process {os.getpid()} goes on after {len(ctx.state.done)} files")
        handler = workflow.run(ctx=ctx)
    else:
        handler = workflow.run(root=root)
    async for progress in handler.stream_events(only=Progress):
        if stop_after is not None and progress.files >= stop_after and not handler.is_done():
            await handler.cancel_run()
            saved = json.dumps(handler.ctx.to_dict())
            print(f"process {os.getpid()} pauses after {len(handler.ctx.state.done)} files: {len(saved):,} characters")
            return saved
    signature = await handler
    by = ", ".join(f"{files} by {process}" for process, files in handler.ctx.state.processes.items())
    print(f"{len(handler.ctx.state.done)} files ({by}): {signature}")
    return None


def two_processes(root: Path) -> None:
    half = str(sum(1 for _ in root.rglob("*.py")) // 2)
    with tempfile.TemporaryDirectory() as folder:
        again = [
            sys.executable,
            "-m",
            "examples.pause_resume",
            str(root),
            "--checkpoint",
            str(Path(folder) / "run.json"),
        ]
        subprocess.run([*again, "--stop-after", half], check=True)
        subprocess.run(again, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m examples.pause_resume", description="Checksums, with a pause.")
    parser.add_argument("path", nargs="?", type=Path, default=Path(sysconfig.get_path("stdlib")) / "asyncio")
    parser.add_argument("--checkpoint", type=Path, help="where the run is saved; one process")
    parser.add_argument("--stop-after", type=int, help="pause after so many files")
    options = parser.parse_args()
    if options.checkpoint is None:
        two_processes(options.path)
    else:
        before = options.checkpoint.read_text() if options.checkpoint.exists() else None
        after = asyncio.run(one_process(options.path, before, options.stop_after))
        if after is not None:
            options.checkpoint.write_text(after)
