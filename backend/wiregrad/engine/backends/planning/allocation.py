"""The memory that a plan gives places in."""

from __future__ import annotations

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.passes.buffers import ALIGNMENT


def aligned_bytes(nbytes: int) -> Array:
    """So many zeros, from where a buffer may start."""
    memory = np.zeros(nbytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + nbytes]
