"""The memory that a plan gives places in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.passes.buffers import ALIGNMENT


def aligned_bytes(nbytes: int) -> Array:
    """So many zeros, from where a buffer may start."""
    memory = np.zeros(nbytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + nbytes]


PAGE = 4096
MANY_BYTES = 16 << 20
"""So much takes longer to be touched than threads to start."""


@contextmanager
def touched_meanwhile(memory: Array, threads: int) -> Iterator[None]:
    """Have the system give fresh memory its pages while something else is done.

    A first step would wait for one after another: where the system has to find them, longer than it works.
    """
    pages = memory[::PAGE] if memory.nbytes >= MANY_BYTES else memory[:0]
    parts = [part for part in np.array_split(pages, threads) if part.size]
    workers = [threading.Thread(target=part.fill, args=(0,), name="touch", daemon=True) for part in parts]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.join()
