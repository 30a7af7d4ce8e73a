"""The commits of a run, in a form that tests compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from typedflow.state.history import Commit

__all__ = ["REMOVED", "Commits"]


class _Removed:
    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = _Removed()
"""Stands in `changed` for the value of a path that is not there any more."""


class Commits(Sequence["Commit[Any]"]):  # Any: the state of whatever workflow is tested
    """What was committed, oldest first: `version`, `patch`, `state`, `step` and `event` of each.

    `assert result.commits.by("pay").changed == {"paid": True, "items.0.qty": 2}` says what a step has changed, and
    that it was all.
    """

    def __init__(self, commits: Iterable[Commit[Any]]) -> None:
        self._commits = tuple(commits)

    @overload
    def __getitem__(self, index: int) -> Commit[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Commits: ...
    def __getitem__(self, index: int | slice) -> Commit[Any] | Commits:
        return Commits(self._commits[index]) if isinstance(index, slice) else self._commits[index]

    def __len__(self) -> int:
        return len(self._commits)

    def by(self, step: str | None) -> Commits:
        """Those of one step; None: those from outside of any."""
        return Commits(commit for commit in self._commits if commit.step == step)

    @property
    def steps(self) -> list[str | None]:
        """Who made each commit."""
        return [commit.step for commit in self._commits]

    @property
    def changed(self) -> dict[str, object]:
        """Every path that was changed (dotted, as in `store.get`), with the last JSON value that it was given."""
        found: dict[str, object] = {}
        for commit in self._commits:
            for change in commit.patch:
                found[_dotted(str(change["path"]))] = REMOVED if change["op"] == "remove" else change["value"]
        return found

    def __repr__(self) -> str:
        return f"<Commits: {', '.join(map(repr, self._commits)) or 'none'}>"


def _dotted(pointer: str) -> str:
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
