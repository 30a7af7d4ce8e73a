"""The state of a run, and the transactions that change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, cast

from pydantic import BaseModel, ValidationError
from typing_extensions import TypeVar

from typedflow.errors import StatePathError, StateProblem, StateTypeError, StateValidationError, StateVersionError
from typedflow.state.dict_state import DictState
from typedflow.state.draft import Committed, commit_value, private_copy
from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import findings
from typedflow.state.edit import FRESH, Edit, refuse_nested
from typedflow.state.history import Commit, CommitLog, Watch
from typedflow.state.lock import FifoLock
from typedflow.state.patch import diff
from typedflow.state.path import MISSING, Path, assign, lookup, parse_path

if TYPE_CHECKING:
    from typedflow.state.selector import Selection

__all__ = ["InMemoryStateStore", "StateStore"]

StateT = TypeVar("StateT", bound=BaseModel, default=DictState)
ModelT = TypeVar("ModelT", bound=BaseModel)
T = TypeVar("T")

# What few programs need is imported by the method that needs it: an import of typedflow is to cost little.

edit_type: type[Edit[Any]] = Edit  # Any: for stores of any state
"""What `edit_state` makes; tracing puts a subclass here, so that an edit which nobody traces pays nothing for it."""


class StateStore(Generic[StateT]):
    """Holds one committed state and lets one writer at a time replace it by the next.

    `initial` is the state model, made with its defaults, or a first instance of it; for `BaseModel` itself, which says
    nothing of the state and has no instances, a `DictState` is made. `history` is how many commits to keep for
    `history`, `snapshot` and `undo`.

    Every change is a transaction: it commits validated or not at all, and a committed state never changes again. Reads
    never wait and see the last commit. A store may serve one event loop after another, and worker threads.

    Raises `StateTypeError` for a model with a field that has no default, and `StateValidationError` where the defaults, or
    the instance given, do not fit the model: pydantic itself does not look at these.

    >>> import asyncio
    >>> class Counter(BaseModel):
    ...     count: int = 0
    >>> async def main() -> tuple[int, int]:
    ...     store = StateStore(Counter)
    ...     async with store.edit_state() as state:
    ...         state.count += 1
    ...     return store.state.count, store.version
    >>> asyncio.run(main())
    (1, 1)
    """

    __slots__ = ("_lock", "_log", "_model", "_state", "_version")

    def __init__(self, initial: type[StateT] | StateT, *, history: int = 0) -> None:
        model = _model_for(initial) if isinstance(initial, type) else initial.__class__
        value = _default_of(model) if isinstance(initial, type) else initial
        self._model: type[StateT] = model
        try:
            self._state: StateT = commit_value(model, value)
        except StateValidationError as error:
            what = "its defaults do not fit" if isinstance(initial, type) else "the one given is not valid"
            raise _no_first_state(model, what, error.problems) from None
        self._version = 0
        self._lock = FifoLock()
        self._log = CommitLog(history)

    @property
    def state(self) -> StateT:
        """The committed state: read-only, no copy. It never changes; the next commit is another object."""
        return self._state

    @property
    def version(self) -> int:
        """How many commits there have been that really changed something."""
        return self._version

    @property
    def state_type(self) -> type[StateT]:
        """The state model."""
        return self._model

    def edit_state(self, *, timeout: float | None = None) -> Edit[StateT]:
        """A transaction: `async with store.edit_state() as state:`, or plain `with` in a worker thread.

        Yields a draft to be changed at will. At the end of the block it is validated and committed as a whole; an
        exception in the block, cancellation included, drops it. Writers are served in the order in which they came.

        Raises `EditTimeoutError` if the lock is not had within `timeout` seconds, `NestedEditError` inside an edit of
        the same store, and at the end of the block `StateValidationError`.
        """
        edit: Edit[StateT] = edit_type()
        edit._store = self
        edit._timeout = timeout
        edit._token = FRESH
        return edit

    async def get_state(self) -> StateT:
        """A private copy of the committed state, which may be changed and given to `set_state`."""
        return private_copy(self._state)

    async def set_state(self, state: StateT) -> None:
        """Replace the state by another of its type or a subclass; the fields of one of a parent type are merged in.

        Raises `StateTypeError` for any other type, `StateValidationError`.
        """
        await self._replace(lambda old: _successor(old, state))

    async def get(self, path: str, default: Any = MISSING) -> Any:  # Any: the type is that of a path given as text
        r"""The committed value at a dotted path; a private copy, if it could be changed.

        Raises `StatePathError` if there is nothing and no `default` is given. `at(lambda s: ...)` is the typed form.

        >>> import asyncio
        >>> asyncio.run(StateStore(DictState(rows=[{"n": 1}])).get("rows.-1.n"))
        1
        """
        return await self._get_at(parse_path(path), default)

    async def set(self, path: str, value: Any) -> None:  # Any: as in `get`
        """Commit a new value at a dotted path; on the way, missing dicts are created where a dict takes new keys.

        Raises `StatePathError`, `StateValidationError`.
        """
        await self._set_at(parse_path(path), value)

    def at(self, selector: Callable[[StateT], T]) -> Selection[T]:
        """One place of the state, typed: `await store.at(lambda s: s.user.name).set("Ann")`.

        >>> import asyncio
        >>> store = StateStore(DictState(user={"name": "Ann"}))
        >>> asyncio.run(store.at(lambda s: s.user["name"]).get())
        'Ann'
        """
        from typedflow.state.selector import Selection, select

        return Selection(self, select(selector))

    async def clear(self) -> None:
        """Go back to the defaults of the state's type. Raises `StateTypeError` if a field has none."""
        await self._replace(lambda old: _default_of(_model_of(old)))

    @property
    def history(self) -> tuple[Commit[StateT], ...]:
        """The last commits, oldest first: as many as the `history` that the store was made with."""
        return self._log.commits

    def snapshot(self, version: int) -> StateT:
        """The state as of a version, read-only. Raises `StateVersionError` if it is not kept (any more)."""
        if version == self._version:
            return self._state
        found = self._log.snapshot(version)
        if found is None:
            oldest = self._log.oldest_version
            kept = f"versions {oldest} to {self._version} are kept" if oldest is not None else "no history is kept"
            raise StateVersionError(
                f"version {version} is not kept: {kept}; StateStore(..., history=n) keeps n commits"
            )
        return cast(StateT, found)

    async def undo(self, to_version: int) -> None:
        """Commit the state as of an older version again, as a new version. Raises `StateVersionError` as `snapshot`."""
        state = self.snapshot(to_version)
        refuse_nested(self)
        await self._lock.acquire()
        try:
            self._publish(state)
        finally:
            self._lock.release()

    def watch(self, *, buffer: int = 100) -> Watch[StateT]:
        """The commits from now on: `async for commit in store.watch():`. See `Watch` for slow readers."""
        return self._log.watch(buffer)

    def close_watches(self) -> None:
        """End every `watch()`; the store itself can still be used."""
        self._log.close_watches()

    def to_dict(self, *, types: Iterable[type] = ()) -> dict[str, Any]:  # Any: JSON values have no closed type
        """The state in JSON form. Raises `ContextSerdeError` naming every path that could not be restored."""
        from typedflow.state.saving import save_state

        return {**save_state(self._state, types=types), "version": self._version}

    @staticmethod  # of its own type variable: on the bare class, StateT is what its default says
    def from_dict(
        payload: dict[str, Any],  # Any: as in `to_dict`
        state_type: type[ModelT],
        *,
        types: Iterable[type] = (),
        history: int = 0,
    ) -> StateStore[ModelT]:
        """The store that `to_dict` saved. Raises `ContextSerdeError` naming every path that does not fit any more."""
        from typedflow.state.saving import load_state

        state = load_state(payload, _model_for(state_type), types=types)
        store: StateStore[ModelT] = StateStore(state, history=history)
        version = payload.get("version", 0)
        store._version = version if isinstance(version, int) else 0
        return store

    async def _get_at(self, path: Path, default: object = MISSING) -> Any:  # Any: as in `get`
        value = lookup(self._state, path, default)
        if value is default or type(value) in _UNCHANGEABLE:
            return value
        return lookup(private_copy(self._state), path, default)

    async def _set_at(self, path: Path, value: object) -> None:
        if not path:
            raise StatePathError("Path cannot be empty: set_state() replaces the whole state")
        async with self.edit_state() as draft:
            assign(draft, path, value)

    async def _replace(self, successor: Callable[[StateT], StateT]) -> None:
        refuse_nested(self)
        await self._lock.acquire()
        try:
            new = successor(self._state)
            self._publish(commit_value(_model_of(new), new))
        finally:
            self._lock.release()

    def _publish(self, state: StateT) -> None:
        """With the lock held: make this the committed state. (An edit that ends does the same for what it made.)"""
        before = self._state
        if same(before, state):
            return
        self._state = state
        self._version += 1
        if self._log.is_wanted:
            self._log_commit(before, state, None)

    def _log_commit(self, before: StateT, state: StateT, committed: Committed[StateT] | None) -> None:
        source = (lambda: committed.patch) if committed is not None else (lambda: diff(before, state, {}))
        self._log.add(Commit(self._version, state, source), before)


InMemoryStateStore = StateStore


_UNCHANGEABLE = frozenset({str, int, float, bool, bytes, complex, type(None)})


def _model_of(state: StateT) -> type[StateT]:
    return state.__class__  # the committed class answers with the model that it stands for


def _model_for(named: type[StateT]) -> type[StateT]:
    """The model of a new state where a workflow names this one."""
    return cast("type[StateT]", DictState) if named is BaseModel else named


def _no_first_state(model: type[BaseModel], what: str, problems: Sequence[StateProblem]) -> StateValidationError:
    """No step has set anything yet: pydantic itself does not look at defaults, nor at an object that was changed since."""
    found = [StateProblem(one.path, one.value, one.reason, one.type) for one in problems]
    text = "\n  ".join([f"No first state of {model.__name__} can be made, because {what}:", *findings(found)])
    return StateValidationError(text, found)


def _default_of(model: type[StateT]) -> StateT:
    try:
        return model()
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise StateTypeError(
            f"State must have defaults for all fields: {model.__name__} cannot be made without {fields or error}"
        ) from error


def _successor(old: StateT, new: BaseModel) -> StateT:
    """What `set_state(new)` makes of the old state."""
    model = _model_of(old)
    if isinstance(new, model):
        return new
    parent = type(new)
    if not (parent is not BaseModel and issubclass(model, parent)):
        raise StateTypeError(f"State must be of type {model.__name__} or a parent type, got {parent.__name__}")
    merged = private_copy(old)
    return merged.model_copy(update={name: getattr(new, name) for name in parent.model_fields})
