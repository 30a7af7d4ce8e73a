"""Makes the resources of a workflow without running it, to see whether they can be made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from typedflow.engine.injection import manager_of
from typedflow.engine.resources import RunResources
from typedflow.errors import WorkflowValidationError
from typedflow.reading.recipes import needs_of
from typedflow.resource import ResourceConfig
from typedflow.wiring.problem import Problem

if TYPE_CHECKING:
    from typedflow.reading.recipes import Need
    from typedflow.reading.signature import Signature

__all__ = ["rehearse"]


def rehearse(workflow: object, name: str, signatures: Iterable[Signature], *, configs: bool, factories: bool) -> None:
    """Read the configuration files, and make and close what the other factories give, as asked.

    Raises `WorkflowValidationError` naming step, parameter and error of each that cannot be made.
    """
    wanted = [
        (signature.name, need)
        for signature in signatures
        for resource, need in zip(signature.resources, needs_of(signature), strict=True)
        if (configs if isinstance(resource.marker, ResourceConfig) else factories)
    ]
    if not wanted:
        return
    main = _make(RunResources(f"{name}.validate()", manager_of(workflow)), wanted)
    if asyncio._get_running_loop() is None:
        problems = asyncio.run(main)
    else:  # it is a plain method, and a loop is running (a notebook)
        with ThreadPoolExecutor(1) as thread:
            problems = thread.submit(asyncio.run, main).result()
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise WorkflowValidationError(f"workflow '{name}' cannot make its resources:\n{lines}", problems)


async def _make(resources: RunResources, wanted: Iterable[tuple[str, Need]]) -> list[Problem]:
    problems: list[Problem] = []
    for step, need in wanted:
        try:
            async with AsyncExitStack() as stack:
                await resources.obtain((need,), stack)
        except Exception as error:
            message = f"Step '{step}', parameter '{need.parameter}': {type(error).__name__}: {error}"
            problems.append(Problem("resource-type", message, step=step))
    over: asyncio.Future[list[Exception]] = asyncio.get_running_loop().create_future()
    resources.close(None, over.set_result)
    for failure in await over:
        where = "; ".join(getattr(failure, "__notes__", ()))
        problems.append(Problem("resource-type", f"{type(failure).__name__}: {failure} ({where})"))
    return problems
