"""The guide page "Managing State", snippet by snippet."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from managing_state import ACROSS_RUNS, LOCKED, TYPED, UNTYPED


def defined_by(snippet: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__, "json": json}
    exec(compile(snippet, "managing-state.md", "exec"), names)
    return names


async def run_across(names: dict[str, Any], snippet: str) -> None:
    """Run a snippet with `await` at its top level, its names being those of `names`."""
    body = textwrap.indent(snippet, "    ")
    exec(f"async def snippet():\n    global workflow, ctx, handler, result\n{body}", names)
    await names["snippet"]()


async def test_an_untyped_state_keeps_what_a_step_puts_there() -> None:
    names = defined_by(UNTYPED)
    handler = names["MyWorkflow"]().run()
    assert await handler is None
    assert await handler.ctx.store.get("count") == 1


async def test_an_edit_of_the_untyped_state_counts_on_from_run_to_run() -> None:
    names = defined_by(LOCKED)
    await run_across(names, ACROSS_RUNS)
    assert names["ctx"].state.count == 2


async def test_a_typed_state_is_made_with_its_defaults_and_edited_with_types() -> None:
    names = defined_by(TYPED)
    await run_across(names, ACROSS_RUNS)
    assert names["result"] == "Done!"
    assert names["ctx"].state == names["CounterState"](count=2)


async def test_a_context_that_is_saved_and_restored_continues() -> None:
    names = defined_by(TYPED)
    restoring = ACROSS_RUNS.replace(
        "# ctx_dict = ctx.to_dict()", "ctx_dict = json.loads(json.dumps(ctx.to_dict()))"
    ).replace("# ctx =", "ctx =")
    await run_across(names, restoring)
    assert names["ctx"].state.count == 2
