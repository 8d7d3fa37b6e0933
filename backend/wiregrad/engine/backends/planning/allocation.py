"""The memory that a plan gives places in."""

from __future__ import annotations

import contextlib
import threading

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.passes.buffers import ALIGNMENT

PAGE = 4096
MANY_BYTES = 16 << 20
"""So much takes longer to be touched than threads to start."""


def aligned_bytes(nbytes: int) -> Array:
    """So many zeros, from where a buffer may start."""
    memory = np.zeros(nbytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + nbytes]


def touched_meanwhile(memory: Array, threads: int) -> list[threading.Thread]:
    """Have the system give large fresh memory its pages while something else is done; writes zeros to it.

    A first step would wait for one after another: where the system has to find them, longer than it works.
    """
    if memory.nbytes < MANY_BYTES:
        return []
    workers: list[threading.Thread] = []
    with contextlib.suppress(RuntimeError):  # no thread is left
        for part in np.array_split(memory[::PAGE], threads):
            worker = threading.Thread(target=part.fill, args=(0,), name="touch", daemon=True)
            worker.start()
            workers.append(worker)
    return workers
