"""The events of a survey, in the order in which they come."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from examples.survey.state import SourceFile
from typedflow import Event, StartEvent

__all__ = ["Batch", "Begin", "Measured", "NothingFound", "Progress", "Ready", "Report", "TooBig", "Walk"]


class Begin(StartEvent):
    """Survey the tree under `root` and write the report into `out`."""

    root: Path
    out: Path
    top: int = 15
    max_files: int = 20_000
    tests_apart: bool = True


class Walk(Event):
    """There are directories left to list."""


class NothingFound(Event):
    """The tree holds no Python source."""


class TooBig(Event):
    """The tree holds more files than allowed."""

    files: int


class Ready(Event):
    """The tree has been walked; its files can be parsed."""


class Batch(Event):
    """Files for one worker."""

    number: int
    files: list[SourceFile]


class Measured(Event):
    """A batch is done."""

    files: int
    broken: int


class Progress(Event):
    """For whoever watches. `total` is None while it is not known yet."""

    phase: Literal["walking", "parsing", "writing"]
    done: int
    total: int | None = None
    broken: int = 0
    now: str = ""


class Report(BaseModel, frozen=True):
    """What a survey ends with; the paths are there if `outcome` is "surveyed"."""

    outcome: Literal["surveyed", "nothing found", "too big"]
    message: str
    markdown: Path | None = None
    html: Path | None = None
