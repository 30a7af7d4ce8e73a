"""Retrying what may pass, and recovering from what will not: file sizes go into a database that others keep locked.

    python -m examples.flaky_import [PATH]     (default: the standard library's `email` and its subpackages)

Somebody else locks the SQLite database again and again, so inserts fail with "database is locked": the retry policy
waits, a little longer each time, and tries again. Empty files break a constraint of the table, and no retry helps:
`@catch_error` notes them, and the import goes on.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sysconfig
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from pydantic import BaseModel

from typedflow import Context, Event, StartEvent, StepFailedEvent, StopEvent, Workflow, catch_error, step
from typedflow.retry_policy import (
    retry_if_exception_type,
    retry_policy,
    stop_after_delay,
    wait_exponential,
    wait_random,
)

TABLE = "CREATE TABLE files (path TEXT PRIMARY KEY, bytes INTEGER CHECK (bytes > 0))"

PATIENT = retry_policy(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    wait=wait_exponential(multiplier=0.01, max=0.2) + wait_random(0, 0.02),
    stop=stop_after_delay(20),
)


class Begin(StartEvent):
    root: Path
    database: Path


class Insert(Event):
    path: Path


class Inserted(Event):
    bytes: int


class Imported(BaseModel):
    root: Path = Path()
    database: Path = Path()
    retries: int = 0
    rejected: dict[str, str] = {}


class FlakyImport(Workflow[Imported, int]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context[Imported], ev: Begin) -> list[Insert]:
        async with ctx.store.edit_state() as state:
            state.root, state.database = ev.root, ev.database
        return [Insert(path=path) for path in sorted(ev.root.rglob("*.py"))]

    @step(retry_policy=PATIENT)
    def insert(self, ctx: Context[Imported], ev: Insert) -> Inserted:
        if ctx.retry_info().retry_number:
            with ctx.store.edit_state() as state:
                state.retries += 1
        size = ev.path.stat().st_size
        with closing(sqlite3.connect(ctx.state.database, timeout=0)) as database, database:
            # A step may run again after it has done its work, so it must not matter how often it does it.
            database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (str(ev.path), size))
        return Inserted(bytes=size)

    @catch_error(for_steps=["insert"])
    async def reject(self, ctx: Context[Imported], ev: StepFailedEvent) -> None:
        assert isinstance(ev.input_event, Insert)
        async with ctx.store.edit_state() as state:
            state.rejected[ev.input_event.path.relative_to(state.root).as_posix()] = str(ev.exception)

    @step
    async def finish(self, ev: list[Inserted]) -> StopEvent[int]:
        return StopEvent(result=sum(inserted.bytes for inserted in ev))


def keep_locked(database: Path, over: threading.Event) -> None:
    """Somebody else's long transactions, with a breath between two of them."""
    while not over.is_set():
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            over.wait(0.1)
            connection.execute("ROLLBACK")
        time.sleep(0.02)


async def main(root: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "files.db"
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(TABLE)
        over = threading.Event()
        other = asyncio.create_task(asyncio.to_thread(keep_locked, database, over))
        try:
            handler = FlakyImport().run(root=root, database=database)
            size = await handler
        finally:
            over.set()
            await other
        with closing(sqlite3.connect(database)) as connection:
            (rows,) = connection.execute("SELECT count(*) FROM files").fetchone()
    state = handler.ctx.state
    print(f"{rows} files with {size:,} bytes are in, after {state.retries} retries; {len(state.rejected)} rejected:")
    for path, reason in sorted(state.rejected.items()):
        print(f"  {path}: {reason}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m examples.flaky_import", description="File sizes into a database.")
    parser.add_argument("path", nargs="?", type=Path, default=Path(sysconfig.get_path("stdlib")) / "email")
    asyncio.run(main(parser.parse_args().path))
