"""One transaction on a store, as a context manager."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.errors import ContextStateError, NestedEditError
from typedflow.state.dict_state import DictState
from typedflow.state.draft import DraftScope

if TYPE_CHECKING:
    from typedflow.state.store import StateStore

__all__ = ["FRESH", "Edit", "refuse_nested"]

StateT = TypeVar("StateT", bound=BaseModel, default=DictState)


class Edit(DraftScope[StateT]):
    """One `edit_state` block. `async with` in a coroutine, `with` in a worker thread; it can be entered once."""

    # A class and not a generator with @asynccontextmanager: that alone would cost more than the whole edit. Without an
    # `__init__`, whose call would take 45 ns (`timeit`): `StateStore.edit_state` sets these three.
    __slots__ = ("_outer", "_store", "_timeout", "_token")
    _store: StateStore[StateT]
    _timeout: float | None
    _token: Any  # the variable's `Token`; FRESH before the block, None after it

    _outer: Edit[Any] | None  # from the beginning of the block on; Any: an edit of any other store

    async def __aenter__(self) -> StateT:
        lock = self._store._lock
        if not lock.try_acquire():
            refuse_nested(self._store)  # an open edit holds the lock, so where the lock is free there is none
            await lock.acquire(self._timeout)
        return self._begin()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # No await in here: once the block has ended well, nothing can cancel its commit half way.
        self._end(kind is None)

    def __enter__(self) -> StateT:
        if asyncio._get_running_loop() is not None:
            raise ContextStateError(
                "`with store.edit_state()` would block the event loop while it waits: write "
                "`async with store.edit_state()` here; the plain form is for steps that run in a thread"
            )
        refuse_nested(self._store)
        self._store._lock.acquire_from_thread(self._timeout)
        return self._begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(kind is None)

    def _begin(self) -> StateT:
        store = self._store
        try:
            if self._token is not FRESH:
                raise ContextStateError("an edit_state() block can be entered once; call edit_state() again")
            draft = self.start(store._state)
        except BaseException:
            store._lock.release()
            raise
        # A task that was started inside a block inherits the variable and keeps it when the block is over. Such closed
        # edits are left out, or a chain of tasks would keep all of them alive.
        outer = _current_edit.get()
        while outer is not None and not outer.open:
            outer = outer._outer
        self._outer = outer
        self._token = _current_edit.set(self)
        return draft

    def _end(self, succeeded: bool) -> None:
        store = self._store
        try:
            if succeeded and self.settle():
                store._state = self.draft
                store._version += 1
                if store._log.is_wanted:
                    store._log_commit(self.base, self.draft, self.committed())
                self.draft = self.base = None  # type: ignore[assignment]  # what `close` does, without the call
        finally:
            try:
                if _current_edit.get() is self:
                    try:
                        _current_edit.reset(self._token)  # not `set`: the context is then equal to what it was before
                    except ValueError:  # the block ends in a copy of the context that it began in
                        _current_edit.set(self._outer)
                self._token = None
                if self.open:
                    self.close()
            finally:
                store._lock.release()


FRESH: Any = type("Fresh", (), {"__slots__": ()})()
"""The token of an edit that was not entered yet."""

_current_edit: ContextVar[Edit[Any] | None] = ContextVar("typedflow_edit", default=None)  # Any: of any store
"""The innermost edit that this task, or the one that started it, is in; its `_outer` are those around it."""


def refuse_nested(store: StateStore[Any]) -> None:  # Any: a store of any type
    """Raise `NestedEditError` inside an open edit of the store."""
    edit = _current_edit.get()
    while edit is not None:
        if edit.open and edit._store is store:
            raise NestedEditError(
                "writer called inside edit_state: it would wait for the block that waits for it. Change the state "
                "that the block yields instead, or write after the block"
            )
        edit = edit._outer
