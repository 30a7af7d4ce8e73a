"""The workflow: walk the tree, parse its files in parallel, write the report.

begin -> walk (again and again) -> split -> parse, many at once -> write
              |-> nothing_found, too_big
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

from examples.survey.events import Batch, Begin, Measured, NothingFound, Progress, Ready, Report, TooBig, Walk
from examples.survey.measure import Broken, Source, measure_batch, quiet
from examples.survey.report_html import html_report
from examples.survey.report_markdown import markdown_report
from examples.survey.state import BrokenFile, SurveyState, add_measure
from examples.survey.tree import list_directory, module_names, root_directory
from typedflow import Context, Resource, StopEvent, Workflow, step

__all__ = ["Survey", "worker_pool"]

WORKERS = os.cpu_count() or 2
DIRECTORIES_A_TIME = 40
FILES_A_BATCH = 12


def worker_pool() -> Iterator[Executor]:
    """Processes to parse in, for one run. Fresh ones ("spawn"): a fork copies the locks of other threads too."""
    pool = ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=quiet)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


Workers = Annotated[Executor, Resource(worker_pool, cache="run")]


class Survey(Workflow[SurveyState, Report]):
    """Surveys one tree a run."""

    start_event = Begin

    @step
    async def begin(self, ctx: Context[SurveyState], ev: Begin) -> Walk:
        root = ev.root.resolve(strict=True)
        async with ctx.store.edit_state() as state:
            state.root = str(root)
            state.out = str(ev.out.resolve())
            state.top = ev.top
            state.max_files = ev.max_files
            state.tests_apart = ev.tests_apart
            state.directories = [root_directory(root)]
        return Walk()

    @step
    def walk(self, ctx: Context[SurveyState], ev: Walk) -> Walk | Ready | NothingFound | TooBig:
        """List some directories of the queue and append their subdirectories. In a thread, for disks are slow."""
        root = Path(ctx.state.root)
        with ctx.store.edit_state() as state:
            batch = state.directories[:DIRECTORIES_A_TIME]
            del state.directories[:DIRECTORIES_A_TIME]
            for directory in batch:
                try:
                    directories, files = list_directory(root, directory)
                except OSError as error:
                    state.broken.append(BrokenFile(path=directory.path or ".", reason=error.strerror or str(error)))
                    continue
                state.directories += directories
                state.files += files
                for file in files:
                    for name in module_names(file):
                        state.modules.setdefault(name, file.group)
        found = len(ctx.state.files)
        ctx.write_event_to_stream(Progress(phase="walking", done=found, now=batch[-1].path))
        if found > ctx.state.max_files:
            return TooBig(files=found)
        if ctx.state.directories:
            return Walk()
        return Ready() if found else NothingFound()

    @step
    async def split(self, ctx: Context[SurveyState], ev: Ready) -> list[Batch]:
        files = ctx.state.files
        starts = range(0, len(files), FILES_A_BATCH)
        return [Batch(number=n, files=files[at : at + FILES_A_BATCH]) for n, at in enumerate(starts)]

    @step(num_workers=WORKERS + 1)  # one more than there are processes, so that none waits for work
    async def parse(self, ctx: Context[SurveyState], ev: Batch, workers: Workers) -> Measured:
        """Parse a batch in another process and enter what comes back; broken files are noted, and stop nothing."""
        sources = [Source(file.path, file.module) for file in ev.files]
        loop = asyncio.get_running_loop()
        results = await loop.run_in_executor(workers, measure_batch, ctx.state.root, sources)
        committed = ctx.state
        async with ctx.store.edit_state() as state:
            state.parsed += len(results)
            for file, result in zip(ev.files, results, strict=True):
                if isinstance(result, Broken):
                    state.broken.append(BrokenFile(path=result.path, reason=result.reason))
                else:
                    groups = {committed.group_of(name) for name in result.imports} - {None, file.group}
                    add_measure(state, file, result, sorted(group for group in groups if group is not None))
        now = ctx.state
        ctx.write_event_to_stream(
            Progress(
                phase="parsing", done=now.parsed, total=len(now.files), broken=len(now.broken), now=ev.files[-1].path
            )
        )
        return Measured(files=len(results), broken=sum(isinstance(result, Broken) for result in results))

    @step
    def write(self, ctx: Context[SurveyState], ev: list[Measured]) -> StopEvent[Report]:
        """All batches are in: put the findings in order and write both reports."""
        with ctx.store.edit_state() as state:
            state.broken = sorted(state.broken, key=lambda broken: broken.path)
        state = ctx.state
        ctx.write_event_to_stream(Progress(phase="writing", done=len(state.files), total=len(state.files)))
        out = Path(state.out)
        out.mkdir(parents=True, exist_ok=True)
        markdown, html = out / "survey.md", out / "survey.html"
        markdown.write_text(markdown_report(state), encoding="utf-8")
        html.write_text(html_report(state), encoding="utf-8")
        broken = sum(batch.broken for batch in ev)
        parsed = sum(batch.files for batch in ev) - broken
        message = f"{parsed:,} files parsed, {broken:,} broken"
        return StopEvent(result=Report(outcome="surveyed", message=message, markdown=markdown, html=html))

    @step
    async def nothing_found(self, ctx: Context[SurveyState], ev: NothingFound) -> StopEvent[Report]:
        message = f"there is no Python source under {ctx.state.root}"
        return StopEvent(result=Report(outcome="nothing found", message=message))

    @step
    async def too_big(self, ctx: Context[SurveyState], ev: TooBig) -> StopEvent[Report]:
        message = (
            f"{ctx.state.root} holds more than the {ctx.state.max_files:,} files that a survey may parse "
            f"({ev.files:,} so far): choose a smaller tree, or raise --max-files"
        )
        return StopEvent(result=Report(outcome="too big", message=message))
