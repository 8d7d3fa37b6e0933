"""What a run tells of its compilation: how far it is, a few times a second."""

import time
from collections.abc import Callable

from wiregrad.training.events import CompilingEvent, Event

SECONDS_BETWEEN_EVENTS = 0.2

Tell = Callable[[Event], None]


def unheard(_: Event) -> None:
    """For a run that nobody watches while it compiles."""


class CompilingNews:
    """Told by a backend how many parts of how many are compiled; tells some of that as events."""

    def __init__(self, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._due = clock()

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now >= self._due:
            self._due = now + SECONDS_BETWEEN_EVENTS
            self._tell(CompilingEvent(time=time.time(), done=done, total=total))
