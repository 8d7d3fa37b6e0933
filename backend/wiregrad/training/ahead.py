"""Batches made ahead of the steps that need them, in a thread of its own."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

BATCHES_AHEAD = 3

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """Calls `make` for the steps after the last one asked for, while the caller does something else.

    `make` is a function of the step alone, so what it makes is the same whoever calls it, and when. It runs
    in one thread at a time. What it raises is raised where its step is asked for.
    """

    def __init__(self, make: Callable[[int], Item]) -> None:
        self._make = make
        self._changed = threading.Condition()
        self._ready: deque[tuple[int, Item | None, BaseException | None]] = deque()
        self._next = 0
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def get(self, step: int) -> Item:
        """What belongs to this step; at once if steps are asked for in their order, and slowly enough."""
        with self._changed:
            if self._is_closed:
                raise RuntimeError("expected a feed that is open; this one was closed")
            self._turn_to(step)
            self._changed.wait_for(lambda: self._ready)
            _, item, error = self._ready.popleft()
            self._changed.notify_all()
        if error is not None or item is None:
            raise error or RuntimeError(f"nothing was made for step {step}")
        return item

    def _turn_to(self, step: int) -> None:
        while self._ready and self._ready[0][0] != step:
            self._ready.popleft()
        if not self._ready and self._next != step:
            self._next = step
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="batches", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def close(self) -> None:
        """End the thread, once it has finished the batch that it is at. Closing again does nothing."""
        with self._changed:
            self._is_closed = True
            self._ready.clear()
            self._changed.notify_all()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while (step := self._awaited()) is not None:
            item: Item | None = None
            error: BaseException | None = None
            try:
                item = self._make(step)
            except BaseException as raised:  # raised again in the thread that asks
                error = raised
            self._put(step, item, error)

    def _awaited(self) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._ready) < BATCHES_AHEAD)
            return None if self._is_closed else self._next

    def _put(self, step: int, item: Item | None, error: BaseException | None) -> None:
        """Keep it, unless another step was turned to in the meantime."""
        with self._changed:
            if step == self._next and not self._is_closed:
                self._ready.append((step, item, error))
                self._next += 1
                self._changed.notify_all()
