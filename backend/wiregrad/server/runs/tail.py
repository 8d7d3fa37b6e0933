"""The newest part of a live run's log, kept in memory for those who follow it.

There is one tail per run and not a queue per client: each client has its own place in the log, so none can
hold up another or make the server keep more than this. A client that falls behind the tail goes on from the
database until it has caught up.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from wiregrad.server.limits import TAIL_BYTES, TAIL_EVENTS
from wiregrad.server.runs.thinning import LoggedText


class Tail:
    """Used from the event loop only."""

    def __init__(self, last_seq: int = 0) -> None:
        self.last_seq = last_seq
        self.ended = False
        self.is_complete = True
        self._events: deque[LoggedText] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    def publish(self, events: Sequence[LoggedText]) -> None:
        """Show followers what has just been committed."""
        for event in events:
            self._events.append(event)
            self._bytes += event.memory
            self.last_seq = event.seq
        while len(self._events) > TAIL_EVENTS or self._bytes > TAIL_BYTES:
            self._bytes -= self._events.popleft().memory
        self._wake()

    def end(self, *, complete: bool = True) -> None:
        """No event will follow; `complete` is false if some could not be written down."""
        self.ended = True
        self.is_complete = complete
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def since(self, after: int, limit: int) -> list[LoggedText] | None:
        """Up to `limit` events from `after` + 1 on; None if they are no longer kept here."""
        if after >= self.last_seq:
            return []
        if not self._events or self._events[0].seq > after + 1:
            return None
        start = after + 1 - self._events[0].seq
        return [self._events[place] for place in range(start, min(start + limit, len(self._events)))]

    async def news(self, after: int) -> None:
        """Wait until there is an event after `after`, or until there will never be one."""
        while self.last_seq <= after and not self.ended:
            await self._news.wait()
