"""`python -m examples.survey [PATH]`: survey a tree of Python sources, by default the standard library."""

from __future__ import annotations

import argparse
import asyncio
import sys
import sysconfig
from pathlib import Path

from examples.survey.events import Begin, Progress, Report
from examples.survey.figures import headline
from examples.survey.flow import Survey
from examples.survey.progress import show_progress
from examples.survey.state import SurveyState


async def survey(begin: Begin) -> tuple[Report, SurveyState]:
    """Run the workflow and show its progress; its result, and the state that it ended with."""
    handler = Survey(timeout=None).run(start_event=begin)
    await show_progress(handler.stream_events(only=Progress))
    return await handler, handler.ctx.state


def main() -> int:
    """Exit status: 0 if there is a report, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m examples.survey", description="Survey a tree of Python sources.")
    stdlib = sysconfig.get_path("stdlib")
    parser.add_argument("path", nargs="?", type=Path, default=Path(stdlib), help=f"a directory (default: {stdlib})")
    parser.add_argument(
        "--out", type=Path, default=Path("survey-report"), help="where the reports go (default: %(default)s)"
    )
    parser.add_argument(
        "--top", type=int, default=15, metavar="N", help="length of the rankings (default: %(default)s)"
    )
    parser.add_argument(
        "--max-files", type=int, default=20_000, metavar="N", help="most files to parse (default: %(default)s)"
    )
    parser.add_argument("--with-tests", action="store_true", help="count tests like all other code")
    options = parser.parse_args()
    if not options.path.is_dir():
        parser.error(f"{options.path} is no directory")
    if options.top < 1 or options.max_files < 1:
        parser.error("--top and --max-files are 1 or more")
    begin = Begin(
        root=options.path,
        out=options.out,
        top=options.top,
        max_files=options.max_files,
        tests_apart=not options.with_tests,
    )
    report, state = asyncio.run(survey(begin))
    print(report.message)
    if report.outcome != "surveyed":
        return 1
    for figure in headline(state):
        print(f"  {figure.value:>10}  {figure.label}" + (f" ({figure.note})" if figure.note else ""))
    print(f"report: {report.html}\n        {report.markdown}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
