"""The log of commits: what each one changed, kept for those who asked."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any, Generic

from pydantic import BaseModel
from typing_extensions import Self, TypeVar

from typedflow.errors import WorkflowRuntimeError, WorkflowValidationError
from typedflow.state.lock import wake
from typedflow.state.origin import current_origin
from typedflow.state.patch import PatchOp

__all__ = ["Commit", "CommitLog", "Watch"]

# Covariant: a commit only hands its state out.
StateT = TypeVar("StateT", bound=BaseModel, default=Any, covariant=True)  # Any: the watcher of some store

PatchSource = Callable[[], list[PatchOp]]


class Commit(Generic[StateT]):
    """One change of a state: the version that it made, what it changed, and who made it when.

    `patch` (RFC 6902, computed when first read) turns the state before into `state`, in JSON form. `step` and `event`
    are None for a change made from outside of a step. `at` is in UTC.
    """

    __slots__ = ("_patch", "_source", "at", "event", "state", "step", "version")

    def __init__(self, version: int, state: StateT, source: PatchSource) -> None:
        origin = current_origin.get()
        self.version: int = version
        self.state: StateT = state
        self.step: str | None = None if origin is None else origin.step
        self.event: object = None if origin is None else origin.event
        self.at: datetime = datetime.now(timezone.utc)
        self._source: PatchSource | None = source
        self._patch: list[PatchOp] = []

    @property
    def patch(self) -> list[PatchOp]:
        source = self._source
        if source is not None:
            self._patch = source()
            self._source = None  # it held the state before
        return self._patch

    def __repr__(self) -> str:
        by = f" by step {self.step!r}" if self.step is not None else ""
        return f"<Commit {self.version}{by}: {len(self.patch)} changes>"


class Watch(Generic[StateT]):
    """The commits of a store from now on, as an async iterator with one reader.

    It buffers up to `buffer` commits. A reader that is slower than that never holds up a writer: the oldest commits in
    the buffer are dropped, `missed` counts them, and the gap shows in the versions. `lag` is how many commits wait to
    be read. After `close()` what is buffered can still be read, then the iteration ends.
    """

    __slots__ = ("__weakref__", "_buffer", "_closed", "_reader", "missed")

    def __init__(self, buffer: int) -> None:
        if buffer < 1:
            raise WorkflowValidationError(f"watch(buffer={buffer}): a reader needs room for at least one commit")
        self.missed: int = 0
        self._buffer: deque[Commit[StateT]] = deque(maxlen=buffer)
        self._reader: asyncio.Future[None] | None = None
        self._closed = False

    @property
    def lag(self) -> int:
        return len(self._buffer)

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """End the iteration once the buffered commits are read."""
        self._closed = True
        self._wake()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Commit[StateT]:
        if self._reader is not None:
            raise WorkflowRuntimeError("this watch is being read by another task; call store.watch() for each reader")
        while True:
            # In this order: the reader is registered before it looks, so a commit from a thread cannot slip between.
            self._reader = asyncio.get_running_loop().create_future()
            try:
                if self._buffer:
                    return self._buffer.popleft()
                if self._closed:
                    raise StopAsyncIteration
                await self._reader
            finally:
                self._reader = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def _push(self, commit: Commit[Any]) -> None:  # Any: a covariant parameter cannot be an argument's
        if self._closed:
            return
        if len(self._buffer) == self._buffer.maxlen:
            self.missed += 1
        self._buffer.append(commit)
        self._wake()

    def _wake(self) -> None:
        reader = self._reader
        if reader is not None:
            wake(reader)


class CommitLog:
    """What a store keeps of its past: the last commits, if the user wants them, and who is watching.

    Neither costs anything until it is asked for: without both, a commit is not even described.
    """

    __slots__ = ("_first", "_kept", "_watches", "is_wanted")

    def __init__(self, keep: int) -> None:
        if keep < 0:
            raise WorkflowValidationError(f"history={keep}: the number of commits to keep cannot be negative")
        self._kept: deque[Commit[Any]] | None = deque(maxlen=keep) if keep else None  # Any: the store knows its type
        self._first: BaseModel | None = None  # the state before the oldest commit that is kept
        # Weak, so that a reader who breaks out of `async for` and forgets its watch is not fed for ever.
        self._watches: tuple[weakref.ref[Watch[Any]], ...] = ()
        self.is_wanted: bool = self._kept is not None

    def add(self, commit: Commit[Any], before: BaseModel) -> None:
        kept = self._kept
        if kept is not None:
            if not kept:
                self._first = before
            elif len(kept) == kept.maxlen:
                self._first = kept[0].state
            kept.append(commit)
        for watch in self._living():
            watch._push(commit)

    @property
    def commits(self) -> tuple[Commit[Any], ...]:
        return tuple(self._kept or ())

    def snapshot(self, version: int) -> BaseModel | None:
        for commit in self._kept or ():
            if commit.version == version:
                return commit.state  # type: ignore[no-any-return]  # of the store's type
            if commit.version == version + 1:
                return self._first  # only the oldest commit is met without its predecessor
        return None

    @property
    def oldest_version(self) -> int | None:
        """The oldest version that `snapshot` still has."""
        return self._kept[0].version - 1 if self._kept else None

    def watch(self, buffer: int) -> Watch[Any]:
        watch: Watch[Any] = Watch(buffer)
        self._watches = (*self._watches, weakref.ref(watch, self._forget))
        self.is_wanted = True
        return watch

    def close_watches(self) -> None:
        for watch in self._living():
            watch.close()
        self._watches = ()
        self.is_wanted = self._kept is not None

    def _living(self) -> Iterator[Watch[Any]]:
        for ref in self._watches:
            watch = ref()
            if watch is not None:
                yield watch

    def _forget(self, dead: weakref.ref[Watch[Any]]) -> None:
        self._watches = tuple(ref for ref in self._watches if ref is not dead)
        self.is_wanted = self._kept is not None or bool(self._watches)
