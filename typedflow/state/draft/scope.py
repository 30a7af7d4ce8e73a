"""The life of a draft: a scope opens, its draft is edited, a commit settles and freezes it, the scope closes."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from typedflow.state.draft.place import settle_record
from typedflow.state.draft.registry import OPENERS, RESET, is_draft
from typedflow.state.draft.settle_model import MODEL_PLANS, settle_chain, settle_model
from typedflow.state.draft.settlement import MISSING, Settlement
from typedflow.state.patch import PatchOp, diff

__all__ = ["Committed", "DraftScope", "commit_value", "current", "open_draft", "original", "private_copy"]

StateT = TypeVar("StateT", bound=BaseModel)
T = TypeVar("T")


class Committed(Generic[StateT]):
    """What a commit made: the new state, which shares with the previous one all that did not change, and the patch."""

    __slots__ = ("_base", "_hints", "_patch", "state")

    def __init__(self, base: StateT, state: StateT, hints: dict[int, Any]) -> None:
        self.state = state
        self._base: StateT | None = base
        self._hints = hints
        self._patch: list[PatchOp] | None = None

    @property
    def patch(self) -> list[PatchOp]:
        """The change as RFC 6902, which replays on `model_dump(mode="json", round_trip=True)`; worked out when asked
        for.
        """
        if self._patch is None:
            assert self._base is not None
            self._patch = diff(self._base, self.state, self._hints)
            self._base, self._hints = None, {}
        return self._patch


class DraftScope(Generic[StateT]):
    """One edit: its draft, and what was drafted with it."""

    # Slots, and no object beside this one: an edit of one number lasts as long as ten attribute accesses. For the same
    # reason `late` and `_hints` are not set before a commit takes the long way.
    __slots__ = ("_hints", "_opaque", "base", "draft", "drafts", "late", "open", "writable")

    # From `start` to `close`:
    base: StateT
    draft: StateT
    drafts: Any

    def start(self, base: StateT) -> StateT:
        """Draft the committed state `base`."""
        self.base = base
        self.open = self.writable = True
        self.drafts = []
        opener: Any = OPENERS[type(base)]  # of a committed state: never None
        self.draft = draft = opener(base, self)
        result: StateT = draft
        return result

    @property
    def opaque(self) -> dict[int, tuple[object, object]]:
        try:
            return self._opaque
        except AttributeError:  # few edits meet one, so the dict is made when the first does
            self._opaque: dict[int, tuple[object, object]] = {}
            return self._opaque

    def commit(self) -> Committed[StateT] | None:
        """Settle and freeze what was edited; None where nothing really changed.

        Raises:
            StateValidationError: the edit is not valid; nothing has been committed.
        """
        return self.committed() if self.settle() else None

    def settle(self) -> bool:
        """Make the draft the new committed state; False where nothing really changed.

        Raises:
            StateValidationError: as `commit`.
        """
        draft: Any = self.draft
        changed = draft._tf_changed
        if changed is None:
            return False
        plan = MODEL_PLANS[type(draft)]
        really: bool | None = plan.quick(draft, changed, self.base)
        if really is None:
            really = self._settle_at_length(draft, changed, plan)
        elif really:
            plan.freeze(draft)
        if really:
            self.open = self.writable = False
            self.drafts = ()
        return really

    def _settle_at_length(self, draft: Any, changed: Any, plan: Any) -> bool:
        """As `settle`, for more than scalars of the state itself."""
        if type(changed) is str and changed in plan.links:
            really = settle_chain(draft, plan, self.base, self)
            if really is not None:
                if really:
                    plan.freeze(draft)
                return really
        self.late = False
        run = Settlement(self)
        state = settle_model(draft, plan, self.base, run, ())
        if run.problems:
            run.raise_problems()
        if state is self.base:
            return False
        run.freeze()
        self._hints = run.hints
        return True

    def committed(self) -> Committed[StateT]:
        """What a `settle` that said True has made."""
        return Committed(self.base, self.draft, getattr(self, "_hints", {}))

    def close(self) -> None:
        """Revoke: drafts still held can be read, as what is committed, and no more be written.

        After a commit there is nothing to revoke; then it lets go of the two states.
        """
        if self.open:
            self.open = self.writable = False
            draft: Any = self.draft
            if draft._tf_changed is not None:
                RESET[type(draft)](draft)
            for draft in self.drafts:
                RESET[type(draft)](draft)
        # A scope and its drafts hold each other; parted, they are freed at once and not by the collector.
        self.drafts = ()
        self.draft = self.base = None  # type: ignore[assignment]  # a closed scope has none


def open_draft(base: StateT) -> DraftScope[StateT]:
    """Open an edit of the committed state `base`.

    >>> class Counter(BaseModel):
    ...     count: int = 0
    >>> base = commit_value(Counter, Counter())
    >>> scope = open_draft(base)
    >>> scope.draft.count += 1
    >>> committed = scope.commit()
    >>> scope.close()
    >>> assert committed is not None  # something was changed
    >>> committed.state.count, base.count, committed.patch
    (1, 0, [{'op': 'replace', 'path': '/count', 'value': 1}])
    """
    scope: DraftScope[StateT] = DraftScope()
    scope.start(base)
    return scope


def commit_value(model: type[StateT], value: StateT) -> StateT:
    """A whole state from outside as committed state: copied, valid as its own class, read-only.

    Raises:
        StateValidationError: with a problem for each finding.
    """
    scope: Any = _Sink([])
    run = Settlement(scope)
    state = settle_record(value, MISSING, run, (), True)
    run.raise_problems()
    run.freeze()
    scope.open = scope.writable = False
    scope.drafts = ()
    result: StateT = state
    return result


class _Sink:
    """The scope of drafts that nobody closes: private copies, and states on their way in."""

    __slots__ = ("draft", "drafts", "late", "opaque", "open", "writable")

    def __init__(self, drafts: Any) -> None:
        self.draft = None
        self.open = self.writable = True
        self.late = False
        self.drafts = drafts
        self.opaque: dict[int, tuple[object, object]] = {}


def private_copy(state: StateT) -> StateT:
    """A value that may be changed freely and handed to `set_state`: copied where it is read, and nowhere else.

    >>> class Basket(BaseModel):
    ...     prices: list[int] = []
    >>> state = commit_value(Basket, Basket(prices=[1]))
    >>> copied = private_copy(state)
    >>> copied.prices.append(2)
    >>> copied, state
    (Basket(prices=[1, 2]), Basket(prices=[1]))
    """
    opener = OPENERS[type(state)]
    assert opener is not None, "the argument is a committed state"
    draft: StateT = opener(state, _Sink(deque(maxlen=0)))
    return draft


def original(draft: T) -> T:
    """The committed value that `draft` started from: read-only, read at full speed, nothing drafted.

    A value that was put in during the edit has none, and is given back as it is.

    >>> class Basket(BaseModel):
    ...     prices: list[int] = []
    >>> scope = open_draft(commit_value(Basket, Basket(prices=[1, 2])))
    >>> scope.draft.prices.append(3)
    >>> original(scope.draft).prices, scope.draft.prices
    ([1, 2], [1, 2, 3])
    """
    if not is_draft(draft):
        return draft
    value: Any = draft
    base = value._tf_base if hasattr(value, "_tf_base") else value._base
    result: T = draft if base is None else base
    return result


def current(draft: T) -> T:
    """A plain copy of `draft` as it is now: not validated, not connected to the state, free to keep.

    >>> class Basket(BaseModel):
    ...     prices: list[int] = []
    >>> scope = open_draft(commit_value(Basket, Basket(prices=[1])))
    >>> now = current(scope.draft)
    >>> scope.draft.prices.append(2)
    >>> now
    Basket(prices=[1])
    """
    return deepcopy(draft)
