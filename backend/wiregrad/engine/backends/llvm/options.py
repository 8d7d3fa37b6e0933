"""How a program is to be compiled; part of what identifies its object code."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from wiregrad.engine.backends.backend import BackendSettingError
from wiregrad.engine.processor import cores

THREADS_VARIABLE = "WIREGRAD_THREADS"


def chosen_threads() -> int:
    """`WIREGRAD_THREADS`, or as many as there are cores that this process may use."""
    chosen = os.environ.get(THREADS_VARIABLE)
    if chosen is None:
        return cores()
    if not chosen.isdecimal() or int(chosen) < 1:
        raise BackendSettingError(f"{THREADS_VARIABLE}: expected a whole number of 1 or more; got {chosen!r}")
    return int(chosen)


@dataclass(frozen=True)
class Options:
    """What a program is compiled for, and three ways to find a kernel that is wrong.

    Without `fuse` every value has a kernel of its own. `guarded` puts zones around every buffer, fills what
    is to be computed with NaN before every call, and checks the zones after it. `apart` has the numbers of
    groups, as `wiregrad compile --explain` tells them, whose values have kernels of their own.
    """

    threads: int = field(default_factory=chosen_threads)
    fuse: bool = True
    guarded: bool = False
    apart: frozenset[int] = frozenset()
