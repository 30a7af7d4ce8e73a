"""What passes the rules runs: with every branch taken there is no wiring error, and nothing hangs."""

from __future__ import annotations

import asyncio
import linecache
import os
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from generated import workflow

from typedflow import InputRequiredEvent
from typedflow.errors import WorkflowTimeoutError, WorkflowValidationError

COUNT = int(os.environ.get("TYPEDFLOW_SOUNDNESS", "300"))
"""How many workflows are made; about one in ten is right."""

ROUNDS = 8
"""How often each is run; a step has at most four branches, and takes them in turn."""


ANSWERS = 12
"""How many of each event that is awaited or asked for come from outside in one run."""

AWAITED = re.compile(r"wait_for_event\((\w+)|ev: [^)]*\b(Reply)\b")

JOINS = re.compile(r"one: E\d, other: E\d")


def passing(count: int) -> list[tuple[int, ModuleType]]:
    """The generated modules whose workflow passes the rules."""
    found: list[tuple[int, ModuleType]] = []
    for seed in range(count):
        text = workflow(seed)
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


async def outcome(module: Any, text: str) -> str:  # Any: a generated module
    """How one run ended: "result", "asks" where it still waits for the world outside, "fails" where a failure was not caught.

    What its steps wait for, and answers to what it asks, come from outside a few times, as long as it goes on; where failures
    are caught, each step fails in its turn.
    """
    module.ENDED.clear()
    module.FAILING[:] = ["@catch_error"] if "@catch_error" in text else []
    handler = module.W(timeout=1.0).run()
    awaited = sorted({name for names in AWAITED.findall(text) for name in names if name})
    asked = False

    async def answer() -> None:
        for _ in range(ANSWERS):
            await asyncio.sleep(0.005)
            for name in awaited:
                await handler.send_event(getattr(module, name)())

    answering = asyncio.create_task(answer())
    try:
        async for event in handler.stream_events():
            asked |= isinstance(event, InputRequiredEvent)
            if asked and not awaited:
                handler.cancel()
        await handler
    except WorkflowTimeoutError:
        return "asks" if asked else "hangs"
    except module.Failed:
        return "fails"
    except Exception as error:
        return "asks" if asked else f"{type(error).__name__}: {error}"
    finally:
        answering.cancel()
    return "result"


def test_what_passes_runs() -> None:
    modules = passing(COUNT)
    assert len(modules) >= COUNT // 50
    wrong: list[str] = []

    async def run_all() -> None:
        for seed, module in modules:
            text = workflow(seed)
            for _ in range(ROUNDS):
                said = await outcome(module, text)
                if said not in ("result", "asks", "fails") and not may_end_without_a_result(module, text, said):
                    wrong.append(f"{seed}: {said}\n{text}")
                    break

    with redirect_stdout(StringIO()):
        asyncio.run(run_all())
    assert not wrong, f"{len(wrong)} of {len(modules)}, the first:\n" + "\n".join(wrong[:4])


def may_end_without_a_result(module: Any, text: str, said: str) -> bool:  # Any: as above
    """A step that returns None ends its branch, which is right: a run of which a branch has ended so may stall, or go round.

    How often a step that runs more than once returns which of its events is not for a rule on annotations to say either: a step
    that joins two events may have one and wait for the other. Where a step turns a rule off, that may happen which the rule is about.
    """
    if "skip_checks" in text:
        return said == "hangs" or said.startswith("Workflow")
    if JOINS.search(text) is not None and ("still waiting" in said or said == "hangs"):
        return True
    return bool(module.ENDED) and ("WorkflowStalled" in said or said == "hangs")


@pytest.mark.parametrize("seed", range(5))
def test_a_generated_workflow_is_the_same_each_time(seed: int) -> None:
    assert workflow(seed) == workflow(seed)
