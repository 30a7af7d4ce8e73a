"""The names under which llama-index-workflows has the decorators; they live in `typedflow.step`."""

from __future__ import annotations

from typedflow.step import Step, catch_error, step

__all__ = ["Step", "catch_error", "step"]
