"""The resources of one attempt of a step: put into its parameters, and closed behind it where they are its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, cast

from typedflow.context import current_run
from typedflow.engine.resources import RunResources, Values, release
from typedflow.resource_cache import ResourceManager

if TYPE_CHECKING:
    from typedflow.context import Context
    from typedflow.engine.execution import Execution
    from typedflow.reading.recipes import Need

__all__ = ["injected"]

Injected = Callable[[Any, "Context[Any]", Any, Values], Awaitable[object]]  # Any: the user's workflow, state and events
Call = Callable[[Any, "Context[Any]", Any], Awaitable[object]]


def injected(call: Injected, needs: Sequence[Need]) -> Call:
    """`call` with the values of its resource parameters put in."""

    async def with_resources(workflow: object, ctx: Context[Any], payload: Any) -> object:
        run = cast("Execution", current_run.get())
        if run.resources is None:
            run.resources = RunResources(run.name, manager_of(workflow))
        values = run.resources.ready(needs)
        if values is not None:
            return await call(workflow, ctx, payload, values)
        if not awaits_close:
            failure: BaseException | None = None
            async with AsyncExitStack() as stack:
                values = await run.resources.obtain(needs, stack)
                try:
                    return await call(workflow, ctx, payload, values)
                except BaseException as error:
                    failure = error
                    raise
            raise failure  # a resource that is closed quietly does not make a failed step succeed
        scope = _StepScope(run.resources, needs)
        values = await scope.opened()
        try:
            result = await call(workflow, ctx, payload, values)
        except BaseException as error:
            await scope.close(error)
            raise
        await scope.close(None)
        return result

    awaits_close = any(need.recipe.scope == "step" and need.recipe.awaits_close for need in needs)
    return with_resources


def manager_of(workflow: object) -> ResourceManager:
    """The values that the runs of this workflow object share."""
    manager: ResourceManager | None = getattr(workflow, "resource_manager", None)
    if manager is None:
        manager = vars(workflow).setdefault("resource_manager", ResourceManager())
    return manager


class _StepScope:
    """The resources of an attempt that await their closing: in a task of their own, which no cancellation hits."""

    __slots__ = ("_is_opening", "_released", "_task", "_values")

    def __init__(self, resources: RunResources, needs: Sequence[Need]) -> None:
        loop = asyncio.get_running_loop()
        self._values: asyncio.Future[Values] = loop.create_future()
        self._released: asyncio.Future[None] = loop.create_future()
        self._is_opening = True

        async def live() -> None:
            async with AsyncExitStack() as stack:
                try:
                    self._values.set_result(await resources.obtain(needs, stack))
                finally:
                    self._is_opening = False
                await self._released

        self._task = loop.create_task(live())

    async def opened(self) -> Values:
        """The values. Raises what a factory raises."""
        try:
            await asyncio.wait((self._values, self._task), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if self._is_opening or self._values.done():  # else it has failed, and cleans up behind itself
                self._task.cancel()
            await self._over()
            raise
        if not self._values.done():
            self._task.result()
        return self._values.result()

    async def close(self, error: BaseException | None) -> None:
        """Close all of them; they see the step's `error`. Raises what closing raises, where it is another one."""
        release(self._released, error)
        trace = error.__traceback__ if error is not None else None
        await self._over()
        if error is not None:
            error.__traceback__ = trace
        failure = None if self._task.cancelled() else self._task.exception()
        if failure is not None and failure is not error:
            raise failure

    async def _over(self) -> None:
        """Wait for the end of the task; a cancellation that comes meanwhile takes effect then."""
        cancelled: asyncio.CancelledError | None = None
        while not self._task.done():
            try:
                await asyncio.wait((self._task,))
            except asyncio.CancelledError as error:
                cancelled = error
        if not self._task.cancelled():
            self._task.exception()  # a step that is cancelled meanwhile does not ask for it
        if cancelled is not None:
            raise cancelled
