"""How a program is to be compiled; part of what identifies its object code."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

THREADS_VARIABLE = "WIREGRAD_THREADS"


@dataclass(frozen=True)
class Options:
    """`fuse` False gives every value a kernel of its own, and `guarded` true puts zones around every buffer
    that are checked after every call: both to find a kernel that is wrong.
    """

    threads: int = field(default_factory=lambda: chosen_threads())
    fuse: bool = True
    guarded: bool = False


def chosen_threads() -> int:
    """`WIREGRAD_THREADS`, or as many as there are cores that this process may use."""
    chosen = os.environ.get(THREADS_VARIABLE)
    if chosen is None:
        return _cores()
    if not chosen.isdecimal() or int(chosen) < 1:
        raise ValueError(f"{THREADS_VARIABLE}: expected a whole number of 1 or more; got {chosen!r}")
    return int(chosen)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
