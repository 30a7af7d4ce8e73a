"""`num_concurrent_runs`: which runs of a workflow object are in progress, and which wait for their turn."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedflow.engine.life import Life

__all__ = ["Turns"]


class Turns:
    """At most so many runs at once, in the order in which they came.

    The runs of one workflow object may belong to several event loops, one after the other or in several threads. Each
    is started on its own loop, and one whose loop was closed before its end holds no place.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._going: set[Life] = set()
        self._waiting: deque[Life] = deque()

    def begin(self, run: Life) -> None:
        """Start the run, now or when it is its turn."""
        with self._lock:
            if len(self._going) >= self._most:
                self._going = {other for other in self._going if not other.stranded}
            if len(self._going) >= self._most:
                self._waiting.append(run)
                return
            self._going.add(run)
        run.start()

    def ended(self, run: Life) -> None:
        """The run is over, or was cancelled before its turn came."""
        with self._lock:
            if run not in self._going:
                if run in self._waiting:
                    self._waiting.remove(run)
                return
            self._going.remove(run)
            following = self._next()
        if following is not None:
            following.start_soon()

    def _next(self) -> Life | None:
        while self._waiting:
            following = self._waiting.popleft()
            if not following.done and not following.stranded:
                self._going.add(following)
                return following
        return None
