"""The resources of one run: made once, when a step first needs them, and closed when their time is over.

A resource that has to be closed and serves the whole run lives in a task of its own, which enters and leaves it:
libraries whose scopes must be left by the task that entered them (anyio, and all that is built on it) work. Steps
without resources meet none of this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from inspect import isasyncgenfunction
from typing import TYPE_CHECKING, Any, cast

from typedflow.engine.failures import annotate
from typedflow.errors import WorkflowRuntimeError
from typedflow.resource_cache import Cache, Key, ResourceManager, active_overrides

if TYPE_CHECKING:
    from typedflow.reading.recipes import Need, Recipe

__all__ = ["RunResources", "Values", "release"]

_log = logging.getLogger("typedflow")

GRACE = 5.0
"""Seconds that a resource has to close before the run ends without it."""
MISSING: Any = object()  # Any: stands for a value of any type

Values = dict[str, object]


class RunResources:
    """What one run uses: values of its own, those of its workflow, and those that a test has put in their place."""

    __slots__ = ("_closing", "_given", "_keepers", "_manager", "_own", "_replaced", "_run", "_unwanted", "closed")

    def __init__(self, run: str, manager: ResourceManager) -> None:
        overrides = active_overrides()
        self._run = run
        self._replaced = overrides.values if overrides is not None else {}
        self._manager = overrides.instead_of(manager) if overrides is not None else manager
        self._given = self._manager.given
        self._own = Cache()
        self._keepers: list[_Making] = []
        self._unwanted: list[asyncio.Task[None]] = []
        self._closing: asyncio.Task[None] | None = None
        self.closed = False

    # -- a step asks

    def ready(self, needs: Sequence[Need]) -> Values | None:
        """The values, if all are there already."""
        values: Values = {}
        for need in needs:
            value = self._there(need.recipe)
            if value is MISSING:
                return None
            values[need.parameter] = value
        return values

    async def obtain(
        self, needs: Sequence[Need], stack: AsyncExitStack, local: dict[Key, object] | None = None
    ) -> Values:
        """The values, made if need be. What is not shared is closed with `stack`; within one asking it is made once.

        Raises what a factory raises, with a note that names the resource.
        """
        local = {} if local is None else local
        return {need.parameter: await self._one(need.recipe, stack, local) for need in needs}

    def _there(self, recipe: Recipe) -> Any:  # Any: a value of any type, or MISSING
        key = recipe.key
        if key in self._replaced:
            return self._replaced[key]
        if self._given:
            name = getattr(recipe.factory, "__qualname__", recipe.name)
            if key in self._given or name in self._given:
                return self._given[key] if key in self._given else self._given[name]
        cache = self._cache(recipe)
        return MISSING if cache is None else cache.values.get(key, MISSING)

    def _cache(self, recipe: Recipe) -> Cache | None:
        if recipe.scope == "step":
            return None
        if recipe.scope == "run":
            return self._own
        return self._manager.on_loop() if recipe.needs_loop else self._manager.shared

    async def _one(self, recipe: Recipe, stack: AsyncExitStack, local: dict[Key, object]) -> object:
        value = local.get(recipe.key, MISSING)
        if value is MISSING:
            value = self._there(recipe)
        if value is not MISSING:
            return value
        cache = self._cache(recipe)
        if cache is None:
            value = local[recipe.key] = await self._make(recipe, stack, local)
            return value
        if not recipe.needs_loop:
            return self._make_now(recipe, cache)
        making: _Making | None = cache.making.get(recipe.key)
        if making is None:
            if self._closing is not None and recipe.scope == "run":
                raise WorkflowRuntimeError(f"{self._run} is over: the resource '{recipe.name}' is not made any more")
            making = _Making(self, recipe, cache)
        return await making.wait()

    # -- making one

    async def _make(self, recipe: Recipe, stack: AsyncExitStack, local: dict[Key, object]) -> Any:
        """The value, entered if it is a context manager. `local` are the unshared values of the one who asks."""
        arguments = await self.obtain(recipe.needs, stack, local)
        try:
            if recipe.is_generator:
                manage: Callable[..., object] = (
                    asynccontextmanager(recipe.factory)
                    if isasyncgenfunction(recipe.factory)
                    else contextmanager(recipe.factory)
                )
                value = manage(**arguments)
            else:
                value = recipe.factory(**arguments)
                if recipe.is_async:
                    value = await cast("Awaitable[object]", value)
            if recipe.is_manager:
                value = await _enter(value, stack)
        except Exception as error:
            self._note(error, recipe)
            raise
        return value

    def _make_now(self, recipe: Recipe, cache: Cache) -> Any:
        """The value of a plain factory of plain factories. One thread makes it; those of other event loops wait."""
        with self._manager.lock:
            value = self._there(recipe)
            if value is not MISSING:
                return value
            local: dict[Key, object] = {}
            value = cache.values[recipe.key] = self._plain(recipe, local)
            return value

    def _plain(self, recipe: Recipe, local: dict[Key, object]) -> Any:
        arguments: Values = {}
        for need in recipe.needs:
            inner = need.recipe
            inner_cache = self._cache(inner)
            value = local.get(inner.key, MISSING)
            if value is MISSING:
                value = self._there(inner)
            if value is MISSING:
                if inner_cache is None:
                    value = local[inner.key] = self._plain(inner, local)
                else:
                    value = self._make_now(inner, inner_cache)
            arguments[need.parameter] = value
        try:
            return recipe.factory(**arguments)
        except Exception as error:
            self._note(error, recipe)
            raise

    def _note(self, error: Exception, recipe: Recipe) -> None:
        annotate(error, f"while making the resource '{recipe.name}' ({recipe.scope}) of {self._run}")

    def keep(self, making: _Making) -> None:
        """Close it at the end of the run, before those that were opened before it."""
        self._keepers.append(making)

    def abandon(self, making: _Making) -> None:
        """Nobody waits for this making any more; the run sees to it that it has cleaned up before the end."""
        making.stop()
        self._unwanted = [*(other for other in self._unwanted if not other.done()), making.task]

    # -- the end of the run

    def close(self, error: BaseException | None, then: Callable[[list[Exception]], None]) -> None:
        """Close all, the last opened first, and call `then` with what went wrong. Resources see the run's `error`."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(error, then))

    async def _close(self, error: BaseException | None, then: Callable[[list[Exception]], None]) -> None:
        trace = error.__traceback__ if error is not None else None
        failures: list[Exception] = []
        for making in self._own.making.values():
            self.abandon(making)
        if self._unwanted:
            await asyncio.wait(self._unwanted, timeout=GRACE)
        for keeper in reversed(self._keepers):
            keeper.release(error)
            _, late = await asyncio.wait((keeper.task,), timeout=GRACE)
            if late:
                keeper.task.cancel()
                _log.warning(
                    "%s ends without waiting any longer for its resource '%s' to close", self._run, keeper.name
                )
                continue
            failure = None if keeper.task.cancelled() else keeper.task.exception()
            if isinstance(failure, Exception) and failure is not error:
                annotate(failure, f"while closing the resource '{keeper.name}' of {self._run}")
                failures.append(failure)
        if error is not None:
            error.__traceback__ = trace  # without the frames of the resources that it has been through
        self.closed = True
        then(failures)


class _Making:
    """One resource on its way: the task that makes it (and keeps it open), and those who wait for it."""

    __slots__ = ("_cache", "_is_opening", "_opened", "_owner", "_recipe", "_released", "_waiting", "name", "task")

    def __init__(self, owner: RunResources, recipe: Recipe, cache: Cache) -> None:
        loop = asyncio.get_running_loop()
        self.name = recipe.name
        self._owner = owner
        self._recipe = recipe
        self._cache = cache
        self._waiting = 0
        self._is_opening = True
        self._opened: asyncio.Future[object] = loop.create_future()
        self._released: asyncio.Future[None] = loop.create_future()
        cache.making[recipe.key] = self
        self.task: asyncio.Task[None] = loop.create_task(self._live())

    async def wait(self) -> object:
        """The value, as soon as it is there. When the last one who waits is cancelled, so is the making."""
        self._waiting += 1
        try:
            return await asyncio.shield(self._opened)
        finally:
            self._waiting -= 1
            if not self._waiting and not self._opened.done():
                self._forget()
                self._owner.abandon(self)

    def stop(self) -> None:
        """Cancel the making; where it has failed, and cleans up behind itself, leave it alone."""
        if self._is_opening:
            self._is_opening = False
            self.task.cancel()

    def release(self, error: BaseException | None) -> None:
        """Let it be closed; it sees the error that the run has failed with."""
        release(self._released, error)

    async def _live(self) -> None:
        try:
            async with AsyncExitStack() as stack:
                try:
                    value = await self._owner._make(self._recipe, stack, {})
                finally:
                    self._is_opening = False
                self._cache.values[self._recipe.key] = value
                self._forget()
                if self._recipe.closes:
                    self._owner.keep(self)
                if not self._opened.done():
                    self._opened.set_result(value)
                if self._recipe.closes:
                    await self._released
        except Exception as error:
            if self._opened.done():  # it failed to close: the end of the run tells of it
                raise
            self._opened.set_exception(error)
            self._opened.exception()  # those who wait are told; there may be none left
        finally:
            self._forget()
            self._opened.cancel()

    def _forget(self) -> None:
        if self._cache.making.get(self._recipe.key) is self:
            del self._cache.making[self._recipe.key]


def release(released: asyncio.Future[None], error: BaseException | None) -> None:
    """Let the resource that waits for this be closed, and see the error."""
    if released.done():
        return
    if error is None:
        released.set_result(None)
    else:
        released.set_exception(error)
        released.exception()  # it is the step's or the run's, which tells of it


async def _enter(value: object, stack: AsyncExitStack) -> object:
    if hasattr(value, "__aenter__"):
        return await stack.enter_async_context(cast("AbstractAsyncContextManager[object]", value))
    return stack.enter_context(cast("Any", value))
