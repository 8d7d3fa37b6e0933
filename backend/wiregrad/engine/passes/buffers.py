"""Give every buffer a place in one arena, so that those in use at the same time never overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ALIGNMENT = 64  # bytes: a cache line, and the widest vector


@dataclass(frozen=True)
class Lifetime:
    """Bytes that are in use from one position of a schedule to another, both included."""

    nbytes: int
    first: int
    last: int


@dataclass(frozen=True)
class Arena:
    """`offsets[i]` is where the i-th lifetime's bytes start."""

    offsets: tuple[int, ...]
    nbytes: int


def plan_arena(lifetimes: Sequence[Lifetime]) -> Arena:
    """Walk through time, taking the tightest gap that is free: what was freed last is warm in the cache."""
    gaps = _Gaps()
    offsets = [0] * len(lifetimes)
    starts = sorted(range(len(lifetimes)), key=lambda i: (lifetimes[i].first, -lifetimes[i].nbytes))
    ends = sorted(range(len(lifetimes)), key=lambda i: lifetimes[i].last)
    ended = 0
    for i in starts:
        while lifetimes[ends[ended]].last < lifetimes[i].first:
            gone = ends[ended]
            gaps.release(offsets[gone], aligned(lifetimes[gone].nbytes))
            ended += 1
        offsets[i] = gaps.take(aligned(lifetimes[i].nbytes))
    return Arena(tuple(offsets), gaps.end)


def aligned(nbytes: int) -> int:
    """So many bytes, and what is missing to the next place where a buffer may start."""
    return -(-nbytes // ALIGNMENT) * ALIGNMENT


class _Gaps:
    """The free ranges below `end`, by where they start and by where they stop."""

    def __init__(self) -> None:
        self.end = 0
        self._size_at: dict[int, int] = {}
        self._start_before: dict[int, int] = {}

    def take(self, nbytes: int) -> int:
        fitting = [(size, start) for start, size in self._size_at.items() if size >= nbytes]
        if fitting:
            size, start = min(fitting)
            self._remove(start)
            self._add(start + nbytes, size - nbytes)
            return start
        start = self._start_before.get(self.end, self.end)
        if start < self.end:  # the last gap is too small, and there is nothing behind it
            self._remove(start)
        self.end = start + nbytes
        return start

    def release(self, start: int, size: int) -> None:
        before = self._start_before.get(start)
        if before is not None:
            self._remove(before)
            start, size = before, size + start - before
        after = self._size_at.get(start + size)
        if after is not None:
            self._remove(start + size)
            size += after
        self._add(start, size)

    def _add(self, start: int, size: int) -> None:
        if size:
            self._size_at[start] = size
            self._start_before[start + size] = start

    def _remove(self, start: int) -> None:
        del self._start_before[start + self._size_at.pop(start)]
