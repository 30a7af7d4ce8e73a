"""What passes the rules runs: with every branch taken there is no wiring error, and nothing hangs."""

from __future__ import annotations

import asyncio
import linecache
import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from generated import workflow

from typedflow import InputRequiredEvent
from typedflow.errors import WorkflowRuntimeError, WorkflowTimeoutError, WorkflowValidationError

COUNT = int(os.environ.get("TYPEDFLOW_SOUNDNESS", "300"))
"""How many workflows are made; about one in ten is right."""

ROUNDS = 8
"""How often each is run; a step has at most four branches, and takes them in turn."""


def passing(count: int) -> list[tuple[int, ModuleType]]:
    """The generated modules whose workflow passes the rules, waiting ones aside: nobody would answer them."""
    found: list[tuple[int, ModuleType]] = []
    for seed in range(count):
        text = workflow(seed)
        if "wait_for_event" in text or "collect_events" in text:
            continue
        module = ModuleType(f"sound_{seed}")
        sys.modules[module.__name__] = module
        module.__file__ = module.__name__
        try:
            linecache.cache[module.__name__] = (len(text), None, text.splitlines(keepends=True), module.__name__)
            exec(compile(text, module.__name__, "exec"), vars(module))
            module.W.check()
        except WorkflowValidationError:
            continue
        found.append((seed, module))
    return found


async def outcome(module: Any) -> str:  # Any: a generated module
    """How one run ended: "result", "asks" where it waits for a person, "nothing" where all branches ended, or an error."""
    handler = module.W(timeout=2.0).run()
    asked = False
    try:
        async for event in handler.stream_events():
            if isinstance(event, InputRequiredEvent):
                asked = True
                handler.cancel()
        await handler
    except WorkflowTimeoutError:
        return "hangs"
    except WorkflowRuntimeError as error:
        return "asks" if asked else f"{type(error).__name__}: {error}"
    except Exception as error:
        return "asks" if asked else f"{type(error).__name__}: {error}"
    return "result"


def may_end_without_a_result(text: str, said: str) -> bool:
    """A step that returns nothing ends its branch, which is right; a run of which all branches end so says that it stalled.

    The bodies made here send without a condition, so that a step may send itself its own event for ever: whether a body comes to a
    line is not for a rule on annotations to say.
    """
    return ("lambda: None" in text and "WorkflowStalled" in said) or ("send_event" in text and said == "hangs")


def test_what_passes_runs() -> None:
    modules = passing(COUNT)
    assert len(modules) >= COUNT // 50
    wrong: list[str] = []

    async def run_all() -> None:
        for seed, module in modules:
            for _ in range(ROUNDS):
                said = await outcome(module)
                if said not in ("result", "asks") and not may_end_without_a_result(workflow(seed), said):
                    wrong.append(f"{seed}: {said}\n{workflow(seed)}")
                    break

    with redirect_stdout(StringIO()):
        asyncio.run(run_all())
    assert not wrong, f"{len(wrong)} of {len(modules)}, the first:\n{wrong[0]}"


@pytest.mark.parametrize("seed", range(5))
def test_a_generated_workflow_is_the_same_each_time(seed: int) -> None:
    assert workflow(seed) == workflow(seed)
