"""One transaction on a store, as a context manager."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar, Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic

from pydantic import BaseModel
from typing_extensions import TypeVar

from typedflow.errors import ContextStateError, NestedEditError
from typedflow.state.dict_state import DictState
from typedflow.state.draft import DraftScope, open_draft

if TYPE_CHECKING:
    from typedflow.state.store import StateStore

__all__ = ["Edit", "refuse_nested"]

StateT = TypeVar("StateT", bound=BaseModel, default=DictState)


class Edit(Generic[StateT]):
    """One `edit_state` block. `async with` in a coroutine, `with` in a worker thread; it can be entered once."""

    # A class and not a generator with @asynccontextmanager: that alone would cost more than the whole edit.
    __slots__ = ("_is_open", "_outer", "_scope", "_store", "_timeout", "_token")

    # From its beginning on:
    _scope: DraftScope[StateT] | None
    _outer: Edit[Any] | None  # Any: an edit of any other store
    _token: Token[Edit[Any] | None] | None

    def __init__(self, store: StateStore[StateT], timeout: float | None) -> None:
        self._store = store
        self._timeout = timeout
        self._is_open: bool | None = None  # None: not entered yet

    async def __aenter__(self) -> StateT:
        outer = refuse_nested(self._store)
        lock = self._store._lock
        if not lock.try_acquire():
            await lock.acquire(self._timeout)
        return self._begin(outer)

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
        outer = refuse_nested(self._store)
        self._store._lock.acquire_from_thread(self._timeout)
        return self._begin(outer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(kind is None)

    def _begin(self, outer: Edit[Any] | None) -> StateT:
        try:
            if self._is_open is not None:
                raise ContextStateError("an edit_state() block can be entered once; call edit_state() again")
            scope = self._scope = open_draft(self._store._state)
        except BaseException:
            self._store._lock.release()
            raise
        # A task that was started inside a block inherits the variable and keeps it when the block is over. Such closed
        # edits are left out, or a chain of tasks would keep all of them alive.
        while outer is not None and not outer._is_open:
            outer = outer._outer
        self._outer = outer
        self._is_open = True
        self._token = _current_edit.set(self)
        return scope.draft

    def _end(self, succeeded: bool) -> None:
        scope, store, token = self._scope, self._store, self._token
        assert scope is not None, "the block was entered"
        assert token is not None, "as above"
        try:
            if succeeded:
                committed = scope.commit()
                if committed is not None:
                    store._publish(committed.state, committed)
        finally:
            self._is_open = False
            self._scope = self._token = None
            try:
                if _current_edit.get() is self:
                    try:
                        _current_edit.reset(token)  # not `set`: the context is then equal to what it was before
                    except ValueError:  # the block ends in a copy of the context that it began in
                        _current_edit.set(self._outer)
                scope.close()
            finally:
                store._lock.release()


_current_edit: ContextVar[Edit[Any] | None] = ContextVar("typedflow_edit", default=None)  # Any: of any store
"""The innermost edit that this task, or the one that started it, is in; its `_outer` are those around it."""


def refuse_nested(store: StateStore[Any]) -> Edit[Any] | None:  # Any: stores and edits of any type
    """Raise `NestedEditError` inside an open edit of the store; otherwise give the innermost edit of this context."""
    innermost = edit = _current_edit.get()
    while edit is not None:
        if edit._is_open and edit._store is store:
            raise NestedEditError(
                "writer called inside edit_state: it would wait for the block that waits for it. Change the state "
                "that the block yields instead, or write after the block"
            )
        edit = edit._outer
    return innermost
