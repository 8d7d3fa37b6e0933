"""Who may compute: so many runs at a time, in the order of the queue.

A paused run computes nothing, so it holds up nobody. When it goes on, it does so at once, even if another one
took its place meanwhile: a person who presses a button is not sent to the end of a queue.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

from wiregrad.server.runs.live import LiveRun


class Turns:
    """Used from the event loop only. `live` lists the runs that have not ended."""

    def __init__(self, limit: int, live: Callable[[], list[LiveRun]]) -> None:
        self._limit = limit
        self._live = live
        self._waiting: list[LiveRun] = []
        self._changed = asyncio.Event()

    def join(self, run: LiveRun) -> None:
        """Stand at the end of the queue."""
        self._waiting.append(run)

    def leave(self, run: LiveRun) -> None:
        if run in self._waiting:
            self._waiting.remove(run)
            self.reconsider()

    def move(self, run: LiveRun, position: int) -> None:
        """Stand at another place: 1 is next."""
        if run in self._waiting:
            self._waiting.remove(run)
            self._waiting.insert(position - 1, run)
            self.reconsider()

    def waiting(self) -> list[UUID]:
        """Who waits, the next one first."""
        return [run.id for run in self._waiting]

    async def take(self, run: LiveRun) -> None:
        """Wait until it is the run's turn; it has joined before."""
        try:
            while self._waiting[0] is not run or self._computing() >= self._limit:
                await self._changed.wait()
            run.has_turn = True
        finally:
            self.leave(run)

    def reconsider(self) -> None:
        """A run has changed its state; perhaps another one may begin."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _computing(self) -> int:
        return sum(run.has_turn and run.state != "paused" and not run.has_ended for run in self._live())
